"""Registering, logging in by every way there is, and leaving; what an attacker learns on the way, which is nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import get_default_password_validators
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from codingahead_web.accounts import audit, teams
from codingahead_web.accounts.models import AuditEvent, Organisation, User
from codingahead_web.accounts.passwords import BreachedPasswordValidator
from codingahead_web.lookup import actions as keeping
from codingahead_web.metering.models import Meter, Plan, Subscription, Tally
from codingahead_web.metering.queries import Caller, standing
from tests.codes import code_now
from tests.web.pages import not_allowed_by_policy, tree, words
from tests.web.people import PASSWORD, log_in, logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NEW = "quiet-harbour-lantern"


@pytest.fixture(autouse=True)
def forgotten_limits() -> None:
    cache.clear()


def link_in(message: Any) -> str:
    found = re.search(r"https?://testserver(/\S+)", message.body)
    assert found, message.body
    return found.group(1)


def is_logged_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def sign_up(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/account/signup/", {"email": email, "password1": password, **more})


def test_registration_sends_a_mail_whose_link_confirms_by_a_button_and_logs_in(client: Client) -> None:
    assert sign_up(client, "Ada@Example.org")["Location"] == "/account/confirm-email/"
    assert not is_logged_in(client)
    [message] = mail.outbox
    assert message.to == ["ada@example.org"]
    assert "Confirm" in message.subject and "example.com" not in message.body
    address = link_in(message)
    client.head(address)
    page = client.get(address)
    assert "ada@example.org" in words(page)
    assert not EmailAddress.objects.get().verified
    assert client.post(address)["Location"] == "/account"
    assert EmailAddress.objects.get().verified
    assert is_logged_in(client)
    assert "used or is too old" in words(Client().get(address)) or Client().post(address).status_code in (302, 404)


def test_an_address_that_was_not_confirmed_does_not_let_in_and_is_mailed_again(client: Client) -> None:
    sign_up(client, "ada@example.org")
    cache.clear()
    other = Client()
    assert log_in(other, User.objects.get())["Location"] == "/account/confirm-email/"  # type: ignore[index]
    assert not is_logged_in(other)
    assert len(mail.outbox) == 2


def test_pages_of_a_guest_are_open_in_the_new_account_and_cost_it_nothing(client: Client, settings: Any) -> None:
    settings.METERING = True
    client.cookies["on"] = "2026-08-01"
    client.get("/codes/cpt/61624")
    sign_up(client, "ada@example.org")
    client.post(link_in(mail.outbox[0]))
    today = AuditEvent.objects.first().at.date()  # type: ignore[union-attr]
    now = standing(Caller(user=User.objects.get().pk), Meter.CODE_PAGE, today)
    assert (now.left, now.opened) == (5, ("cpt/61624",))
    assert "5 code page views remaining" in words(client.get("/codes/cpt/61624"))


def test_a_closed_registration_says_so(client: Client, settings: Any) -> None:
    settings.REGISTRATION = False
    assert "closed" in words(client.get("/account/signup/")).lower()
    sign_up(client, "ada@example.org")
    assert not User.objects.exists()


# What a stranger learns about who has an account


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each password that was hashed: the work whose time could be measured."""
    done: list[str] = []
    real = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        done.append(password)
        return str(real(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return done


def same(one: Any, other: Any) -> bool:
    return (one.status_code, one.get("Location"), set(one.cookies)) == (
        other.status_code,
        other.get("Location"),
        set(other.cookies),
    )


@pytest.mark.parametrize(
    ("address", "field"),
    [("/account/signup/", "email"), ("/account/password/reset/", "email"), ("/account/login/", "login")],
)
def test_a_known_and_an_unknown_address_are_answered_alike(address: str, field: str, hashed: list[str]) -> None:
    person("ada")
    answers = []
    for name in ("ada", "nobody"):
        mail.outbox.clear()
        hashed.clear()
        client = Client()
        told = {field: f"{name}@example.org", "password": "wrong password here", "password1": NEW}
        response = client.post(address, told)
        shown = client.get(response["Location"]) if response.status_code == 302 else response
        text = words(shown, "//main").replace(f"{name}@example.org", "X")
        answers.append((response, text, len(mail.outbox), len(hashed)))
    known, unknown = answers
    assert same(known[0], unknown[0])
    assert known[1:] == unknown[1:]
    assert known[1]


def test_whoever_registers_twice_is_told_by_mail_alone() -> None:
    person("ada")
    sign_up(Client(), "ada@example.org", NEW)
    [message] = mail.outbox
    assert "already" in message.body and "/account/password/reset/" in message.body
    assert User.objects.count() == 1
    assert User.objects.get().check_password(PASSWORD)


def test_mails_speak_with_our_name_and_hold_no_network_address() -> None:
    ada = person("ada")
    client = Client()
    sign_up(Client(), "ada@example.org", NEW)
    client.post("/account/password/reset/", {"email": ada.email})
    client.post("/account/password/reset/", {"email": "nobody@example.org"})
    log_in(client, ada)
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert len(mail.outbox) == 4
    for message in mail.outbox:
        assert "Coding Ahead" in message.subject + message.body
        assert not re.search(r"127\.0\.0\.1|fd[0-9a-f]{2}:|IP address|from testserver|using testserver", message.body)


# Log in and log out


def test_the_address_may_be_written_in_any_case() -> None:
    ada = person("ada")
    client = Client()
    client.post("/account/login/", {"login": " ADA@Example.ORG ", "password": PASSWORD})
    assert is_logged_in(client)
    assert AuditEvent.objects.filter(act="account.logged_in", actor=ada).exists()


def test_log_out_takes_a_button_not_a_link() -> None:
    client = logged_in(person("ada"))
    client.get("/account/logout/")
    assert is_logged_in(client)
    client.post("/account/logout/")
    assert not is_logged_in(client)


def test_other_sessions_are_listed_and_ended() -> None:
    ada = person("ada")
    here, there = Client(headers={"user-agent": "Firefox here"}), Client(headers={"user-agent": "Safari there"})
    for client in (here, there):
        log_in(client, ada)
        assert is_logged_in(client)
    page = words(here.get("/account/sessions/"), "//main")
    assert "Firefox here" in page and "Safari there" in page and "this one" in page
    here.post("/account/sessions/")
    assert is_logged_in(here)
    assert not is_logged_in(there)


def test_no_network_address_and_no_typed_address_is_stored() -> None:
    ada = person("ada")
    client = Client(REMOTE_ADDR="192.0.2.77")
    log_in(client, ada, "wrong password")
    rows = repr(list(AccessAttempt.objects.values())) + repr(list(AuditEvent.objects.values()))
    log_in(client, ada)
    rows += repr(list(UserSession.objects.values()))
    assert AuditEvent.objects.filter(act="account.login_failed").exists() and UserSession.objects.exists()
    assert "192.0.2.77" not in rows
    assert "ada@example.org" not in rows and "wrong password" not in rows


def prove(client: Client, password: str = PASSWORD) -> None:
    """Types the password once more, as is asked before anything that could take the account over."""
    client.post("/account/reauthenticate/", {"password": password})


def fail(client: Client, email: str, times: int) -> Any:
    for _ in range(times):
        response = client.post("/account/login/", {"login": email, "password": "wrong password"})
    return response


def test_ten_wrong_tries_close_the_door_and_say_so() -> None:
    ada = person("ada")
    client = Client()
    assert fail(client, ada.email, 9).status_code == 200
    locked = fail(client, ada.email, 1)
    assert locked.status_code == 429
    assert "Too many tries" in words(locked, "//h1")
    assert log_in(client, ada).status_code == 429  # type: ignore[attr-defined]
    assert not is_logged_in(client)
    assert log_in(Client(), person("ben")).status_code == 302  # type: ignore[attr-defined]


def test_neither_capital_letters_nor_another_address_give_more_tries() -> None:
    ada = person("ada")
    fail(Client(REMOTE_ADDR="192.0.2.1"), "ADA@example.org", 5)
    fail(Client(REMOTE_ADDR="192.0.2.2"), " ada@example.org", 5)
    assert log_in(Client(REMOTE_ADDR="192.0.2.3"), ada).status_code == 429  # type: ignore[attr-defined]


def test_an_unknown_address_is_locked_as_a_known_one_is() -> None:
    assert fail(Client(), "nobody@example.org", 10).status_code == 429


@pytest.mark.parametrize("door", ["/account/login/", "/account/signup/", "/account/logout/"])
@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(door: str, away: str) -> None:
    ada = person("ada")
    client = Client()
    if "logout" in door:
        client = logged_in(ada)
        response = client.post(door, {"next": away})
    elif "login" in door:
        response = client.post(f"{door}?next={away}", {"login": ada.email, "password": PASSWORD, "next": away})
    else:
        sign_up(client, "new@example.org", next=away)
        response = client.post(link_in(mail.outbox[-1]))
    assert response.status_code == 302
    assert response["Location"] in ("/account", "/")


def test_a_page_of_this_site_is_returned_to(client: Client) -> None:
    response = log_in(Client(), person("ada"), next="/codes/cpt/61624")
    assert response["Location"] == "/codes/cpt/61624"  # type: ignore[index]
    sign_up(client, "new@example.org", next="/codes/cpt/61624")
    assert client.post(link_in(mail.outbox[-1]))["Location"] == "/codes/cpt/61624"


# Passwords


def reset_link(email: str) -> str:
    Client().post("/account/password/reset/", {"email": email})
    return link_in(mail.outbox[-1])


def test_a_new_password_is_set_by_the_mailed_link_which_works_once() -> None:
    ada = person("ada")
    elsewhere = Client()
    log_in(elsewhere, ada)
    link = reset_link(ada.email)
    client = Client()
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert not is_logged_in(elsewhere)
    assert "password1" not in Client().get(link, follow=True).content.decode()
    assert AuditEvent.objects.filter(act="account.password_changed", actor=ada).exists()


def test_the_mailed_link_opens_the_door_that_wrong_tries_closed() -> None:
    ada = person("ada")
    fail(Client(), ada.email, 10)
    client = Client()
    client.post(client.get(reset_link(ada.email))["Location"], {"password1": NEW, "password2": NEW})
    assert log_in(Client(), ada, NEW).status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("password", "why"),
    [("password123", "common"), ("short-one", "short"), ("84930271650", "numeric"), ("ada@example.org", "similar")],
)
def test_weak_passwords_are_refused_with_the_reason(client: Client, password: str, why: str) -> None:
    response = sign_up(client, "ada@example.org", password)
    assert response.status_code == 200
    assert why in words(response, "//form[contains(@class, 'account-form')]")
    assert not User.objects.exists()


def breached(file: Path, passwords: list[str], end: str = "\n") -> Path:
    digests = sorted(hashlib.sha1(p.encode()).hexdigest().upper() for p in passwords)
    file.write_bytes("".join(f"{d}:{n}{end}" for n, d in enumerate(digests, 1)).encode())
    return file


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [1, 2, 3, 64, 257])
def test_every_breached_password_is_found_and_no_other(tmp_path: Path, count: int, end: str) -> None:
    known = [f"known {n}" for n in range(count)]
    validator = BreachedPasswordValidator(str(breached(tmp_path / "list", known, end)))
    for password in known:
        with pytest.raises(ValidationError):
            validator.validate(password)
    for n in range(50):
        validator.validate(f"unknown {n}")


def test_a_breached_password_is_refused_at_the_door(client: Client, tmp_path: Path, settings: Any) -> None:
    settings.BREACHED_PASSWORDS = str(breached(tmp_path / "list", [NEW]))
    get_default_password_validators.cache_clear()
    try:
        assert "data breach" in words(sign_up(client, "ada@example.org", NEW))
    finally:
        get_default_password_validators.cache_clear()
    assert not User.objects.exists()


# Address


def test_a_new_address_counts_when_its_own_mail_is_answered() -> None:
    ada = person("ada")
    client = Client()
    log_in(client, ada)
    prove(client)
    client.post("/account/email/", {"email": "Ada@New.example", "action_add": "1"})
    asked = next(m for m in mail.outbox if m.to == ["ada@new.example"])
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    client.post(link_in(asked))
    ada.refresh_from_db()
    assert ada.email == "ada@new.example"
    assert [(a.email, a.verified, a.primary) for a in ada.emailaddress_set.all()] == [("ada@new.example", True, True)]


def test_taking_somebody_elses_address_tells_nothing_and_gives_nothing() -> None:
    ada, ben = person("ada"), person("ben")
    client = Client()
    log_in(client, ada)
    prove(client)
    taken = client.post("/account/email/", {"email": ben.email, "action_add": "1"})
    asked = next(m for m in mail.outbox if m.to == [ben.email])
    assert "another account" in words(Client().get(link_in(asked)))
    Client().post(link_in(asked))
    free = client.post("/account/email/", {"email": "free@example.org", "action_add": "1"})
    assert same(taken, free)
    assert any(m.to == ["free@example.org"] for m in mail.outbox)
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


# Second factors


@pytest.fixture
def enrolled(monkeypatch: pytest.MonkeyPatch) -> tuple[User, str, Client]:
    """Ada with a code generator, as she set it up by the pages."""
    ada = person("ada")
    client = Client()
    log_in(client, ada)
    prove(client)
    page = client.get("/account/2fa/totp/activate/")
    assert not not_allowed_by_policy(page)
    assert tree(page).xpath("//main//*[name()='svg'][.//*[name()='path']]")
    secret = tree(page).get_element_by_id("authenticator_secret").get("value")
    with monkeypatch.context() as committed:
        committed.setattr("django.db.transaction.on_commit", lambda act: act())
        response = client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})
    assert response.status_code == 302
    assert mail.outbox[-1].to == [ada.email]
    cache.clear()
    return ada, secret, client


def test_with_a_code_generator_the_password_alone_does_not_let_in(enrolled: tuple[User, str, Client]) -> None:
    ada, secret, _ = enrolled
    client = Client()
    assert log_in(client, ada)["Location"].startswith("/account/2fa/authenticate/")  # type: ignore[index]
    assert not is_logged_in(client)
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert not is_logged_in(client)
    client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert is_logged_in(client)
    assert AuditEvent.objects.filter(act="account.factor_added", actor=ada).exists()


def test_codes_cannot_be_guessed_on_and_on(enrolled: tuple[User, str, Client]) -> None:
    ada, secret, _ = enrolled
    client = Client()
    log_in(client, ada)
    for _ in range(10):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert not is_logged_in(client)


def test_a_code_is_taken_once(enrolled: tuple[User, str, Client]) -> None:
    ada, secret, _ = enrolled
    code, outcomes = code_now(secret), []
    for _ in range(2):
        client = Client()
        log_in(client, ada)
        client.post("/account/2fa/authenticate/", {"code": code})
        outcomes.append(is_logged_in(client))
    assert outcomes == [True, False]


def test_a_recovery_code_lets_in_once(enrolled: tuple[User, str, Client]) -> None:
    ada, _, client = enrolled
    codes = re.findall(
        r"\b[0-9a-z]{4,}(?:-[0-9a-z]{4,})*\b", words(client.get("/account/2fa/recovery-codes/"), "//pre | //textarea")
    )
    assert len(codes) >= 8
    outcomes = []
    for _ in range(2):
        cache.clear()
        other = Client()
        log_in(other, ada)
        other.post("/account/2fa/authenticate/", {"code": codes[0]})
        outcomes.append(is_logged_in(other))
    assert outcomes == [True, False]


def test_the_admin_asks_for_the_second_factor_too(enrolled: tuple[User, str, Client]) -> None:
    ada, secret, _ = enrolled
    User.objects.filter(pk=ada.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    door = client.get("/admin/", follow=True)
    assert "Log in" in words(door, "//h1")
    client.post("/admin/login/", {"username": ada.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 302
    log_in(client, ada)
    assert client.get("/admin/").status_code == 302
    client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert client.get("/admin/").status_code == 200


def test_passkeys_are_offered_without_inline_scripts() -> None:
    client = Client()
    assert not not_allowed_by_policy(client.get("/account/login/"))
    assert "passkey" in words(client.get("/account/login/"), "//main")
    log_in(client, person("ada"))
    prove(client)
    page = client.get("/account/2fa/webauthn/add/")
    assert page.status_code == 200
    assert not not_allowed_by_policy(page)
    assert tree(page).xpath("//script[contains(@src, 'webauthn')]")
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    told = Client(headers={"x-requested-with": "XMLHttpRequest"}).get("/account/2fa/webauthn/login/")
    assert told.json()["request_options"]["publicKey"]["challenge"]


def test_password_is_asked_again_before_a_factor_is_changed() -> None:
    """A session from before counts for reading, not for taking the account over."""
    client = logged_in(person("ada"))
    for address in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/email/"):
        response = (
            client.get(address)
            if "email" not in address
            else client.post(address, {"email": "a@b.example", "action_add": "1"})
        )
        assert response.status_code == 302
        assert response["Location"].startswith("/account/reauthenticate/")
    assert not Authenticator.objects.exists()


# Sign-in by others


def test_sign_in_by_an_organisation_is_there_only_when_it_was_set_up(client: Client, settings: Any) -> None:
    assert not tree(client.get("/account/login/")).xpath("//a[contains(@href, 'oidc')]")
    assert client.get("/account/oidc/oidc/login/").status_code == 404
    app = {
        "provider_id": "oidc",
        "name": "St. Example",
        "client_id": "c",
        "secret": "s",
        "settings": {"server_url": "https://id.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    for door in ("/account/login/", "/account/signup/"):
        assert "St. Example" in words(client.get(door), "//main")


# Taking along, going away


def furnished() -> tuple[User, Organisation]:
    ada = person("ada")
    team = teams.found(ada, "Radiology")
    one = keeping.make_list(ada, "Mine")
    keeping.add(one, [("cpt", "61624", "for Monday")])
    keeping.write_note(ada, "cpt", "61624", "my own words", None)
    keeping.remember_view(ada, "icd10cm", "I67.1")
    keeping.remember_search(ada, "brain aneurysm")
    Subscription.objects.create(user=ada, plan=Plan.objects.get(slug="pro"))
    Tally.objects.create(holder=f"user:{ada.pk}", meter=Meter.CODE_PAGE, used=1, opened=["cpt/61699"])
    return ada, team


def test_the_export_holds_every_part(site: Client) -> None:
    from codingahead_web.accounts.keys import make_key

    ada, _ = furnished()
    _, secret = make_key(ada, "Robot", ["read"])
    client = Client()
    log_in(client, ada)
    response = client.get("/account/data.json")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "no-store"
    told = json.loads(response.content)
    assert set(told) == {
        "account", "acts", "api_keys", "casepilot_threads", "favourite_lists", "history", "kept_notes", "notes", "plans", "second_factors",
        "sessions", "teams", "use",
    }  # fmt: skip
    assert told["account"]["email"] == "ada@example.org"
    assert told["favourite_lists"][0]["codes"] == [{"system": "cpt", "code": "61624", "remark": "for Monday"}]
    assert told["notes"][0]["text"] == "my own words"
    assert (
        told["history"]["viewed"][0]["code"] == "I67.1" and told["history"]["searched"][0]["text"] == "brain aneurysm"
    )
    assert told["plans"][0]["plan"] == "Pro" and told["use"][0]["opened"] == ["cpt/61699"]
    assert told["teams"][0]["organisation"] == "Radiology" and told["sessions"] and told["acts"]
    assert secret not in response.content.decode()
    assert not {"password", "digest"} & set(told["account"]) | set(told["api_keys"][0]) & {"digest"}


def test_a_deleted_account_leaves_nothing_but_its_acts() -> None:
    ada, team = furnished()
    client = logged_in(ada)
    wrong = client.post("/account/delete", {"password": "wrong password"})
    assert wrong.status_code == 422
    assert User.objects.exists()
    assert client.post("/account/delete", {"password": PASSWORD})["Location"] == "/"
    assert not is_logged_in(client)
    assert not User.objects.exists()
    assert not Tally.objects.exists() and not Organisation.objects.filter(pk=team.pk).exists()
    assert "ada@example.org" not in repr(list(AuditEvent.objects.values()))
    assert audit.is_whole(AuditEvent.objects.order_by("id"))


def test_the_only_owner_of_a_team_with_others_cannot_vanish() -> None:
    ada, team = furnished()
    team.memberships.create(user=person("ben"))
    response = logged_in(ada).post("/account/delete", {"password": PASSWORD})
    assert response.status_code == 422
    assert "Radiology" in words(response, "//main")
    assert User.objects.filter(pk=ada.pk).exists()


def test_a_plan_that_is_charged_must_be_cancelled_first() -> None:
    ada = person("ada")
    Subscription.objects.create(user=ada, plan=Plan.objects.get(slug="pro"), provider="stripe", reference="sub_1")
    response = logged_in(ada).post("/account/delete", {"password": PASSWORD})
    assert "Cancel your plan first" in words(response, "//main")
    assert User.objects.exists()


def test_what_a_team_shares_stays_when_its_writer_goes() -> None:
    ada, ben = person("ada"), person("ben")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=ben)
    shared = keeping.make_list(ben, "Ours", team)
    keeping.write_note(ben, "cpt", "61624", "for all", team)
    logged_in(ben).post("/account/delete", {"password": PASSWORD})
    shared.refresh_from_db()
    assert shared.owner == ada
    assert [n.text for n in ada.code_notes.all()] == ["for all"]


def test_settings_are_kept_and_the_day_is_used(site: Client) -> None:
    ada = person("ada")
    client = logged_in(ada)
    told = {"name": "Ada L", "setting": "asc", "locality": "10112/00", "day": "2026-08-01", "keeps_history": "on"}
    assert client.post("/account/settings", told).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.setting, ada.locality, ada.keeps_history) == ("Ada L", "asc", "10112/00", True)
    del client.cookies["on"]
    assert "1 Aug 2026" in words(client.get("/codes/cpt/61624"))


Door = Callable[[Client], Any]


@pytest.mark.parametrize(
    "address",
    ["/account", "/account/settings", "/account/plan", "/account/lists", "/account/notes", "/account/history", "/account/teams", "/account/keys",
     "/account/data", "/account/data.json", "/account/email/", "/account/sessions/", "/account/2fa/"],
)  # fmt: skip
def test_a_stranger_is_sent_to_the_door_and_back(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"/account/login/?next={address}"

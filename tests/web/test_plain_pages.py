"""The pages around the products, and that every page keeps to the strict policy: nothing inline, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from codingahead_web.accounts import keys, teams
from codingahead_web.accounts.models import User
from codingahead_web.lookup import actions
from codingahead_web.metering.models import Plan, Subscription, Tally
from tests.web.pages import links, not_allowed_by_policy, tree, words
from tests.web.people import log_in, logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PLAIN = (
    "/about",
    "/licences",
    "/privacy",
    "/terms",
    "/accessibility",
    "/status",
    "/case2code",
    "/pricing",
    "/codes/check",
    "/ask",
    "/consultant",
    "/careers",
)
DOORS = (
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/confirm-email/",
)
OWN = (
    "/account", "/account/settings", "/account/plan", "/account/lists", "/account/lists/{list}", "/account/notes", "/account/history", "/account/teams",
    "/account/teams/{team}", "/account/keys", "/account/data", "/account/email/", "/account/password/change/", "/account/2fa/",
    "/account/2fa/totp/activate/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/generate/", "/account/sessions/",
    "/account/logout/", "/codes/cpt/61624", "/invitations/none",
)  # fmt: skip


@pytest.mark.parametrize("address", [*PLAIN, *DOORS])
def test_page_opens_with_one_heading_the_products_and_the_doors(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert len(tree(page).xpath("//main//h1")) == 1
    bar = words(page, "//header")
    for word in ("Case2Code", "CasePilot", "CaseConsultant", "CareerCenter", "Log in", "Register free account"):
        assert word in bar
    assert not not_allowed_by_policy(page)
    policy = page["Content-Security-Policy"]
    assert (
        "script-src 'self'" in policy
        and "default-src 'none'" in policy
        and "unsafe" not in policy
        and "frame-ancestors 'none'" in policy
    )


@pytest.fixture
def settled() -> Client:
    """Ada, who uses everything there is."""
    ada = person("ada")
    client = Client()
    log_in(client, ada)
    client.cookies["on"] = "2026-08-01"
    client.post("/account/reauthenticate/", {"password": "a rather long passphrase"})
    team = teams.found(ada, "Radiology")
    teams.invite(ada, team, "guest@example.org", "member")
    mine = actions.make_list(ada, "Mine", team)
    actions.add(mine, [("cpt", "61624", "x")])
    actions.write_note(ada, "cpt", "61624", "**x**", team)
    keys.make_key(ada, "Robot", ["read"], organisation=team)
    client.fills = {"team": team.pk, "list": mine.pk}  # type: ignore[attr-defined]
    return client


@pytest.mark.parametrize("address", OWN)
def test_own_page_opens_and_keeps_the_policy(settled: Client, address: str) -> None:
    page = settled.get(address.format(**settled.fills))  # type: ignore[attr-defined]
    assert page.status_code == (404 if "invitations" in address else 200)
    assert not not_allowed_by_policy(page)
    assert len(tree(page).xpath("//main//h1")) == 1
    ids = tree(page).xpath("//@id")
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})


def test_a_form_with_errors_names_each_field_once(client: Client) -> None:
    page = client.post("/account/signup/", {"email": "no address", "password1": "123"})
    ids = tree(page).xpath("//@id")
    assert len(ids) == len(set(ids))
    described = " ".join(tree(page).xpath("//input[@name='password1']/@aria-describedby")).split()
    assert described and set(described) <= set(ids)


def test_every_link_in_the_foot_leads_somewhere(client: Client) -> None:
    for address in links(client.get("/about"), "//footer//a"):
        assert client.get(address).status_code == 200, address


def test_examples_of_the_product_page_work(client: Client) -> None:
    client.cookies["on"] = "2026-08-01"
    found = [a for a in links(client.get("/case2code")) if a != "/"]
    assert len(found) >= 5
    for address in found:
        assert client.get(address).status_code == 200, address


def test_notices_of_the_publishers_stand_on_the_licences_page(client: Client) -> None:
    page = words(client.get("/licences"), "//main")
    for name in (
        "American Medical Association",
        "American Dental Association",
        "Centers for Medicare & Medicaid Services",
        "X12",
        "must hold a licence",
    ):
        assert name in page


def test_status_tells_the_age_of_the_pack(site: Client) -> None:
    page = words(site.get("/status"), "//main")
    assert "Reference pack built" in page and "1 Aug 2026" in page and "Releases loaded" in page


def test_status_without_a_pack_says_so(client: Client, no_pack: Path) -> None:
    page = client.get("/status")
    assert page.status_code == 503
    assert "pack" in words(page, "//main").lower()


def test_the_cookies_that_are_set_are_those_that_the_privacy_page_names(settings: Any) -> None:
    settings.METERING = True
    named = set(tree(Client().get("/privacy")).xpath("//main//code/text()"))
    client = Client()
    client.get("/codes/cpt/61624?on=2026-08-01")
    client.post("/on", {"on": "2026-08-01"})
    client.post("/theme", {"theme": "dark"})
    log_in(client, person("ada"))
    client.post("/account/settings", {"setting": "asc", "name": "x"})
    assert {"guest", "sessionid", "messages"} <= set(client.cookies) <= named
    for cookie in client.cookies.values():
        assert cookie["samesite"] == "Lax"
        assert cookie["httponly"] or cookie.key in ("on", "theme", "messages")


def test_staff_see_the_admin_and_nobody_else_does() -> None:
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/account/login/")
    assert logged_in(person("ada")).get("/admin/", follow=True).status_code == 403


@pytest.fixture
def operator() -> Client:
    return logged_in(User.objects.create_superuser("operator@example.org", "a rather long passphrase"))


def test_every_page_of_the_admin_opens_under_the_policy(operator: Client) -> None:
    ada = person("ada")
    team = teams.found(ada, "Radiology")
    teams.invite(ada, team, "guest@example.org", "member")
    keys.make_key(ada, "Robot", ["read"])
    Subscription.objects.create(user=ada, plan=Plan.objects.get(slug="pro"))
    Tally.objects.create(holder="user:1", meter="code_page")
    opened = [operator.get("/admin/")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        opened.append(operator.get(reverse(f"{name}_changelist")))
        add = operator.get(reverse(f"{name}_add"))
        assert add.status_code in (200, 403)
        found = model._default_manager.first()
        if found is not None:
            opened.append(operator.get(reverse(f"{name}_change", args=[found.pk])))
    assert len(opened) > 12
    for page in opened:
        assert page.status_code == 200, page.request["PATH_INFO"]
        assert not not_allowed_by_policy(page), (page.request["PATH_INFO"], not_allowed_by_policy(page))
        assert "unsafe" not in page["Content-Security-Policy"]


def test_the_operator_makes_a_person_who_can_log_in(operator: Client) -> None:
    told = {
        "email": "Dan@Example.org",
        "password1": "quiet-harbour-lantern",
        "password2": "quiet-harbour-lantern",
        "usable_password": "true",
    }
    assert operator.post("/admin/accounts/user/add/", told).status_code == 302
    dan = User.objects.get(email="dan@example.org")
    assert dan.check_password("quiet-harbour-lantern")


def test_the_log_of_acts_cannot_be_changed_in_the_admin(operator: Client) -> None:
    teams.found(person("ada"), "Radiology")
    log = operator.get("/admin/accounts/auditevent/")
    assert "team.founded" in words(log)
    assert operator.get("/admin/accounts/auditevent/add/").status_code == 403
    event = User.objects.first() and teams.audit.AuditEvent.objects.first()
    assert event is not None
    chosen = {"_selected_action": [event.pk]}
    exported = operator.post("/admin/accounts/auditevent/", {"action": "export", **chosen})
    assert exported["Content-Type"].startswith("text/csv") and b"team.founded" in exported.content
    checked = operator.post("/admin/accounts/auditevent/", {"action": "look_for_breaks", **chosen}, follow=True)
    assert "unbroken" in words(checked)
    QuerySet(teams.audit.AuditEvent).filter(pk=event.pk).update(subject="altered")
    checked = operator.post("/admin/accounts/auditevent/", {"action": "look_for_breaks", **chosen}, follow=True)
    assert "broken: a line is missing or was altered" in words(checked)
    assert operator.post(f"/admin/accounts/auditevent/{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert operator.post(f"/admin/accounts/auditevent/{event.pk}/change/", {"act": "x"}).status_code == 403

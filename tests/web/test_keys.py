"""Keys for programs: shown once, kept as a digest, limited each on its own, refused in the one error shape."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from codingahead_web.accounts import keys, teams
from codingahead_web.accounts.models import ApiKey, AuditEvent, Scope
from codingahead_web.metering.models import Allowance, Meter, Plan, Subscription, Tally
from tests.web.pages import tree, words
from tests.web.people import logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ON = "2026-08-01"
CODE, OTHER = f"/api/v1/codes/cpt/61624?on={ON}", f"/api/v1/codes/icd10cm/I67.1?on={ON}"


@pytest.fixture(autouse=True)
def metered(settings: Any, pack: object) -> None:
    settings.METERING = True


def program(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


def refusal(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status
    error = response.json()["error"]
    assert set(error) == {"code", "message", "hint", "retry"}
    assert error["code"] == code
    return dict(error)


def make_by_page(client: Client, **told: Any) -> str:
    page = client.post("/account/keys", {"name": "Robot", "scopes": ["read"], "per_minute": "120", **told})
    [shown] = tree(page).xpath("//code[@data-copy-source]")
    return str(shown.text_content())


def test_the_secret_is_shown_once_and_kept_as_a_digest() -> None:
    client = logged_in(person("ada"))
    secret = make_by_page(client)
    assert secret.startswith("cak_") and len(secret) > 40
    again = client.get("/account/keys").content.decode()
    assert secret not in again and secret[:12] in again
    row = repr(ApiKey.objects.values().get())
    assert secret not in row and keys.digest(secret) in row
    assert AuditEvent.objects.filter(act="key.made").exists()


def test_the_page_with_the_secret_is_stored_nowhere() -> None:
    page = logged_in(person("ada")).post("/account/keys", {"name": "x", "scopes": ["read"], "per_minute": "1"})
    assert "no-store" in page["Cache-Control"]


def test_a_key_without_an_end_says_so() -> None:
    client = logged_in(person("ada"))
    make_by_page(client)
    assert "no end" in words(client.get("/account/keys"), "//table")


def test_a_day_that_has_passed_is_no_end_of_a_key() -> None:
    page = logged_in(person("ada")).post(
        "/account/keys", {"name": "x", "scopes": ["read"], "per_minute": "1", "expires": "2020-01-01"}
    )
    assert "has passed" in words(page, "//main")
    assert not ApiKey.objects.exists()


def test_a_key_of_a_paid_plan_reads_everything_whole() -> None:
    ada = person("ada")
    Subscription.objects.create(user=ada, plan=Plan.objects.get(slug="pro"))
    _, secret = keys.make_key(ada, "Robot", ["read"])
    for address in (CODE, OTHER, CODE):
        answer = program(secret).get(address).json()
        assert answer["sources"] and "locked" not in answer
    assert not Tally.objects.filter(meter=Meter.CODE_PAGE).exists()


def test_a_key_of_a_free_account_spends_the_pages_of_its_owner() -> None:
    ada = person("ada")
    Allowance.objects.filter(plan__slug="free", meter=Meter.CODE_PAGE).update(amount=1)
    _, secret = keys.make_key(ada, "Robot", ["read"])
    assert "locked" not in program(secret).get(CODE).json()
    assert "locked" in program(secret).get(OTHER).json()
    assert "0 code page views remaining" in words(logged_in(ada).get("/"))


def test_calls_count_on_the_plan_and_end_with_it() -> None:
    ada = person("ada")
    _, secret = keys.make_key(ada, "Robot", ["read"])
    Allowance.objects.filter(plan__slug="free", meter=Meter.API_CALL).update(amount=2)
    search = f"/api/v1/search?q=aneurysm&on={ON}"
    assert [program(secret).get(search).status_code for _ in range(3)] == [200, 200, 429]
    error = refusal(program(secret).get(search), 429, "allowance_used")
    assert error["retry"] is False
    assert Tally.objects.get(meter=Meter.API_CALL).used == 2


def test_calls_of_a_guest_are_counted_too() -> None:
    Allowance.objects.filter(plan__slug="guest", meter=Meter.API_CALL).update(amount=1)
    search = f"/api/v1/search?q=aneurysm&on={ON}"
    assert [Client().get(search).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    "header", ["Bearer cak_", "Bearer cak_made-up", "Bearer x", "bearer", "Bearer  ", "Bearer cak_" + "é" * 40]
)
def test_a_forged_key_is_refused_and_never_taken_for_a_guest(header: str) -> None:
    client = Client(HTTP_AUTHORIZATION=header)
    refusal(client.get(CODE), 401, "bad_key")
    assert not Tally.objects.exists()


def test_a_revoked_key_works_no_more() -> None:
    client = logged_in(person("ada"))
    secret = make_by_page(client)
    assert program(secret).get(CODE).status_code == 200
    client.post(f"/account/keys/{ApiKey.objects.get().pk}/revoke")
    refusal(program(secret).get(CODE), 401, "bad_key")
    assert "revoked" in words(client.get("/account/keys"), "//table")


def test_an_expired_key_and_one_of_a_closed_account_work_no_more() -> None:
    ada = person("ada")
    key, secret = keys.make_key(ada, "Robot", ["read"], expires=timezone.now() + timedelta(hours=1))
    assert program(secret).get(CODE).status_code == 200
    ApiKey.objects.filter(pk=key.pk).update(expires=timezone.now() - timedelta(seconds=1))
    refusal(program(secret).get(CODE), 401, "bad_key")
    _, other = keys.make_key(ada, "Other", ["read"])
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    refusal(program(other).get(CODE), 401, "bad_key")


def test_nobody_revokes_the_key_of_another() -> None:
    key, secret = keys.make_key(person("ada"), "Robot", ["read"])
    assert logged_in(person("cyd")).post(f"/account/keys/{key.pk}/revoke").status_code == 404
    assert keys.find_key(secret) is not None


def test_a_key_has_its_own_limit_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = person("ada")
    _, secret = keys.make_key(ada, "Robot", ["read"], per_minute=3)
    _, free = keys.make_key(ada, "Free", ["read"], per_minute=0)
    start = timezone.now().replace(second=1)
    monkeypatch.setattr("codingahead_web.accounts.keys.timezone.now", lambda: start)
    statuses = [program(secret).get(CODE).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = program(secret).get(CODE)
    assert refusal(refused, 429, "too_many_calls")["retry"] is True
    assert refused["Retry-After"] == "60"
    assert program(free).get(CODE).status_code == 200
    monkeypatch.setattr("codingahead_web.accounts.keys.timezone.now", lambda: start + timedelta(minutes=1))
    assert program(secret).get(CODE).status_code == 200


def test_last_use_is_noted() -> None:
    key, secret = keys.make_key(person("ada"), "Robot", ["read"])
    assert key.last_used is None
    program(secret).get(CODE)
    key.refresh_from_db()
    assert key.last_used is not None


READING: list[tuple[str, str, Any]] = [
    ("get", CODE, None),
    ("get", f"/api/v1/codes/61624?on={ON}", None),
    ("post", "/api/v1/codes", {"codes": [{"code": "I67.1", "on": ON}]}),
    ("get", f"/api/v1/codes/cpt/61624/edits?on={ON}", None),
    ("get", f"/api/v1/search?q=aneurysm&on={ON}", None),
    ("post", "/api/v1/search", {"queries": [{"q": "aneurysm", "on": ON}]}),
    ("get", f"/api/v1/releases?on={ON}", None),
]


@pytest.mark.parametrize(("method", "address", "body"), READING)
def test_looking_up_takes_the_scope_to_read(method: str, address: str, body: Any) -> None:
    ada = person("ada")
    Subscription.objects.create(user=ada, plan=Plan.objects.get(slug="pro"))
    _, reading = keys.make_key(ada, "Reader", [Scope.READ])
    _, asking = keys.make_key(ada, "Asker", [Scope.ASK, Scope.CLAIMS])

    def send(secret: str) -> Any:
        client = program(secret)
        return client.get(address) if method == "get" else client.post(address, body, content_type="application/json")

    assert send(reading).status_code == 200
    error = refusal(send(asking), 403, "scope_missing")
    assert "look up" in error["message"]
    assert Tally.objects.filter(meter=Meter.API_CALL).get().used == 1


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/api/v1/claims/check", Scope.CLAIMS),
        ("/api/v1/ask", Scope.ASK),
        ("/mcp", Scope.READ),
    ],
)
def test_every_address_has_its_scope(path: str, scope: Scope) -> None:
    ada = person("ada")
    others = [s for s in Scope if s is not scope]
    _, secret = keys.make_key(ada, "Robot", others)
    refusal(program(secret).post(path), 403, "scope_missing")


def test_a_fault_of_ours_costs_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = keys.make_key(person("ada"), "Robot", ["read"])
    client = program(secret)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("codingahead_web.api.rest.call", lambda *_: 1 / 0)
        assert client.get(CODE).status_code == 500
    assert not Tally.objects.filter(used__gt=0).exists()
    assert client.get("/api/v1/openapi.json").status_code == 200
    assert not Tally.objects.filter(used__gt=0).exists()


def test_a_key_is_no_session_and_opens_no_page() -> None:
    _, secret = keys.make_key(person("ada"), "Robot", ["read"])
    assert program(secret).get("/account").status_code == 302
    assert program(secret).get("/account/data.json").status_code == 302


# Keys of a team


def test_a_key_of_a_team_counts_on_the_team_and_its_admins_see_and_revoke_it() -> None:
    ada, ben = person("ada"), person("ben")
    team = teams.found(ada, "Radiology")
    membership = team.memberships.create(user=ben, role="admin")
    secret = make_by_page(logged_in(ben), team=str(team.pk))
    program(secret).get(CODE)
    assert set(Tally.objects.values_list("holder", flat=True)) == {f"organisation:{team.pk}"}
    page = logged_in(ada).get(f"/account/teams/{team.pk}")
    assert secret[:12] in words(page, "//main")
    membership.role = "member"
    membership.save()
    assert secret[:12] not in words(logged_in(ben).get(f"/account/teams/{team.pk}"), "//main")
    assert logged_in(ada).post(f"/account/keys/{ApiKey.objects.get().pk}/revoke").status_code == 302
    refusal(program(secret).get(CODE), 401, "bad_key")


def test_whoever_may_not_make_keys_for_a_team_is_not_offered_to() -> None:
    ada, ben = person("ada"), person("ben")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=ben)
    assert not tree(logged_in(ben).get("/account/keys")).xpath("//select[@name='team']")
    make_by_page(logged_in(ben), team=str(team.pk))
    assert ApiKey.objects.get().organisation is None


def test_a_key_of_a_team_ends_when_its_maker_leaves() -> None:
    ada, ben = person("ada"), person("ben")
    team = teams.found(ada, "Radiology")
    membership = team.memberships.create(user=ben, role="admin")
    _, secret = keys.make_key(ben, "Robot", ["read"], organisation=team)
    _, own = keys.make_key(ben, "Own", ["read"])
    teams.remove(ada, membership)
    refusal(program(secret).get(CODE), 401, "bad_key")
    assert program(own).get(CODE).status_code == 200


def test_the_list_of_keys_asks_the_same_of_the_database_however_many_there_are(
    django_assert_num_queries: Any,
) -> None:
    ada = person("ada")
    client = logged_in(ada)
    team = teams.found(ada, "Radiology")
    keys.make_key(ada, "First", ["read"], organisation=team)
    client.get("/account/keys")
    with django_assert_num_queries(6):
        client.get("/account/keys")
    for n in range(5):
        keys.make_key(ada, f"Robot {n}", ["read"], organisation=team)
    with django_assert_num_queries(6):
        client.get("/account/keys")

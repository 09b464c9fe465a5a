"""Who reads how many code pages, and every way around it that somebody may try."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.core import signing
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from codingahead_web.gate import access
from codingahead_web.metering import actions
from codingahead_web.metering.models import Allowance, Meter, Period, Plan, Subscription, Tally
from codingahead_web.metering.queries import Caller, standing
from tests.web.pages import words
from tests.web.people import PASSWORD, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY = "2026-08-01"
FIREFOX = {"user-agent": "Mozilla/5.0 Firefox", "accept-language": "en"}
SAFARI = {"user-agent": "Mozilla/5.0 Safari", "accept-language": "en"}
LOCK = "Register to view content"
GUEST_BAR = (
    "0 code page views remaining. Guest accounts are limited to 1 page view. Register free account to get 5 more views."
)
FIRST, SECOND = "/codes/cpt/61624", "/codes/icd10cm/I67.1"


@pytest.fixture(autouse=True)
def metered(settings: Any, pack: object) -> None:
    settings.METERING = True


def browser(headers: dict[str, str] = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(headers=headers, REMOTE_ADDR=address)
    client.cookies["on"] = DAY
    return client


def is_locked(response: Any) -> bool:
    assert response.status_code == 200
    return LOCK in response.content.decode()


def test_a_guest_reads_one_page_whole_then_three_sections_and_a_lock_on_each_other() -> None:
    client = browser()
    first = client.get(FIRST)
    assert not is_locked(first)
    assert "0 code page views remaining." in words(first)
    second = client.get(SECOND)
    assert is_locked(second)
    assert GUEST_BAR in words(second)
    assert words(second, "//section[@id='official']").startswith("Official Description")
    assert LOCK not in words(second, "//section[@id='common']")
    assert LOCK not in words(second, "//section[@id='ask']")
    locked = [s for s in ("history", "notes", "related", "sources") if LOCK in words(second, f"//section[@id='{s}']")]
    assert locked == ["history", "notes", "related", "sources"]


def test_what_is_locked_is_not_in_the_page() -> None:
    client = browser()
    whole = client.get(SECOND).content.decode()
    other = browser(SAFARI)
    other.get(FIRST)
    locked = other.get(SECOND).content.decode()
    assert "Excludes" in whole and "Excludes" not in locked
    assert "data-source" in whole and "data-source" not in locked


def test_the_same_page_again_is_free_with_reloads_and_parts() -> None:
    client = browser()
    client.get(FIRST)
    for _ in range(3):
        assert not is_locked(client.get(FIRST))
    assert client.get(f"{FIRST}/edits", headers={"HX-Request": "true"}).status_code == 200
    assert is_locked(client.get(SECOND))


def test_parts_of_a_locked_page_stay_locked() -> None:
    client = browser()
    client.get(SECOND)
    part = client.get(f"{FIRST}/edits", headers={"HX-Request": "true"})
    assert part.status_code == 403
    assert LOCK in part.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/search?q=aneurysm", "/suggest?q=an", "/careers", "/account/signup/", "/pricing", "/healthz"]
)
def test_what_is_never_metered_costs_nothing(address: str) -> None:
    client = browser()
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert not is_locked(client.get(FIRST))


def test_head_prefetch_and_failed_pages_cost_nothing() -> None:
    client = browser()
    client.head(FIRST)
    assert client.get(FIRST, headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 204
    assert client.get("/codes/cpt/00000").status_code == 404
    assert client.get("/codes/nonsense/61624").status_code == 404
    assert not Tally.objects.exists()
    assert not is_locked(client.get(SECOND))


def test_a_page_that_fails_while_it_is_drawn_gives_its_view_back(monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser()
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("codingahead_web.lookup.page.card", lambda value: 1 / 0)
        assert client.get(FIRST).status_code == 500
    assert Tally.objects.get().used == 0
    assert not is_locked(client.get(SECOND))


def test_a_robot_reads_the_same_sections_and_spends_nothing() -> None:
    robot = browser({"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
    assert is_locked(robot.get(FIRST))
    assert not Tally.objects.exists()


def test_deleting_the_cookie_gives_no_new_view() -> None:
    client = browser()
    client.get(FIRST)
    del client.cookies[access.GUEST_COOKIE]
    assert is_locked(client.get(SECOND))
    assert not is_locked(client.get(FIRST))


def test_a_private_window_of_the_same_browser_is_the_same_guest() -> None:
    browser().get(FIRST)
    assert is_locked(browser().get(SECOND))


def test_a_forged_cookie_is_worth_nothing() -> None:
    browser().get(FIRST)
    for forged in (
        "x",
        signing.dumps("made-up", salt="another"),
        signing.dumps({"a": 1}, salt="codingahead.guest"),
        "a" * 5000,
    ):
        client = browser()
        client.cookies[access.GUEST_COOKIE] = forged
        assert is_locked(client.get(SECOND))


def test_a_cookie_handed_to_somebody_else_is_spent_there_too() -> None:
    client = browser()
    client.get(FIRST)
    other = browser(SAFARI, "198.51.100.9")
    other.cookies[access.GUEST_COOKIE] = client.cookies[access.GUEST_COOKIE].value
    assert is_locked(other.get(SECOND))


def test_colleagues_behind_one_address_are_counted_each_up_to_the_ceiling(settings: Any) -> None:
    settings.GUESTS_PER_NETWORK = 3
    agents = [{"user-agent": f"Browser {n}", "accept-language": "en"} for n in range(4)]
    seen = [is_locked(browser(agent).get(FIRST)) for agent in agents]
    assert seen == [False, False, False, True]
    assert not is_locked(browser({"user-agent": "Browser 9"}, "203.0.113.5").get(FIRST))


def test_no_address_is_stored() -> None:
    browser().get(FIRST)
    row = Tally.objects.values().get()
    assert "192.0.2.7" not in repr(row)
    assert len(row["fingerprint"]) == 40


def test_a_forwarded_address_counts_only_behind_a_named_proxy(settings: Any) -> None:
    settings.GUESTS_PER_NETWORK = 1
    browser({"user-agent": "one", "x-forwarded-for": "203.0.113.1"}).get(FIRST)
    assert is_locked(browser({"user-agent": "two", "x-forwarded-for": "203.0.113.2"}).get(FIRST))
    settings.PROXIES = 1
    assert not is_locked(browser({"user-agent": "three", "x-forwarded-for": "203.0.113.3"}).get(FIRST))


def test_numbers_of_the_plan_apply_at_once() -> None:
    client = browser()
    client.get(FIRST)
    Allowance.objects.filter(plan__slug="guest", meter=Meter.CODE_PAGE).update(amount=2)
    assert not is_locked(client.get(SECOND))
    assert is_locked(client.get("/codes/icd10cm/I60"))


def test_a_day_brings_new_views_where_the_plan_counts_by_the_day() -> None:
    Allowance.objects.filter(plan__slug="guest", meter=Meter.CODE_PAGE).update(period=Period.DAY)
    guest = Caller(token="t", fingerprint="f", network="n")
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    assert actions.open_page(guest, "cpt/1", monday).is_open
    assert not actions.open_page(guest, "cpt/2", monday).is_open
    assert actions.open_page(guest, "cpt/2", tuesday).is_open


def test_an_account_gets_its_own_views_and_keeps_what_the_guest_had_open() -> None:
    ada = person("ada")
    guest = Caller(token="t", fingerprint="f", network="n")
    today = date(2026, 11, 23)
    actions.open_page(guest, "cpt/61624", today)
    actions.carry_over(guest, ada.pk, today)
    now = standing(Caller(user=ada.pk), Meter.CODE_PAGE, today)
    assert (now.left, now.opened) == (5, ("cpt/61624",))
    opened = [actions.open_page(Caller(user=ada.pk), f"cpt/{n}", today).is_open for n in range(6)]
    assert opened == [True] * 5 + [False]
    assert actions.open_page(Caller(user=ada.pk), "cpt/61624", today).is_open


def test_a_paid_plan_is_never_counted() -> None:
    ada = person("ada")
    Subscription.objects.create(user=ada, plan=Plan.objects.get(slug="pro"))
    client = browser()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert not is_locked(client.get(FIRST))
    assert not is_locked(client.get(SECOND))
    assert "remaining" not in words(client.get(FIRST))
    assert not Tally.objects.exists()


def test_a_free_account_is_told_at_the_sixth_page() -> None:
    client = browser()
    client.force_login(person("ada"), backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = [FIRST, SECOND, "/codes/icd10cm/I60", "/codes/modifier/26", "/codes/pos/11"]
    assert [is_locked(client.get(p)) for p in pages] == [False] * 5
    sixth = client.get("/codes/modifier/59")
    assert "0 code page views remaining. Free accounts are limited to 5 page views." in words(sixth)
    assert "Choose a plan to view content" in words(sixth)


def test_with_metering_off_everything_is_open(settings: Any) -> None:
    settings.METERING = False
    client = browser()
    assert [is_locked(client.get(p)) for p in (FIRST, SECOND)] == [False, False]
    assert "remaining" not in words(client.get(FIRST))


def test_rest_locks_what_the_page_locks() -> None:
    client = browser()
    whole = client.get(f"/api/v1{FIRST}?on={DAY}").json()
    assert whole["facts"] and "locked" not in whole
    locked = client.get(f"/api/v1{SECOND}?on={DAY}").json()
    assert locked["locked"]["message"] == LOCK
    assert locked["title"] == "Cerebral aneurysm, nonruptured"
    assert not {"facts", "notes", "edits", "history", "content", "hierarchy"} & locked.keys()
    batch = client.post(
        "/api/v1/codes", {"codes": [{"code": "I67.1", "on": DAY}]}, content_type="application/json"
    ).json()
    assert "locked" in batch["results"][0]


def test_metered_answers_are_kept_by_no_shared_cache() -> None:
    response = browser().get(FIRST)
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]


def test_the_meter_asks_the_database_twice_for_a_new_page_and_once_for_a_known_one() -> None:
    ada = person("ada")
    today = date(2026, 11, 23)
    actions.open_page(Caller(user=ada.pk), "cpt/0", today)
    with CaptureQueriesContext(
        connection,
    ) as fresh:
        actions.open_page(Caller(user=ada.pk), "cpt/1", today)
    with CaptureQueriesContext(connection) as known:
        actions.open_page(Caller(user=ada.pk), "cpt/1", today)
    assert (len(fresh), len(known)) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_spend_the_last_view_once() -> None:
    guest = Caller(token="shared", fingerprint="f", network="n")
    opened: list[bool] = []

    def try_one(number: int) -> None:
        try:
            opened.append(actions.open_page(guest, f"cpt/{number}", date(2026, 11, 23)).is_open)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_one, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), sum(opened)) == (50, 1)
    assert Tally.objects.get().used == 1


def test_reserved_use_is_settled_for_what_it_came_to_or_given_back() -> None:
    ada, today = person("ada"), date(2026, 11, 23)
    caller = Caller(user=ada.pk)
    use = actions.reserve(caller, Meter.CLAIM_LINE, 400, today)
    assert use is not None
    assert actions.reserve(caller, Meter.CLAIM_LINE, 400, today) is None
    actions.settle(use, 100)
    actions.settle(use, 100)
    second = actions.reserve(caller, Meter.CLAIM_LINE, 400, today)
    assert second is not None
    actions.give_back(second)
    actions.give_back(second)
    assert standing(caller, Meter.CLAIM_LINE, today).used == 100


def test_guests_not_seen_for_long_are_forgotten() -> None:
    actions.open_page(Caller(token="old", fingerprint="o", network="n"), "cpt/1", date(2025, 1, 1))
    actions.open_page(Caller(token="new", fingerprint="p", network="n"), "cpt/1", date(2026, 11, 1))
    assert actions.forget_guests(date(2026, 11, 23)) == 1
    assert Tally.objects.get().holder == "guest:new"


def test_logging_in_needs_the_right_password() -> None:
    person("ada")
    client = browser()
    assert client.post("/account/login/", {"login": "ada@example.org", "password": "wrong"}).status_code == 200
    assert client.post("/account/login/", {"login": "ADA@example.org", "password": PASSWORD}).status_code == 302

"""Plans: shown from their rows, asked for and approved, tried once, raised at once, lowered and cancelled at the end of a period."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from codingahead_web.accounts import teams
from codingahead_web.accounts.models import AuditEvent, User
from codingahead_web.metering import subscribing
from codingahead_web.metering.models import Allowance, Meter, Plan, Receipt, Subscription
from codingahead_web.metering.queries import Caller, standing
from tests.web.pages import tree, words
from tests.web.people import logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Status = Subscription.Status


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock forward by some days."""
    start = timezone.now()

    def pass_by(days: float) -> datetime:
        now = start + timedelta(days=days)
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        return now

    return pass_by


def plan(slug: str) -> Plan:
    return Plan.objects.get(slug=slug)


def plan_of(user: User) -> str:
    return standing(Caller(user=user.pk), Meter.CODE_PAGE, timezone.localdate()).plan


def subscribed(user: User, slug: str, **fields: Any) -> Subscription:
    return Subscription.objects.create(user=user, plan=plan(slug), **fields)


def messages_after(client: Client, address: str, **told: Any) -> str:
    return words(client.post(address, told, follow=True), "//div[contains(@class, 'messages')]")


@pytest.fixture
def operator() -> Client:
    return logged_in(User.objects.create_superuser("operator@example.org", "a rather long passphrase"))


def approve_in_admin(operator: Client) -> None:
    chosen = list(Subscription.objects.filter(status=Status.REQUESTED).values_list("pk", flat=True))
    told = {"action": "approve", "_selected_action": chosen}
    assert operator.post("/admin/metering/subscription/", told).status_code == 302


# The page


def test_prices_and_allowances_on_the_page_are_those_of_the_rows(client: Client) -> None:
    Plan.objects.filter(slug="pro").update(name="Solo", monthly=Decimal("31.50"), tagline="For one")
    Allowance.objects.filter(plan__slug="pro", meter=Meter.ASK).update(amount=777)
    Plan.objects.filter(slug="enterprise").update(is_public=False)
    page = client.get("/pricing")
    shown = words(page, "//section[@aria-labelledby='plan-pro']")
    assert "Solo" in shown and "$31.50" in shown and "For one" in shown and "777 CasePilot questions a day" in shown
    assert "Code page views without limit" in shown
    assert not tree(page).xpath("//*[@id='plan-enterprise']")
    guest = words(page, "//section[@aria-labelledby='plan-guest']")
    assert "1 code page view" in guest and "1 code page views" not in guest and "0 mails" not in guest


def test_the_operator_changes_a_plan_and_it_applies_at_once(operator: Client, settings: Any) -> None:
    settings.METERING = True
    pro = plan("pro")
    form = operator.get(f"/admin/metering/plan/{pro.pk}/change/")
    fields = {e.get("name"): e.get("value") or "" for e in tree(form).xpath("//form[@id='plan_form']//input[@name]")}
    fields |= {e.get("name"): e.text or "" for e in tree(form).xpath("//form[@id='plan_form']//textarea[@name]")}
    for select in tree(form).xpath("//form[@id='plan_form']//select[@name]"):
        fields[select.get("name")] = (select.xpath("./option[@selected]/@value") or [""])[0]
    fields = {
        n: v
        for n, v in fields.items()
        if not n.startswith("_") and "__prefix__" not in n and n not in ("is_public", "is_sold", "per_seat")
    }
    fields |= {"is_public": "on", "is_sold": "on", "monthly": "12.00"}
    assert operator.post(f"/admin/metering/plan/{pro.pk}/change/", fields).status_code == 302
    assert "$12.00" in words(Client().get("/pricing"), "//section[@aria-labelledby='plan-pro']")
    assert AuditEvent.objects.filter(act="plan.changed", subject="pro").exists()


def test_words_of_an_allowance() -> None:
    def made(amount: int | None, meter: str, period: str) -> str:
        return Allowance(amount=amount, meter=meter, period=period).words()

    assert made(5, "code_page", "lifetime") == "5 code page views"
    assert made(1, "api_call", "day") == "1 API call a day"
    assert made(200_000, "claim_line", "month") == "200,000 claim lines checked a month"
    assert made(None, "casepilot_turn", "day") == "CasePilot questions without limit"


# Asking and approving


def test_a_plan_is_asked_for_and_counts_once_the_operator_approves(operator: Client) -> None:
    ada = person("ada")
    client = logged_in(ada)
    assert "operator of this site approves" in messages_after(client, "/account/plan/choose/pro")
    assert "waits for the operator" in words(client.get("/account/plan"), "//main")
    assert plan_of(ada) == "free"
    client.post("/account/plan/choose/pro")
    assert Subscription.objects.count() == 1
    approve_in_admin(operator)
    assert plan_of(ada) == "pro"
    assert "You have Pro" in words(client.get("/account/plan"), "//main")
    assert {"subscription.asked", "subscription.approved"} <= set(AuditEvent.objects.values_list("act", flat=True))
    assert "ada@example.org" not in "".join(AuditEvent.objects.values_list("subject", flat=True))


def test_guests_log_in_first_and_nothing_is_chosen_by_a_link(client: Client) -> None:
    assert client.post("/account/plan/choose/pro")["Location"].startswith("/account/login/")
    assert logged_in(person("ada")).get("/account/plan/choose/pro").status_code == 405


@pytest.mark.parametrize("slug", ["guest", "free", "nothing", "enterprise"])
def test_what_is_not_sold_cannot_be_had(slug: str) -> None:
    Plan.objects.filter(slug="enterprise").update(is_public=False)
    assert logged_in(person("ada")).post(f"/account/plan/choose/{slug}").status_code == 404


# Trial


def test_a_trial_is_had_once_and_ends_by_itself(later: Any) -> None:
    ada = person("ada")
    client = logged_in(ada)
    assert "14 days" in messages_after(client, "/account/plan/choose/pro", **{"try": "1"})
    assert plan_of(ada) == "pro"
    again = messages_after(client, "/account/plan/choose/pro", **{"try": "1"})
    assert "given once" in again
    assert Subscription.objects.count() == 1
    later(13.9)
    assert plan_of(ada) == "pro"
    later(14.1)
    assert plan_of(ada) == "free"
    assert subscribing.try_out(plan("pro"), ada) is None


def test_a_plan_without_trial_days_is_not_tried() -> None:
    Plan.objects.filter(slug="pro").update(trial_days=0)
    assert subscribing.try_out(plan("pro"), person("ada")) is None


# Up and down


def test_a_higher_plan_takes_the_place_of_the_lower_at_once(operator: Client) -> None:
    ada = person("ada")
    Plan.objects.filter(slug="enterprise").update(per_seat=False)
    old = subscribed(ada, "pro")
    logged_in(ada).post("/account/plan/choose/enterprise")
    assert plan_of(ada) == "pro"
    approve_in_admin(operator)
    assert plan_of(ada) == "enterprise"
    old.refresh_from_db()
    assert old.status == Status.ENDED


def test_a_lower_plan_begins_with_the_next_period(later: Any) -> None:
    ada = person("ada")
    Plan.objects.filter(slug="enterprise").update(per_seat=False)
    subscribed(ada, "enterprise", begins=timezone.now() - timedelta(days=10))
    client = logged_in(ada)
    assert "until then Enterprise stays" in messages_after(client, "/account/plan/choose/pro")
    assert "Then Pro" in words(client.get("/account/plan"), "//main")
    assert plan_of(ada) == "enterprise"
    later(19.9)
    assert plan_of(ada) == "enterprise"
    later(20.1)
    assert plan_of(ada) == "pro"


def test_the_step_down_is_taken_back(later: Any) -> None:
    ada = person("ada")
    high = subscribed(ada, "team")
    subscribing.step_down(high, plan("pro"))
    assert "Keep the plan" in words(logged_in(ada).get("/account/plan"), "//main")
    logged_in(ada).post(f"/account/plan/{high.pk}/change", {"act": "keep"})
    later(100)
    assert plan_of(ada) == "team"
    assert Subscription.objects.count() == 1


def test_the_last_of_several_steps_down_holds(later: Any) -> None:
    ada = person("ada")
    high = subscribed(ada, "enterprise")
    subscribing.step_down(high, plan("team"))
    subscribing.step_down(high, plan("pro"))
    later(31)
    assert plan_of(ada) == "pro"


def test_a_cancelled_plan_stays_to_the_end_of_its_period(later: Any) -> None:
    ada = person("ada")
    mine = subscribed(ada, "pro", begins=timezone.now() - timedelta(days=45))
    client = logged_in(ada)
    assert "Your plan ends on" in messages_after(client, f"/account/plan/{mine.pk}/change", act="cancel")
    mine.refresh_from_db()
    assert mine.ends is not None and timedelta(days=14) < mine.ends - timezone.now() <= timedelta(days=15)
    assert plan_of(ada) == "pro"
    later(15.1)
    assert plan_of(ada) == "free"


def test_a_yearly_plan_ends_with_its_year() -> None:
    mine = subscribed(person("ada"), "pro", yearly=True)
    assert subscribing.cancel(mine) == mine.begins + timedelta(days=365)


def test_nobody_cancels_the_plan_of_another() -> None:
    mine = subscribed(person("ada"), "pro")
    assert logged_in(person("cyd")).post(f"/account/plan/{mine.pk}/change", {"act": "cancel"}).status_code == 404
    mine.refresh_from_db()
    assert not mine.cancels_at_end


# Payment


def test_a_failed_payment_leaves_a_week_and_a_payment_restores_everything(later: Any) -> None:
    ada = person("ada")
    mine = subscribed(ada, "pro")
    subscribing.payment_failed(mine)
    assert "last payment failed" in words(logged_in(ada).get("/account/plan"), "//main")
    subscribing.payment_failed(mine)
    later(6.9)
    assert plan_of(ada) == "pro"
    later(7.1)
    assert plan_of(ada) == "free"
    subscribing.payment_received(mine, "in_1", Decimal("29.00"))
    assert plan_of(ada) == "pro"
    mine.refresh_from_db()
    assert (mine.status, mine.ends) == (Status.ACTIVE, None)


def test_grace_never_outlasts_a_cancelled_plan() -> None:
    mine = subscribed(person("ada"), "pro", cancels_at_end=True, ends=timezone.now() + timedelta(days=2))
    ends = mine.ends
    subscribing.payment_failed(mine)
    assert mine.ends == ends


def test_receipts_are_listed_once_for_those_who_pay() -> None:
    ada, ben = person("ada"), person("ben")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=ben)
    theirs = Subscription.objects.create(organisation=team, plan=plan("team"))
    for _ in range(2):
        subscribing.payment_received(theirs, "in_7", Decimal("120.00"), page="https://pay.example/in_7")
    assert Receipt.objects.count() == 1
    assert "120.00 USD" in words(logged_in(ada).get("/account/plan"), "//main//table")
    assert "No payment yet" in words(logged_in(ben).get("/account/plan"), "//main")


# Teams


def test_a_plan_with_seats_is_for_the_team_that_its_owner_names(operator: Client) -> None:
    ada, ben = person("ada"), person("ben")
    client = logged_in(ada)
    assert "is for a team" in messages_after(client, "/account/plan/choose/team", seats="8")
    assert "Found a team first" in words(client.get("/pricing"), "//main")
    one, two = teams.found(ada, "Radiology"), teams.found(ada, "Cardiology")
    one.memberships.create(user=ben)
    assert len(tree(client.get("/pricing")).xpath("//section[@aria-labelledby='plan-team']//option")) == 2
    assert "is for a team" in messages_after(client, "/account/plan/choose/team", seats="8")
    client.post("/account/plan/choose/team", {"seats": "8", "team": str(one.pk)})
    assert "You asked for Team for Radiology" in words(client.get("/account/plan"), "//main")
    approve_in_admin(operator)
    assert plan_of(ben) == plan_of(ada) == "team"
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.seats, two.seats) == (8, 5)


def test_only_the_owner_buys_and_cancels_for_a_team() -> None:
    ada, ben = person("ada"), person("ben")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=ben, role="admin")
    assert logged_in(ben).post("/account/plan/choose/team", {"team": str(team.pk)}).status_code == 404
    theirs = Subscription.objects.create(organisation=team, plan=plan("team"))
    assert logged_in(ben).post(f"/account/plan/{theirs.pk}/change", {"act": "cancel"}).status_code == 404
    assert "Cancel at the end" in words(logged_in(ada).get("/account/plan"), "//main")
    logged_in(ada).post(f"/account/plan/{theirs.pk}/change", {"act": "cancel"})
    theirs.refresh_from_db()
    assert theirs.cancels_at_end


@pytest.mark.parametrize(
    ("typed", "seats"), [("0", 1), ("-3", 1), ("x", 1), ("99999", 10_000), ("9" * 5000, 1), ("12", 12)]
)
def test_seats_are_a_sensible_number(typed: str, seats: int) -> None:
    ada = person("ada")
    team = teams.found(ada, "Radiology")
    logged_in(ada).post("/account/plan/choose/team", {"seats": typed})
    assert Subscription.objects.get(organisation=team).seats == seats


def test_use_is_told_in_words() -> None:
    ada = person("ada")
    page = words(logged_in(ada).get("/account"), "//main")
    assert "Code page views: 0 of 5 used" in page
    assert "API calls: 0 of 1,000 used today" in page
    subscribed(ada, "pro")
    assert "Code page views: without limit" in words(logged_in(ada).get("/account"), "//main")


@pytest.mark.parametrize(("address", "most"), [("/pricing", 12), ("/account", 16), ("/account/plan", 20)])
def test_pages_of_plans_ask_the_same_however_much_there_is(
    address: str, most: int, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    ada = person("ada")
    client = logged_in(ada)
    mine = subscribed(ada, "pro")
    subscribing.payment_received(mine, "in_0", Decimal(1))
    client.get(address)
    with django_assert_max_num_queries(most) as before:
        client.get(address)
    for n in range(1, 6):
        subscribing.payment_received(mine, f"in_{n}", Decimal(1))
        made = Plan.objects.create(slug=f"plan-{n}", name=f"Plan {n}", position=10 + n, monthly=1)
        Allowance.objects.create(plan=made, meter=Meter.CODE_PAGE)
    with django_assert_num_queries(len(before)):
        client.get(address)

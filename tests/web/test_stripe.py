"""Stripe without Stripe: reports in the shapes that it sends, signed as it signs; what is asked of it is recorded, never sent.

Shapes: Stripe API reference, event objects of Checkout Session, Invoice and Subscription, before and since the version 2025-03-31.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from codingahead_web.accounts import teams
from codingahead_web.accounts.models import User
from codingahead_web.metering.models import Meter, PaymentEvent, Plan, Receipt, Subscription
from codingahead_web.metering.queries import Caller, standing
from tests.web.pages import words
from tests.web.people import logged_in, person

stripe = pytest.importorskip("stripe")
pytestmark = [pytest.mark.django_db, pytest.mark.database]
SECRET = "whsec_of_the_tests"
NOW, NEXT = 1_785_542_400, 1_788_220_800
Status = Subscription.Status


class Recorder:
    """Stands for the classes of the library that would call out."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.fails = False

    def answer(self, what: str) -> Any:
        def call(*names: str, **told: Any) -> Any:
            if self.fails:
                raise stripe.APIConnectionError("no network")
            self.asked.append((what, told | ({"id": names[0]} if names else {})))
            return stripe.StripeObject.construct_from({"url": f"https://stripe.example/{what}"}, "k")

        return call


@pytest.fixture(autouse=True)
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    settings.STRIPE_SECRET, settings.STRIPE_WEBHOOK_SECRET = "sk_test_x", SECRET
    recorder = Recorder()
    monkeypatch.setattr(stripe.checkout.Session, "create", recorder.answer("checkout"))
    monkeypatch.setattr(stripe.billing_portal.Session, "create", recorder.answer("portal"))
    monkeypatch.setattr(stripe.Subscription, "cancel", recorder.answer("cancel"))
    return recorder


def event(kind: str, told: dict[str, Any], name: str = "") -> dict[str, Any]:
    made = name or "evt_" + hashlib.sha256(json.dumps([kind, told]).encode()).hexdigest()[:20]
    return {
        "id": made,
        "object": "event",
        "api_version": "2025-03-31.basil",
        "created": NOW,
        "type": kind,
        "livemode": False,
        "data": {"object": told},
    }


def send(told: dict[str, Any], *, secret: str = SECRET, at: int | None = None, header: str | None = None) -> int:
    body = json.dumps(told)
    stamp = at if at is not None else int(time.time())
    seal = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    signature = header if header is not None else f"t={stamp},v1={seal}"
    return (
        Client()
        .post("/payments/stripe", body, content_type="application/json", headers={"stripe-signature": signature})
        .status_code
    )


def metadata(user: User, plan: str = "pro", organisation: str = "", seats: str = "1") -> dict[str, str]:
    return {"plan": plan, "user": str(user.pk), "organisation": organisation, "seats": seats}


def checkout(user: User, reference: str = "sub_1", **more: str) -> dict[str, Any]:
    told = {"id": "cs_test_1", "object": "checkout.session", "mode": "subscription", "customer": "cus_1", "subscription": reference,
            "payment_status": "paid", "status": "complete", "metadata": metadata(user, **more)}  # fmt: skip
    return event("checkout.session.completed", told)


def invoice(kind: str, reference: str = "sub_1", name: str = "in_1", user: User | None = None) -> dict[str, Any]:
    details: dict[str, Any] = {"subscription": reference, "metadata": metadata(user) if user else {}}
    told = {"id": name, "object": "invoice", "customer": "cus_1", "amount_paid": 2900, "currency": "usd", "hosted_invoice_url": "https://pay.example/in_1",
            "parent": {"type": "subscription_details", "subscription_details": details},
            "lines": {"object": "list", "data": [{"period": {"start": NOW, "end": NEXT}}]}}  # fmt: skip
    return event(f"invoice.{kind}", told)


def changed(kind: str, **told: Any) -> dict[str, Any]:
    return event(
        f"customer.subscription.{kind}",
        {"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", **told},
    )


def plan_of(user: User) -> str:
    return standing(Caller(user=user.pk), Meter.CODE_PAGE, timezone.localdate()).plan


# Buying


def test_the_buyer_is_sent_to_checkout_with_the_price_of_the_row(provider: Recorder) -> None:
    ada = person("ada")
    response = logged_in(ada).post("/account/plan/choose/pro")
    assert response["Location"] == "https://stripe.example/checkout"
    [(what, told)] = provider.asked
    assert what == "checkout" and told["mode"] == "subscription"
    [line] = told["line_items"]
    assert line["quantity"] == 1
    assert line["price_data"]["unit_amount"] == 2900 and line["price_data"]["recurring"] == {"interval": "month"}
    assert told["metadata"] == told["subscription_data"]["metadata"] == metadata(ada)
    assert told["success_url"].startswith("http://testserver/account/plan")
    assert plan_of(ada) == "free"


def test_a_year_and_seats_are_priced_as_such(provider: Recorder) -> None:
    ada = person("ada")
    team = teams.found(ada, "Radiology")
    logged_in(ada).post("/account/plan/choose/team", {"yearly": "1", "seats": "7"})
    [line] = provider.asked[0][1]["line_items"]
    assert (line["quantity"], line["price_data"]["unit_amount"]) == (7, 24000)
    assert line["price_data"]["recurring"] == {"interval": "year"}
    assert provider.asked[0][1]["metadata"]["organisation"] == str(team.pk)


def test_without_the_network_nothing_is_charged_and_it_is_said(provider: Recorder) -> None:
    provider.fails = True
    page = logged_in(person("ada")).post("/account/plan/choose/pro", follow=True)
    assert "Nothing was charged" in words(page)
    assert not Subscription.objects.exists()


def test_a_plan_by_agreement_is_not_sold_by_the_provider(provider: Recorder) -> None:
    ada = person("ada")
    teams.found(ada, "Radiology")
    page = logged_in(ada).post("/account/plan/choose/enterprise", follow=True)
    assert "by agreement" in words(page)
    assert not provider.asked


# What it reports


def test_what_was_bought_counts_when_the_provider_says_so() -> None:
    ada = person("ada")
    assert send(checkout(ada)) == 200
    assert plan_of(ada) == "pro"
    assert send(invoice("paid")) == 200
    mine = Subscription.objects.get()
    assert (mine.provider, mine.reference, mine.customer, mine.status) == ("stripe", "sub_1", "cus_1", Status.ACTIVE)
    assert mine.renews is not None and int(mine.renews.timestamp()) == NEXT
    [receipt] = Receipt.objects.all()
    assert (str(receipt.amount), receipt.currency, receipt.page) == ("29.00", "USD", "https://pay.example/in_1")
    page = words(logged_in(ada).get("/account/plan"), "//main")
    assert "29.00 USD" in page and "renews" in page and "Card, invoices and cancellation" in page


def test_the_first_invoice_may_arrive_before_the_checkout() -> None:
    ada = person("ada")
    send(invoice("paid", user=ada))
    assert plan_of(ada) == "pro"
    begins = Subscription.objects.get().begins
    send(checkout(ada))
    assert Subscription.objects.get().begins == begins
    assert Receipt.objects.count() == 1


def test_the_older_shape_of_an_invoice_is_read_too() -> None:
    ada = person("ada")
    send(checkout(ada))
    told = {
        "id": "in_old",
        "object": "invoice",
        "subscription": "sub_1",
        "amount_paid": 2900,
        "currency": "usd",
        "lines": {"data": []},
    }
    send(event("invoice.paid", told))
    assert Receipt.objects.get().reference == "in_old"


def test_the_same_report_twice_acts_once() -> None:
    ada = person("ada")
    send(checkout(ada))
    failed = invoice("payment_failed")
    send(failed)
    first = Subscription.objects.get().ends
    Subscription.objects.update(status=Status.ACTIVE, ends=None)
    assert send(failed) == 200
    assert first is not None
    assert Subscription.objects.get().ends is None
    assert PaymentEvent.objects.count() == 2


def test_a_failed_payment_leaves_a_week_of_grace() -> None:
    ada = person("ada")
    send(checkout(ada))
    send(invoice("payment_failed"))
    mine = Subscription.objects.get()
    assert mine.status == Status.PAST_DUE and mine.ends is not None and 6 <= (mine.ends - timezone.now()).days <= 7
    assert plan_of(ada) == "pro"
    send(invoice("paid", name="in_2"))
    mine.refresh_from_db()
    assert (mine.status, mine.ends) == (Status.ACTIVE, None)


def test_a_cancellation_in_the_portal_ends_the_plan_with_its_period_and_can_be_taken_back() -> None:
    ada = person("ada")
    send(checkout(ada))
    ahead = int(time.time()) + 864_000
    send(changed("updated", cancel_at_period_end=True, cancel_at=ahead))
    mine = Subscription.objects.get()
    assert mine.cancels_at_end and mine.ends is not None and int(mine.ends.timestamp()) == ahead
    assert plan_of(ada) == "pro"
    send(changed("updated", cancel_at_period_end=False, cancel_at=None))
    mine.refresh_from_db()
    assert (mine.cancels_at_end, mine.ends) == (False, None)


@pytest.mark.parametrize(
    "told",
    [
        changed("deleted", status="canceled", ended_at=NOW),
        changed("updated", status="unpaid", cancel_at_period_end=False),
    ],
)
def test_an_ended_subscription_counts_no_more(told: dict[str, Any]) -> None:
    ada = person("ada")
    send(checkout(ada))
    assert send(told) == 200
    assert plan_of(ada) == "free"


def test_a_team_gets_the_seats_that_were_bought() -> None:
    ada, ben = person("ada"), person("ben")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=ben)
    send(checkout(ada, plan="team", organisation=str(team.pk), seats="9"))
    team.refresh_from_db()
    assert team.seats == 9
    assert plan_of(ben) == "team"


def test_a_plan_that_replaces_another_stops_the_charges_for_it(provider: Recorder) -> None:
    ada = person("ada")
    send(checkout(ada))
    send(event("checkout.session.completed", checkout(ada, "sub_2", plan="enterprise")["data"]["object"]))
    assert plan_of(ada) == "enterprise"
    assert provider.asked == [("cancel", {"id": "sub_1", "prorate": True, "invoice_now": True})]
    assert Subscription.objects.get(reference="sub_1").status == Status.ENDED


def test_a_lower_plan_waits_until_the_higher_is_cancelled(provider: Recorder) -> None:
    ada = person("ada")
    Subscription.objects.create(
        user=ada, plan=Plan.objects.get(slug="team"), provider="stripe", reference="sub_1", customer="cus_1"
    )
    page = logged_in(ada).post("/account/plan/choose/pro", follow=True)
    assert "Cancel Team first" in words(page)
    assert not provider.asked


def test_the_portal_opens_for_the_subscriber_alone(provider: Recorder) -> None:
    ada = person("ada")
    send(checkout(ada))
    mine = Subscription.objects.get()
    assert logged_in(person("cyd")).post(f"/account/plan/{mine.pk}/change").status_code == 404
    assert logged_in(ada).post(f"/account/plan/{mine.pk}/change")["Location"] == "https://stripe.example/portal"
    assert provider.asked[0][1]["customer"] == "cus_1"


# What is not believed


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another secret"}, {"secret": ""}, {"at": 1_000_000_000}, {"header": ""}, {"header": "t=,v1="}, {"header": "nonsense"},
        {"header": "t=1,v1=" + "0" * 64},
    ],
)  # fmt: skip
def test_a_report_that_is_not_signed_is_refused(forged: dict[str, Any]) -> None:
    ada = person("ada")
    assert send(checkout(ada), **forged) == 400
    assert plan_of(ada) == "free"
    assert not PaymentEvent.objects.exists()


def test_a_changed_report_is_refused() -> None:
    ada = person("ada")
    told = checkout(ada)
    stamp = int(time.time())
    seal = hmac.new(SECRET.encode(), f"{stamp}.{json.dumps(told)}".encode(), hashlib.sha256).hexdigest()
    told["data"]["object"]["metadata"]["plan"] = "enterprise"
    assert send(told, header=f"t={stamp},v1={seal}") == 400


def test_without_a_webhook_secret_every_report_is_refused(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ""
    ada = person("ada")
    assert send(checkout(ada), secret="") == 400
    assert plan_of(ada) == "free"


def test_bytes_that_are_no_text_are_refused() -> None:
    response = Client().post(
        "/payments/stripe", b"\xff\xfe", content_type="application/json", headers={"stripe-signature": "t=1,v1=0"}
    )
    assert response.status_code == 400
    assert Client().get("/payments/stripe").status_code == 405


@pytest.mark.parametrize(
    "told",
    [
        event("charge.refunded", {"id": "ch_1", "object": "charge"}),
        event(
            "invoice.paid",
            {
                "id": "in_x",
                "object": "invoice",
                "subscription": "sub_of_another_shop",
                "amount_paid": 1,
                "currency": "usd",
            },
        ),
        event("checkout.session.completed", {"id": "cs_x", "mode": "payment"}),
        event(
            "checkout.session.completed",
            {"id": "cs_y", "mode": "subscription", "subscription": "sub_9", "metadata": {}},
        ),
        event(
            "checkout.session.completed",
            {"id": "cs_z", "mode": "subscription", "subscription": "s", "metadata": {"plan": "pro", "user": "999999"}},
        ),
    ],
)
def test_reports_that_are_not_ours_are_taken_and_change_nothing(told: dict[str, Any]) -> None:
    assert send(told) == 200
    assert not Subscription.objects.exists() and not Receipt.objects.exists()

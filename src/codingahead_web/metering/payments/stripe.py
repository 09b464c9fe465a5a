"""Stripe: hosted Checkout to buy, the customer portal to change, signed webhooks to learn what happened.

Sources: Stripe API reference, Checkout Sessions, Customer portal, Webhook signatures. Needs the extra `payments`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from codingahead_web.accounts.models import Organisation, User
from codingahead_web.metering import subscribing
from codingahead_web.metering.models import PaymentEvent, Plan, Subscription
from codingahead_web.metering.payments import Order, PaymentUnavailable

CENTS = Decimal(100)
TOLERANCE = 300  # seconds between the signing of a report and its arrival
_OVER = ("unpaid", "canceled", "incomplete_expired")


class BadSignature(Exception):
    """The report does not come from the provider."""


class StripePayments:
    name = "stripe"

    def begin(self, order: Order) -> str | None:
        client = _client()
        amount = order.plan.yearly if order.yearly else order.plan.monthly
        if amount is None:
            raise PaymentUnavailable("This plan is by agreement: ask the operator.")
        recurring = {"interval": "year" if order.yearly else "month"}
        price = {
            "currency": "usd", "unit_amount": int(amount * CENTS), "recurring": recurring, "product_data": {"name": f"Coding Ahead {order.plan.name}"},
        }  # fmt: skip
        told = {
            "plan": order.plan.slug,
            "user": str(order.user.pk),
            "organisation": str(order.organisation or ""),
            "seats": str(order.seats),
        }
        try:
            session = client.checkout.Session.create(
                mode="subscription", line_items=[{"price_data": price, "quantity": order.seats}], customer_email=order.user.email,
                success_url=f"{order.back}?paid=1", cancel_url=order.back, metadata=told, subscription_data={"metadata": told},
            )  # fmt: skip
        except Exception as error:
            raise PaymentUnavailable(
                "The payment provider cannot be reached. Nothing was charged; try again later."
            ) from error
        return str(session.url)

    def portal(self, subscription: Subscription, back: str) -> str | None:
        if not subscription.customer:
            return None
        try:
            return str(_client().billing_portal.Session.create(customer=subscription.customer, return_url=back).url)
        except Exception as error:
            raise PaymentUnavailable("The payment provider cannot be reached. Try again later.") from error


def receive(payload: bytes, signature: str) -> bool:
    """Acts on a signed report once; False when it was acted on before. Raises BadSignature."""
    stripe = _module()
    if not settings.STRIPE_WEBHOOK_SECRET:
        # An empty secret would be everybody's.
        raise BadSignature
    try:
        text = payload.decode()
        stripe.WebhookSignature.verify_header(text, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE)
        told: dict[str, Any] = json.loads(text)
    except (ValueError, stripe.SignatureVerificationError) as error:
        raise BadSignature from error
    with transaction.atomic():
        _, is_new = PaymentEvent.objects.get_or_create(reference=told["id"], defaults={"kind": told["type"]})
        if is_new:
            _act(told["type"], told["data"]["object"])
    return is_new


def _act(kind: str, told: dict[str, Any]) -> None:
    if kind == "checkout.session.completed" and told.get("mode") == "subscription":
        _bought(told.get("subscription"), told, told.get("metadata"))
        return
    reference = told["id"] if kind.startswith("customer.subscription.") else _subscription_of(told)
    mine = Subscription.objects.filter(provider="stripe", reference=reference or "").first()
    if mine is None and kind == "invoice.paid":
        # Reports arrive in any order: the first invoice may come before the checkout it belongs to.
        mine = _bought(reference, told, _metadata_of(told))
    if mine is None:
        return
    if kind == "invoice.paid":
        _paid(mine, told)
    elif kind == "invoice.payment_failed":
        subscribing.payment_failed(mine)
    elif kind == "customer.subscription.updated":
        _updated(mine, told)
    elif kind == "customer.subscription.deleted":
        subscribing.end(mine, _moment(told.get("ended_at")) or timezone.now())


def _bought(reference: Any, told: dict[str, Any], metadata: dict[str, Any] | None) -> Subscription | None:
    """None when it is not of this site, or its buyer has gone."""
    meta = metadata or {}
    plan = Plan.objects.filter(slug=meta.get("plan", "")).first()
    user = User.objects.filter(pk=meta["user"]).first() if str(meta.get("user", "")).isdecimal() else None
    team = meta.get("organisation") or None
    organisation = Organisation.objects.filter(pk=team).first() if team else None
    if not reference or plan is None or user is None or (team and organisation is None):
        return None
    bought, is_new = Subscription.objects.get_or_create(
        provider="stripe", reference=str(reference),
        defaults={
            "plan": plan, "customer": str(told.get("customer") or ""), "seats": int(meta.get("seats") or 1), "status": Subscription.Status.REQUESTED,
            "user": None if organisation else user, "organisation": organisation,
        },
    )  # fmt: skip
    if is_new:
        for replaced in subscribing.approve(bought):
            _stop(replaced)
    return bought


def _stop(replaced: Subscription) -> None:
    """A plan that another one has replaced is not charged on; what is left of its period is credited."""
    if replaced.provider == "stripe":
        _client().Subscription.cancel(replaced.reference, prorate=True, invoice_now=True)


def _paid(mine: Subscription, told: dict[str, Any]) -> None:
    lines = (told.get("lines") or {}).get("data") or [{}]
    until = _moment((lines[0].get("period") or {}).get("end"))
    page = told.get("hosted_invoice_url") or ""
    amount = Decimal(told["amount_paid"]) / CENTS
    subscribing.payment_received(mine, told["id"], amount, told["currency"], until=until, page=page)


def _updated(mine: Subscription, told: dict[str, Any]) -> None:
    if told.get("cancel_at_period_end"):
        mine.cancels_at_end, mine.ends = True, _moment(told.get("cancel_at")) or mine.renews or mine.ends
        mine.save(update_fields=["cancels_at_end", "ends"])
    elif mine.cancels_at_end:
        subscribing.keep_on(mine)
    if told.get("status") == "past_due":
        subscribing.payment_failed(mine)
    elif told.get("status") in _OVER:
        subscribing.end(mine, timezone.now())


def _subscription_of(told: dict[str, Any]) -> str | None:
    """Older API versions name it on the invoice itself, newer ones below `parent`."""
    parent = (told.get("parent") or {}).get("subscription_details") or {}
    found = told.get("subscription") or parent.get("subscription")
    return str(found) if found else None


def _metadata_of(told: dict[str, Any]) -> dict[str, Any] | None:
    parent = (told.get("parent") or {}).get("subscription_details") or {}
    return parent.get("metadata") or (told.get("subscription_details") or {}).get("metadata")


def _moment(stamp: Any) -> datetime | None:
    return datetime.fromtimestamp(int(stamp), UTC) if stamp else None


def _client() -> Any:
    stripe = _module()
    stripe.api_key = settings.STRIPE_SECRET
    stripe.max_network_retries = 1
    return stripe


def _module() -> Any:
    try:
        import stripe
    except ImportError as error:
        raise PaymentUnavailable(
            "STRIPE_SECRET is set but the extra is missing: pip install 'codingahead[payments]'"
        ) from error
    return stripe

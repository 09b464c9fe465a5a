"""How plans are paid for: a port with two adapters. `manual`: asked for and approved in the admin. `stripe`: Checkout, portal, webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from codingahead_web.accounts.models import User
from codingahead_web.metering.models import Plan, Subscription


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants. `back`: the address of the plan page, to return to."""

    user: User
    plan: Plan
    back: str
    yearly: bool = False
    seats: int = 1
    organisation: int | None = None


class PaymentUnavailable(Exception):
    """The provider cannot be asked now, or is not set up; the message may be shown."""


class Payments(Protocol):
    name: str

    def begin(self, order: Order) -> str | None:
        """Where to send the buyer, or None when nothing more is to be done by him. Raises PaymentUnavailable."""

    def portal(self, subscription: Subscription, back: str) -> str | None:
        """Where a subscriber changes card and sees invoices; None when the provider has no such place."""


def payments() -> Payments:
    """The adapter that the operator chose."""
    if settings.STRIPE_SECRET:
        from codingahead_web.metering.payments.stripe import StripePayments

        return StripePayments()
    from codingahead_web.metering.payments.manual import ManualPayments

    return ManualPayments()

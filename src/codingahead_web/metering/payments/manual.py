"""No provider: a plan is asked for, and the operator approves it in the admin."""

from __future__ import annotations

from codingahead_web.accounts.models import Organisation
from codingahead_web.metering import subscribing
from codingahead_web.metering.models import Subscription
from codingahead_web.metering.payments import Order


class ManualPayments:
    name = "manual"

    def begin(self, order: Order) -> str | None:
        organisation = Organisation.objects.get(pk=order.organisation) if order.organisation else None
        subscribing.ask_for(
            order.plan, user=order.user, organisation=organisation, seats=order.seats, yearly=order.yearly
        )
        return None

    def portal(self, subscription: Subscription, back: str) -> str | None:
        return None

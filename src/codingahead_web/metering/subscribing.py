"""Plans begin, change and end: asked for, approved, tried, upgraded, cancelled at the end of a period, past due with grace."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from codingahead_web.accounts.models import Organisation, User
from codingahead_web.metering.models import Plan, Receipt, Subscription

GRACE = timedelta(days=7)
MONTH, YEAR = timedelta(days=30), timedelta(days=365)
Status = Subscription.Status


def ask_for(
    plan: Plan,
    *,
    user: User | None = None,
    organisation: Organisation | None = None,
    seats: int = 1,
    yearly: bool = False,
) -> Subscription:
    """Without a payment provider a plan is asked for and approved by the operator. Asking again changes the open request."""
    holder = {"user": user} if organisation is None else {"organisation": organisation}
    open_request = Subscription.objects.filter(status=Status.REQUESTED, **holder).first()
    asked = open_request or Subscription(status=Status.REQUESTED, **holder)
    asked.plan, asked.seats, asked.yearly = plan, seats, yearly
    asked.save()
    return asked


@transaction.atomic
def approve(subscription: Subscription) -> list[Subscription]:
    """Takes at once the place of what the holder had before, or was to have next; returns what has ended thereby."""
    now = timezone.now()
    others = list(_counting(subscription).exclude(pk=subscription.pk))
    for other in others:
        end(other, now)
    subscription.status, subscription.begins, subscription.ends = Status.ACTIVE, now, None
    subscription.save()
    _seat(subscription)
    return others


@transaction.atomic
def try_out(plan: Plan, user: User) -> Subscription | None:
    """A trial, once a person a plan; None when it was had or the plan has none."""
    if (
        not plan.trial_days
        or Subscription.objects.filter(user=user, plan=plan).exclude(status=Status.REQUESTED).exists()
    ):
        return None
    now = timezone.now()
    return Subscription.objects.create(
        user=user, plan=plan, status=Status.TRIAL, begins=now, ends=now + timedelta(days=plan.trial_days)
    )


def current(*, user: User | None = None, organisation: Organisation | None = None) -> Subscription | None:
    """What the holder has now; of several the highest."""
    now = timezone.now()
    holder = {"user": user} if organisation is None else {"organisation": organisation}
    mine = Subscription.objects.filter(status__in=Subscription.COUNTS, begins__lte=now, **holder)
    return mine.filter(Q(ends=None) | Q(ends__gt=now)).select_related("plan").order_by("-plan__position").first()


@transaction.atomic
def step_down(subscription: Subscription, plan: Plan) -> datetime:
    """A lower plan follows when the period that was paid for is over. Returns the moment it begins."""
    _drop_follower(subscription)
    begins = cancel(subscription)
    subscription.next_plan = plan
    subscription.save(update_fields=["next_plan"])
    Subscription.objects.create(
        user=subscription.user, organisation=subscription.organisation, plan=plan, status=Status.ACTIVE, begins=begins,
        seats=subscription.seats, yearly=subscription.yearly,
    )  # fmt: skip
    return begins


def cancel(subscription: Subscription) -> datetime:
    """What was paid for is kept to its end. Returns the moment the plan ends."""
    subscription.cancels_at_end = True
    subscription.ends = subscription.ends or subscription.renews or _period_end(subscription, timezone.now())
    subscription.save(update_fields=["cancels_at_end", "ends"])
    return subscription.ends


@transaction.atomic
def keep_on(subscription: Subscription) -> None:
    """Takes a cancellation, or the step to a lower plan, back before it counts."""
    if subscription.cancels_at_end and subscription.ends and subscription.ends > timezone.now():
        _drop_follower(subscription)
        subscription.cancels_at_end, subscription.ends, subscription.next_plan = False, None, None
        subscription.save(update_fields=["cancels_at_end", "ends", "next_plan"])


def payment_failed(subscription: Subscription) -> None:
    """The plan goes on for a week; a payment within it restores everything."""
    if subscription.status == Status.ACTIVE:
        grace = timezone.now() + GRACE
        subscription.status, subscription.ends = Status.PAST_DUE, min(subscription.ends or grace, grace)
        subscription.save(update_fields=["status", "ends"])


@transaction.atomic
def payment_received(
    subscription: Subscription,
    reference: str,
    amount: Decimal,
    currency: str = "USD",
    *,
    until: datetime | None = None,
    page: str = "",
) -> None:
    Receipt.objects.get_or_create(
        reference=reference,
        defaults={"subscription": subscription, "amount": amount, "currency": currency.upper(), "page": page},
    )
    if subscription.status in (Status.PAST_DUE, Status.TRIAL, Status.REQUESTED):
        subscription.status = Status.ACTIVE
    subscription.renews = until
    if not subscription.cancels_at_end:
        subscription.ends = None
    subscription.save()
    _seat(subscription)


def end(subscription: Subscription, at: datetime) -> None:
    subscription.status, subscription.ends = Status.ENDED, at
    subscription.save(update_fields=["status", "ends"])


def _counting(subscription: Subscription) -> QuerySet[Subscription]:
    """All of the same holder that count, or will."""
    holder = (
        {"user": subscription.user}
        if subscription.organisation is None
        else {"organisation": subscription.organisation}
    )
    return Subscription.objects.filter(status__in=Subscription.COUNTS, **holder)


def _drop_follower(subscription: Subscription) -> None:
    _counting(subscription).filter(begins__gt=timezone.now()).exclude(pk=subscription.pk).delete()


def _seat(subscription: Subscription) -> None:
    """The organisation has the seats that were paid for."""
    if subscription.organisation is not None and subscription.organisation.seats < subscription.seats:
        subscription.organisation.seats = subscription.seats
        subscription.organisation.save(update_fields=["seats"])


def _period_end(subscription: Subscription, now: datetime) -> datetime:
    length = YEAR if subscription.yearly else MONTH
    passed = (now - subscription.begins) // length
    return subscription.begins + (passed + 1) * length

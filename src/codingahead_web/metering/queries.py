"""What may somebody still use? One question to the database, whoever asks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from codingahead_web.accounts.models import User
from codingahead_web.metering.models import Allowance, Period, Plan, Subscription, Tally

GUEST, FREE = "guest", "free"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is counted. A guest has `token` (of a genuine cookie) or none, a `fingerprint` and a `network`; a person has `user`."""

    user: int | None = None
    organisation: int | None = None
    token: str | None = None
    fingerprint: str | None = None
    network: str = ""

    @property
    def is_guest(self) -> bool:
        return self.user is None

    @property
    def holder(self) -> str:
        if self.organisation is not None:
            return f"organisation:{self.organisation}"
        return f"user:{self.user}" if self.user is not None else f"guest:{self.token or ''}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A caller's plan and use of one meter. `amount` None: unlimited. `neighbours`: guests counted today from the same network.
    `more`: what a free account would give a guest."""

    plan: str
    plan_name: str
    amount: int | None
    period: str
    key: str
    tally: int | None
    holder: str
    used: int
    opened: tuple[str, ...] = field(default=())
    version: int = 0
    neighbours: int = 0
    more: int | None = None

    @property
    def left(self) -> int | None:
        return None if self.amount is None else max(self.amount - self.used, 0)

    @property
    def is_unlimited(self) -> bool:
        return self.amount is None


def standing(caller: Caller, meter: str, today: date) -> Standing:
    """The caller's allowance and tally. Raises Allowance.DoesNotExist when the table of plans has lost its guest or free row."""
    keyed = _allowances(caller, meter).annotate(
        key=Case(
            When(period=Period.DAY, then=Value(today.isoformat())),
            When(period=Period.MONTH, then=Value(today.isoformat()[:7])),
            default=Value(""),
            output_field=CharField(),
        )
    )
    mine = _tallies(caller).filter(meter=meter, period=OuterRef("key"))
    # One subquery for the whole row: each costs more to compile than to run.
    whole = JSONObject(id="id", holder="holder", used="used", opened="opened", version="version")
    rows = keyed.annotate(tally=Subquery(mine.values(whole=whole)[:1]))
    if caller.is_guest:
        free = Allowance.objects.filter(plan__slug=FREE, meter=meter).values("amount")
        rows = rows.annotate(neighbours=_neighbours(caller, meter, today), more=Subquery(free[:1]))
    row = rows.select_related("plan")[:1].get()
    tally = row.tally or {}
    return Standing(
        row.plan.slug, row.plan.name, row.amount, row.period, row.key, tally.get("id"), tally.get("holder") or caller.holder, tally.get("used") or 0,
        _opened(tally.get("opened")), tally.get("version") or 0, getattr(row, "neighbours", 0), getattr(row, "more", None),
    )  # fmt: skip


def _opened(told: Any) -> tuple[str, ...]:
    """SQLite gives JSON inside of JSON as text."""
    return tuple(json.loads(told) if isinstance(told, str) else told or ())


def running_subscriptions(caller: Caller) -> QuerySet[Subscription]:
    """The caller's own, and those of the organisations that he or she belongs to."""
    now = timezone.now()
    counts = Subscription.objects.filter(status__in=Subscription.COUNTS, begins__lte=now).filter(
        Q(ends=None) | Q(ends__gt=now)
    )
    owner = Q(user=caller.user) | Q(organisation__memberships__user=caller.user)
    return counts.filter(owner)


def public_plans() -> QuerySet[Plan]:
    return Plan.objects.filter(is_public=True).prefetch_related("allowances")


def export_use(user: User) -> list[dict[str, Any]]:
    mine = Tally.objects.filter(holder=Caller(user=user.pk).holder)
    return list(mine.values("meter", "period", "used", "opened", "day"))


def export_plans(user: User) -> list[dict[str, Any]]:
    return [
        {
            "plan": s.plan.name, "status": s.status, "begins": s.begins, "ends": s.ends,
            "receipts": list(s.receipts.values("at", "amount", "currency", "reference")),
        }
        for s in user.subscriptions.select_related("plan")
    ]  # fmt: skip


def _allowances(caller: Caller, meter: str) -> QuerySet[Allowance]:
    plans = Q(plan__slug=GUEST)
    if not caller.is_guest:
        plans = Q(plan__slug=FREE) | Q(plan__in=running_subscriptions(caller).values("plan"))
    return Allowance.objects.filter(plans, meter=meter).order_by("-plan__position")


def _tallies(caller: Caller) -> QuerySet[Tally]:
    """A guest's by the cookie first, else by the fingerprint."""
    if not caller.is_guest:
        return Tally.objects.filter(holder=caller.holder)
    known = Q(fingerprint=caller.fingerprint) if caller.fingerprint else Q(pk=None)
    if caller.token:
        known |= Q(holder=caller.holder)
    by_cookie = Case(When(holder=caller.holder, then=0), default=1, output_field=IntegerField())
    return Tally.objects.filter(known).order_by(by_cookie, "-used")


def _neighbours(caller: Caller, meter: str, today: date) -> Coalesce:
    same = Tally.objects.filter(network=caller.network, meter=meter, day=today, used__gt=0).order_by()
    counted = same.values("network").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counted[:1]), 0)

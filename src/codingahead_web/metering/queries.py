"""What may somebody still use? One question to the database, whoever asks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from codingahead_web.accounts.models import User
from codingahead_web.metering.models import Allowance, Period, Plan, Subscription, Tally, period_key

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
    arms = [_tallies(caller, meter, today)] + ([_neighbours(caller, meter, today)] if caller.is_guest else [])
    rows = [_Row(*row) for row in _allowances(caller, meter).union(*arms, all=True)]
    plans = [r for r in rows if r.kind == "plan" and (not caller.is_guest or r.name == GUEST)]
    if not plans:
        raise Allowance.DoesNotExist
    plan = max(plans, key=lambda r: r.rank)
    key = period_key(plan.period, today)
    mine = [r for r in rows if r.kind == "tally" and r.period == key]
    # A guest's by the cookie first, else by the fingerprint.
    tally = max(mine, key=lambda r: (r.name == caller.holder, r.number or 0), default=_NONE)
    more = next((r.number for r in rows if caller.is_guest and r.kind == "plan" and r.name == FREE), None)
    neighbours = next((r.number or 0 for r in rows if r.kind == "neighbours"), 0)
    return Standing(
        plan.name, plan.text, plan.number, plan.period, key, tally.row or None, tally.name or caller.holder, tally.number or 0,
        tuple(json.loads(tally.text)), tally.rank, neighbours, more,
    )  # fmt: skip


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


class _Row(NamedTuple):
    """What plans, tallies and neighbours have in common, so that one simple question finds them together."""

    kind: str
    name: str
    text: str
    period: str
    number: int | None
    rank: int
    row: int


_NONE = _Row("tally", "", "[]", "", 0, 0, 0)
_COLUMNS = ("kind", "name_", "text_", "period_", "number", "rank", "row_")


def _rows(found: QuerySet[Any], kind: str, **columns: Any) -> QuerySet[Any, Any]:
    return found.annotate(kind=Value(kind, output_field=CharField()), **columns).values_list(*_COLUMNS)


def _allowances(caller: Caller, meter: str) -> QuerySet[Any, Any]:
    plans = Q(plan__slug__in=(GUEST, FREE))
    if not caller.is_guest:
        plans = Q(plan__slug=FREE) | Q(plan__in=running_subscriptions(caller).values("plan"))
    return _rows(
        Allowance.objects.filter(plans, meter=meter), "plan", name_=F("plan__slug"), text_=F("plan__name"), period_=F("period"), number=F("amount"),
        rank=F("plan__position"), row_=F("id"),
    )  # fmt: skip


def _tallies(caller: Caller, meter: str, today: date) -> QuerySet[Any, Any]:
    known = Q(holder=caller.holder) if caller.token or not caller.is_guest else Q()
    if caller.is_guest and caller.fingerprint:
        known |= Q(fingerprint=caller.fingerprint)
    periods = {period_key(period, today) for period in Period.values}
    mine = Tally.objects.filter(known or Q(pk=None), meter=meter, period__in=periods)
    return _rows(
        mine, "tally", name_=F("holder"), text_=Cast("opened", TextField()), period_=F("period"), number=F("used"), rank=F("version"), row_=F("id"),
    )  # fmt: skip


def _neighbours(caller: Caller, meter: str, today: date) -> QuerySet[Any, Any]:
    """How many guests of the same network were counted today."""
    same = Tally.objects.filter(network=caller.network, meter=meter, day=today, used__gt=0).values("network")
    nothing, zero = Value("", output_field=CharField()), Value(0, output_field=IntegerField())
    return _rows(
        same, "neighbours", name_=nothing, text_=nothing, period_=nothing, number=Count("id"), rank=zero, row_=zero
    )

"""How the job pages write pay, places and credentials."""

from __future__ import annotations

from decimal import Decimal

from django import template

from codingahead_web.careers import tables
from codingahead_web.careers.models import Posting

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """Whole dollars without cents: 28, 28.50, 62,000."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


@register.filter
def money_int(amount: int) -> str:
    return f"{amount:,}"


@register.filter
def pay(posting: Posting) -> str:
    low, high = posting.pay_min, posting.pay_max
    if low is None and high is None:
        return "Pay not stated"
    unit = posting.get_pay_unit_display()
    if low is None or high is None or low == high:
        one = low if low is not None else high
        assert one is not None
        return f"{'Up to ' if low is None else ''}${money(one)}{' or more' if high is None else ''} {unit}"
    return f"${money(low)} to ${money(high)} {unit}"


@register.filter
def where(posting: Posting) -> str:
    names = [tables.STATES.get(s, s) for s in posting.states]
    if posting.place == Posting.Place.REMOTE:
        told = "Remote, anywhere in the US" if not names else f"Remote from {_few(names)}"
        return told
    return f"{posting.get_place_display()}, {', '.join(x for x in (posting.city, *names[:1]) if x)}"


@register.filter
def asks(posting: Posting) -> str:
    told = ", ".join(posting.credentials)
    return f"{told}{' or equivalent' if posting.or_equivalent else ''}" if told else "No credential required"


def _few(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} states"

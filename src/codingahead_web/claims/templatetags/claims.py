"""Small words of the claim pages: money, numbers of a drawing, sentences without days."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django import template

from codingahead_web.claims import masked

register = template.Library()


@register.filter
def money(value: str) -> str:
    """'12,345.60' from a decimal string."""
    try:
        return f"{Decimal(value):,.2f}"
    except InvalidOperation:
        return value


@register.filter
def unlocalized(value: float) -> str:
    """As SVG wants it: a point, no groups."""
    return f"{value:g}"


@register.filter
def without_days(value: str) -> str:
    return masked.without_days(value)

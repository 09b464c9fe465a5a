"""Components small enough to be a tag: icons, code chips, source marks, dates, links that keep the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from codingahead.words.codes import SYSTEM_NAMES, System

register = template.Library()

VERDICTS = {
    "yes": ("clean", "tick", "Allowed"),
    "conditional": ("review", "triangle", "Conditional"),
    "no": ("deny", "square", "Not allowed"),
    "active": ("clean", "tick", "Active"),
    "header": ("review", "triangle", "Heading"),
    "deleted": ("deny", "square", "Deleted"),
    "future": ("review", "triangle", "Not yet valid"),
    "unknown": ("deny", "square", "No such code"),
    "ambiguous": ("review", "triangle", "Several systems"),
    "not_loaded": ("unchecked", "dashed", "Not loaded"),
}


@register.simple_tag
@lru_cache(maxsize=64)
def icon(name: str) -> SafeString:
    """A symbol of the sprite, for the eye only: its word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("look/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def go(context: Context, name: str, *args: object) -> str:
    """The address `name`, for the day that stands in this page's address."""
    return _for_the_day(context, _address(name, *args))


@register.simple_tag(takes_context=True)
def chip(context: Context, code: str, system: str, title: str | None = "") -> SafeString:
    """A code as a link, tinted by its system; the system's name is in its title."""
    return _chip(code, system, title, _for_the_day(context, _address("code", system, code)))


@lru_cache(maxsize=20_000)
def _chip(code: str, system: str, title: str | None, address: str) -> SafeString:
    hint = f"{system_name(system)}: {title}" if title else system_name(system)
    return format_html('<a class="chip sys-{}" href="{}" title="{}">{}</a>', system, address, hint, code)


@lru_cache(maxsize=20_000)
def _address(name: str, *args: object) -> str:
    """Addresses do not change while the site runs; a code page holds hundreds."""
    return reverse(name, args=args)


@register.simple_tag(takes_context=True)
def index_code(context: Context, printed: str) -> SafeString:
    """An ICD-10-CM code as the books print it: 'Q28.-' shows its hyphen and leads to Q28."""
    target = printed.strip().rstrip("-").rstrip(".")
    address = _for_the_day(context, _address("code", "icd10cm", target))
    return format_html('<a class="code" href="{}">{}</a>', address, printed)


@register.simple_tag(takes_context=True)
def mark(context: Context, number: int | None) -> SafeString:
    """The number of the source a cell was read from; amber when its release may be out of date."""
    if not number:
        return SafeString("")
    return _mark(number, number in (context.get("stale_sources") or ()))


@lru_cache(maxsize=4096)
def _mark(number: int, stale: bool) -> SafeString:
    word = "source {}, may be out of date" if stale else "source {}"
    return format_html(
        '<a class="mark{}" href="#source-{}" data-source="{}" aria-label="{}">{}</a>',
        " is-stale" if stale else "", number, number, word.format(number), number,
    )  # fmt: skip


@register.simple_tag
@lru_cache(maxsize=64)
def verdict(value: str) -> SafeString:
    """Colour, shape and word of one of the four roles."""
    role, shape, word = VERDICTS.get(value, ("unchecked", "dashed", value))
    return format_html('<span class="verdict is-{}">{}{}</span>', role, icon(shape), word)


@register.simple_tag(takes_context=True)
def linked(context: Context, text: str, codes: Iterable[str], system: str = "icd10cm") -> SafeString:
    """`text` with the codes it names as links; 'Q28.-' leads to Q28."""
    printed = sorted({c for c in codes if c}, key=len, reverse=True)
    if not printed:
        return conditional_escape(text)
    pattern = re.compile("|".join(re.escape(str(escape(code))) for code in printed))

    def anchor(found: re.Match[str]) -> str:
        target = found.group().rstrip("-").rstrip(".")
        address = _for_the_day(context, _address("code", system, target))
        return f'<a class="code" href="{escape(address)}">{found.group()}</a>'

    return mark_safe(pattern.sub(anchor, str(escape(text))))


@register.filter
def drawing(svg: str) -> SafeString:
    """A drawing that this program has made, without its XML declaration, to stand in the page itself: the policy allows no other."""
    return mark_safe(svg.partition("?>")[2] or svg)


@register.filter
def plain_date(value: str | date | None) -> str:
    """'22 Nov 2026' from a date or its ISO form."""
    if not value:
        return ""
    day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{day.day} {day:%b %Y}"


@register.filter
def system_name(value: str) -> str:
    try:
        return SYSTEM_NAMES[System(value)]
    except ValueError:
        return value


@register.filter
def thousands(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


@register.filter
def procedure_system(code: str) -> str:
    """CPT codes begin with a digit, HCPCS Level II codes with a letter."""
    return System.HCPCS.value if code[:1].isalpha() else System.CPT.value


@register.filter
def node_address(value: str) -> str:
    """'chapter 9' as it stands in an address."""
    return value.replace(" ", "-")


@register.filter
def item(value: dict[str, Any], key: str) -> Any:
    return value.get(key)


@register.simple_tag
def names(values: Iterable[str]) -> SafeString:
    return format_html_join(", ", "{}", ((v,) for v in values))


def _for_the_day(context: Context, address: str) -> str:
    visit = context.get("visit")
    return visit.link(address) if visit else address

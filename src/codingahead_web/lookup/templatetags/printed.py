"""Sections of a code page, printed once and kept: what a section says depends on the pack, the code and the day, and on no reader.

Whether a reader may see a section is decided before it is asked for here; a locked section is never kept, nor is the question box.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from codingahead_web.lookup.sections import Section

register = template.Library()

READERS_OWN = frozenset({"ask"})
MOST_KEPT = 6_000  # sections of some 400 pages, about 3 KB each


class _Kept:
    """A key that carries what prints it: equal when the key is equal."""

    def __init__(self, key: tuple[Any, ...], section: Section, context: Context) -> None:
        self.key, self.section, self.context = key, section, context

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.key == self.key


@register.simple_tag(takes_context=True)
def printed(context: Context, section: Section) -> SafeString:
    """The body of a section that is not empty."""
    visit, value = context.get("visit"), context["value"]
    if section.is_locked or section.id in READERS_OWN or visit is None:
        return _print(section, context)
    key = (str(visit.codebook.folder), value["system"], value["code"], value["on"], visit.named, section.id)
    if section.id == "edits":
        key += context["sought"]
    kept = _Kept(key, section, context)
    text = _remembered(kept)
    # The memory keeps the first key it saw; its context must not live on with it.
    kept.context = Context()
    return text


@lru_cache(maxsize=MOST_KEPT)
def _remembered(kept: _Kept) -> SafeString:
    return _print(kept.section, kept.context)


def _print(section: Section, context: Context) -> SafeString:
    with context.push(section=section):
        return mark_safe(get_template(section.template).template.render(context))  # type: ignore[attr-defined]

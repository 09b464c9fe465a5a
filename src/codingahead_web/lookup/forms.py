"""Strangers' query words made ours: numbers, switches, the question for the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

PAGE = 25
MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What the search page was asked. `systems` are names as typed; the library refuses unknown ones."""

    text: str
    systems: tuple[str, ...]
    billable: bool
    chapter: str
    page: int

    def arguments(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "q": self.text,
            "system": list(self.systems),
            "limit": PAGE,
            "offset": (self.page - 1) * PAGE,
        }
        if self.billable:
            made["billable"] = True
        if self.chapter:
            made["chapter"] = self.chapter
        return made

    def address(self, **changed: Any) -> str:
        """The query words of the same search with something changed; a value of None or '' leaves it out."""
        words = {
            "q": self.text,
            "system": list(self.systems),
            "billable": "1" if self.billable else "",
            "chapter": self.chapter,
        }
        query = QueryDict(mutable=True)
        for name, value in (words | changed).items():
            query.setlist(name, [str(v) for v in (value if isinstance(value, list) else [value]) if v])
        return query.urlencode()


def asked(words: QueryDict) -> Asked:
    names = dict.fromkeys(name for value in words.getlist("system") for name in value.split(",") if name)
    return Asked(
        words.get("q", "").strip(), tuple(names), words.get("billable") in ("1", "on", "true"), words.get("chapter", "").strip(),
        page_number(words.get("page")),
    )  # fmt: skip


def page_number(text: str | None) -> int:
    """From 1; anything that is no number is the first page."""
    return min(max(int(text), 1), MOST_PAGES) if text and text.isdecimal() and len(text) < 9 else 1


def offset(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def way_back(address: str | None, host: str) -> str:
    """A page of this site to return to; the start page when the address leads elsewhere."""
    if address and address.startswith("/") and url_has_allowed_host_and_scheme(address, {host}):
        return address
    return "/"

"""One call at the door: for which day it asks, and the codebook that answers it.

The day comes from `?on=` in the address, else from the cookie set by the day-of-service control, else it is today. The library never
learns who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from codingahead.codebook import Codebook
from codingahead.tools import day
from codingahead.words.errors import BadInput
from codingahead_web.gate.access import Access, Views
from codingahead_web.gate.opened import Shelf

DAY_COOKIE = "on"
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


@lru_cache(maxsize=4)
def shelf(folder: Path) -> Shelf:
    return Shelf(folder)


@contextmanager
def borrowed() -> Iterator[Codebook]:
    """A codebook for work that may outlive the request which began it. Raises PackProblem while no pack can be opened."""
    lender = shelf(Path(settings.PACK))
    codebook = lender.borrow()
    try:
        yield codebook
    finally:
        lender.give_back(codebook)


class Visit:
    """One authorised call. `named`: the day stands in the address; `chosen`: it was chosen at all."""

    def __init__(self, request: HttpRequest, today: date) -> None:
        self.today = today
        self._request = request
        self._borrowed: Codebook | None = None
        self.access = Access(request, today)

    @property
    def views(self) -> Views | None:
        """Code page views left, for the bar on top; None for readers who are not counted."""
        return self.access.views

    @cached_property
    def codebook(self) -> Codebook:
        """Raises PackProblem while no pack can be opened."""
        self._shelf = shelf(Path(settings.PACK))
        self._borrowed = self._shelf.borrow()
        return self._borrowed

    @cached_property
    def on(self) -> date:
        """Raises BadInput when the address names a day that is none; a spoilt cookie counts as not set."""
        if self.named:
            return day(self._request.GET["on"], self.today)
        try:
            return day(self._request.COOKIES.get(DAY_COOKIE) or self._own_day, self.today)
        except BadInput:
            return self.today

    @property
    def _own_day(self) -> date | None:
        """The day that a person set for good; asked for only when a session says that somebody is logged in."""
        if settings.SESSION_COOKIE_NAME not in self._request.COOKIES or self.access.user is None:
            return None
        return self.access.user.day

    @cached_property
    def named(self) -> bool:
        return bool(self._request.GET.get("on"))

    @property
    def chosen(self) -> bool:
        return self.on != self.today or self.named

    @property
    def theme(self) -> str:
        theme = self._request.COOKIES.get(THEME_COOKIE, "")
        return theme if theme in THEMES else ""

    def link(self, address: str) -> str:
        """`address` for the same day: a day named in the address goes with the reader, one in the cookie does so by itself."""
        if not self.named:
            return address
        address, mark, anchor = address.partition("#")
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'on': self.on.isoformat()})}{mark}{anchor}"

    @property
    def canonical(self) -> str:
        """The address of this page without what does not change it; with the day only when one was chosen."""
        origin = settings.PUBLIC_URL or f"{self._request.scheme}://{self._request.get_host()}"
        query = f"?{urlencode({'on': self.on.isoformat()})}" if self.chosen else ""
        return f"{origin}{self._request.path}{query}"

    @property
    def here(self) -> str:
        """This page's address without its day, to come back to after another day was set."""
        query = self._request.GET.copy()
        query.pop("on", None)
        return f"{self._request.path}?{query.urlencode()}" if query else self._request.path

    def end(self) -> None:
        if self._borrowed is not None:
            self._shelf.give_back(self._borrowed)
            self._borrowed = None


def visit_of(request: HttpRequest) -> Visit:
    visit: Visit = request.visit  # type: ignore[attr-defined]
    return visit


def in_templates(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the visit, or nothing on the error page of a day that cannot be read."""
    visit = getattr(request, "visit", None)
    if visit is None:
        return {}
    try:
        return {"visit": visit, "on": visit.on}
    except BadInput:
        return {}

"""What a source reader must offer, and how an edition of an official file is dated.

A reader is one module in `build/sources`: it recognises its file by content and hands rows to the `Sink`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from codingahead.build.members import Member
from codingahead.build.sink import Sink


@dataclass(frozen=True, slots=True)
class Edition:
    """One dated edition of one kind of file, as its own content (and, where that is silent, its name) states it.

    Files that state the same `id` belong together: as `part`s of a whole (all of `parts` are needed), or as twins of which
    the one with the lowest `rank` is read. `fields` names the columns of the record rows.
    """

    kind: str
    id: str
    publisher: str
    title: str
    effective_from: date
    expected_until: date | None
    rank: int = 0
    part: str = ""
    parts: tuple[str, ...] = ()
    complete: bool = True
    cumulative: bool = False
    fields: tuple[str, ...] = ()


class Reader(Protocol):
    """A module in `build/sources`."""

    def recognise(self, member: Member) -> Sequence[Edition]:
        """The editions this file holds, judged by its head; none when it is another kind of file.

        Raises Unreadable when it is this kind but lacks a needed column or its edition cannot be told.
        """

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Hands every row to `sink`; returns how many. Raises Refused when the edition contradicts itself."""


def quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(day: date) -> date:
    start = quarter_start(day)
    return date(start.year + (start.month == 10), (start.month + 2) % 12 + 1, 1) - timedelta(days=1)


def half_fiscal_year_end(day: date) -> date:
    """ICD-10-CM and ICD-10-PCS are updated on 1 October and 1 April."""
    return (
        date(day.year, 3, 31)
        if day.month < 4
        else date(day.year, 9, 30)
        if day.month < 10
        else date(day.year + 1, 3, 31)
    )


_MONTHS = {
    m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}

_MONTH = re.compile(
    r"(?<![a-z])(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    r"(?![a-z])"
)


def date_in_name(name: str) -> date | None:
    """The first day named by a path: '2025-07', '07012024', '07-01-2024', '2024q3', 'JUL ... 2024', 'April-2025'. None if none is.

    The file's own name counts before the archives and folders around it.
    """
    parts: Iterable[str] = reversed(re.split(r"[!/]", name))
    for part in parts:
        if found := _date_in(part):
            return found
    return None


def _date_in(text: str) -> date | None:
    low = text.lower()
    if m := re.search(r"(?<!\d)(20\d\d)[-_. ]?q([1-4])(?!\d)", low):
        return date(int(m[1]), int(m[2]) * 3 - 2, 1)
    if m := re.search(r"(?<!\d)(20\d\d)-(\d\d)(?:-(\d\d))?(?!\d)", low):
        return _valid(int(m[1]), int(m[2]), int(m[3] or 1))
    # A month in words names the edition; digits beside it name the day the file was posted.
    month = _MONTH.search(low)
    year = re.search(r"(?<!\d)(20\d\d)(?!\d)", low)
    if month and year:
        return date(int(year[1]), _MONTHS[month[1][:3]], 1)
    if m := re.search(r"(?<!\d)(\d\d)[-_]?(\d\d)[-_]?(20\d\d)(?!\d)", low):
        return _valid(int(m[3]), int(m[1]), int(m[2]))
    return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

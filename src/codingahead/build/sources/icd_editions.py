"""Which edition of ICD-10-CM or ICD-10-PCS is a file: that of 1 October, or an update within the fiscal year?

Files are named by fiscal year, and an update may keep the October name: then only its codes tell it apart.
`midyear_codes.tsv` lists the codes first valid within a fiscal year (official conversion table and addenda).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import resources

from codingahead.build.editions import Edition, date_in_name, half_fiscal_year_end
from codingahead.build.members import Member
from codingahead.build.sources.cells import EDITION_HINT
from codingahead.words.codes import System
from codingahead.words.errors import Unreadable

Holds = Callable[[str], bool]
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)|(?<![a-z])fy ?(\d\d)(?!\d)")


def icd_edition(
    kind: str,
    publisher: str,
    title: str,
    day: date,
    rank: int = 0,
    fields: tuple[str, ...] = (),
) -> Edition:
    """An edition in force until the next 31 March or 30 September."""
    shown = f"{title}, {day:%B %Y}"
    return Edition(kind, f"{kind}:{day}", publisher, shown, day, half_fiscal_year_end(day), rank=rank, fields=fields)


def edition_day(member: Member, system: System, fiscal_year: int | None = None, holds: Holds | None = None) -> date:
    """First day of the edition: the latest of what its fiscal year, its names and its codes say.

    `fiscal_year` as the content states it; `holds(code)` tells whether the content lists a code (without dot).
    Raises Unreadable when nothing tells the year.
    """
    named = _named_day(member.name)
    year = fiscal_year or _named_fiscal_year(member.name)
    if year is None and named and named in _days(system, _fiscal_year(named)):
        year = _fiscal_year(named)
    if year is None:
        raise Unreadable(f"{member.name}: cannot tell which edition: {EDITION_HINT}")
    days = _days(system, year)
    told = {days[0]} | ({named} & set(days) if named else set())
    if holds:
        told |= {day for day in days[1:] if any(holds(code) for code in midyear_codes(system).get(day, ()))}
    return max(told)


def _fiscal_year(day: date) -> int:
    return day.year + (day.month >= 10)


def _named_fiscal_year(name: str) -> int | None:
    """The year in the innermost part of the path that has one; with a month beside it, it is a calendar year."""
    for part in reversed(re.split(r"[!/]", name.lower())):
        if day := _named_day(part):
            return _fiscal_year(day) if day.day == 1 and day.month in (1, 4, 10) else None
        if m := _YEAR.search(part):
            return int(m[1] or f"20{m[2]}")
    return None


def _named_day(name: str) -> date | None:
    """The day in a path; in 'FY2027-October 1 2026' the fiscal year is not its year."""
    return date_in_name(re.sub(r"fy[-_ ]?\d{2,4}", "", name, flags=re.IGNORECASE))


def _days(system: System, year: int) -> list[date]:
    """The days on which an edition of the fiscal year may begin."""
    first, last = date(year - 1, 10, 1), date(year, 9, 30)
    within = {day for day in midyear_codes(system) if first < day <= last}
    return sorted({first, date(year, 4, 1)} | within)


@cache
def midyear_codes(system: System) -> dict[date, tuple[str, ...]]:
    """Codes, without dot, by the day within a fiscal year on which they became valid."""
    found: dict[date, tuple[str, ...]] = {}
    text = (resources.files("codingahead.build") / "data" / "midyear_codes.tsv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        name, code, day = line.split("\t")
        if name == system:
            found[date.fromisoformat(day)] = (*found.get(date.fromisoformat(day), ()), code)
    return found


@cache
def known_edition(sha256: str) -> date | None:
    """The first day of an official file whose content is the same as an earlier edition's but for notes."""
    text = (resources.files("codingahead.build") / "data" / "known_books.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return next((date.fromisoformat(day) for known, day, *_ in rows if known == sha256), None)

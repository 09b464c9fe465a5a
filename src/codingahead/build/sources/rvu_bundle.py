"""The companions of a relative value file (localities, indices, anesthesia factors, caps): which edition is each, and which of its rows?

CMS packs them with PPRRVU into one archive a quarter (RVU25A ... RVU25D). Plain extracts of earlier years hold many
releases in one table whose first column names the release. Each file's own layout is its reader's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from codingahead.build.editions import Edition, date_in_name, quarter_end
from codingahead.build.members import Member
from codingahead.build.sources.cells import EDITION_HINT, Row, columns, head_rows, require, squeezed, text_rows
from codingahead.words.errors import Unreadable

MONTHS = {"a": 1, "b": 4, "c": 7, "d": 10}
# Published for services from 9 March 2024: Consolidated Appropriations Act, 2024, section 305.
SPECIAL_DAYS = {"rvu24ar": date(2024, 3, 9)}
RELEASE = "release"


def bundle_day(name: str) -> tuple[date, bool] | None:
    """The first day of the release that a path or a release column names ('RVU25A'), and whether it is a re-issue."""
    found = re.findall(r"rvu(\d\d)([a-d])(r?)(?![a-z])", name.lower())
    if not found:
        return None
    year, letter, again = found[-1]
    start = date(2000 + int(year), MONTHS[letter], 1)
    return SPECIAL_DAYS.get(f"rvu{year}{letter}{again}", start), bool(again)


def edition(
    member: Member,
    kind: str,
    subject: str,
    fields: tuple[str, ...],
    *,
    year: int | None = None,
    yearly: bool = True,
    release: str = "",
    rank: int = 0,
) -> Edition:
    """The edition of a companion file, by its archive's name, else by `year` (which the file's own heading states), else by its path.

    Raises Unreadable when none of them tells.
    """
    found = bundle_day(release or member.name)
    if found and year and found[0].year != year:
        found = None
    day = found[0] if found else date(year, 1, 1) if year and yearly else date_in_name(member.name)
    if day is None:
        raise Unreadable(f"{member.name}: cannot tell which release this belongs to: {EDITION_HINT}")
    until = date(day.year, 12, 31) if yearly else quarter_end(day)
    again = found is not None and found[1]
    title = f"{subject}, {day:%B %Y}"
    return Edition(kind, f"{kind}:{day}", "CMS", title, day, until, rank if again else rank + 10, fields=fields)


def extract_columns(member: Member, names: Mapping[str, Sequence[str]], telling: str) -> dict[str, int] | None:
    """Where the fields stand in an extract of many releases; None when the file is none, or of another subject.

    `telling`: the field whose column only this subject has. Raises Unreadable when another column is missing.
    """
    rows = head_rows(member)
    if not rows or not rows[0] or squeezed(rows[0][0]) != RELEASE:
        return None
    found = columns(rows[0], names)
    if telling not in found:
        return None
    require(member, found, names)
    return found


def releases_in(member: Member) -> list[str]:
    """The releases an extract holds, in its own order."""
    lines = member.lines()
    next(lines, None)
    return list(dict.fromkeys(line.split(",", 1)[0].strip('"') for line in lines if line[:3].upper() == "RVU"))


def extract_rows(member: Member, day: date) -> Iterator[tuple[int, Row]]:
    """The rows of the release that begins on `day`, with their line numbers. Cells of extracts hold no line breaks."""
    wanted: dict[str, bool] = {}
    for number, line in enumerate(member.lines(), 1):
        name = line.split(",", 1)[0].strip('"')
        if name not in wanted:
            found = bundle_day(name)
            wanted[name] = bool(found and found[0] == day)
        if wanted[name]:
            yield number, [cell.strip() for cell in next(csv.reader([line]))]


def rows_after_header(member: Member, start: Sequence[str], delimiter: str = ",") -> Iterator[tuple[int, Row]]:
    """The rows below the one whose squeezed first cells are `start`."""
    begun = False
    for number, row in text_rows(member, delimiter):
        if begun:
            yield number, row
        elif begins(row, start):
            begun = True


def begins(row: Sequence[str], start: Sequence[str]) -> bool:
    return [squeezed(cell) for cell in row[: len(start)]] == list(start)


def locality_key(mac: str, locality: str) -> str:
    """'10112/00': contractor of five digits, locality of two. Raises ValueError for anything else."""
    mac, locality = mac.strip().zfill(5), locality.strip().zfill(2)
    if not re.fullmatch(r"\d{5}", mac) or not re.fullmatch(r"\d{2}", locality):
        raise ValueError(f"{mac!r}, {locality!r} is no locality")
    return f"{mac}/{locality}"


def plain_name(text: str) -> str:
    """A locality's name without the marks of its footnotes."""
    return re.sub(r"\s*\*+$", "", " ".join(text.split()))


NOTHING = frozenset(("", ".", "-", "--", "—", "*", "NA", "N/A", "#N/A", "NULL"))


def amount(text: str, places: int = 2) -> str:
    """As `money`, and '' for what publishers print where there is no amount: nothing, a point, a dash, 'NA'. Raises ValueError."""
    return "" if text.replace("$", "").strip().upper() in NOTHING else money(text, places)


def money(text: str, places: int = 2) -> str:
    """An amount as a plain decimal with at least `places` decimals: '$1,740.720' is '1740.720'. Raises ValueError."""
    bare = text.strip().replace("$", "").replace(",", "")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount") from None
    if not value.is_finite() or value < 0:
        raise ValueError(f"{text!r} is no amount")
    whole, _, part = f"{value:f}".partition(".")
    return f"{whole}.{part.ljust(places, '0')}" if places or part else whole

"""NCCI add-on code edits of Medicare: beside which primary codes may an add-on code be billed?

Type 1 lists every primary, type 2 leaves the list to the contractor (printed as CCCCC), type 3 is a partial list.
Reads the fixed-width text and its workbook twin; dates are year and day of the year, and may be blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from codingahead.build.editions import Edition, date_in_name, quarter_end
from codingahead.build.members import Member
from codingahead.build.sink import AddOnRow, Sink
from codingahead.build.sources.cells import (
    EDITION_HINT,
    columns,
    head_lines,
    mostly,
    parsed_day_of_year,
    peek,
    refused,
    require,
    sheet_rows,
)
from codingahead.words.errors import Refused, Unreadable

COLUMNS = {
    "edit_type": ("aocedittype123", "aocedittype"),
    "add_on": ("addoncode",),
    "add_on_deleted": ("aocdeldt",),
    "primary": ("primarycode",),
    "primary_deleted": ("primarycodedeldt",),
    "effective": ("aocediteffdt",),
    "deleted": ("aoceditdeldt",),
    "note": ("specialinstructionnotes",),
}
# The same fields in the same order.
LINE = re.compile(r"([1-3])([0-9A-Z]{5})([ \d]{7})([0-9A-Z]{5})([ \d]{7})([ \d]{7})([ \d]{7})(.*)")
WIDTH = 39


class AddOnEdits:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member)
        if words:
            found = "addoncode" in words and "primarycode" in words
        else:
            lines = [line.ljust(WIDTH) for line in head_lines(member)[:60]]
            first = next((i for i, line in enumerate(lines) if LINE.match(line)), len(lines))
            found = mostly(lines[first:], LINE)
        return (_edition(member, rank=1 if words else 0),) if found else ()

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """An edit printed twice is kept once.

        Raises Refused for a line out of shape, a first day after the quarter, or a pair with two types on one day.
        """
        member = members[0]
        rows = list(_from_workbook(member) if member.is_workbook else _from_text(member))
        if not rows:
            raise Refused(f"{member.name}: holds no edits")
        last_day = quarter_end(edition.effective_from)
        seen: dict[tuple[str, str, date | None, date | None], AddOnRow] = {}
        for row in rows:
            if row.effective and row.effective > last_day:
                raise refused(
                    member, row.row, f"takes effect on {row.effective}, after the quarter that ends on {last_day}"
                )
            other = seen.setdefault((row.add_on, row.primary, row.effective, row.deleted), row)
            if other.edit_type != row.edit_type:
                raise refused(
                    member, row.row, f"{row.add_on} with {row.primary} has another edit type than in line {other.row}"
                )
        sink.add_ons(seen.values())
        return len(seen)


READER = AddOnEdits()


def _edition(member: Member, rank: int) -> Edition:
    day = date_in_name(member.name)
    if day is None:
        raise Unreadable(f"{member.name}: cannot tell which quarter's add-on code edits these are: {EDITION_HINT}")
    return Edition(
        kind="ncci.add_on",
        id=f"ncci.add_on:{day}",
        publisher="CMS",
        title=f"NCCI add-on code edits, {day:%B %Y}",
        effective_from=day,
        expected_until=quarter_end(day),
        rank=rank,
        cumulative=True,
    )


def _from_text(member: Member) -> Iterator[AddOnRow]:
    """Prose above the first edit is the licence notice; below it every line must be an edit."""
    begun = False
    for number, line in enumerate(member.lines(), 1):
        if not line.strip("\x1a "):
            continue
        m = LINE.fullmatch(line.rstrip().ljust(WIDTH))
        if m:
            begun = True
            yield _row(member, number, m.groups())
        elif begun:
            raise refused(member, number, f"is no add-on code edit: {line[:40]!r}")


def _from_workbook(member: Member) -> Iterator[AddOnRow]:
    at: dict[str, int] = {}
    for number, row in sheet_rows(member):
        if not at:
            found = columns(row, COLUMNS)
            if "add_on" in found:
                require(member, found, COLUMNS)
                at = found
        elif any(row):
            yield _row(member, number, tuple(row[at[name]] if at[name] < len(row) else "" for name in COLUMNS))


def _row(member: Member, number: int, cells: Sequence[str]) -> AddOnRow:
    kind, add_on, add_on_deleted, primary, primary_deleted, effective, deleted, note = (cell.strip() for cell in cells)
    add_on, primary = add_on.zfill(5), primary.zfill(5)
    if kind not in ("1", "2", "3") or not _is_code(add_on) or not (_is_code(primary) or primary == "CCCCC"):
        raise refused(member, number, f"is no add-on code edit: {kind!r}, {add_on!r}, {primary!r}")
    try:
        days = [parsed_day_of_year(text) for text in (effective, deleted, add_on_deleted, primary_deleted)]
    except ValueError as error:
        raise refused(member, number, str(error)) from error
    first, last, add_on_last, primary_last = days
    return AddOnRow(kind, add_on, primary, first, last, add_on_last, primary_last, note, number)


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Z]\d{3}[0-9A-Z]", text))

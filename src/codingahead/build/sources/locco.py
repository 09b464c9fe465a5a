"""Localities and their counties (LOCCO, csv, fixed width and extracts): which counties does a payment locality hold?

The state stands on the first row of its group only. CMS writes 'ALL OTHER COUNTIES' for the rest of a state, so the
list names counties but does not always tell a county's locality by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import Row, head_lines, head_rows, refused
from codingahead.build.sources.rvu_bundle import (
    begins,
    edition,
    extract_columns,
    extract_rows,
    locality_key,
    plain_name,
    releases_in,
    rows_after_header,
)
from codingahead.words.errors import Refused

FIELDS = ("state", "area", "counties")
KIND, SUBJECT = "pfs.localities", "Payment localities and their counties"
# CMS spells the first heading both ways.
HEADERS = (
    ("medicareadminstrativecontractor", "localitynumber"),
    ("medicareadministrativecontractor", "localitynumber"),
)
EXTRACT = {
    "mac": ("mac",),
    "locality": ("localitynumber",),
    "state": ("state",),
    "area": ("feeschedulearea",),
    "counties": ("counties",),
}
TITLE = re.compile(r"COUNTIES INCLUDED IN (20\d\d) LOCALITIES", re.I)
FIXED = re.compile(r"\s*(\d{4,5})\s+(\d{1,2})\s(.*)$")


class Localities:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if extract_columns(member, EXTRACT, "area"):
            return [edition(member, KIND, SUBJECT, FIELDS, release=r, rank=5) for r in releases_in(member)]
        lines = head_lines(member)
        title = TITLE.search(lines[0]) if lines else None
        is_table = any(begins(row, header) for row in head_rows(member)[:10] for header in HEADERS)
        if not title and not is_table:
            return ()
        year = int(title[1]) if title else None
        return (edition(member, KIND, SUBJECT, FIELDS, year=year, rank=0 if is_table else 1),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """A locality that spans states has a row for each; they are told apart by their position."""
        member = members[0]
        records: list[Record] = []
        seen: dict[str, int] = {}
        state = ""
        for number, (mac, locality, named, area, counties) in _rows(member, edition):
            try:
                key = locality_key(mac, locality)
            except ValueError as error:
                raise refused(member, number, str(error)) from error
            state = plain_name(named) or state
            place = seen[key] = seen.get(key, -1) + 1
            records.append(Record(key, (state, plain_name(area), plain_name(counties)), str(place or ""), number))
        if not records:
            raise Refused(f"{member.name}: holds no localities")
        sink.records(records)
        return len(records)


READER = Localities()


def _rows(member: Member, edition: Edition) -> Iterator[tuple[int, Row]]:
    order = ("mac", "locality", "state", "area", "counties")
    rows: Iterator[tuple[int, Row]]
    if at := extract_columns(member, EXTRACT, "area"):
        rows = ((n, [row[at[field]] for field in order]) for n, row in extract_rows(member, edition.effective_from))
    elif header := next((h for h in HEADERS for row in head_rows(member)[:10] if begins(row, h)), None):
        rows = ((n, (row + [""] * 5)[:5]) for n, row in rows_after_header(member, header))
    else:
        rows = _fixed(member)
    for number, row in rows:
        if row[0].strip().isdigit():
            yield number, row


def _fixed(member: Member) -> Iterator[tuple[int, Row]]:
    """State, area and counties of the text twin: parted by two blanks or more; the state is blank below its first row."""
    for number, line in enumerate(member.lines(), 1):
        if m := FIXED.match(line):
            words = re.split(r"\s{2,}", m[3].strip())
            yield number, [m[1], m[2], *([""] if len(words) < 3 else []), *words, ""][:5]

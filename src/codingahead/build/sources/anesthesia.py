"""Anesthesia conversion factors by locality (ANES, csv, fixed width, workbook text and extracts): dollars for one anesthesia unit.

The factor of a locality already holds its geographic indices. The heading states the national factor, which is kept as
the row NATIONAL. Base units are another file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import Row, head_lines, head_rows, mostly, refused, squeezed
from codingahead.build.sources.rvu_bundle import (
    begins,
    bundle_day,
    edition,
    extract_columns,
    extract_rows,
    locality_key,
    money,
    plain_name,
    releases_in,
    rows_after_header,
)
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("name", "factor")
KIND, SUBJECT = "pfs.anesthesia", "Anesthesia conversion factors"
NATIONAL = "NATIONAL"
HEADER = ("contractor", "locality", "localityname")
EXTRACT = {
    "mac": ("contractor",),
    "locality": ("locality",),
    "name": ("localityname",),
    "factor": ("anesthesiaconvfactor",),
}
# Contractor, locality and name, then the factor in cents.
FIXED = re.compile(r"(\d{5})\s{2,}(\d\d)\s+(\S.*?)\s{2,}(\d{4})\s*$")
FACTOR = re.compile(r"(?<![a-z])(?:anes\w* )?c(?:onv\w* )?f\w*(?: of (\d+\.\d+))?", re.I)
QUALIFYING, NOT_QUALIFYING = (
    re.compile(r"qualifying|(?<![a-z])qpp?(?![a-z])", re.I),
    re.compile(r"non[-_ ]?(?:qualifying|qp)", re.I),
)


class AnesthesiaFactors:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if extract_columns(member, EXTRACT, "factor"):
            return [edition(member, KIND, SUBJECT, FIELDS, release=r, rank=5) for r in releases_in(member)]
        found = _header(member)
        if found:
            columns = _factor_columns(found[1])
            if not columns:
                raise Unreadable(f"{member.name}: lacks the column of the anesthesia conversion factor")
            rank = 0 if found[0] == "," else 2
            # Since 2026 one file may hold both factors, side by side.
            both = [self._edition(member, rank, qualifying) for qualifying in columns]
            return both if len(both) > 1 else (self._edition(member, rank),)
        if mostly(head_lines(member)[:20], FIXED):
            return (self._edition(member, rank=1),)
        return ()

    def _edition(self, member: Member, rank: int, qualifying: bool | None = None) -> Edition:
        own = member.basename
        if qualifying is None:
            qualifying = _is_qualifying(own)
        kind, payee = (f"{KIND}.qp", ", qualifying APM participants") if qualifying else (KIND, "")
        year = re.search(r"20\d\d", own) if not bundle_day(member.name) else None
        return edition(member, kind, SUBJECT + payee, FIELDS, year=int(year[0]) if year else None, rank=rank)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a locality given twice or a factor that is no amount."""
        member = members[0]
        records: dict[str, Record] = {}
        for number, (mac, locality, name, factor) in _rows(member, edition):
            try:
                key = NATIONAL if mac == NATIONAL else locality_key(mac, locality)
                values = plain_name(name), money(factor)
            except ValueError as error:
                raise refused(member, number, str(error)) from error
            if key in records:
                raise refused(member, number, f"repeats locality {key} of line {records[key].row}")
            records[key] = Record(key, values, row=number)
        if not set(records) - {NATIONAL}:
            raise Refused(f"{member.name}: holds no localities")
        sink.records(records.values())
        return len(records)


READER = AnesthesiaFactors()


def _header(member: Member) -> tuple[str, Row] | None:
    """The delimiter and the header row, of whichever delimiter shows one."""
    for delimiter in (",", "\t"):
        for row in head_rows(member, delimiter)[:12]:
            if begins(row, HEADER):
                return delimiter, row
    return None


def _is_qualifying(name: str) -> bool:
    return bool(QUALIFYING.search(name)) and not NOT_QUALIFYING.search(name)


def _factor_columns(header: Row) -> dict[bool, int]:
    """Where the factor stands, by whether it is that of qualifying APM participants; a column that does not say is for all."""
    found: dict[bool, int] = {}
    for i, cell in enumerate(header):
        if FACTOR.search(" ".join(cell.split())):
            found.setdefault(_is_qualifying(cell), i)
    return found


def _rows(member: Member, edition: Edition) -> Iterator[tuple[int, Row]]:
    if at := extract_columns(member, EXTRACT, "factor"):
        for number, row in extract_rows(member, edition.effective_from):
            cells = [row[at[field]] for field in ("mac", "locality", "name", "factor")]
            # Old files close with an end-of-file mark in the first column.
            if cells[0].isdigit() and cells[3]:
                yield number, cells
        return
    found = _header(member)
    if found is None:
        for number, line in enumerate(member.lines(), 1):
            if m := FIXED.match(line):
                yield number, [m[1], m[2], m[3], f"{m[4][:2]}.{m[4][2:]}"]
        return
    delimiter, header = found
    places = _factor_columns(header)
    at_factor = places.get(edition.kind.endswith(".qp"), next(iter(places.values())))
    national = FACTOR.search(" ".join(header[at_factor].split()))
    if national and national[1] and "national" in squeezed(header[at_factor]):
        yield 1, [NATIONAL, "", "National", national[1]]
    for number, row in rows_after_header(member, HEADER, delimiter):
        if len(row) > at_factor and row[0].isdigit():
            yield number, [row[0], row[1], row[2], row[at_factor]]

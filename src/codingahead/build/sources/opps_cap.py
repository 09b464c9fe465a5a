"""Imaging caps (OPPSCAP, csv, fixed width and extracts): what may a technical component be paid at most in each locality?

Section 5102(b) of the Deficit Reduction Act of 2005. For codes with a national price the amount is the payment after the
cap, which the relative value file's own columns give too; for contractor-priced codes it is the cap. The sixteen
thousand rows of eighty codes are kept as one row a code and modifier, its localities joined in one cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import Row, columns, head_lines, head_rows, mostly, refused, require, squeezed
from codingahead.build.sources.rvu_bundle import (
    amount,
    begins,
    edition,
    extract_columns,
    extract_rows,
    locality_key,
    releases_in,
    rows_after_header,
)
from codingahead.words.errors import Refused

FIELDS = ("status", "prices")
KIND, SUBJECT = "pfs.opps_cap", "Imaging caps by locality"
HEADER = ("hcpcs", "mod", "procstat")
# CMS prints 'NON-FACILTY'.
COLUMNS = {
    "code": ("hcpcs",),
    "modifier": ("mod",),
    "status": ("procstat",),
    "mac": ("carrier",),
    "locality": ("locality",),
    "facility": ("facilityprice",),
    "nonfacility": ("nonfaciltyprice", "nonfacilityprice"),
}
FIXED = re.compile(r"([0-9A-Z]{5})(..) ([A-Z]) (\d{5})  (\d\d)\s+(\d+\.\d\d)\s+(\d+\.\d\d)\s*$")


class ImagingCaps:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if extract_columns(member, COLUMNS, "nonfacility"):
            return [
                edition(member, KIND, SUBJECT, FIELDS, release=r, yearly=False, rank=5) for r in releases_in(member)
            ]
        header = _header(member)
        if header is not None:
            require(member, columns(header, COLUMNS), COLUMNS)
            return (edition(member, KIND, SUBJECT, FIELDS, yearly=False),)
        if mostly(head_lines(member)[:20], FIXED):
            return (edition(member, KIND, SUBJECT, FIELDS, yearly=False, rank=1),)
        return ()

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Returns the number of rows in the file. Raises Refused for a locality given twice for one code."""
        member = members[0]
        prices: dict[tuple[str, str], dict[str, str]] = {}
        first: dict[tuple[str, str], tuple[str, int]] = {}
        count = 0
        for number, (code, modifier, status, mac, locality, facility, nonfacility) in _rows(member, edition):
            try:
                key = locality_key(mac, locality)
                cell = f"{key} {amount(facility) or 'NA'} {amount(nonfacility) or 'NA'}"
            except ValueError as error:
                raise refused(member, number, str(error)) from error
            at = prices.setdefault((code.zfill(5), modifier), {})
            if not amount(facility) and not amount(nonfacility):
                continue
            if key in at:
                raise refused(member, number, f"repeats {code} {modifier} in locality {key}")
            at[key] = cell
            first.setdefault((code.zfill(5), modifier), (status, number))
            count += 1
        if not count:
            raise Refused(f"{member.name}: holds no caps")
        sink.records(
            Record(code, (first[code, modifier][0], ";".join(at.values())), modifier, first[code, modifier][1])
            for (code, modifier), at in prices.items()
        )
        return count


READER = ImagingCaps()


def _header(member: Member) -> Row | None:
    rows = (row for row in head_rows(member)[:20] if begins(row, HEADER))
    return next((row for row in rows if any("faci" in squeezed(cell) for cell in row)), None)


def _rows(member: Member, edition: Edition) -> Iterator[tuple[int, Row]]:
    if at := extract_columns(member, COLUMNS, "nonfacility"):
        for number, row in extract_rows(member, edition.effective_from):
            yield number, [row[at[field]] for field in COLUMNS]
        return
    header = _header(member)
    if header is not None:
        at = columns(header, COLUMNS)
        for number, row in rows_after_header(member, HEADER):
            if len(row) > max(at.values()) and row[at["mac"]]:
                yield number, [row[at[field]] for field in COLUMNS]
        return
    for number, line in enumerate(member.lines(), 1):
        if m := FIXED.match(line):
            yield number, [cell.strip() for cell in m.groups()]

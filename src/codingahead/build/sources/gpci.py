"""Geographic practice cost indices (GPCI, csv, fixed width and extracts): how dear are work, practice and malpractice where?

One row a payment locality, named by contractor and number. Where the file prints the work index with and without the
floor of 1.0, the one with the floor is kept: it is what CMS pays by while the floor stands (42 U.S.C. 1395w-4(e)(1)(E)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import Row, head_lines, head_rows, refused, require, squeezed
from codingahead.build.sources.rvu_bundle import (
    edition,
    extract_columns,
    extract_rows,
    locality_key,
    money,
    plain_name,
    releases_in,
    rows_after_header,
)
from codingahead.words.errors import Refused

FIELDS = ("state", "name", "work", "pe", "mp")
KIND, SUBJECT = "pfs.gpci", "Geographic practice cost indices"
# The contractor's column is named in several ways; the two behind it are not.
CONTRACTOR = re.compile(r"(?:medicareadministrativecontractor)?(?:mac)?|carrier|contractor(?:number)?|macnumber")
EXTRACT = {
    "mac": ("mac",),
    "locality": ("localitynumber",),
    "name": ("localityname",),
    "work": ("gpciwork",),
    "pe": ("gpcipe",),
    "mp": ("gpcimp",),
    "state": ("state",),
}
FIXED = re.compile(r"(\d{5})\s+([A-Z]{2})\s+(\d\d)\s+(\S.*?)\s{2,}(\d\.\d+)\s+(\d\.\d+)\s+(\d\.\d+)\s*$")
TITLE = re.compile(r"GEOGRAPHIC PRACTICE COST INDICES", re.I)


class Indices:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if extract_columns(member, EXTRACT, "work"):
            return [edition(member, KIND, SUBJECT, FIELDS, release=r, rank=5) for r in releases_in(member)]
        header = _header(member)
        if header is not None:
            _places(member, header)
            return (edition(member, KIND, SUBJECT, FIELDS, year=_year(header)),)
        lines = head_lines(member)
        if lines and TITLE.search(lines[0]) and sum(bool(FIXED.match(line)) for line in lines[:12]) > 3:
            return (edition(member, KIND, SUBJECT, FIELDS, year=_year(lines[:3]), rank=1),)
        return ()

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a locality given twice or an index that is no number."""
        member = members[0]
        records: dict[str, Record] = {}
        for number, cells in _rows(member, edition):
            try:
                key = locality_key(cells[0], cells[1])
                values = (cells[2].upper(), plain_name(cells[3]), *(_index(cell) for cell in cells[4:]))
            except ValueError as error:
                raise refused(member, number, str(error)) from error
            if key in records:
                raise refused(member, number, f"repeats locality {key} of line {records[key].row}")
            records[key] = Record(key, values, row=number)
        if not records:
            raise Refused(f"{member.name}: holds no localities")
        sink.records(records.values())
        return len(records)


READER = Indices()


def _rows(member: Member, edition: Edition) -> Iterator[tuple[int, Row]]:
    """Contractor, locality, state, name and the three indices of each locality; footnotes left out."""
    order = ("mac", "locality", "state", "name", "work", "pe", "mp")
    if at := extract_columns(member, EXTRACT, "work"):
        for number, row in extract_rows(member, edition.effective_from):
            if row[at["mac"]].strip("\x1a"):
                yield number, [row[at[field]] for field in order]
        return
    header = _header(member)
    if header is None:
        for number, line in enumerate(member.lines(), 1):
            if m := FIXED.match(line):
                yield number, [m[1], m[3], m[2], *m.groups()[3:]]
        return
    at = _places(member, header)
    for number, row in rows_after_header(member, [squeezed(cell) for cell in header[:3]]):
        if len(row) > max(at.values()) and row[0].isdigit():
            yield number, [row[at[field]] for field in order]


def _header(member: Member) -> Row | None:
    return next((row for row in head_rows(member)[:20] if _is_header(row)), None)


def _is_header(row: Row) -> bool:
    names = [squeezed(cell) for cell in row]
    return (
        len(names) > 5
        and bool(CONTRACTOR.fullmatch(names[0]))
        and "localitynumber" in names
        and any("gpci" in n for n in names)
    )


def _places(member: Member, header: Row) -> dict[str, int]:
    at = {"mac": 0}
    for i, cell in enumerate(header):
        name = squeezed(cell)
        for field, word in (
            ("state", "state"),
            ("locality", "localitynumber"),
            ("name", "localityname"),
            ("pe", "pegpci"),
            ("mp", "mpgpci"),
        ):
            if word in name:
                at[field] = i
        if re.search(r"(pw|work)gpci", name) and ("work" not in at or "without" not in name):
            at["work"] = i
    require(member, at, ("mac", "state", "locality", "name", "work", "pe", "mp"))
    return at


def _year(cells: Sequence[str]) -> int | None:
    found = re.search(r"20\d\d", " ".join(cells))
    return int(found[0]) if found else None


def _index(cell: str) -> str:
    value = money(cell, 3)
    if not 0 < float(value) < 5:
        raise ValueError(f"{cell!r} is no index")
    return value

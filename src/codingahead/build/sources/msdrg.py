"""MS-DRG titles and weights: which groups pay a Medicare inpatient stay, and how much does each weigh?

Reads Table 5 of the inpatient final rule (text, workbook; a correction notice goes first) and extracts of the titles.
Which group a stay belongs to is the grouper's question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import CodeRow, Record, Sink
from codingahead.build.sources.cells import (
    EDITION_HINT,
    Row,
    columns,
    head_rows,
    peek,
    refused,
    require,
    sheet_rows,
    squeezed,
    text_rows,
)
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("mdc", "type", "weight", "geometric_mean_stay", "arithmetic_mean_stay")
NAMES = {
    "code": ("msdrg", "drg"),
    "mdc": ("mdc",),
    "type": ("type", "drgabb"),
    "title": ("msdrgtitle", "drgdescription"),
    # Since FY2024 Table 5 prints the weight before and after the 10-percent cap on decreases; the capped one pays.
    "weight": ("weights10capapplied", "weights", "weight"),
    "geometric_mean_stay": ("geometricmeanlos",),
    "arithmetic_mean_stay": ("arithmeticmeanlos",),
}
TITLES = ("code", "mdc", "type", "title")
# Partition letters of the grouper's tables, as Table 5 spells them.
TYPES = {"P": "SURG", "M": "MED"}
# Version 43 is that of FY2026.
VERSION_ZERO = 1983


class Groups:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member)
        if words:
            found = "msdrgtitle" in words and "geometricmeanlos" in words
            return (_edition_of_year(member, words, rank=1),) if found else ()
        for delimiter in "\t,":
            rows = head_rows(member, delimiter)[:20]
            if header := next((row for row in rows if _is_header(row)), None):
                return (_recognised(member, rows, header),)
        return ()

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a group without title, listed twice, or with a weight or stay that is no number."""
        groups: dict[str, tuple[CodeRow, Record]] = {}
        for row, record in _rows(members[0]):
            if row.code in groups:
                raise refused(members[0], row.row, f"repeats {row.code} of line {groups[row.code][0].row}")
            groups[row.code] = row, record
        if not groups:
            raise Refused(f"{members[0].name}: holds no groups")
        sink.code_list(System.MSDRG, [row for row, _ in groups.values()])
        sink.records(record for _, record in groups.values())
        return len(groups)


READER = Groups()


def _is_header(row: Sequence[str]) -> bool:
    names = {squeezed(cell) for cell in row}
    return squeezed(row[0] if row else "") in NAMES["code"] and bool(names & {"msdrgtitle", "drgdescription", "drgabb"})


def _recognised(member: Member, rows: Sequence[Row], header: Row) -> Edition:
    is_table = squeezed(header[0]) == "msdrg"
    require(member, columns(header, NAMES), NAMES if is_table else TITLES)
    if is_table:
        return _edition_of_year(member, squeezed(" ".join(cell for row in rows for cell in row)), rank=0)
    m = re.search(r"(?<![a-z\d])v(\d\d)[._](\d)(?!\d)", member.name.lower())
    m = m or re.search(r"(?:v|msdrg[-_ ]?)(\d\d)()(?!\d)", member.name.lower())
    if m is None:
        raise Unreadable(f"{member.name}: cannot tell which version of the groups: keep a name like msdrg_v43.csv")
    return _edition(int(m[1]), int(m[2] or 0), rank=4)


def _edition_of_year(member: Member, words: str, rank: int) -> Edition:
    """The edition of Table 5, whose headings carry the fiscal year."""
    m = re.search(r"fy(20\d\d)", words) or re.search(r"fy[-_ ]?(20\d\d)", member.name.lower())
    if m is None:
        raise Unreadable(f"{member.name}: cannot tell the fiscal year of Table 5: {EDITION_HINT}")
    is_correction = "correct" in words or re.search(r"-cn\d*(?![a-z])", member.basename.lower())
    return _edition(int(m[1]) - VERSION_ZERO, 0, rank if is_correction else rank + 2)


def _edition(version: int, update: int, rank: int) -> Edition:
    year = version + VERSION_ZERO
    name = f"{version}.{update}" if update else f"{version}"
    return Edition(
        kind="msdrg",
        id=f"msdrg:v{name}",
        publisher="CMS",
        title=f"MS-DRG version {name}, FY{year}",
        # Update 1 of a version is that of 1 April.
        effective_from=date(year, 4, 1) if update else date(year - 1, 10, 1),
        expected_until=date(year, 9, 30),
        rank=rank,
        fields=FIELDS,
    )


def _rows(member: Member) -> Iterator[tuple[CodeRow, Record]]:
    at: dict[str, int] = {}
    for number, row in _cells(member):
        if not at:
            if _is_header(row):
                at = columns(row, NAMES)
                require(member, at, NAMES if squeezed(row[0]) == "msdrg" else TITLES)
        elif re.match(r"\d", row[0] if row else ""):
            yield _group(member, number, row, at)
        elif any(row[1:]):
            raise refused(member, number, f"is no group: {row[0][:40]!r}")


def _cells(member: Member) -> Iterator[tuple[int, Row]]:
    if member.is_workbook:
        return sheet_rows(member)
    has_tabs = any(_is_header(row) for row in head_rows(member, "\t")[:20] if len(row) > 1)
    return text_rows(member, "\t" if has_tabs else ",")


def _group(member: Member, number: int, row: Row, at: Mapping[str, int]) -> tuple[CodeRow, Record]:
    if len(row) <= max(at.values()):
        raise refused(member, number, "is cut short")
    cells = {field: row[i] for field, i in at.items()}
    code = cells["code"].zfill(3)
    if not re.fullmatch(r"\d{3}", code) or not cells["title"]:
        raise refused(member, number, f"is no group with a title: {cells['code']!r}")
    for field in FIELDS[2:]:
        if not re.fullmatch(r"(\d*\.?\d+)?", cells.get(field, "")):
            raise refused(member, number, f"{field} {cells[field]!r} is no number")
    cells["type"] = TYPES.get(cells["type"], cells["type"])
    record = Record(code, tuple(cells.get(field, "") for field in FIELDS), row=number)
    return CodeRow(code, cells["title"], True, row=number), record

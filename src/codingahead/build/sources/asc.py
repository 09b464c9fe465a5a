"""Ambulatory surgical centers (ASC Addenda AA and BB; csv, tab text, workbook): payment indicator and rate of a code.

AA lists surgical procedures and whether several of a day are discounted, BB ancillary services, drugs and devices.
Headings carry the quarter ('July 2026 Payment Rate') and irregular blanks, so columns are known by part of their name.
Short descriptors are AMA text and are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import EDITION_HINT, Row, head_rows, peek, refused, require, rows_of, squeezed
from codingahead.build.sources.rvu_bundle import amount
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("indicator", "weight", "rate", "discounted")
PARTS = {"indicator": "paymentindicator", "weight": "paymentweight", "rate": "paymentrate"}
DISCOUNT = "multipleprocedurediscounting"
KINDS = {"asc": "surgical procedures", "asc.ancillary": "ancillary services"}


class AmbulatoryRates:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member)
        found = _header(member)
        if not found and not (words and "hcpcscode" in words and all(part in words for part in PARTS.values())):
            return ()
        if found:
            require(member, _places(found[1]), ("code", *PARTS))
        discounted = DISCOUNT in (words or squeezed(" ".join(found[1] if found else [])))
        kind = "asc" if discounted else "asc.ancillary"
        day = date_in_name(member.name)
        if day is None:
            raise Unreadable(f"{member.name}: cannot tell which quarter's ASC addendum this is: {EDITION_HINT}")
        start = quarter_start(day)
        title = f"Ambulatory surgical center payment, {KINDS[kind]}, {start:%B %Y}"
        rank = 1 if words else 0
        return (Edition(kind, f"{kind}:{start}", "CMS", title, start, quarter_end(start), rank, fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a code given twice or a rate that is no amount."""
        member = members[0]
        found = _header(member)
        records: dict[str, Record] = {}
        at: dict[str, int] = {}
        for number, row in rows_of(member, found[0] if found else ","):
            if not at:
                at = _places(row) if _is_header(row) else {}
            elif len(row) > at["indicator"] and re.fullmatch(r"[0-9A-Z]{5}[*#]*", row[at["code"]].upper()):
                record = _record(member, number, row, at)
                if record.code in records:
                    raise refused(member, number, f"repeats {record.code} of line {records[record.code].row}")
                records[record.code] = record
        if not records:
            raise Refused(f"{member.name}: holds no rates")
        sink.records(records.values())
        return len(records)


READER = AmbulatoryRates()


def _header(member: Member) -> tuple[str, Row] | None:
    if member.is_workbook:
        return None
    for delimiter in (",", "\t"):
        for row in head_rows(member, delimiter)[:20]:
            if _is_header(row):
                return delimiter, row
    return None


def _is_header(row: Row) -> bool:
    names = [squeezed(cell) for cell in row]
    return names[:1] in (["hcpcscode"], ["hcpcs"]) and any("paymentindicator" in name for name in names)


def _places(header: Row) -> dict[str, int]:
    at = {"code": 0}
    for i, cell in enumerate(header):
        name = squeezed(cell)
        for field, part in PARTS.items():
            if part in name:
                at[field] = i
        if DISCOUNT in name:
            at["discounted"] = i
    return at


def _record(member: Member, number: int, row: Row, at: dict[str, int]) -> Record:
    cells = {field: row[i].strip() if i < len(row) else "" for field, i in at.items()}
    # Marks of footnotes stand behind some codes and indicators.
    cells["indicator"] = cells["indicator"].strip("*# ").upper()
    if not re.fullmatch(r"[A-Z]\d", cells["indicator"]):
        raise refused(member, number, f"{cells['indicator']!r} is no payment indicator")
    try:
        weight, rate = (amount(cells.get(field, "")) for field in ("weight", "rate"))
    except ValueError as error:
        raise refused(member, number, str(error)) from error
    return Record(
        cells["code"].upper().rstrip("*#"), (cells["indicator"], weight, rate, cells.get("discounted", "")), row=number
    )

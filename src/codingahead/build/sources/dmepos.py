"""Durable medical equipment, prosthetics, orthotics and supplies (DMEPOS fee schedule, csv): the fee in each state.

A column a state, twice where rural ZIP codes are paid otherwise: 'AL (NR)' and 'AL (R)'. Modifiers NU (new), UE (used)
and RR (rental) have rows of their own. Descriptions are dropped. Prices of competitive bidding areas and the file of
parenteral and enteral nutrition, whose columns are the same, are read when they follow this layout.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import EDITION_HINT, Row, columns, head_rows, refused, require, rows_of, squeezed
from codingahead.build.sources.rvu_bundle import amount
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("jurisdiction", "category", "ceiling", "floor", "prices")
COLUMNS = {
    "code": ("hcpcs",),
    "modifier": ("mod",),
    "modifier2": ("mod2",),
    "jurisdiction": ("juris",),
    "category": ("catg",),
    "ceiling": ("ceiling",),
    "floor": ("floor",),
}
STATE = re.compile(r"([A-Z]{2})\s*(?:\((NR|R)\))?")


class EquipmentFees:
    def recognise(self, member: Member) -> Sequence[Edition]:
        header = next((row for row in head_rows(member)[:25] if _is_header(row)), None)
        if header is None:
            return ()
        require(member, columns(header, COLUMNS), COLUMNS)
        day = date_in_name(member.name) or _named(member)
        if day is None:
            raise Unreadable(f"{member.name}: cannot tell which quarter's equipment fees these are: {EDITION_HINT}")
        start = quarter_start(day)
        kind, what = ("dmepos.pen", "Parenteral and enteral nutrition") if _is_pen(member) else ("dmepos", "Equipment")
        title = f"{what} fee schedule, {start:%B %Y}"
        return (Edition(kind, f"{kind}:{start}", "CMS", title, start, quarter_end(start), fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """The states' fees are joined in one cell ('AL 10.00;AL-R 11.00'). Raises Refused for a code given twice."""
        member = members[0]
        at: dict[str, int] = {}
        states: dict[str, int] = {}
        records: dict[tuple[str, str], Record] = {}
        for number, row in rows_of(member):
            if not at:
                if _is_header(row):
                    at, states = columns(row, COLUMNS), _states(row)
                continue
            if not row or not re.fullmatch(r"[A-Z]\d{4}", row[0].upper()):
                continue
            record = _record(member, number, row, at, states)
            if (record.code, record.variant) in records:
                raise refused(member, number, f"repeats {record.code} {record.variant}")
            records[record.code, record.variant] = record
        if not records:
            raise Refused(f"{member.name}: holds no fees")
        sink.records(records.values())
        return len(records)


READER = EquipmentFees()


def _is_header(row: Row) -> bool:
    names = [squeezed(cell) for cell in row]
    return names[:1] == ["hcpcs"] and "mod2" in names and len(_states(row)) > 10


def _is_pen(member: Member) -> bool:
    return "pen" in re.split(r"[^a-z]+", member.basename.lower())


def _named(member: Member) -> date | None:
    """'DMEPOS26_JAN' writes the year with two digits."""
    found = re.search(r"(?:dme|dmepos|pen)[a-z]*_?(\d\d)[_-]?([a-z]{3})", member.basename.lower())
    return date_in_name(f"{found[2]} 20{found[1]}") if found else None


def _states(header: Row) -> dict[str, int]:
    """Column of each state; '-R' marks the rural one."""
    found = ((STATE.fullmatch(cell.strip()), i) for i, cell in enumerate(header))
    return {m[1] + ("-R" if m[2] == "R" else ""): i for m, i in found if m}


def _record(member: Member, number: int, row: Row, at: dict[str, int], states: dict[str, int]) -> Record:
    cells = {field: row[i] if i < len(row) else "" for field, i in at.items()}
    try:
        prices = {s: paid for s, i in states.items() if i < len(row) and (paid := amount(row[i]))}
        limits = [amount(cells[field]) for field in ("ceiling", "floor")]
    except ValueError as error:
        raise refused(member, number, f"{cells['code']}: {error}") from error
    variant = " ".join(m for m in (cells["modifier"].upper(), cells["modifier2"].upper()) if m)
    joined = ";".join(f"{state} {price}" for state, price in prices.items())
    values = (cells["jurisdiction"], cells["category"], *limits, joined)
    return Record(cells["code"].upper(), values, variant, number)

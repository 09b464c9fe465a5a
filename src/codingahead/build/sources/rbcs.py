"""Restructured BETOS classification (RBCS, csv): into which category, subcategory and family does CMS put a code?

A code has one row for each assignment; rows carry the day an assignment starts, which is their variant. Reads the
file of data.cms.gov and plain extracts of it. The classification serves statistics; it decides no payment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import (
    EDITION_HINT,
    columns,
    head_rows,
    parsed_day,
    refused,
    require,
    squeezed,
    text_rows,
)
from codingahead.words.errors import Refused, Unreadable

# Our field, then the column names of data.cms.gov and of extracts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("hcpcscd", "hcpcscode"),
    "procedure": ("rbcsmajorind", "rbcsprocedure"),
    "category": ("rbcscatdesc", "rbcscategory"),
    "subcategory": ("rbcssubcatdesc", "rbcssubcategory"),
    "family": ("rbcsfamilydesc", "rbcsfamily"),
    "rbcs_id": ("rbcsid",),
    "date_added": ("hcpcscdadddt", "hcpcsdateadded"),
    "date_ended": ("hcpcscdenddt", "hcpcsdateended"),
    "assigned_from": ("rbcsanalysisstartdt", "rbcsassignmenteffdt", "rbcsdateeffective"),
    "assigned_to": ("rbcsanalysisenddt", "rbcsassignmentenddt"),
}
FIELDS = tuple(field for field in COLUMNS if field != "code")
OPTIONAL = frozenset({"rbcs_id", "assigned_to"})
DATES = frozenset({"date_added", "date_ended", "assigned_from", "assigned_to"})
NO_END = date(9999, 12, 31)


class Classification:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = head_rows(member)
        names = {squeezed(cell) for cell in rows[0]} if rows else set()
        if sum(name.startswith("rbcs") for name in names) < 2 or not names & set(COLUMNS["code"]):
            return ()
        require(member, columns(rows[0], COLUMNS), (field for field in COLUMNS if field not in OPTIONAL))
        year = re.search(r"(?<!\d)20\d\d(?!\d)", member.basename) or re.search(r"(?<!\d)20\d\d(?!\d)", member.name)
        if year is None:
            raise Unreadable(f"{member.name}: cannot tell the year of this classification: {EDITION_HINT}")
        y = int(year[0])
        title = f"RBCS classification of procedure codes, {y}"
        days = date(y, 1, 1), date(y, 12, 31)
        return (Edition("rbcs", f"rbcs:{y}", "CMS", title, *days, cumulative=True, fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a row without code or category, an unreadable day, or two assignments from one day."""
        member = members[0]
        at: dict[str, int] = {}
        records: dict[tuple[str, str], Record] = {}
        for number, row in text_rows(member):
            if not at:
                at = columns(row, COLUMNS)
            elif any(row):
                record = _record(member, number, row, at)
                if (record.code, record.variant) in records:
                    raise refused(
                        member, number, f"{record.code} is assigned twice from {record.variant or 'the same day'}"
                    )
                records[record.code, record.variant] = record
        if not records:
            raise Refused(f"{member.name}: holds no codes")
        sink.records(records.values())
        return len(records)


READER = Classification()


def _record(member: Member, number: int, row: Sequence[str], at: dict[str, int]) -> Record:
    if len(row) <= max(at.values()):
        raise refused(member, number, "is cut short")
    code = row[at["code"]].upper()
    try:
        values = tuple(_value(field, row[at[field]] if field in at else "") for field in FIELDS)
    except ValueError as error:
        raise refused(member, number, str(error)) from error
    if not re.fullmatch(r"[0-9A-Z]{5}", code) or not values[FIELDS.index("category")]:
        raise refused(member, number, f"{code!r} is no classified code")
    return Record(code, values, variant=values[FIELDS.index("assigned_from")], row=number)


def _value(field: str, cell: str) -> str:
    """Days as ISO; '' for the last day of the calendar, which stands for no end."""
    if field not in DATES:
        return cell
    day = parsed_day(cell)
    return "" if day is None or day == NO_END else str(day)

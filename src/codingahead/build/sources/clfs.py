"""Clinical laboratory fee schedule (CLFS, csv): what does Medicare pay for a laboratory test?

Rows of modifier QW are the tests a laboratory may do under a certificate of waiver. Descriptions are AMA text and are
dropped. CMS revises the schedule every quarter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import (
    EDITION_HINT,
    columns,
    head_rows,
    parsed_day,
    refused,
    require,
    rows_of,
    squeezed,
)
from codingahead.build.sources.rvu_bundle import amount, begins
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("indicator", "rate", "effective")
HEADER = ("year", "hcpcs", "mod")
COLUMNS = {
    "year": ("year",),
    "code": ("hcpcs",),
    "modifier": ("mod",),
    "effective": ("effdate",),
    "indicator": ("indicator",),
    "rate": ("rate",),
}


class LaboratoryFees:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = head_rows(member)[:20]
        header = next((row for row in rows if begins(row, HEADER)), None)
        if header is None or not any(squeezed(cell) in ("rate", "effdate", "indicator") for cell in header):
            return ()
        require(member, columns(header, COLUMNS), COLUMNS)
        day = date_in_name(member.name) or _named(member)
        if day is None:
            raise Unreadable(f"{member.name}: cannot tell which quarter's laboratory fees these are: {EDITION_HINT}")
        start = quarter_start(day)
        title = f"Clinical laboratory fee schedule, {start:%B %Y}"
        return (Edition("clfs", f"clfs:{start}", "CMS", title, start, quarter_end(start), fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a row of another year, a rate that is no amount, or a code given twice with one modifier."""
        member = members[0]
        at: dict[str, int] = {}
        records: dict[tuple[str, str], Record] = {}
        for number, row in rows_of(member):
            if not at:
                at = columns(row, COLUMNS) if begins(row, HEADER) else {}
            elif any(row[1:]):
                record = _record(member, number, row, at, edition.effective_from.year)
                key = record.code, record.variant
                if key in records:
                    raise refused(member, number, f"repeats {record.code} {record.variant} of line {records[key].row}")
                records[key] = record
        if not records:
            raise Refused(f"{member.name}: holds no fees")
        sink.records(records.values())
        return len(records)


READER = LaboratoryFees()


def _named(member: Member) -> date | None:
    """'26clabq3' writes the year with two digits."""
    found = re.search(r"(\d\d)clabq([1-4])", member.name.lower())
    return date(2000 + int(found[1]), int(found[2]) * 3 - 2, 1) if found else None


def _record(member: Member, number: int, row: Sequence[str], at: dict[str, int], year: int) -> Record:
    if len(row) <= max(at.values()):
        raise refused(member, number, "is cut short")
    code, modifier = row[at["code"]].upper(), row[at["modifier"]].upper()
    code = code.zfill(5) if code.isdigit() else code
    if not re.fullmatch(r"[0-9A-Z]{5}", code) or not re.fullmatch(r"([0-9A-Z]{2})?", modifier):
        raise refused(member, number, f"{code!r} {modifier!r} is no code and modifier")
    if row[at["year"]] != str(year):
        raise refused(member, number, f"is of year {row[at['year']]!r} in a file of {year}")
    try:
        rate, day = amount(row[at["rate"]]), parsed_day(row[at["effective"]])
    except ValueError as error:
        raise refused(member, number, f"code {code}: {error}") from error
    return Record(code, (row[at["indicator"]], rate, str(day or "")), modifier, number)

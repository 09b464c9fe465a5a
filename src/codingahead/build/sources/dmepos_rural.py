"""Rural ZIP codes of the equipment fee schedule (DMEPOS rural ZIP file, csv or text): is a home address paid the rural fee?

Columns of state, ZIP code and quarter. A ZIP code that the list lacks is not rural.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from codingahead.build.editions import Edition, quarter_end
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import columns, head_rows, refused, require, rows_of
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("state",)
KIND = "dmepos.rural"
COLUMNS = {
    "state": ("state", "st"),
    "zip": ("dmeposruralzipcode", "ruralzipcode", "zipcode", "zip"),
    "quarter": ("yearqtr", "yearquarter", "quarter"),
}


class RuralZips:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = head_rows(member)
        if len(rows) < 2 or not {"state", "zip", "quarter"} <= set(columns(rows[0], COLUMNS)) or len(rows[0]) > 6:
            return ()
        at = columns(rows[0], COLUMNS)
        require(member, at, COLUMNS)
        found = re.fullmatch(r"(20\d\d)[/Qq-]?([1-4])", rows[1][at["quarter"]].strip())
        if found is None:
            raise Unreadable(
                f"{member.name}: cannot read the quarter {rows[1][at['quarter']]!r} of these rural ZIP codes"
            )
        start = date(int(found[1]), int(found[2]) * 3 - 2, 1)
        title = f"Rural ZIP codes of the equipment fee schedule, {start:%B %Y}"
        return (Edition(KIND, f"{KIND}:{start}", "CMS", title, start, quarter_end(start), fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a row without a ZIP code of five digits."""
        member = members[0]
        at: dict[str, int] = {}
        records: dict[str, Record] = {}
        for number, row in rows_of(member):
            if not at:
                at = columns(row, COLUMNS)
            elif any(row):
                code = row[at["zip"]].zfill(5)
                if not re.fullmatch(r"\d{5}", code):
                    raise refused(member, number, f"{code!r} is no ZIP code")
                records[code] = Record(code, (row[at["state"]].upper(),), row=number)
        if not records:
            raise Refused(f"{member.name}: holds no ZIP codes")
        sink.records(records.values())
        return len(records)


READER = RuralZips()

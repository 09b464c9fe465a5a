"""Places of service (csv): which two-digit places exist, in what words, and is each paid as a facility?

CMS prints the list on a page and changes it about once a year without a fixed day, so no successor is ever due.
Unassigned numbers are listed and not billable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codingahead.build.editions import Edition, date_in_name
from codingahead.build.members import Member
from codingahead.build.sink import CodeRow, Record, Sink
from codingahead.build.sources.cells import EDITION_HINT, columns, head_rows, refused, require, squeezed, text_rows
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("setting", "description")
COLUMNS = {
    "code": ("poscode", "placeofservicecode", "placeofservicecodes"),
    "name": ("posname", "placeofservicename"),
    "setting": ("postype",),
    "description": ("posdescription", "placeofservicedescription"),
}
SETTINGS = frozenset({"Facility", "Non-Facility", "Unassigned", ""})


class PlacesOfService:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = head_rows(member)
        header = {squeezed(cell) for cell in rows[0]} if rows else set()
        if not header & set(COLUMNS["code"]) or not header & {"posname", "posdescription", "placeofservicename"}:
            return ()
        require(member, columns(rows[0], COLUMNS), COLUMNS)
        day = date_in_name(member.name)
        if day is None:
            raise Unreadable(f"{member.name}: cannot tell the date of this list of places of service: {EDITION_HINT}")
        return (Edition("pos", f"pos:{day}", "CMS", f"Places of service, {day:%B %Y}", day, None, fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a number that is not two digits, is given twice, or has neither of the two settings."""
        member = members[0]
        at: dict[str, int] = {}
        records: dict[str, Record] = {}
        codes: list[CodeRow] = []
        for number, row in text_rows(member):
            if not at:
                at = columns(row, COLUMNS)
                continue
            if len(row) <= max(at.values()):
                raise refused(member, number, "is cut short")
            code, name, setting, description = (row[at[field]] for field in COLUMNS)
            code = code.zfill(2)
            if not re.fullmatch(r"\d\d", code) or code in records or setting not in SETTINGS or not name:
                raise refused(member, number, f"{code!r}, {setting!r} is no new place of service")
            records[code] = Record(code, (setting, description), row=number)
            codes.append(CodeRow(code, name, billable=name != "Unassigned", row=number))
        if not codes:
            raise Refused(f"{member.name}: holds no places of service")
        sink.records(records.values())
        sink.code_list(System.POS, codes)
        return len(codes)


READER = PlacesOfService()

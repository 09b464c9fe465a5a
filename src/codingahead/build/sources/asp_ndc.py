"""NDC to HCPCS crosswalk of Part B drugs (csv): which package is billed by which code, and how many billing units does it hold?

The heading of the first column carries the year ('_2026_CODE'). A package may be listed under several codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import EDITION_HINT, Row, columns, head_rows, refused, require, rows_of, squeezed
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("labeler", "drug", "dosage", "package_size", "package_quantity", "billing_units", "billing_units_package")
COLUMNS = {
    "ndc": ("ndc2", "ndc", "ndccode"),
    "labeler": ("labelername",),
    "drug": ("drugname",),
    "dosage": ("hcpcsdosage", "hcpcscodedosage"),
    "package_size": ("pkgsize",),
    "package_quantity": ("pkgqty",),
    "billing_units": ("billunits",),
    "billing_units_package": ("billunitspkg",),
}
FIRST = re.compile(r"_?(?:20\d\d)_?code|hcpcs(?: code)?", re.I)
NDC = re.compile(r"\d{4,5}-\d{3,4}-\d{1,2}|\d{10,11}")


class Crosswalk:
    def recognise(self, member: Member) -> Sequence[Edition]:
        header = next((row for row in head_rows(member)[:25] if _is_header(row)), None)
        if header is None:
            return ()
        require(member, columns(header, COLUMNS), COLUMNS)
        day = date_in_name(member.name)
        if day is None:
            raise Unreadable(f"{member.name}: cannot tell which quarter's crosswalk this is: {EDITION_HINT}")
        start = quarter_start(day)
        title = f"NDC to HCPCS crosswalk, {start:%B %Y}"
        return (Edition("asp.ndc", f"asp.ndc:{start}", "CMS", title, start, quarter_end(start), fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """One row a code and package. Raises Refused for a package that is no NDC; an exact repeat counts once."""
        member = members[0]
        at: dict[str, int] = {}
        records: dict[tuple[str, str], Record] = {}
        for number, row in rows_of(member):
            if not at:
                at = columns(row, COLUMNS) if _is_header(row) else {}
                continue
            if not row or not re.fullmatch(r"[0-9A-Z]{5}", row[0].upper()):
                continue
            code, ndc = row[0].upper(), row[at["ndc"]] if at["ndc"] < len(row) else ""
            if not NDC.fullmatch(ndc):
                raise refused(member, number, f"{ndc!r} is no national drug code")
            values = tuple(row[at[field]] if at[field] < len(row) else "" for field in FIELDS)
            earlier = records.setdefault((code, eleven(ndc)), Record(code, values, eleven(ndc), number))
            if earlier.values != values:
                raise refused(
                    member, number, f"states {code} for {ndc} again, with other units than line {earlier.row}"
                )
        if not records:
            raise Refused(f"{member.name}: holds no packages")
        sink.records(records.values())
        return len(records)


READER = Crosswalk()


def _is_header(row: Row) -> bool:
    return bool(row) and bool(FIRST.fullmatch(row[0].strip())) and any("billunits" in squeezed(cell) for cell in row)


def eleven(ndc: str) -> str:
    """The eleven digits of the billing format 5-4-2: each short part is filled with a zero on its left."""
    parts = ndc.split("-")
    if len(parts) == 3:
        return parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2)
    return ndc.zfill(11)

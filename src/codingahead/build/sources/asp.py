"""Part B drug payment limits (ASP, csv): what does Medicare pay for one billing unit of a drug?

The limit is as a rule 106 % of the average sales price (42 U.S.C. 1395w-3a) and holds for one quarter. Vaccines, blood
and clotting factor are in the same list with percentages of the wholesale price that were applied to the limit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import EDITION_HINT, columns, head_rows, refused, require, rows_of, squeezed
from codingahead.build.sources.rvu_bundle import amount
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("dosage", "limit", "coinsurance", "notes")
COLUMNS = {
    "code": ("hcpcscode", "hcpcs"),
    "dosage": ("hcpcscodedosage",),
    "limit": ("paymentlimit",),
    "coinsurance": ("coinsurancepercentage",),
    "notes": ("notes",),
}
# Printed since 2023, when coinsurance began to follow inflation rebates (42 U.S.C. 1395w-3a(i)(5)).
OPTIONAL = frozenset({"coinsurance", "notes"})


class DrugLimits:
    def recognise(self, member: Member) -> Sequence[Edition]:
        header = next((row for row in head_rows(member)[:25] if _is_header(row)), None)
        if header is None:
            return ()
        require(member, columns(header, COLUMNS), (f for f in COLUMNS if f not in OPTIONAL))
        day = date_in_name(member.name)
        if day is None:
            raise Unreadable(f"{member.name}: cannot tell which quarter's payment limits these are: {EDITION_HINT}")
        start = quarter_start(day)
        title = f"Part B drug payment limits, {start:%B %Y}"
        return (Edition("asp", f"asp:{start}", "CMS", title, start, quarter_end(start), fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a code given twice or a limit that is no amount."""
        member = members[0]
        at: dict[str, int] = {}
        records: dict[str, Record] = {}
        for number, row in rows_of(member):
            if not at:
                at = columns(row, COLUMNS) if _is_header(row) else {}
                continue
            cells = {field: row[i] if i < len(row) else "" for field, i in at.items()}
            code = cells["code"].upper()
            if not re.fullmatch(r"[0-9A-Z]{5}", code):
                continue
            if code in records:
                raise refused(member, number, f"repeats {code} of line {records[code].row}")
            try:
                limit = amount(cells["limit"], 3)
            except ValueError as error:
                raise refused(member, number, f"{code}: {error}") from error
            if not limit:
                # Listed without a limit: priced by invoice, which is no price of this list.
                continue
            values = cells["dosage"], limit, cells.get("coinsurance", ""), cells.get("notes", "")
            records[code] = Record(code, values, row=number)
        if not records:
            raise Refused(f"{member.name}: holds no payment limits")
        sink.records(records.values())
        return len(records)


READER = DrugLimits()


def _is_header(row: Sequence[str]) -> bool:
    names = {squeezed(cell) for cell in row}
    return bool({"hcpcscode", "hcpcs"} & names) and ("paymentlimit" in names or "hcpcscodedosage" in names)

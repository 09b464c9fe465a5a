"""Hospital outpatient payment (OPPS Addenda A and B; csv, tab text, workbook, extracts): status, group and rate of a code.

Addendum B of a quarter is what is in force; the final rule's addenda, issued in November, are kept as a kind of their
own, since their rates are corrected before January. Short descriptors are AMA text and are dropped. Wage adjustment
needs the hospital's own index, which is not in these files. Addendum C and the lists E to Q are not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import EDITION_HINT, Row, columns, head_rows, peek, refused, rows_of, squeezed
from codingahead.build.sources.rvu_bundle import amount
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("status", "apc", "weight", "rate", "copayment", "minimum_copayment", "adjusted_copayment")
COLUMNS = {
    "code": ("hcpcscode", "hcpcs"),
    "status": ("si", "statusindicator"),
    "apc": ("apc",),
    "weight": ("relativeweight",),
    "rate": ("paymentrate",),
    "copayment": ("nationalunadjustedcopayment",),
    "minimum_copayment": ("minimumunadjustedcopayment",),
    # Printed for drugs whose coinsurance follows an inflation rebate.
    "adjusted_copayment": ("adjustedbeneficiarycopayment",),
}
TITLES = {
    "opps": "by code",
    "opps.rule": "by code, final rule",
    "opps.apc": "by group",
    "opps.apc.rule": "by group, final rule",
}
FINAL_RULE = re.compile(r"nfrm|cn?fc|final[ _-]?rule", re.I)


class OutpatientRates:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member)
        found = _header(member)
        table = found[2] if found else _table(words) if words else None
        if table is None:
            return ()
        kind = "opps" if table == "B" else "opps.apc"
        title = " ".join(cell for row in (found[3] if found else []) for cell in row) or words
        if FINAL_RULE.search(member.basename):
            year = re.search(r"(?:CY ?|cy)(20\d\d)", title) or re.search(r"20\d\d", member.basename)
            if year is None:
                raise Unreadable(f"{member.name}: cannot tell the year of this final rule's addendum: {EDITION_HINT}")
            start, kind = date(int(year[1] if year.lastindex else year[0]), 1, 1), f"{kind}.rule"
        else:
            day = date_in_name(member.name)
            if day is None:
                raise Unreadable(f"{member.name}: cannot tell which quarter's addendum this is: {EDITION_HINT}")
            start = quarter_start(day)
        until = date(start.year, 12, 31) if kind.endswith("rule") else quarter_end(start)
        heading = f"Hospital outpatient payment {TITLES[kind]}, {start:%B %Y}"
        rank = 1 if words else 5 if found and "changed" in {squeezed(c) for c in found[1]} else 0
        return (Edition(kind, f"{kind}:{start}", "CMS", heading, start, until, rank, fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a code given twice or a rate that is no amount."""
        member = members[0]
        found = _header(member)
        by_group = edition.kind.startswith("opps.apc")
        records: dict[str, Record] = {}
        at: dict[str, int] = {}
        for number, row in rows_of(member, found[0] if found else ","):
            if not at:
                at = columns(row, COLUMNS) if _table_of(row) else {}
            elif record := _record(member, number, row, at, by_group):
                if record.code in records:
                    raise refused(member, number, f"repeats {record.code} of line {records[record.code].row}")
                records[record.code] = record
        if not records:
            raise Refused(f"{member.name}: holds no rates")
        sink.records(records.values())
        return len(records)


READER = OutpatientRates()


def _header(member: Member) -> tuple[str, Row, str, list[Row]] | None:
    """Delimiter, header row, table ('A' or 'B') and the rows above, of whichever delimiter shows one."""
    if member.is_workbook:
        return None
    for delimiter in (",", "\t"):
        rows = head_rows(member, delimiter)[:20]
        for i, row in enumerate(rows):
            if table := _table_of(row):
                return delimiter, row, table, rows[:i]
    return None


def _table_of(row: Row) -> str | None:
    """'B' lists codes, 'A' groups; Addendum C lists both in one column of groups and is neither."""
    names = [squeezed(cell) for cell in row]
    if "paymentrate" not in names or not {"si", "statusindicator"} & set(names):
        return None
    if names[0] in COLUMNS["code"]:
        return "B"
    return "A" if names[0] == "apc" and not set(COLUMNS["code"]) & set(names) else None


def _table(words: str) -> str | None:
    """The table of a workbook, by its title."""
    if "addendumb" in words[:400] and "oppspaymentbyhcpcscode" in words:
        return "B"
    return "A" if "addenduma" in words[:400] and "oppsapcs" in words else None


def _record(member: Member, number: int, row: Row, at: dict[str, int], by_group: bool) -> Record | None:
    """None for blank rows and footnotes, which hold no status."""
    cells = {field: row[i].strip() if i < len(row) else "" for field, i in at.items()}
    code = re.sub(r"[^0-9A-Z]", "", cells["apc" if by_group else "code"].upper())
    cells["status"] = cells["status"].strip("*# ").upper()
    if not code or not cells["status"]:
        return None
    code = code.zfill(4 if by_group else 5)
    if not re.fullmatch(r"[0-9A-Z]{4,5}", code) or not re.fullmatch(r"[A-Z]\d?", cells["status"]):
        raise refused(member, number, f"{code!r}, {cells['status']!r} is no code and status indicator")
    try:
        amounts = [amount(cells.get(field, "")) for field in FIELDS[2:]]
    except ValueError as error:
        raise refused(member, number, f"{code}: {error}") from error
    group = "" if by_group else cells.get("apc", "")
    return Record(code, (cells["status"], group.zfill(4) if group.isdigit() else group, *amounts), row=number)

"""Anesthesia base units by code (text or csv): how many units does an anesthesia service start from?

Issued with a year in its heading and not in every year; base units are quantities, so an older list answers later
days and is marked as possibly out of date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import EDITION_HINT, head_rows, refused, rows_of, squeezed
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("units",)
KIND = "pfs.anesthesia_base"


class BaseUnits:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = next((r for d in ("\t", ",") if (r := head_rows(member, d)) and _is_head(r)), None)
        if rows is None:
            return ()
        year = re.search(r"20\d\d", " ".join(c for row in rows[:3] for c in row)) or re.search(r"20\d\d", member.name)
        if year is None:
            raise Unreadable(f"{member.name}: cannot tell the year of these base units: {EDITION_HINT}")
        y = int(year[0])
        title = f"Anesthesia base units by code, {y}"
        return (Edition(KIND, f"{KIND}:{y}", "CMS", title, date(y, 1, 1), date(y, 12, 31), fields=FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a row that is no anesthesia code and whole number of units, or a code given twice."""
        member = members[0]
        delimiter = "\t" if _is_head(head_rows(member, "\t")) else ","
        records: dict[str, Record] = {}
        for number, row in rows_of(member, delimiter):
            if not row or not row[0][:1].isdigit():
                continue
            code, units = row[0].zfill(5), row[1] if len(row) > 1 else ""
            if not re.fullmatch(r"0\d{4}", code) or not units.isdigit() or code in records:
                raise refused(member, number, f"{code!r}, {units!r} is no new anesthesia code with its base units")
            records[code] = Record(code, (str(int(units)),), row=number)
        if not records:
            raise Refused(f"{member.name}: holds no base units")
        sink.records(records.values())
        return len(records)


READER = BaseUnits()


def _is_head(rows: Sequence[Sequence[str]]) -> bool:
    if not rows or not rows[0] or squeezed(rows[0][0]) not in ("code", "cptcode", "hcpcs", "hcpcscode"):
        return False
    words = squeezed(" ".join(cell for row in rows[:3] for cell in row[1:]))
    return "baseunit" in words.replace("20", "") or ("base" in words and "unit" in words)

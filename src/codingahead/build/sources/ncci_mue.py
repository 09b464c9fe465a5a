"""NCCI medically unlikely edits of Medicare: how many units of a code in one day does Medicare think plausible?

One table each for practitioners, outpatient hospitals and DME suppliers; the setting is told by the header. Some
limits are confidential: a code without a row has no published limit, which is not the same as no limit. Medicaid's
tables are declined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import (
    EDITION_HINT,
    Row,
    columns,
    head_rows,
    peek,
    refused,
    require,
    rows_of,
    squeezed,
)
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("value", "mai", "rationale")
SETTINGS = {
    "practitionerservicesmuevalues": "practitioner",
    "outpatienthospitalservicesmuevalues": "outpatient",
    "dmesupplierservicesmuevalues": "dme",
}
COLUMNS = {
    "code": ("hcpcscptcode", "cpthcpcscode", "hcpcscode"),
    "value": tuple(SETTINGS),
    "mai": ("mueadjudicationindicator",),
    "rationale": ("muerationale",),
}


class UnlikelyEdits:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member)
        header = next((row for row in head_rows(member)[:20] if _setting(row)), None)
        setting = _setting([words]) if words else _setting(header or [])
        if header is not None:
            require(member, columns(header, COLUMNS), COLUMNS)
        elif not words and re.search(r"MCD.{0,80}MUE VALUE", member.head[:4096].decode("latin-1"), re.I | re.S):
            raise Unreadable(f"{member.name}: unit limits of Medicaid, another program: only Medicare's are read")
        return (_edition(member, setting, rank=1 if words else 0),) if setting else ()

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a row without a whole number and an indicator 1 to 3, or a code given twice."""
        records: dict[str, Record] = {}
        at: dict[str, int] = {}
        for number, row in rows_of(members[0]):
            if not at:
                if _setting(row):
                    at = columns(row, COLUMNS)
                    require(members[0], at, COLUMNS)
            elif any(row):
                record = _record(members[0], number, row, at)
                if record.code in records:
                    raise refused(members[0], number, f"repeats code {record.code} of line {records[record.code].row}")
                records[record.code] = record
        if not records:
            raise Refused(f"{members[0].name}: holds no codes")
        sink.records(records.values())
        return len(records)


READER = UnlikelyEdits()


def _setting(row: Sequence[str]) -> str | None:
    """The setting named by a header row, or by the first words of a workbook."""
    names = [squeezed(cell) for cell in row]
    if not any("mueadjudicationindicator" in name for name in names):
        return None
    return next((setting for key, setting in SETTINGS.items() if any(key in name for name in names)), None)


def _edition(member: Member, setting: str, rank: int) -> Edition:
    day = date_in_name(member.name)
    if day is None:
        raise Unreadable(f"{member.name}: cannot tell which quarter's unit limits these are: {EDITION_HINT}")
    start = quarter_start(day)
    return Edition(
        kind=f"ncci.mue.{setting}",
        id=f"ncci.mue.{setting}:{start}",
        publisher="CMS",
        title=f"NCCI medically unlikely edits, {setting}, {start:%B %Y}",
        effective_from=start,
        expected_until=quarter_end(start),
        rank=rank,
        fields=FIELDS,
    )


def _record(member: Member, number: int, row: Row, at: dict[str, int]) -> Record:
    if len(row) <= max(at.values()):
        raise refused(member, number, "is cut short")
    code, value, mai, rationale = (row[at[name]] for name in COLUMNS)
    code = code.zfill(5).upper()
    if not re.fullmatch(r"[0-9A-Z]\d{3}[0-9A-Z]", code) or not value.isdigit() or mai[:1] not in ("1", "2", "3"):
        raise refused(member, number, f"is no unit limit: {code!r}, {value!r}, {mai!r}")
    return Record(code, (str(int(value)), mai[0], rationale), row=number)

"""HCPCS Level II contractor record (ANWEB, txt and xlsx): which codes and modifiers exist, in what words, since when?

A code takes one line and as many continuation lines as its long description needs (CMS record layout, 320 columns).
Level I rows, which only the licensed file holds, are left out; dental codes (CDT, ADA) and the AMA's modifiers keep
their numbers and lose their text. Dates are given as ISO days. What the indicators mean is not said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import CodeRow, MapRow, Record, Sink
from codingahead.build.sources.ama_modifiers import is_licensed
from codingahead.build.sources.cells import (
    EDITION_HINT,
    columns,
    head_lines,
    mostly,
    parsed_day,
    peek,
    refused,
    require,
    sheet_rows,
    squeezed,
)
from codingahead.words.codes import System, has_shape
from codingahead.words.errors import Refused, Unreadable

# Our field, its columns in the text (first, last, width of one value), and the workbook's column names.
# The MOG fields between them are historic and left out.
LAYOUT: dict[str, tuple[int, int, int, tuple[str, ...]]] = {
    "pricing": (120, 127, 2, ("PRICE1", "PRICE2", "PRICE3", "PRICE4")),
    "multiple_pricing": (128, 128, 1, ("MULT_PI",)),
    "ncd_references": (129, 146, 6, ("CIM1", "CIM2", "CIM3")),
    "manual_references": (147, 170, 8, ("MCM1", "MCM2", "MCM3")),
    "statute": (171, 180, 10, ("STATUTE",)),
    "lab_certification": (181, 204, 3, tuple(f"LABCERT{n}" for n in range(1, 9))),
    "cross_references": (205, 229, 5, tuple(f"XREF{n}" for n in range(1, 6))),
    "coverage": (230, 230, 1, ("COV",)),
    "asc_group": (231, 232, 2, ("ASC_GRP",)),
    "asc_group_date": (233, 240, 8, ("ASC_DT",)),
    "processing_note": (253, 256, 4, ("PROCNOTE",)),
    "betos": (257, 259, 3, ("BETOS",)),
    "type_of_service": (261, 265, 1, tuple(f"TOS{n}" for n in range(1, 6))),
    "anesthesia_base_units": (266, 268, 3, ("ANEST_BU",)),
    "date_added": (269, 276, 8, ("ADD DT",)),
    "date_effective": (277, 284, 8, ("ACT EFF DT",)),
    "date_terminated": (285, 292, 8, ("TERM DT",)),
    "action": (293, 293, 1, ("ACTION CD",)),
}
FIELDS = tuple(LAYOUT)
DATES = ("asc_group_date", "date_added", "date_effective", "date_terminated")
PADDED = {f: LAYOUT[f][2] for f in ("pricing", "lab_certification", "cross_references", "processing_note")}
PADDED["anesthesia_base_units"] = 3
WORKBOOK_TEXT = ("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION")
# Code (modifiers stand in its last two places), sequence number in hundreds, record identification.
LINE = re.compile(r"(?:[A-Z]\d{4}|   [A-Z0-9]{2}|\d{4}[0-9A-Z])\d{3}00[3478]")
FIRST, CONTINUED = "37", "48"
WIDTH = 320


@dataclass(slots=True)
class Entry:
    """A code or modifier with its continuation lines joined; `values` in the order of FIELDS."""

    row: int
    code: str
    is_modifier: bool
    text: str
    short: str
    values: tuple[str, ...]
    sequence: int


class ContractorRecord:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member)
        if words:
            found = all(name in words for name in ("seqnum", "recid", "multpi", "actioncd"))
        else:
            lines = head_lines(member)[:20]
            found = mostly(lines, LINE) and max(map(len, lines)) <= WIDTH
        if not found:
            return ()
        start = _quarter(member)
        rank = 1 if words else 0
        return (
            _edition("hcpcs", "HCPCS Level II codes", start, rank, FIELDS),
            _edition("hcpcs.modifier", "HCPCS Level II modifiers", start, rank, ()),
        )

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a broken continuation, a code described in two ways, or a first day after the quarter."""
        member = members[0]
        lines = _from_workbook(member) if member.is_workbook else _from_text(member)
        entries = _unique(member, _entries(member, lines))
        _check(member, entries, quarter_end(edition.effective_from))
        if edition.kind == "hcpcs.modifier":
            return _write_modifiers([e for e in entries if e.is_modifier], sink)
        return _write_codes([e for e in entries if not e.is_modifier and not has_shape(System.CPT, e.code)], sink)


READER = ContractorRecord()


def _quarter(member: Member) -> date:
    """The quarter in the file's own name (HCPC2026_OCT_ANWEB_09232026), whose second date is the day it was made."""
    if m := re.search(r"hcpc(20\d\d)_?(jan|apr|jul|oct)", member.name.lower()):
        return date(int(m[1]), {"jan": 1, "apr": 4, "jul": 7, "oct": 10}[m[2]], 1)
    day = date_in_name(member.name)
    if day is None:
        raise Unreadable(f"{member.name}: cannot tell which quarter's HCPCS codes these are: {EDITION_HINT}")
    return quarter_start(day)


def _edition(kind: str, title: str, start: date, rank: int, fields: tuple[str, ...]) -> Edition:
    title = f"{title}, {start:%B %Y}"
    return Edition(kind, f"{kind}:{start}", "CMS", title, start, quarter_end(start), rank=rank, fields=fields)


def _from_text(member: Member) -> Iterator[tuple[Entry, str]]:
    """Each line with its record identification."""
    for number, raw in enumerate(member.text().split("\n"), 1):
        line = raw.rstrip("\r")
        if not line.strip("\x1a "):
            continue
        if not LINE.match(line):
            raise refused(member, number, f"is no HCPCS record: {line[:20]!r}")
        is_modifier = line.startswith("   ")
        if line[10] == "3" and len(line) < LAYOUT["action"][1]:
            raise refused(member, number, f"is cut short at column {len(line)}")
        text, short = line[11:91].strip(), line[91:119].strip()
        values = tuple(_split(line[first - 1 : last], width) for first, last, width, _ in LAYOUT.values())
        yield Entry(number, line[:5].strip(), is_modifier, text, short, values, int(line[5:10])), line[10]


def _split(cell: str, width: int) -> str:
    return " ".join(part for i in range(0, len(cell), width) if (part := cell[i : i + width].strip()))


def _from_workbook(member: Member) -> Iterator[tuple[Entry, str]]:
    indicators = [name for *_, known in LAYOUT.values() for name in known]
    names = {name: (squeezed(name),) for name in (*WORKBOOK_TEXT, *indicators)}
    at: dict[str, int] = {}
    for number, row in sheet_rows(member):
        if not at:
            found = columns(row, names)
            if "HCPC" in found and "RECID" in found:
                require(member, found, names)
                at = found
            continue
        if not any(row):
            continue
        code, sequence, kind, text, short = (row[at[name]] for name in WORKBOOK_TEXT)
        if kind not in tuple(FIRST + CONTINUED) or not sequence.isdigit():
            raise refused(member, number, f"is no HCPCS record: {code!r}, {sequence!r}, {kind!r}")
        cells = ((f, [_padded(row[at[name]], f) for name in known]) for f, (*_, known) in LAYOUT.items())
        values = tuple(" ".join(filter(None, found)) for _, found in cells)
        yield Entry(number, code, len(code) == 2, text, short, values, int(sequence)), kind


def _padded(cell: str, field: str) -> str:
    """Workbooks drop the leading zeros of numbers."""
    return cell.zfill(PADDED.get(field, 0)) if cell.isdigit() else cell


def _entries(member: Member, lines: Iterable[tuple[Entry, str]]) -> Iterator[Entry]:
    """Entries with continuation lines joined by a blank. The sequence rises by 100 and starts anew for each code."""
    entry: Entry | None = None
    for line, kind in lines:
        if kind in FIRST:
            if entry:
                yield entry
            entry = line
            if line.sequence != 100:
                raise refused(member, line.row, f"{line.code} begins with sequence number {line.sequence}, not 100")
            continue
        if entry is None or line.code != entry.code or line.sequence != entry.sequence + 100:
            raise refused(member, line.row, f"{line.code} {line.sequence} does not continue the line before it")
        entry.text, entry.sequence = f"{entry.text} {line.text}".strip(), line.sequence
    if entry:
        yield entry


def _unique(member: Member, entries: Iterable[Entry]) -> list[Entry]:
    """An entry printed twice alike (as KX in July 2024) is kept once."""
    kept: dict[tuple[str, bool], Entry] = {}
    for e in entries:
        first = kept.setdefault((e.code, e.is_modifier), e)
        if (first.text, first.short, first.values) != (e.text, e.short, e.values):
            raise Refused(f"{member.name}: lines {first.row} and {e.row} describe {e.code} differently")
    if not kept:
        raise Refused(f"{member.name}: holds no codes")
    return list(kept.values())


def _check(member: Member, entries: Sequence[Entry], last_day: date) -> None:
    for e in entries:
        systems = (System.MODIFIER,) if e.is_modifier else (System.HCPCS, System.CPT, System.CDT)
        if not any(has_shape(system, e.code) for system in systems):
            raise refused(member, e.row, f"{e.code!r} is no code")
        for name in DATES:
            try:
                day = parsed_day(e.values[FIELDS.index(name)])
            except ValueError as error:
                raise refused(member, e.row, f"{e.code}, {name}: {error}") from error
            if name in ("date_added", "date_effective") and day and day > last_day:
                raise refused(
                    member, e.row, f"{e.code} takes effect on {day}, after the quarter that ends on {last_day}"
                )


def _is_dental(entry: Entry) -> bool:
    return not entry.is_modifier and has_shape(System.CDT, entry.code)


def _day(entry: Entry, name: str) -> date | None:
    return parsed_day(entry.values[FIELDS.index(name)])


def _iso(entry: Entry) -> tuple[str, ...]:
    return tuple(str(parsed_day(v) or "") if f in DATES else v for f, v in zip(FIELDS, entry.values, strict=True))


def _write_codes(entries: Sequence[Entry], sink: Sink) -> int:
    sink.records(Record(e.code, _iso(e), row=e.row) for e in entries)
    dental = [e for e in entries if _is_dental(e)]
    sink.code_list(System.HCPCS, [_code_row(e, False) for e in entries if not _is_dental(e)])
    if dental:
        sink.code_list(System.CDT, [_code_row(e, True) for e in dental])
    sink.maps(row for e in entries for row in _successors(e))
    return len(entries)


def _write_modifiers(entries: Sequence[Entry], sink: Sink) -> int:
    sink.code_list(System.MODIFIER, [_code_row(e, is_licensed(e.code)) for e in entries])
    return len(entries)


def _code_row(entry: Entry, licensed: bool) -> CodeRow:
    """The termination date is the last day the code may be used."""
    return CodeRow(
        entry.code,
        None if licensed else entry.text or None,
        billable=True,
        short=None if licensed else entry.short or None,
        row=entry.row,
        valid_from=_day(entry, "date_added"),
        valid_to=_day(entry, "date_terminated"),
    )


def _successors(entry: Entry) -> Iterator[MapRow]:
    """The codes to use instead of one that has ended, from the day after its last."""
    ended = _day(entry, "date_terminated")
    if ended is None:
        return
    for code in entry.values[FIELDS.index("cross_references")].split():
        system = next((s for s in (System.HCPCS, System.CPT, System.CDT) if has_shape(s, code)), None)
        if system:
            yield MapRow(System.HCPCS, entry.code, system, code, "successor", ended + timedelta(days=1), row=entry.row)

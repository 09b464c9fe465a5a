"""NCCI procedure-to-procedure edits of Medicare: which pairs of codes are bundled, when, and may a modifier part them?

One table for practitioners and one for outpatient hospitals, each in numbered parts of tab-delimited text (or
workbooks). A deletion date of '*' means in force; a blank effective date means the copy does not print it. Medicaid's
tables are declined. Neither setting nor version stands in the file: both come from its name (ccipra or ccioph; v302r0
is 2024, third quarter).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member, decoded, encoding_of
from codingahead.build.sink import PairEdits, Sink
from codingahead.build.sources.cells import EDITION_HINT, parsed_day, peek, refused, sheet_rows
from codingahead.words.errors import Refused, Unreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = ("column1", "column2", "before_1996", "effective", "deleted", "indicator", "rationale")
# Two codes, the 1996 mark, two dates, the indicator; Medicaid's layout has no 1996 mark.
FIRST_ROW = re.compile(rb"^[0-9A-Z]{5}\t[0-9A-Z]{5}\t[^\t\n]?\t(?:\d{8})?\t[^\t\n]{0,8}\t\d\t", re.M)
MEDICAID_ROW = re.compile(rb"^[0-9A-Z]{5}\t[0-9A-Z]{5}\t\d{8}\t(?:\d{8})?\t\d\t", re.M)
SETTINGS = {"practitioner": r"ccipra|practitioner", "outpatient": r"ccioph|hospital|outpatient"}
# CMS cuts each table in four because of the row limit of workbooks.
PARTS = ("f1", "f2", "f3", "f4")
# More rows out of shape than this share and the table is not what it claims to be.
BAD_SHARE = 0.001
ALWAYS, NEVER, UNREADABLE_DAY = 0, date.max.toordinal(), -1


@dataclass(slots=True)
class Table:
    """One part as columns of an arrow table, the line of each row, and the lines out of shape."""

    columns: Any
    row: NDArray[np.int32]
    bad: list[int]


class ProcedureEdits:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member)
        if words:
            found = all(name in words for name in ("ptpeditrationale", "priorto1996", "modifier"))
        else:
            found = bool(FIRST_ROW.search(member.head))
            if not found and MEDICAID_ROW.search(member.head):
                raise Unreadable(f"{member.name}: pairs of Medicaid, another program: only Medicare's are read")
        return (_edition(member, rank=1 if words else 0),) if found else ()

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a missing part, too many rows out of shape, or rows that contradict each other."""
        ordered = sorted(members, key=_part)
        given = [part for part in map(_part, ordered) if part]
        if missing := sorted(set(edition.parts) - set(given)):
            raise Refused(f"{edition.id}: part {', '.join(missing)} of {len(edition.parts)} is missing")
        if len(set(given)) < len(given):
            raise Refused(f"{edition.id}: a part is given twice: {', '.join(m.name for m in ordered)}")
        total, last = 0, b""
        for member in ordered:
            edits = _read_part(member, quarter_end(edition.effective_from))
            first = bytes(edits.column1[0])
            if first < last:
                raise refused(
                    member, int(edits.row[0]), f"begins at {first.decode()}, before the part that precedes it ends"
                )
            last = bytes(edits.column1[-1])
            sink.pairs(edits)
            total += len(edits.row)
        return total


READER = ProcedureEdits()


def _edition(member: Member, rank: int) -> Edition:
    """Raises Unreadable where the names around the file tell neither setting nor quarter."""
    setting = _setting(member.name.lower())
    if setting is None:
        raise Unreadable(f"{member.name}: cannot tell practitioner from hospital pairs: {EDITION_HINT}")
    version, start = _version(member)
    part = _part(member)
    return Edition(
        kind=f"ncci.ptp.{setting}",
        id=f"ncci.ptp.{setting}:{version}",
        publisher="CMS",
        title=f"NCCI procedure-to-procedure edits, {setting}, {start:%B %Y}",
        effective_from=start,
        expected_until=quarter_end(start),
        rank=rank,
        part=part,
        parts=tuple(sorted({*PARTS, part})) if part else (),
        cumulative=True,
    )


def _setting(name: str) -> str | None:
    """The file's own name counts before the archives and folders around it."""
    for part in reversed(re.split(r"[!/]", name)):
        named = [setting for setting, pattern in SETTINGS.items() if re.search(pattern, part)]
        if len(named) == 1:
            return named[0]
    return None


def _version(member: Member) -> tuple[str, date]:
    """'v302r0' is version 30.2: version 30 is the year 2024, its releases 0 to 3 are the quarters."""
    if m := re.search(r"v(\d\d)([0-3])r(\d)(?!\d)", member.name.lower()):
        return m[0], date(1994 + int(m[1]), int(m[2]) * 3 + 1, 1)
    day = date_in_name(member.name)
    if day is None:
        raise Unreadable(f"{member.name}: cannot tell which quarter's pairs these are: {EDITION_HINT}")
    return quarter_start(day).isoformat(), quarter_start(day)


def _part(member: Member) -> str:
    m = re.search(r"(?<![a-z])f([1-9])(?![0-9a-z])", member.name.lower())
    return f"f{m[1]}" if m else ""


def _read_part(member: Member, last_day: date) -> PairEdits:
    content = _content(member)
    first = FIRST_ROW.search(content)
    if first is None:
        raise Refused(f"{member.name}: holds no pairs")
    table = _parsed(member, content, first.start())
    edits = _arrays(table)
    _check_shape(member, content, table, edits)
    _check_days(member, edits, last_day)
    _check_contradictions(member, edits)
    return edits


def _content(member: Member) -> bytes:
    """The table as tab-delimited lines; a workbook is written out as its text twin, line for row."""
    if member.is_workbook:
        plain = ("\t".join(re.sub(r"[\t\r\n]+", " ", cell) for cell in row[:7]) for _, row in sheet_rows(member))
        return "".join(f"{line}\n" for line in plain).encode()
    content = member.read()
    return decoded(content).encode() if encoding_of(member.head) == "utf-16" else content


def _parsed(member: Member, content: bytes, start: int) -> Table:
    # Only this reader and the file formats need pyarrow; importing it takes longer than all other readers together.
    import pyarrow as pa
    from pyarrow import csv

    before = content.count(b"\n", 0, start)
    skipped: list[int] = []
    bad: list[int] = []

    def skip(invalid: Any) -> str:
        skipped.append(invalid.number)
        if invalid.text.strip("\r\n\t \x1a"):
            bad.append(before + invalid.number)
        return "skip"

    types = dict.fromkeys(NAMES[:2], pa.binary()) | dict.fromkeys(NAMES[2:], pa.dictionary(pa.int32(), pa.string()))
    # Rows are numbered only when one thread reads them.
    read = csv.ReadOptions(column_names=list(NAMES), use_threads=False, block_size=1 << 22, encoding="latin-1")
    parse = csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False, invalid_row_handler=skip)
    convert = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    try:
        columns = csv.read_csv(pa.BufferReader(memoryview(content)[start:]), read, parse, convert)
    except pa.ArrowInvalid as error:
        raise Refused(f"{member.name}: not a tab-delimited table ({error})") from error
    row = np.arange(1, columns.num_rows + len(skipped) + 1, dtype=np.int32)
    if skipped:
        row = np.delete(row, np.array(skipped, dtype=np.int64) - 1)
    return Table(columns, row + np.int32(before), bad)


def _arrays(table: Table) -> PairEdits:
    """Numbers for the cells. Rows whose cells are no codes, days or indicator are left out and noted as bad."""
    columns = table.columns
    column1, good1 = _codes(columns["column1"])
    column2, good2 = _codes(columns["column2"])
    rationales = sorted(
        {text.strip() for chunk in columns["rationale"].chunks for text in chunk.dictionary.to_pylist()}
    )
    place = {text: i for i, text in enumerate(rationales)}
    edits = PairEdits(
        column1=column1,
        column2=column2,
        effective=_mapped(columns["effective"], lambda text: _ordinal(text, ALWAYS), np.int32),
        deleted=_mapped(
            columns["deleted"], lambda text: NEVER if text == "*" else _ordinal(text, UNREADABLE_DAY), np.int32
        ),
        indicator=_mapped(columns["indicator"], lambda text: int(text) if text in ("0", "1", "9") else -1, np.int8),
        rationale=_mapped(columns["rationale"], lambda text: place[text.strip()], np.int16),
        rationales=tuple(rationales),
        row=table.row,
    )
    good = good1 & good2 & (edits.effective >= 0) & (edits.deleted >= 0) & (edits.indicator >= 0)
    table.bad += table.row[~good].tolist()
    return edits if good.all() else _kept(edits, good)


def _kept(edits: PairEdits, good: NDArray[np.bool_]) -> PairEdits:
    values = {f.name: getattr(edits, f.name) for f in fields(PairEdits)}
    return PairEdits(**{name: v if name == "rationales" else v[good] for name, v in values.items()})


def _codes(column: Any) -> tuple[NDArray[np.bytes_], NDArray[np.bool_]]:
    """Five-character codes as 'S5', and which rows hold one."""
    chunks = [chunk for chunk in column.chunks if len(chunk)]
    # In arrow's layout the values of a column lie end to end: five bytes each, they are the array wanted.
    starts = [np.frombuffer(c.buffers()[1], np.int32)[c.offset : c.offset + len(c) + 1] for c in chunks]
    right = np.concatenate([np.diff(start) == 5 for start in starts])
    if right.all():
        codes = np.concatenate(
            [np.frombuffer(c.buffers()[2], "S1")[s[0] : s[-1]].view("S5") for c, s in zip(chunks, starts, strict=True)]
        )
    else:
        codes = np.array([value if len(value) == 5 else b"" for value in column.to_pylist()], dtype="S5")
    letters = codes.view(np.uint8).reshape(-1, 5)
    plain = ((letters >= ord("0")) & (letters <= ord("9"))) | ((letters >= ord("A")) & (letters <= ord("Z")))
    return codes, plain.all(axis=1) & right


def _mapped(column: Any, meaning: Callable[[str], int], dtype: Any) -> NDArray[Any]:
    """Each distinct text of a dictionary column is understood once."""
    parts = []
    for chunk in column.chunks:
        values = np.array([meaning(text) for text in chunk.dictionary.to_pylist()], dtype=dtype)
        parts.append(values[chunk.indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(parts)


def _ordinal(text: str, blank: int) -> int:
    try:
        day = parsed_day(text.strip())
    except ValueError:
        return UNREADABLE_DAY
    return blank if day is None else day.toordinal()


def _check_shape(member: Member, content: bytes, table: Table, edits: PairEdits) -> None:
    bad, count = table.bad, len(edits.row)
    if not count or len(bad) > BAD_SHARE * (count + len(bad)):
        raise refused(member, min(bad, default=0), f"is no pair of seven columns, nor are {len(bad) - 1} other lines")
    if bad and max(bad) > edits.row[-1]:
        raise refused(member, max(bad), "is the last and cut short")
    if content.endswith((b"\n", b"\r", b"\x1a")) or count < 2:
        return
    # A file cut in its last column ends, without a line end, in the beginning of another rationale.
    last = edits.rationales[edits.rationale[-1]]
    alone = not (edits.rationale[:-1] == edits.rationale[-1]).any()
    if alone and any(text != last and text.startswith(last) for text in edits.rationales):
        raise refused(member, int(edits.row[-1]), f"is the last and cut short ({last!r})")


def _check_days(member: Member, edits: PairEdits, last_day: date) -> None:
    late = (edits.effective > last_day.toordinal()).nonzero()[0]
    if len(late):
        day = date.fromordinal(int(edits.effective[late[0]]))
        line = int(edits.row[late[0]])
        raise refused(member, line, f"takes effect on {day}, after the quarter that ends on {last_day}")


def _check_contradictions(member: Member, edits: PairEdits) -> None:
    """The same pair with the same days must carry the same indicator."""
    pair = _joined(edits)
    order = np.argsort(pair, kind="stable")
    same = pair[order][1:] == pair[order][:-1]
    seen: dict[tuple[bytes, int, int], int] = {}
    for i in order[np.append(same, False) | np.append(False, same)].tolist():
        key = bytes(pair[i]), int(edits.effective[i]), int(edits.deleted[i])
        first = seen.setdefault(key, i)
        if edits.indicator[first] != edits.indicator[i]:
            codes = f"{edits.column1[i].decode()} with {edits.column2[i].decode()}"
            raise refused(member, int(edits.row[i]), f"{codes} has another indicator than in line {edits.row[first]}")


def _joined(edits: PairEdits) -> NDArray[np.bytes_]:
    both = np.empty((len(edits.row), 10), dtype=np.uint8)
    both[:, :5] = np.ascontiguousarray(edits.column1).view(np.uint8).reshape(-1, 5)
    both[:, 5:] = np.ascontiguousarray(edits.column2).view(np.uint8).reshape(-1, 5)
    return both.reshape(-1).view("S10")

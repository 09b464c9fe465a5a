"""Reads the fixed-width code lists that ICD-10-CM and ICD-10-PCS share: order file and codes file.

Order file: number 1-5, code 7-13, '0' header or '1' valid 15, short title 17-76, long title 78-. Codes file: code 1-7,
long title 9-. Addenda begin each line with an action word and are no such list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from codingahead.build.members import Member
from codingahead.build.sink import CodeRow
from codingahead.build.sources.cells import head_lines, mostly, refused
from codingahead.words.codes import System, spelled
from codingahead.words.errors import Refused

ORDER_LINE = r"(\d{{5}}) ({code}) ([01]) (\S.{{59}}) (\S.*)"
CODES_LINE = r"({code}) (\S.*)"


class Line(NamedTuple):
    """One code as printed: `number` is its place in an order file."""

    row: int
    number: int | None
    code: str
    billable: bool
    short: str | None
    title: str


class Layout(NamedTuple):
    """The line shapes of one system."""

    system: System
    order: re.Pattern[str]
    codes: re.Pattern[str]
    # To recognise a codes file by: other lists of codes have columns of numbers where it has words.
    worded: re.Pattern[str]


def layout(system: System, in_order_file: str, in_codes_file: str) -> Layout:
    """`in_order_file`, `in_codes_file`: patterns of the seven columns of a code, blanks included."""
    codes = CODES_LINE.format(code=in_codes_file)
    order = re.compile(ORDER_LINE.format(code=in_order_file))
    return Layout(system, order, re.compile(codes), re.compile(f"(?=.*[a-z]{{3}}){codes}"))


def rank_of(member: Member, shape: Layout) -> int | None:
    """0 for an order file, 1 for a codes file, None for another file."""
    lines = head_lines(member)
    return 0 if mostly(lines, shape.order) else 1 if mostly(lines, shape.worded) else None


def listed(member: Member, shape: Layout) -> list[CodeRow]:
    """Every code in file order.

    Raises Refused for broken lines, gaps in the numbering, codes listed twice, and valid codes with codes below them.
    """
    lines = list(_lines(member, shape))
    seen: dict[str, int] = {}
    for line in lines:
        if line.code in seen:
            raise Refused(f"{member.name}: lines {seen[line.code]} and {line.row} both list {line.code}")
        seen[line.code] = line.row
    if not lines:
        raise Refused(f"{member.name}: holds no codes")
    rows = [
        CodeRow(
            spelled(shape.system, line.code), line.title, line.billable, line.short, line.row,
            parent=parent_of(line.code, seen, shape.system),
        )
        for line in lines
    ]  # fmt: skip
    valid = {row.code for row in rows if row.billable}
    if divided := next((row for row in rows if row.parent in valid), None):
        raise refused(member, divided.row, f"{divided.code} stands below {divided.parent}, which is marked valid")
    return rows


def parent_of(code: str, known: dict[str, int], system: System) -> str | None:
    """The longest listed beginning of `code`."""
    shorter = (code[:n] for n in range(len(code) - 1, 2, -1))
    found = next((beginning for beginning in shorter if beginning in known), None)
    return spelled(system, found) if found else None


def _lines(member: Member, shape: Layout) -> Iterator[Line]:
    is_order = rank_of(member, shape) == 0
    before = 0
    text_lines = member.text().split("\n")
    if text_lines[-1].strip("\x1a "):
        raise refused(member, len(text_lines), "has no line end: the file is cut short")
    for row, raw in enumerate(text_lines, 1):
        text = raw.rstrip("\r")
        if not text.strip("\x1a "):
            continue
        m = (shape.order if is_order else shape.codes).fullmatch(text)
        if m is None:
            raise refused(member, row, f"is no {'order' if is_order else 'codes'} file record: {text[:40]!r}")
        if not is_order:
            yield Line(row, None, m[1].rstrip(), True, None, m[2].rstrip())
            continue
        if int(m[1]) != before + 1 and before:
            raise refused(member, row, f"order number {m[1]} does not follow {before:05d}")
        before = int(m[1])
        yield Line(row, before, m[2].rstrip(), m[3] == "1", m[4].rstrip(), m[5].rstrip())

"""What do the cells of a publisher's table say, whether it came as delimited text or as a workbook?

Rows as lists of trimmed text, column names made comparable, days parsed. Knows no publisher's layout.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from codingahead.build.members import HEAD_BYTES, Member, decoded, encoding_of
from codingahead.words.errors import Refused, Unreadable

Row = list[str]
# Enough of a workbook's text to see the header row of its first sheet.
PEEK_BYTES = 262_144
EDITION_HINT = "keep the publisher's file name, or put it in a folder named like 2026-10-01"


def squeezed(name: str) -> str:
    """A column name by its letters and digits only, in lower case: 'NON-FAC\\nPE RVU' and 'non_fac_pe_rvu' are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def head_rows(member: Member, delimiter: str = ",") -> list[Row]:
    """The rows in the head of a text file, without the last, which may be cut; none of a binary file."""
    if b"\x00" in member.head[:512] and encoding_of(member.head) != "utf-16":
        return []
    try:
        rows = list(csv.reader(io.StringIO(decoded(member.head)), delimiter=delimiter))
    except csv.Error:
        return []
    return rows[:-1] if len(member.head) >= HEAD_BYTES else rows


def head_lines(member: Member) -> list[str]:
    """The lines in the head of a text file that hold anything, without the last, which may be cut."""
    lines = decoded(member.head).splitlines()
    whole = lines[:-1] if len(member.head) >= HEAD_BYTES else lines
    return [line for line in whole if line.strip("\x1a ")]


def mostly(lines: Sequence[str], pattern: re.Pattern[str]) -> bool:
    """Whether the first line and half of all begin like `pattern`: a damaged file is still known by its layout."""
    matching = [bool(pattern.match(line)) for line in lines]
    return any(matching[:1]) and sum(matching) * 2 >= len(lines)


def text_rows(member: Member, delimiter: str = ",") -> Iterator[tuple[int, Row]]:
    """Each row with its line number in the file, from 1; a quoted cell over several lines counts by its last line.

    Raises Unreadable where the quoting is broken.
    """
    reader = csv.reader(member.lines(), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise Unreadable(f"{member.name}: line {reader.line_num}: {error}") from error


def sheet_rows(member: Member, sheet: int = 0) -> Iterator[tuple[int, Row]]:
    """Each row of a workbook's sheet with its number, from 1. Raises Unreadable when it is no readable workbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    content = member.read()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise Unreadable(f"{member.name}: not a readable workbook ({error})") from error
    for number, row in enumerate(rows, 1):
        yield number, [written(cell) for cell in row]


def rows_of(member: Member, delimiter: str = ",") -> Iterator[tuple[int, Row]]:
    return sheet_rows(member) if member.is_workbook else text_rows(member, delimiter)


def written(cell: object) -> str:
    """A workbook cell as the text twin prints it: whole numbers without a point, days as YYYYMMDD."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime, date)):
        return f"{cell:%Y%m%d}"
    return str(cell).strip()


_last_peek: tuple[Member | None, str] = (None, "")


def peek(member: Member) -> str:
    """The first words of a workbook, squeezed, to judge its layout by; '' when it is none.

    Every reader asks about the same file in turn, so the last answer is kept.
    """
    global _last_peek
    if not member.is_workbook:
        return ""
    if _last_peek[0] is not member:
        _last_peek = (member, _first_words(member))
    return _last_peek[1]


def _first_words(member: Member) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(member.read())) as book:
            names = [n for n in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml") if n in book.namelist()]
            xml = b" ".join(book.open(name).read(PEEK_BYTES) for name in names).decode("utf-8", "replace")
    except (Unreadable, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return ""
    return squeezed(re.sub(r"<[^>]*>|_x000[ADad]_", " ", xml))


def columns(header: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each field stands: `names` maps it to the squeezed names of its column. Absent fields are left out."""
    at = {squeezed(cell): i for i, cell in reversed(list(enumerate(header))) if cell.strip()}
    places = ((field, [at[name] for name in known if name in at]) for field, known in names.items())
    return {field: found[0] for field, found in places if found}


def require(member: Member, found: Iterable[str], needed: Iterable[str]) -> None:
    """Raises Unreadable naming the needed columns that the file lacks."""
    have = set(found)
    if missing := [name for name in needed if name not in have]:
        raise Unreadable(f"{member.name}: lacks the column {', '.join(missing)}")


def refused(member: Member, line: int | None, why: str) -> Refused:
    """The error for one line of a file that contradicts its own layout."""
    return Refused(f"{member.name}: line {line}: {why}")


def parsed_day(text: str) -> date | None:
    """The day written as YYYYMMDD, YYYY-MM-DD or MM/DD/YYYY; None when blank. Raises ValueError otherwise."""
    if not text:
        return None
    try:
        if m := re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text):
            return date(int(m[1]), int(m[2]), int(m[3]))
        if m := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
            return date(int(m[3]), int(m[1]), int(m[2]))
    except ValueError as error:
        raise ValueError(f"{text!r} is no day ({error})") from error
    raise ValueError(f"{text!r} is no day")


def parsed_day_of_year(text: str) -> date | None:
    """The day written as YYYYDDD (year, day of the year); None when blank. Raises ValueError otherwise."""
    if not text:
        return None
    if not re.fullmatch(r"\d{7}", text):
        raise ValueError(f"{text!r} is no day of a year")
    first = date(int(text[:4]), 1, 1)
    day = first + timedelta(days=int(text[4:]) - 1)
    if day.year != first.year:
        raise ValueError(f"{text!r} is no day of a year")
    return day

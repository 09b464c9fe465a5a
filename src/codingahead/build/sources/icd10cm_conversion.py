"""ICD-10-CM conversion table (workbook, csv): which codes were assigned before a new code existed, and since when does it?

Each edition repeats the whole history. `flags` of a map row holds the cell as printed where it names more than one code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import MapRow, Sink
from codingahead.build.sources.cells import columns, head_rows, parsed_day, peek, refused, require, rows_of, squeezed
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.words.codes import System, has_shape, spelled
from codingahead.words.errors import Refused

KIND = "icd10cm.conversion"
COLUMNS = {
    "code": ("currentcodeassignment",),
    "effective": ("effective", "effectivedate"),
    "previous": ("previouscodesassignment", "previouscodeassignment"),
}
STATED = re.compile(r"effective(january|april|october)1(20\d\d)")
_CODE = r"(?:[A-Z]\d|QA)[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
# A code, a range of codes, or all codes below one ('C79.8-').
MENTIONED = re.compile(rf"\b{_CODE}(?:\s*-\s*{_CODE}|\.?-)?(?![0-9A-Za-z])")
NONE = ("", "none", "n/a")


class ConversionTable:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member) or squeezed(" ".join(cell for row in head_rows(member)[:10] for cell in row))
        if "currentcodeassignment" not in words or "icd10pcs" in words:
            return ()
        stated = STATED.search(words)
        if stated:
            day = datetime.strptime(f"{stated[1]} 1 {stated[2]}", "%B %d %Y").date()  # noqa: DTZ007
        else:
            day = edition_day(member, System.ICD10CM)
        edition = icd_edition(KIND, "NCHS", "ICD-10-CM conversion table", day, 1 if member.is_workbook else 0)
        return (replace(edition, cumulative=True),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for rows without shape and for codes that take effect after the edition's period."""
        last = edition.expected_until or edition.effective_from
        rows = list(_rows(members[0], last))
        if not rows:
            raise Refused(f"{members[0].name}: holds no codes")
        sink.maps(rows)
        return len(rows)


READER = ConversionTable()


def _rows(member: Member, last: date) -> Iterator[MapRow]:
    at: dict[str, int] = {}
    seen: set[tuple[str, str, date]] = set()
    for number, row in rows_of(member):
        if not at:
            found = columns(row, COLUMNS)
            if "code" in found:
                require(member, found, COLUMNS)
                at = found
            continue
        if not any(row):
            continue
        code, effective, previous = (row[at[name]] if at[name] < len(row) else "" for name in COLUMNS)
        if not has_shape(System.ICD10CM, code):
            raise refused(member, number, f"{code!r} is no code")
        day = _day(member, number, effective)
        if day > last:
            raise refused(
                member, number, f"{code} takes effect on {day}, after the edition's period, which ends {last}"
            )
        for row_ in _predecessors(member, number, spelled(System.ICD10CM, code), day, previous):
            if (row_.code, row_.to, day) not in seen:
                seen.add((row_.code, row_.to, day))
                yield row_


def _day(member: Member, number: int, text: str) -> date:
    """A year alone means 1 October of it, as the table's heading says."""
    if re.fullmatch(r"20\d\d", text):
        return date(int(text), 10, 1)
    try:
        day = parsed_day(text)
    except ValueError as error:
        raise refused(member, number, f"effective date {error}") from error
    if day is None:
        raise refused(member, number, "has no effective date")
    return day


def _predecessors(member: Member, number: int, code: str, day: date, printed: str) -> Iterator[MapRow]:
    if printed.lower() in NONE:
        return
    mentioned = [to for m in MENTIONED.finditer(printed.upper()) for to in _expanded(m[0])]
    if not mentioned:
        raise refused(member, number, f"previous assignment {printed!r} names no code")
    flags = printed if len(mentioned) > 1 or mentioned[0] != spelled(System.ICD10CM, printed) else ""
    for to in mentioned:
        yield MapRow(System.ICD10CM, code, System.ICD10CM, to, "predecessor", day, flags, number)


def _expanded(mention: str) -> list[str]:
    """The codes of a range that differ in a last digit; a range of categories and 'C79.8-' stay as printed.

    So does a range up to 9, which stands apart as 'unspecified': H35.051-H35.059 has no H35.054.
    """
    first, _, last = (part.strip() for part in mention.partition("-"))
    if not last:
        return [mention if mention.endswith("-") else spelled(System.ICD10CM, mention)]
    if "." in first and first[:-1] == last[:-1] and first[-1].isdigit() and last[-1] in "12345678":
        return [first[:-1] + str(n) for n in range(int(first[-1]), int(last[-1]) + 1)]
    return [f"{first}-{last}"]

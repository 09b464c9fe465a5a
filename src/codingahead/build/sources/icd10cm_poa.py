"""ICD-10-CM codes exempt from present-on-admission reporting (text and workbook): on which is no indicator reported?

The lists of added, deleted and revised codes that come with it are no editions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import columns, head_rows, peek, refused, rows_of, sheet_rows, squeezed
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.words.codes import System, has_shape, spelled
from codingahead.words.errors import Refused

KIND = "icd10cm.poa"
FIELDS = ("poa_exempt",)
HEADER = re.compile(r"order(\d\d)poaexemptcode")


class ExemptList:
    def recognise(self, member: Member) -> Sequence[Edition]:
        m = HEADER.search(_header(member))
        # The list of added codes has the same columns.
        if not m or re.search(r"add", member.basename, re.IGNORECASE):
            return ()
        day = edition_day(member, System.ICD10CM, 2000 + int(m[1]))
        title = "ICD-10-CM codes exempt from present-on-admission reporting"
        return (icd_edition(KIND, "CMS", title, day, 1 if member.is_workbook else 0, FIELDS),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for codes without shape, out of order, or listed twice, and for a list of added codes."""
        rows = list(_rows(members[0]))
        # The categories B90-B94 and Z00-Z99 are exempt in every edition (ICD-10-CM Official Guidelines, Appendix I).
        if not rows or rows[0].code[0] > "B" or rows[-1].code[0] != "Z":
            raise Refused(f"{members[0].name}: is no whole list, which begins at B90 and ends in chapter Z")
        sink.records(rows)
        return len(rows)


READER = ExemptList()


def _header(member: Member) -> str:
    rows: Iterable[list[str]] = head_rows(member, "\t")
    if member.is_workbook:
        rows = (row for _, row in sheet_rows(member)) if "poaexemptcode" in peek(member) else ()
    return "".join(squeezed(cell) for row in islice(rows, 5) for cell in row)


def _rows(member: Member) -> Iterator[Record]:
    at: dict[str, int] = {}
    before = -1
    seen: set[str] = set()
    for number, row in rows_of(member, "\t"):
        if not at:
            order = next((squeezed(cell) for cell in row if re.fullmatch(r"order\d\d", squeezed(cell))), "")
            found = columns(row, {"order": (order,), "code": ("poaexemptcode",)})
            at = found if len(found) == 2 else {}
            continue
        if not any(row):
            continue
        order, code = (row[at[name]] if at[name] < len(row) else "" for name in ("order", "code"))
        if not has_shape(System.ICD10CM, code) or not order.isdigit():
            raise refused(member, number, f"is no row of the list: {row[:2]}")
        code = spelled(System.ICD10CM, code)
        if int(order) <= before or code in seen:
            raise refused(member, number, f"{code} is out of order or listed twice")
        before = int(order)
        seen.add(code)
        yield Record(code, ("yes",), row=number)

"""HCPCS Level II long names alone (csv of code, plain_name, source): which codes are there, and in what words?

Each name is the first printed line, of 80 columns, of the long description. A short line is the whole name; of a
longer one the list does not tell whether it goes on, so it is marked with MAY_GO_ON and a fuller title of the same
beginning, from another quarter, is to be preferred. A plain list without indicators or dates, for quarters whose
contractor record is not at hand; that record precedes it. Rows of other sources, and of other code systems, are left
out.
"""

from __future__ import annotations

from collections.abc import Sequence

from codingahead.build.editions import Edition, date_in_name, quarter_end, quarter_start
from codingahead.build.members import Member
from codingahead.build.sink import CodeRow, Sink
from codingahead.build.sources.cells import EDITION_HINT, columns, head_rows, refused, require, squeezed, text_rows
from codingahead.words.codes import System, has_shape
from codingahead.words.errors import Refused, Unreadable

COLUMNS = {"code": ("code",), "name": ("plainname",), "source": ("source",)}
SOURCE = "cms_hcpcs_l2"
# Lines break between words: only a word of 25 letters could break a line shorter than this, and HCPCS has none.
SURELY_WHOLE = 55
MAY_GO_ON = " \N{HORIZONTAL ELLIPSIS}"


class LongNames:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = head_rows(member)
        header = {squeezed(cell) for cell in rows[0]} if rows else set()
        if not {"code", "plainname"} <= header or SOURCE.encode() not in member.head:
            return ()
        require(member, columns(rows[0], COLUMNS), COLUMNS)
        day = date_in_name(member.name)
        if day is None:
            raise Unreadable(f"{member.name}: cannot tell which quarter's HCPCS names these are: {EDITION_HINT}")
        start = quarter_start(day)
        title = f"HCPCS Level II codes, long names, {start:%B %Y}"
        return (Edition("hcpcs", f"hcpcs:{start}", "CMS", title, start, quarter_end(start), rank=9),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a code without a name, or one given twice."""
        member = members[0]
        at: dict[str, int] = {}
        listed: dict[str, CodeRow] = {}
        for number, row in text_rows(member):
            if not at:
                at = columns(row, COLUMNS)
            elif len(row) <= max(at.values()):
                raise refused(member, number, "is cut short")
            elif row[at["source"]] == SOURCE and has_shape(System.HCPCS, row[at["code"]]):
                code, name = row[at["code"]].upper(), row[at["name"]]
                if code in listed or not name:
                    raise refused(member, number, f"{code} is given twice, or without a name")
                title = name if len(name) < SURELY_WHOLE else name + MAY_GO_ON
                listed[code] = CodeRow(code, title, billable=True, row=number)
        if not listed:
            raise Refused(f"{member.name}: holds no codes")
        sink.code_list(System.HCPCS, list(listed.values()))
        return len(listed)


READER = LongNames()

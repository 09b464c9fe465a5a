"""ICD-10-PCS code list as CMS publishes it (order file, codes file): which procedures have a code?

In the order file a table's three characters stand before its codes as a heading.
"""

from __future__ import annotations

from collections.abc import Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources import icd10cm_order
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.build.sources.icd_order import layout, listed, rank_of
from codingahead.words.codes import System

KIND = "icd10pcs"
# The letters I and O are never used.
CHARACTER = "[0-9A-HJ-NP-Z]"
CODE = CHARACTER + "{7}"
LAYOUT = layout(System.ICD10PCS, rf"(?:{CHARACTER}{{3}} {{4}}(?= 0)|{CODE}(?= 1))", CODE)


class CodeList:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rank = rank_of(member, LAYOUT)
        if rank is None or rank_of(member, icd10cm_order.LAYOUT) is not None:
            return ()
        content = member.read()
        day = edition_day(member, System.ICD10PCS, holds=lambda code: f"{code} ".encode() in content)
        return (icd_edition(KIND, "CMS", "ICD-10-PCS codes", day, rank),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        rows = listed(members[0], LAYOUT)
        sink.code_list(System.ICD10PCS, rows)
        return len(rows)


READER = CodeList()

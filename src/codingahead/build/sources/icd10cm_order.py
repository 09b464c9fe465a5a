"""ICD-10-CM code list as CMS publishes it (order file, codes file): which codes exist and which may be reported?

The order file also lists the headings that may not be reported and the short titles.
"""

from __future__ import annotations

from collections.abc import Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.build.sources.icd_order import layout, listed, rank_of
from codingahead.words.codes import System

KIND = "icd10cm"
TITLE = "ICD-10-CM codes"
CODE = r"(?=[0-9A-Z]+ *(?: [01])? )(?:[A-Z]\d|QA)[0-9A-Z][0-9A-Z ]{4}"
LAYOUT = layout(System.ICD10CM, CODE, CODE)


class CodeList:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rank = rank_of(member, LAYOUT)
        if rank is None:
            return ()
        content = member.read()
        # The code stands in seven columns and a blank follows, in both layouts.
        day = edition_day(member, System.ICD10CM, holds=lambda code: f"{code:<8}".encode() in content)
        return (icd_edition(KIND, "CMS", TITLE, day, rank),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        rows = listed(members[0], LAYOUT)
        sink.code_list(System.ICD10CM, rows)
        return len(rows)


READER = CodeList()

"""ICD-9-CM diagnosis titles (CMS, version 32, the last edition): for reading old records and the equivalence mappings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import CodeRow, Sink
from codingahead.build.sources.cells import head_lines, mostly
from codingahead.words.codes import System, spelled
from codingahead.words.errors import Refused

LINE = re.compile(r"^(\d{3,5}|V\d{2,4}|E\d{3,4})\s{1,3}(\S.*)$")
LAST_DAY = date(2015, 9, 30)


class Titles:
    def recognise(self, member: Member) -> Sequence[Edition]:
        lines = head_lines(member)
        if len(lines) < 3 or not mostly(lines, LINE) or "DESC_LONG_DX" not in member.basename.upper():
            return ()
        title = "ICD-9-CM diagnosis codes, version 32"
        return (Edition("icd9cm", "icd9cm:v32", "CMS", title, date(2014, 10, 1), LAST_DAY, cumulative=True),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused when the file holds no codes or a code twice."""
        rows: dict[str, CodeRow] = {}
        for number, line in enumerate(members[0].lines(), 1):
            found = LINE.match(line.rstrip())
            if found is None:
                continue
            code = spelled(System.ICD9CM, found[1])
            if code in rows:
                raise Refused(f"{members[0].name}: line {number}: {code} is listed twice")
            rows[code] = CodeRow(
                code, found[2].strip(), True, row=number, valid_from=date(1979, 1, 1), valid_to=LAST_DAY
            )
        if not rows:
            raise Refused(f"{members[0].name}: holds no codes")
        sink.code_list(System.ICD9CM, list(rows.values()))
        return len(rows)


READER = Titles()

"""General Equivalence Mappings (CMS/NCHS, frozen 2018): ICD-9-CM and ICD-10-CM diagnoses, each way as its own file.

A line holds source code, target code and five flags: approximate, no map, combination, scenario, choice list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import MapRow, Sink
from codingahead.build.sources.cells import head_lines, mostly, refused
from codingahead.words.codes import System, spelled
from codingahead.words.errors import Refused

LINE = re.compile(r"^([0-9A-Z]{3,7})\s+([0-9A-Za-z]{3,7})\s+([01]{2}\d{3})\s*$")
TENTH = re.compile(r"^[A-Z]\d[0-9A-Z]")
NO_MAP = "NoDx"
KIND = "gem"


class EquivalenceMappings:
    def recognise(self, member: Member) -> Sequence[Edition]:
        lines = head_lines(member)
        if len(lines) < 3 or not mostly(lines, LINE):
            return ()
        source = _system_of(member)
        way = "from" if source is System.ICD10CM else "to"
        title = f"General equivalence mappings, ICD-10-CM {way} ICD-9-CM diagnoses, 2018"
        days = date(2017, 10, 1), None
        return (Edition(f"{KIND}.{source.value}", f"{KIND}:2018-{source.value}", "CMS", title, *days, cumulative=True),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a line of another shape."""
        source = System.ICD10CM if edition.kind.endswith(System.ICD10CM.value) else System.ICD9CM
        rows = list(_rows(members[0], source))
        if not rows:
            raise Refused(f"{members[0].name}: holds no codes")
        sink.maps(rows)
        return len(rows)


READER = EquivalenceMappings()


def _system_of(member: Member) -> System:
    """ICD-9-CM has external causes under E too, so the digits of the first source codes decide."""
    firsts = [m[1] for line in head_lines(member)[:200] if (m := LINE.match(line))]
    digits = sum(code[0].isdigit() for code in firsts)
    return System.ICD9CM if digits * 2 > len(firsts) else System.ICD10CM


def _rows(member: Member, source: System) -> Iterator[MapRow]:
    target = System.ICD9CM if source is System.ICD10CM else System.ICD10CM
    for number, line in enumerate(member.lines(), 1):
        if not line.strip("\x1a \r\n"):
            continue
        found = LINE.match(line.rstrip("\r\n"))
        if found is None:
            raise refused(member, number, "is no line of source, target and five flags")
        code, to, flags = found.groups()
        mapped = "" if to == NO_MAP else spelled(target, to.upper())
        yield MapRow(source, spelled(source, code), target, mapped, KIND, None, flags, number)

"""ZIP code to carrier and locality (ZIP5, ZIP9, fixed width of 80): who pays in a place, and as which locality?

Positions: CMS record layouts of the ZIP5 and ZIP9 files. ZIP5 gives each ZIP code one locality and flags those for
which the four extra digits decide; ZIP9 holds these. Runs of extra digits with one locality are kept as one range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from codingahead.build.editions import Edition, quarter_end
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import head_lines, mostly, refused
from codingahead.build.sources.rvu_bundle import locality_key
from codingahead.words.errors import Refused, Unreadable

FIVE_FIELDS = ("state", "locality", "rural", "needs_plus_four")
NINE_FIELDS = ("state", "ranges")
LINE = re.compile(r"[A-Z]{2}\d{5}\d{5}\d\d[RB ].{5}([01 ])(.{4}).{50}(20\d\d)([1-4])\s*$")


class ZipLocalities:
    def recognise(self, member: Member) -> Sequence[Edition]:
        lines = head_lines(member)
        if not mostly(lines[:20], LINE):
            return ()
        found = LINE.match(lines[0])
        assert found is not None, "the first line was matched"
        is_nine = all((m := LINE.match(line)) and m[2].isdigit() for line in lines[:20])
        start = date(int(found[3]), int(found[4]) * 3 - 2, 1)
        kind, what, fields = ("zip9", "ZIP+4 code", NINE_FIELDS) if is_nine else ("zip5", "ZIP code", FIVE_FIELDS)
        title = f"{what} to carrier and locality, {start:%B %Y}"
        return (Edition(kind, f"{kind}:{start}", "CMS", title, start, quarter_end(start), fields=fields),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a ZIP code given twice, and for a line of another layout."""
        member = members[0]
        made = _nine(member) if edition.kind == "zip9" else _five(member)
        records, count = made
        if not records:
            raise Refused(f"{member.name}: holds no ZIP codes")
        sink.records(records)
        return count


READER = ZipLocalities()


def _lines(member: Member) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(member.lines(), 1):
        if not line.strip("\x1a "):
            continue
        if not LINE.match(line):
            raise Unreadable(f"{member.name}: line {number} does not follow the layout of the ZIP code file")
        yield number, line


def _five(member: Member) -> tuple[list[Record], int]:
    records: dict[str, Record] = {}
    for number, line in _lines(member):
        code = line[2:7]
        if code in records:
            raise refused(member, number, f"repeats ZIP code {code} of line {records[code].row}")
        needs = "yes" if line[20] == "1" else ""
        values = (line[:2], locality_key(line[7:12], line[12:14]), line[14].strip(), needs)
        records[code] = Record(code, values, row=number)
    return list(records.values()), len(records)


def _nine(member: Member) -> tuple[list[Record], int]:
    """One row a ZIP code; its ranges read '0001-0150 10112/00;0151-9999 10212/01'."""
    by_zip: dict[str, list[tuple[str, str]]] = {}
    first: dict[str, tuple[str, int]] = {}
    count = 0
    for number, line in _lines(member):
        by_zip.setdefault(line[2:7], []).append((line[21:25], locality_key(line[7:12], line[12:14])))
        first.setdefault(line[2:7], (line[:2], number))
        count += 1
    records = []
    for code, entries in by_zip.items():
        entries.sort()
        if len({extra for extra, _ in entries}) < len(entries):
            raise refused(member, first[code][1], f"repeats an extension of ZIP code {code}")
        records.append(Record(code, (first[code][0], _ranges(entries)), row=first[code][1]))
    return records, count


def _ranges(entries: Sequence[tuple[str, str]]) -> str:
    """Neighbouring extensions of one locality joined; extensions that are not listed stay outside."""
    runs: list[list[str]] = []
    for extra, locality in entries:
        if runs and runs[-1][2] == locality and int(extra) == int(runs[-1][1]) + 1:
            runs[-1][1] = extra
        else:
            runs.append([extra, extra, locality])
    return ";".join(f"{start}-{end} {locality}" for start, end, locality in runs)

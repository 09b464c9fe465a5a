"""MS-DRG list: Table 5 of the inpatient rule (text, workbook), or the grouper's list of titles (csv) which has no weights.

Which payment groups are there, in which major diagnostic category, at what relative weight and mean stay? Does not group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import CodeRow, Record, Sink
from codingahead.build.sources.cells import Row, head_rows, peek, refused, rows_of, squeezed
from codingahead.words.codes import System, spelled
from codingahead.words.errors import Refused, Unreadable

KIND = "msdrg"
FIELDS = ("mdc", "type", "weight", "geometric_mean_stay", "arithmetic_mean_stay")
NUMBERS = ("weight", "geometric_mean_stay", "arithmetic_mean_stay")
# Column names by how they look once squeezed; Table 5 puts the fiscal year before some of them.
TABLE_5 = {
    "code": r"msdrg",
    "mdc": r"mdc",
    "type": r"type",
    "title": r"msdrgtitle",
    "weight": r"(?:fy20\d\d)?(?:final(?:rule)?)?(?:relative)?weights?",
    "geometric_mean_stay": r"geometricmean(?:los|lengthofstay)",
    "arithmetic_mean_stay": r"arithmeticmean(?:los|lengthofstay)",
}
# Since fiscal year 2024 the weight is printed before and after the cap on decreases, and the capped one pays.
CAPPED = re.compile(r".*weights?.*capapplied")
TITLES = {"code": r"drg", "mdc": r"mdc", "type": r"drgabb", "title": r"drgdescription"}
# P and M in the grouper's list, SURG and MED in Table 5; '**' where a group has neither.
TYPES = {"P": "surgical", "M": "medical", "SURG": "surgical", "MED": "medical", "": "", "**": "", "*": ""}
# Version 41 is that of fiscal year 2024.
YEAR_OF_VERSION_0 = 1983


class GroupList:
    def recognise(self, member: Member) -> Sequence[Edition]:
        words = peek(member) or squeezed(" ".join(c for delimiter in "\t," for c in _first_cells(member, delimiter)))
        if "msdrgtitle" in words and "geometricmean" in words:
            stated = re.search(r"fy(20\d\d)", words)
            version = (int(stated[1]) - YEAR_OF_VERSION_0, 0) if stated else _named_version(member)
            rank = 1 if member.is_workbook else 0
        elif words.startswith("drgmdcdrgabbdrgdescription"):
            version, rank = _named_version(member), 2
        else:
            return ()
        return (_edition(version, rank),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        rows = list(_rows(members[0]))
        if not rows:
            raise Refused(f"{members[0].name}: holds no groups")
        sink.code_list(System.MSDRG, [code for code, _ in rows])
        sink.records(record for _, record in rows)
        return len(rows)


READER = GroupList()


def _first_cells(member: Member, delimiter: str) -> Iterator[str]:
    return (cell for row in head_rows(member, delimiter)[:12] for cell in row)


def _named_version(member: Member) -> tuple[int, int]:
    name = member.name.lower()
    if m := re.search(r"(?<![a-z0-9])v(\d\d)(?:[._](\d))?(?!\d)", name):
        return int(m[1]), int(m[2] or 0)
    if m := re.search(r"(?<![a-z])fy ?(20\d\d)", name):
        return int(m[1]) - YEAR_OF_VERSION_0, 0
    if m := re.search(r"msdrg_(\d\d)(?!\d)", name):
        return int(m[1]), 0
    raise Unreadable(f"{member.name}: cannot tell which version: put it in a folder named like v41_1 or FY2025")


def _edition(version: tuple[int, int], rank: int) -> Edition:
    """Version 41 begins on 1 October 2023, 41.1 on 1 April 2024."""
    number, minor = version
    year = number + YEAR_OF_VERSION_0
    start = date(year, 4, 1) if minor else date(year - 1, 10, 1)
    shown = f"v{number}.{minor}" if minor else f"v{number}"
    title = f"MS-DRG list, {shown}"
    end = date(year, 9, 30) if minor else date(year, 3, 31)
    return Edition(KIND, f"{KIND}:{shown}", "CMS", title, start, end, rank, fields=FIELDS)


def edition_of(member: Member, kind: str, title: str, fields: tuple[str, ...]) -> Edition:
    """The edition of another table of the same grouper, by the version its path names. Raises Unreadable when it names none."""
    own = _edition(_named_version(member), 0)
    version = own.id.partition(":")[2]
    return replace(own, kind=kind, id=f"{kind}:{version}", title=f"{title}, {version}", fields=fields)


def _rows(member: Member) -> Iterator[tuple[CodeRow, Record]]:
    at: dict[str, int] = {}
    seen: set[str] = set()
    for number, row in rows_of(member, "\t" if _is_tabbed(member) else ","):
        if not at:
            at = _header(member, row)
            continue
        printed = row[at["code"]] if len(row) > at["code"] else ""
        if not re.fullmatch(r"\d{1,3}", printed):
            # Notes stand below the table.
            continue
        if len(row) <= max(at.values()):
            raise refused(member, number, f"{printed} is cut short")
        code = spelled(System.MSDRG, printed)
        if code in seen:
            raise refused(member, number, f"lists {code} twice")
        seen.add(code)
        yield _group(member, number, code, {name: row[place] for name, place in at.items()})


def _is_tabbed(member: Member) -> bool:
    return not member.is_workbook and b"\t" in member.head


def _header(member: Member, row: Row) -> dict[str, int]:
    cells = [squeezed(cell) for cell in row]
    capped = [i for i, cell in enumerate(cells) if CAPPED.fullmatch(cell)]
    for names in (TABLE_5, TITLES):
        found = {
            name: places
            for name, shape in names.items()
            if (places := [i for i, c in enumerate(cells) if re.fullmatch(shape, c)])
        }
        if "code" not in found or "title" not in found:
            continue
        if capped:
            found["weight"] = capped
        for name in names:
            if len(found.get(name, ())) != 1:
                raise Unreadable(f"{member.name}: lacks the column {name}, or has it more than once")
        return {name: places[0] for name, places in found.items()}
    return {}


def _group(member: Member, number: int, code: str, cells: dict[str, str]) -> tuple[CodeRow, Record]:
    kind = cells["type"].upper()
    numbers = [cells.get(name, "").strip("*") for name in NUMBERS]
    if kind not in TYPES or not cells["title"]:
        raise refused(member, number, f"{code} has the type {cells['type']!r} and the title {cells['title']!r}")
    if any(text and not re.fullmatch(r"\d+(?:\.\d+)?", text) for text in numbers):
        raise refused(member, number, f"{code} has no number where one is due: {numbers}")
    values = (cells["mdc"].strip("*"), TYPES[kind], *numbers)
    return CodeRow(code, cells["title"], True, row=number), Record(code, values, row=number)

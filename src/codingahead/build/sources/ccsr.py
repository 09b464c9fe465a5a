"""CCSR of AHRQ: into which clinical categories does a diagnosis code fall, and which one stands for it?

Reads the published file (DXCCSR) and its extract in two parts, codes and category names. The first part alone lists the
codes; the extract does not tell the default categories. CCSR serves statistics; it decides no payment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import Row, columns, head_rows, refused, require, squeezed, text_rows
from codingahead.words.codes import System, has_shape, spelled
from codingahead.words.errors import Refused, Unreadable

FIELDS = ("category", "description", "default_inpatient", "default_outpatient")
PUBLISHED = {
    "code": ("icd10cmcode",),
    "default_inpatient": ("defaultccsrcategoryip",),
    "default_outpatient": ("defaultccsrcategoryop",),
    "category": ("ccsrcategory1",),
    "description": ("ccsrcategory1description",),
}
CODES = {"category": ("ccsrcategorycode",), "system": ("vocabularyid",), "code": ("code",)}
CATEGORIES = {"category": ("ccsrcategorycode",), "description": ("ccsrcategorydesc", "ccsrcategorydescription")}
PARTS = ("categories", "codes")
LAYOUTS: dict[str, Mapping[str, Sequence[str]]] = {"": PUBLISHED, "codes": CODES, "categories": CATEGORIES}
CATEGORY = re.compile(r"[A-Z]{3}\d{3}")
VERSION = re.compile(r"v(20\d\d)[-_.](\d)(?!\d)")


class Categories:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = head_rows(member)
        header = [unquoted(cell) for cell in rows[0]] if rows else []
        part = _layout(header)
        if part is None:
            return ()
        require(member, columns(header, LAYOUTS[part]), LAYOUTS[part])
        m = VERSION.search(member.basename) or VERSION.search(member.name)
        if m is None:
            raise Unreadable(f"{member.name}: cannot tell which version of CCSR: keep a name like DXCCSR_v2026-1.csv")
        return (_edition(int(m[1]), int(m[2]), part),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a broken row, a code in one category twice, or a category without a name."""
        found = list(_extracted(members) if edition.part else _published(members[0]))
        seen: set[tuple[str, str]] = set()
        for record in found:
            if (record.code, record.values[0]) in seen:
                raise refused(members[-1], record.row, f"puts {record.code} into {record.values[0]} twice")
            seen.add((record.code, record.values[0]))
        if not found:
            raise Refused(f"{members[-1].name}: holds no codes")
        sink.records(found)
        return len(found)


READER = Categories()


def unquoted(cell: str) -> str:
    """A cell without the single quotes that AHRQ writes around codes and column names."""
    return cell.strip().strip("'").strip()


def _layout(header: Row) -> str | None:
    names = {squeezed(cell) for cell in header}
    if "icd10cmcode" in names and any("ccsr" in name for name in names):
        return ""
    if "ccsrcategorycode" in names:
        return "codes" if names & {"vocabularyid", "code"} else "categories"
    return None


def _edition(year: int, number: int, part: str) -> Edition:
    """Version YYYY.1 covers the fiscal year YYYY, from 1 October of the year before (AHRQ, CCSR user guide)."""
    return Edition(
        kind="ccsr",
        id=f"ccsr:v{year}-{number}",
        publisher="AHRQ",
        title=f"CCSR for ICD-10-CM diagnoses, v{year}.{number}",
        effective_from=date(year - 1, 10, 1),
        expected_until=date(year, 9, 30),
        rank=1 if part else 0,
        part=part,
        parts=PARTS if part else (),
        fields=FIELDS,
    )


def _cells(member: Member, part: str) -> Iterator[tuple[int, Row, dict[str, int]]]:
    """Rows below the header, with the columns they follow; the closing 'End of Content' row is left out."""
    at: dict[str, int] = {}
    for number, raw in text_rows(member):
        row = [unquoted(cell) for cell in raw]
        if not at:
            at = columns(row, LAYOUTS[part])
            require(member, at, LAYOUTS[part])
        elif any(row) and "End of Content" not in row:
            if len(row) <= max(at.values()):
                raise refused(member, number, "is cut short")
            yield number, row, at


def _published(member: Member) -> Iterator[Record]:
    """Defaults stay as printed: XXX000 and XXX111 mark codes that may not come first (inpatient, outpatient)."""
    for number, row, at in _cells(member, ""):
        code = _code(member, number, row[at["code"]])
        defaults = [row[at[field]] for field in FIELDS[2:]]
        pairs = zip(row[at["category"] :: 2], row[at["description"] :: 2], strict=False)
        named = [(category, text) for category, text in pairs if CATEGORY.fullmatch(category)]
        if not named or not all(CATEGORY.fullmatch(default) for default in defaults if default):
            raise refused(member, number, f"gives {code} no category, or a default that is none")
        for i, (category, text) in enumerate(named, 1):
            yield Record(code, (category, text, *defaults), str(i), number)


def _extracted(members: Sequence[Member]) -> Iterator[Record]:
    names_file, codes_file = members
    names = {row[at["category"]]: row[at["description"]] for _, row, at in _cells(names_file, "categories")}
    count: dict[str, int] = {}
    for number, row, at in _cells(codes_file, "codes"):
        if row[at["system"]] != "ICD10CM":
            raise refused(codes_file, number, f"is of another code system: {row[at['system']]!r}")
        code, category = _code(codes_file, number, row[at["code"]]), row[at["category"]]
        if not names.get(category):
            raise refused(codes_file, number, f"category {category!r} has no name in {names_file.basename}")
        count[code] = count.get(code, 0) + 1
        yield Record(code, (category, names[category], "", ""), str(count[code]), number)


def _code(member: Member, number: int, text: str) -> str:
    if not has_shape(System.ICD10CM, text):
        raise refused(member, number, f"{text!r} is no diagnosis code")
    return spelled(System.ICD10CM, text)

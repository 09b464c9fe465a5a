"""AHRQ's Clinical Classifications Software Refined for diagnoses: which clinical categories does an ICD-10-CM code fall into?

Reads the official table (DXCCSR csv), or an extract of it as two tables, of codes and of categories, which names no defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import columns, head_lines, refused, require, squeezed, text_rows
from codingahead.words.codes import System, has_shape, spelled
from codingahead.words.errors import Refused, Unreadable

KIND = "ccsr"
FIELDS = ("category", "description", "default_inpatient", "default_outpatient")
OFFICIAL = {
    "code": ("icd10cmcode",),
    "inpatient": ("defaultccsrcategoryip",),
    "outpatient": ("defaultccsrcategoryop",),
    "category 1": ("ccsrcategory1",),
    "description 1": ("ccsrcategory1description",),
}
# Only the first category is always there.
FURTHER = {
    name: (f"ccsrcategory{n}{suffix}",)
    for n in range(2, 7)
    for name, suffix in ((f"category {n}", ""), (f"description {n}", "description"))
}
MAPPING = {"category": ("ccsrcategorycode",), "vocabulary": ("vocabularyid",), "code": ("code",)}
CATEGORIES = {"category": ("ccsrcategorycode",), "description": ("ccsrcategorydesc",)}
# A cell of the official table stands in single or in double quotes, or in none.
CELL = re.compile(r"""\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'(?!\s*(?:,|$)))*)'|([^,]*?))\s*(?:,|$)""")
# Stands in the last row of the extract.
END = "End of Content"
CATEGORY = re.compile(r"[A-Z]{3}\d{3}")


class ClinicalCategories:
    def recognise(self, member: Member) -> Sequence[Edition]:
        part = _part(member)
        if part is None:
            return ()
        version = _version(member)
        # Version 2025.1 goes with the codes of fiscal year 2025.
        start = date(int(version[:4]) - 1, 10, 1)
        title = f"CCSR for ICD-10-CM diagnoses, v{version.replace('-', '.')}"
        parts = ("mapping", "categories") if part else ()
        end = date(start.year + 1, 9, 30)
        return (
            Edition(
                KIND, f"{KIND}:v{version}", "AHRQ", title, start, end, 1 if part else 0, part, parts, fields=FIELDS
            ),
        )

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """The official table alone where it is at hand; else both parts. Raises Refused when a part is missing."""
        by_part = {_part(member): member for member in members}
        if "" in by_part:
            rows = list(_from_official(by_part[""]))
        elif {"mapping", "categories"} <= set(by_part):
            rows = list(_from_parts(by_part["mapping"], by_part["categories"]))
        else:
            raise Refused(f"{members[0].name}: the table of codes and the table of categories belong together")
        if not rows:
            raise Refused(f"{members[0].name}: holds no codes")
        sink.records(rows)
        return len(rows)


READER = ClinicalCategories()


def _part(member: Member) -> str | None:
    """'' for the official table, the part of the extract otherwise; None for another file."""
    lines = head_lines(member)
    header = squeezed(lines[0]) if lines else ""
    if header.startswith("icd10cmcode") and "ccsrcategory" in header:
        return ""
    if "ccsrcategorycode" not in header:
        return None
    return "mapping" if "vocabularyid" in header else "categories" if "ccsrcategorydesc" in header else None


def _version(member: Member) -> str:
    m = re.search(r"(?<![a-z])v_?(20\d\d)[-_.](\d)(?!\d)", member.name.lower())
    if m is None:
        raise Unreadable(
            f"{member.name}: cannot tell which version: keep the publisher's file name, as DXCCSR_v2025-1.csv"
        )
    return f"{m[1]}-{m[2]}"


def _from_official(member: Member) -> Iterator[Record]:
    at: dict[str, int] = {}
    width = 0
    seen: set[str] = set()
    for number, line in enumerate(member.lines(), 1):
        row = _cells(line)
        if not at:
            at, width = columns(row, {**OFFICIAL, **FURTHER}), len(row)
            require(member, at, OFFICIAL)
            continue
        if not any(row):
            continue
        if len(row) != width:
            raise refused(member, number, f"has {len(row)} cells, not {width}")
        code = row[at["code"]]
        if not has_shape(System.ICD10CM, code) or code in seen:
            raise refused(member, number, f"{code!r} is no code, or listed twice")
        seen.add(code)
        yield from _categories(member, number, at, row)


def _cells(line: str) -> list[str]:
    found: list[str] = []
    place = 0
    while m := CELL.match(line, place):
        double, single, bare = m.groups()
        text = double.replace('""', '"') if double is not None else single if single is not None else bare
        found.append(text.strip())
        place = m.end()
        if place >= len(line):
            break
    return found


def _categories(member: Member, number: int, at: dict[str, int], row: list[str]) -> Iterator[Record]:
    code = spelled(System.ICD10CM, row[at["code"]])
    defaults = row[at["inpatient"]], row[at["outpatient"]]
    for n in range(1, 7):
        place, text = at.get(f"category {n}"), at.get(f"description {n}")
        category = row[place] if place is not None else ""
        if not category:
            continue
        if not CATEGORY.fullmatch(category):
            raise refused(member, number, f"{category!r} is no category")
        chosen = tuple("yes" if category == default else "no" for default in defaults)
        yield Record(code, (category, row[text] if text is not None else "", *chosen), str(n), number)


def _from_parts(mapping: Member, categories: Member) -> Iterator[Record]:
    described = dict(_described(categories))
    at: dict[str, int] = {}
    seen: dict[str, list[str]] = {}
    for number, row in text_rows(mapping):
        if not at:
            at = columns(row, MAPPING)
            require(mapping, at, MAPPING)
            continue
        if not any(row):
            continue
        if len(row) <= max(at.values()):
            raise refused(mapping, number, f"has {len(row)} cells")
        code, category = row[at["code"]], row[at["category"]]
        if code == END:
            break
        if row[at["vocabulary"]] != "ICD10CM" or not has_shape(System.ICD10CM, code) or category not in described:
            raise refused(mapping, number, f"is no code with a known category: {row[:3]}")
        before = seen.setdefault(code, [])
        if category in before:
            raise refused(mapping, number, f"lists {code} in {category} twice")
        before.append(category)
        text = described[category]
        yield Record(spelled(System.ICD10CM, code), (category, text, "", ""), str(len(before)), number)


def _described(member: Member) -> Iterator[tuple[str, str]]:
    at: dict[str, int] = {}
    for number, row in text_rows(member):
        if not at:
            at = columns(row, CATEGORIES)
            require(member, at, CATEGORIES)
        elif any(row):
            if len(row) <= max(at.values()):
                raise refused(member, number, f"is no category: {row[:4]}")
            # Three rows at the end stand for missing and invalid diagnoses: no code falls into them.
            if CATEGORY.fullmatch(row[at["category"]]):
                yield row[at["category"]], row[at["description"]]

"""ICD-10-PCS tables (XML): which values may be combined into a code?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources.books import Element, child_words, elements, fiscal_year_of, required, root_of, words
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import PcsAxis, PcsTable

KIND = "icd10pcs.tables"


class Tables:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if root_of(member) != "ICD10PCS.tabular":
            return ()
        day = edition_day(member, System.ICD10PCS, fiscal_year_of(member))
        return (icd_edition(KIND, "CMS", "ICD-10-PCS tables", day),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for axes out of place and rows that give another number of codes than they state."""
        tables = [_table(members[0], element) for element in elements(members[0], "pcsTable")]
        prefixes = [table.prefix for table in tables]
        if not tables:
            raise Unreadable(f"{members[0].name}: holds no tables")
        if len(set(prefixes)) < len(prefixes):
            twice = next(prefix for i, prefix in enumerate(prefixes) if prefix in prefixes[:i])
            raise Refused(f"{members[0].name}: lists the table {twice} twice")
        sink.pcs_tables(tables)
        return len(tables)


READER = Tables()


def _table(member: Member, element: Element) -> PcsTable:
    section, body_system, operation = _axes(member, element, 1, 2, 3)
    if any(len(axis.values) != 1 for axis in (section, body_system, operation)):
        raise Refused(f"{member.name}: line {element.sourceline}: the first three axes have one value each")
    third = element.findall("axis")[2]
    return PcsTable(
        "".join(axis.values[0][0] for axis in (section, body_system, operation)),
        (section, body_system, operation),
        child_words(third, "definition"),
        tuple(_rows(member, element)),
    )


def _rows(member: Member, table: Element) -> Iterator[tuple[PcsAxis, PcsAxis, PcsAxis, PcsAxis]]:
    for row in table.findall("pcsRow"):
        fourth, fifth, sixth, seventh = _axes(member, row, 4, 5, 6, 7)
        count = prod(len(axis.values) for axis in (fourth, fifth, sixth, seventh))
        if row.get("codes") not in (None, str(count)):
            raise Refused(
                f"{member.name}: line {row.sourceline}: the row states {row.get('codes')} codes and gives {count}"
            )
        yield fourth, fifth, sixth, seventh


def _axes(member: Member, element: Element, *positions: int) -> list[PcsAxis]:
    axes = element.findall("axis")
    if [axis.get("pos") for axis in axes] != [str(position) for position in positions]:
        raise Refused(f"{member.name}: line {element.sourceline}: {element.tag} lacks the axes {positions}")
    return [
        PcsAxis(position, required(member, axis, "title"), _values(member, axis))
        for position, axis in zip(positions, axes, strict=True)
    ]


def _values(member: Member, axis: Element) -> tuple[tuple[str, str], ...]:
    values = tuple((label.get("code") or "", words(label)) for label in axis.findall("label"))
    characters = [character for character, _ in values]
    if not values or len(set(characters)) < len(values) or any(len(c) != 1 or not text for c, text in values):
        raise Refused(f"{member.name}: line {axis.sourceline}: an axis with values {''.join(characters)!r}")
    return values

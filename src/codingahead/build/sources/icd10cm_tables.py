"""ICD-10-CM Table of Neoplasms and Table of Drugs and Chemicals (XML): which codes stand in the six columns of a line?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources.books import Element, child_words
from codingahead.build.sources.icd10cm_index import index_edition, lines_below, titled
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import TableEntry

KINDS = ("icd10cm.neoplasm", "icd10cm.drug")
# Columns 2 to 7 hold the codes; the first is the title.
COLUMNS = range(2, 8)


class CodeTable:
    def recognise(self, member: Member) -> Sequence[Edition]:
        return tuple(edition for edition in index_edition(member) if edition.kind in KINDS)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        entries = list(_entries(members[0]))
        if not entries:
            raise Unreadable(f"{members[0].name}: holds no main terms")
        sink.table(entries)
        return len(entries)


READER = CodeTable()


def _entries(member: Member) -> Iterator[TableEntry]:
    paths: dict[int, tuple[str, ...]] = {}
    for position, parent, element, level in lines_below(member):
        title, modifiers = titled(member, element)
        # Once a term in brackets stands for a manifestation; here it only explains the line, as a modifier does.
        if bracketed := child_words(element, "manif"):
            modifiers = (*modifiers, bracketed)
        paths[position] = (*paths.get(-1 if parent is None else parent, ()), title)
        yield TableEntry(
            position,
            level,
            paths[position],
            _cells(member, element),
            modifiers,
            _see(element),
            parent,
        )


def _see(element: Element) -> str | None:
    """'Neoplasm, skin' for a line to see, 'also Neoplasm, skin' where the book prints '(see also ...)'."""
    see, also = child_words(element, "see"), child_words(element, "seeAlso")
    return "; ".join(filter(None, (see, also and f"also {also}"))) or None


def _cells(member: Member, element: Element) -> tuple[str | None, ...]:
    """The six codes; the book prints a dash where none applies."""
    found: dict[int, str | None] = {}
    for cell in element.findall("cell"):
        column = cell.get("col") or ""
        if not column.isdigit() or int(column) not in COLUMNS or int(column) in found:
            raise Refused(f"{member.name}: line {cell.sourceline}: a cell in column {column!r}")
        text = "".join("".join(cell.itertext()).split())
        found[int(column)] = text if text.strip("-–—") else None
    return tuple(found.get(column) for column in COLUMNS)

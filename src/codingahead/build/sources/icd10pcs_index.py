"""ICD-10-PCS Index (XML): which table, or which value of an axis, does a term lead to?

`code` is what the line prints: 3 to 6 characters of a table's codes, or a whole code. A line without a title belongs to
the one above it and takes its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources.books import Element, child_words, fiscal_year_of, root_of
from codingahead.build.sources.icd10cm_index import lines_below
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import IndexEntry

KIND = "icd10pcs.index"
# Beginnings of codes, a table, a whole code.
CODES = ("codes", "tab", "code")


class Index:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if root_of(member) != "ICD10PCS.index":
            return ()
        day = edition_day(member, System.ICD10PCS, fiscal_year_of(member))
        return (icd_edition(KIND, "CMS", "ICD-10-PCS Index", day),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        entries = list(_entries(members[0]))
        if not entries:
            raise Unreadable(f"{members[0].name}: holds no main terms")
        sink.index(entries)
        return len(entries)


READER = Index()


def _entries(member: Member) -> Iterator[IndexEntry]:
    paths: dict[int, tuple[str, ...]] = {}
    for position, parent, element, level in lines_below(member):
        title = child_words(element, "title")
        if title is None and parent is None:
            raise Refused(f"{member.name}: line {element.sourceline}: mainTerm without title")
        above = () if parent is None else paths[parent]
        paths[position] = (*above, title) if title else above
        yield IndexEntry(position, level, paths[position], (), _code(element), None, _see(element), None, parent)


def _code(element: Element) -> str | None:
    places = [element, *element.findall("see"), *element.findall("use")]
    return next((found for place in places for tag in CODES if (found := child_words(place, tag))), None)


def _see(element: Element) -> str | None:
    """'Repair, Tendons' for a line to see, 'use Peritoneal Cavity' for the value of an axis to use."""
    printed = [_own_words(see) for see in element.findall("see")]
    printed += [f"use {_own_words(use)}" for use in element.findall("use")]
    return "; ".join(printed) or None


def _own_words(element: Element) -> str:
    return " ".join(" ".join([element.text or "", *(child.tail or "" for child in element)]).split())

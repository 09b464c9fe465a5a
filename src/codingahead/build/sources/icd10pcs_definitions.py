"""ICD-10-PCS definitions (XML): what do the values of an axis mean, and which terms do they include?

`section` is the first character of the codes meant, `axis` the title of the axis. The aggregation of devices is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources.books import Element, child_words, elements, fiscal_year_of, required, root_of, words
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import PcsDefinition

KIND = "icd10pcs.definitions"


class Definitions:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if root_of(member) != "ICD10PCS.definitions":
            return ()
        day = edition_day(member, System.ICD10PCS, fiscal_year_of(member))
        return (icd_edition(KIND, "CMS", "ICD-10-PCS definitions", day),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        found = [d for section in elements(members[0], "section") for d in _definitions(members[0], section)]
        if not found:
            raise Unreadable(f"{members[0].name}: holds no definitions")
        sink.pcs_definitions(found)
        return len(found)


READER = Definitions()


def _definitions(member: Member, section: Element) -> Iterator[PcsDefinition]:
    character = section.get("code") or ""
    if len(character) != 1:
        raise Refused(f"{member.name}: line {section.sourceline}: section {character!r}")
    for axis in section.findall("axis"):
        title = required(member, axis, "title")
        for terms in axis.findall("terms"):
            yield from _values(member, terms, character, title)


def _values(member: Member, terms: Element, section: str, axis: str) -> Iterator[PcsDefinition]:
    """One definition for each value: the book prints values that mean the same side by side, as left and right."""
    required(member, terms, "title")
    definition, explanation = child_words(terms, "definition"), child_words(terms, "explanation")
    includes = tuple(text for child in terms.findall("includes") if (text := words(child)))
    for title in terms.findall("title"):
        yield PcsDefinition(section, axis, words(title), definition, explanation, includes)

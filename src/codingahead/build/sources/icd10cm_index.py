"""ICD-10-CM Alphabetic Index and External Cause Index (XML): which lines lead to which codes or to which other lines?

Nonessential modifiers, printed in parentheses, are kept apart from the titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources.books import (
    Element,
    child_words,
    elements,
    fiscal_year_of,
    head_text,
    required,
    root_of,
    words,
)
from codingahead.build.sources.icd_editions import edition_day, icd_edition
from codingahead.words.codes import System, spelled
from codingahead.words.errors import Unreadable
from codingahead.words.icd import IndexEntry

INDEX = "icd10cm.index"
EXTERNAL_CAUSE = "icd10cm.external_cause"
TITLES = {
    INDEX: "ICD-10-CM Alphabetic Index",
    EXTERNAL_CAUSE: "ICD-10-CM External Cause Index",
    "icd10cm.neoplasm": "ICD-10-CM Table of Neoplasms",
    "icd10cm.drug": "ICD-10-CM Table of Drugs and Chemicals",
}
# An outermost pair of parentheses, which may hold inner ones.
PARENTHESES = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")


def index_edition(member: Member) -> tuple[Edition, ...]:
    """The edition of one of the four books that share this XML; they are told apart by their title or column heads."""
    if root_of(member) != "ICD10CM.index":
        return ()
    kind = _kind(head_text(member))
    content = member.read()
    year = fiscal_year_of(member)
    day = edition_day(
        member, System.ICD10CM, year, lambda code: f">{spelled(System.ICD10CM, code)}<".encode() in content
    )
    return (icd_edition(kind, "NCHS", TITLES[kind], day),)


def _kind(head: str) -> str:
    if re.search(r'<head col="\d+">\s*Malignant', head, re.IGNORECASE):
        return "icd10cm.neoplasm"
    if re.search(r'<head col="\d+">\s*Poisoning', head, re.IGNORECASE):
        return "icd10cm.drug"
    first = head.partition("<mainTerm")[0]
    return EXTERNAL_CAUSE if re.search(r"<title>[^<]*external cause", first, re.IGNORECASE) else INDEX


class AlphabeticIndex:
    def recognise(self, member: Member) -> Sequence[Edition]:
        return tuple(edition for edition in index_edition(member) if edition.kind in (INDEX, EXTERNAL_CAUSE))

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        entries = list(_entries(members[0]))
        if not entries:
            raise Unreadable(f"{members[0].name}: holds no main terms")
        sink.index(entries)
        return len(entries)


READER = AlphabeticIndex()


def titled(member: Member, element: Element) -> tuple[str, tuple[str, ...]]:
    """The title without its nonessential modifiers, and these without their parentheses."""
    title = element.find("title")
    required(member, element, "title")
    printed = [words(child) for child in title.findall("nemod")]
    # Words outside the parentheses belong to the title: 'Cassidy' '(-Scholte) syndrome (malignant carcinoid)'.
    outside = [title.text or "", *(f"{_outside(words(child))} {child.tail or ''}" for child in title)]
    text = " ".join("".join(outside).split())
    modifiers = [found for text in printed for found in (PARENTHESES.findall(text) or [text])]
    if not text:
        # A few lines are printed in parentheses only, as '(somatoform)' below 'persistent'.
        return " ".join(printed), ()
    return text, tuple(" ".join(modifier.split()) for modifier in modifiers if modifier.strip())


def _outside(printed: str) -> str:
    """What is left of modifiers without their parentheses; one parenthesis may lack its partner."""
    left = PARENTHESES.sub("", printed)
    return "" if left == printed else left.replace("(", "").replace(")", "")


def lines_below(member: Member) -> Iterator[tuple[int, int | None, Element, int]]:
    """Each line of the book: its position, that of the line above it, the element and the level (0 for a main term)."""
    position = 0
    for main in elements(member, "mainTerm"):
        waiting: list[tuple[Element, int | None, int]] = [(main, None, 0)]
        while waiting:
            element, parent, level = waiting.pop()
            yield position, parent, element, level
            waiting += [(below, position, level + 1) for below in reversed(element.findall("term"))]
            position += 1


def _entries(member: Member) -> Iterator[IndexEntry]:
    paths: dict[int, tuple[str, ...]] = {}
    for position, parent, element, level in lines_below(member):
        title, modifiers = titled(member, element)
        paths[position] = (*paths.get(-1 if parent is None else parent, ()), title)
        yield IndexEntry(
            position,
            level,
            paths[position],
            modifiers,
            None if _is_broken_off(element) else child_words(element, "code"),
            (child_words(element, "manif") or "").strip("[]") or None,
            _see(element),
            child_words(element, "seeAlso"),
            parent,
        )


def _is_broken_off(element: Element) -> bool:
    """Whether the reference goes on in the code: 'categories T17 and' T18; 'Note at' K00.2, a note that forbids the code."""
    return bool(re.search(r"\b(?:category|categories|and|at)$", child_words(element, "see") or ""))


def _see(element: Element) -> str | None:
    """Where the line sends the reader; the book prints 'see category T71' and 'see subcategory T75.0'."""
    category, subcategory = child_words(element, "seecat"), child_words(element, "subcat")
    see = child_words(element, "see")
    printed = (
        f"{see} {child_words(element, 'code') or ''}".strip() if _is_broken_off(element) else see,
        category and f"category {category}",
        subcategory and f"subcategory {subcategory}",
    )
    return "; ".join(filter(None, printed)) or None

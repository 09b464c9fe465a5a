"""Reads the XML books of ICD-10-CM and ICD-10-PCS: safely, piece by piece, without entities and without the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from codingahead.build.members import Member, decoded
from codingahead.words.errors import Refused, Unreadable

# lxml ships no types.
Element = Any


def root_of(member: Member) -> str:
    """The name of the outermost element; '' when the file is no XML."""
    head = decoded(member.head[:4096]).lstrip("\ufeff \r\n\t")
    if not head.startswith("<"):
        return ""
    m = re.search(r"<([A-Za-z][\w.]*)[\s>]", re.sub(r"<!--.*?-->", "", head, flags=re.DOTALL))
    return m[1] if m else ""


def head_text(member: Member) -> str:
    return decoded(member.head)


def fiscal_year_of(member: Member) -> int | None:
    """The year that the book's own <version> states."""
    m = re.search(r"<version>\s*(?:FY\s*)?(20\d\d)\s*</version>", head_text(member))
    return int(m[1]) if m else None


def elements(member: Member, *tags: str) -> Iterator[Element]:
    """Each outermost element of those names, whole, in book order, freed after use.

    Raises Unreadable naming the line where the XML is broken or cut short, and for a file that defines entities.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    if "<!ENTITY" in head_text(member):
        raise Unreadable(f"{member.name}: defines entities, which no published book does")
    depth = 0
    try:
        for chunk in member.chunks():
            parser.feed(chunk)
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 0:
                    yield element
                    _free(element)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"{member.name}: line {error.lineno}: broken or cut short ({error.msg})") from error


def _free(element: Element) -> None:
    element.clear(keep_tail=True)
    while element.getprevious() is not None:
        del element.getparent()[0]


def words(element: Element | None) -> str:
    """All text below the element with blanks collapsed; '' for none."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def child_words(element: Element, name: str) -> str | None:
    """The text of the first child of that name; None when absent or empty."""
    return words(element.find(name)) or None


def required(member: Member, element: Element, name: str) -> str:
    found = child_words(element, name)
    if found is None:
        raise Refused(f"{member.name}: line {element.sourceline}: {element.tag} without {name}")
    return found

"""ICD-10-CM Tabular List (XML): chapters, blocks and codes with their notes, and the code list that follows from them.

The book does not print 7-character codes: they are built from the characters defined at the code or nearest above it,
padding with X up to the sixth place. The order file, when at hand, is the authority for the list.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from codingahead.build.editions import Edition
from codingahead.build.members import HEAD_BYTES, Member
from codingahead.build.sink import CodeRow, Sink
from codingahead.build.sources.books import Element, child_words, elements, fiscal_year_of, required, root_of, words
from codingahead.build.sources.icd10cm_order import KIND as CODE_LIST
from codingahead.build.sources.icd10cm_order import TITLE as CODE_LIST_TITLE
from codingahead.build.sources.icd_editions import edition_day, icd_edition, known_edition
from codingahead.build.sources.icd_order import parent_of
from codingahead.words.codes import System, bare, has_shape, spelled
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import Note, TabularNode

KIND = "icd10cm.tabular"
NOTES = {
    "includes": "includes",
    "inclusionTerm": "inclusion",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
    "sevenChrNote": "seventh_character",
    "notes": "note",
}
# As at S06: '7th characters D and S do not apply to codes in category S06 with 6th character 7 - ..., or 8 - ...'.
EXCEPTION = re.compile(r"7th characters? (.+?) do not apply to codes in category (\w+) with (6th character .+)")
Characters = tuple[tuple[str, str], ...]


class TabularList:
    def recognise(self, member: Member) -> Sequence[Edition]:
        if root_of(member) != "ICD10CM.tabular":
            return ()
        content = member.read()
        day = known_edition(hashlib.sha256(content).hexdigest()) or edition_day(
            member,
            System.ICD10CM,
            fiscal_year_of(member),
            lambda code: f"<name>{spelled(System.ICD10CM, code)}</name>".encode() in content,
        )
        return (
            icd_edition(KIND, "NCHS", "ICD-10-CM Tabular List", day),
            icd_edition(CODE_LIST, "NCHS", CODE_LIST_TITLE, day, rank=2),
        )

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Unreadable for broken XML, Refused for codes without shape or listed twice."""
        nodes = list(_restricted(list(_nodes(members[0]))))
        _check(members[0], nodes)
        if edition.kind == KIND:
            sink.tabular([node for node, _ in nodes])
            return len(nodes)
        rows = _code_list(members[0], nodes)
        sink.code_list(System.ICD10CM, rows)
        return len(rows)


READER = TabularList()


def embedded_member() -> Member:
    """The Tabular List that the package simple-icd-10-cm carries. Raises Unreadable when it is not installed."""
    spec = find_spec("simple_icd_10_cm")
    folders = [Path(place) / "data" for place in (spec and spec.submodule_search_locations) or ()]
    path = next((path for folder in folders for path in sorted(folder.glob("*.xml"))), None)
    if path is None:
        raise Unreadable("simple-icd-10-cm: the package is not installed", "pip install simple-icd-10-cm")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    return Member(f"simple-icd-10-cm/{path.name}", path.stat().st_size, head, lambda: path.open("rb"))


def _nodes(member: Member) -> Iterator[tuple[TabularNode, int]]:
    """Every node with its line, in book order."""
    for chapter in elements(member, "chapter"):
        name = f"chapter {required(member, chapter, 'name')}"
        yield _node(member, chapter, name, "chapter", None), chapter.sourceline
        blocks: list[str] = []
        for block in chapter.findall("section"):
            block_name = _block_name(block.get("id") or "")
            above = next((b for b in reversed(blocks) if _encloses(b, block_name)), name)
            blocks.append(block_name)
            yield _node(member, block, block_name, "block", above), block.sourceline
            for diagnosis in block.findall("diag"):
                yield from _codes(member, diagnosis, block_name)


def _block_name(printed: str) -> str:
    """A block of one category is printed by that alone ('B10'): named as a range to keep the two apart."""
    return f"{printed}-{printed}" if printed and "-" not in printed else printed


def _encloses(outer: str, inner: str) -> bool:
    """Whether a block printed only as a heading, as V00-V99, spans a later one, to which its notes then apply."""
    (first, _, last), (start, _, end) = outer.partition("-"), inner.partition("-")
    return first <= start and end <= last and outer != inner


def _codes(member: Member, diagnosis: Element, parent: str) -> Iterator[tuple[TabularNode, int]]:
    code = required(member, diagnosis, "name")
    yield _node(member, diagnosis, code, "code", parent), diagnosis.sourceline
    for below in diagnosis.findall("diag"):
        yield from _codes(member, below, code)


def _node(member: Member, element: Element, code: str, level: str, parent: str | None) -> TabularNode:
    has_children = level != "code" or element.find("diag") is not None
    return TabularNode(
        code,
        level,
        required(member, element, "desc"),
        parent,
        tuple(_notes(element)),
        tuple(_characters(element)),
        has_children,
    )


def _notes(element: Element) -> Iterator[Note]:
    for child in element:
        kind = NOTES.get(child.tag)
        if kind:
            yield from (Note(kind, text) for note in child.findall("note") if (text := words(note)))
        elif child.tag == "sevenChrDef":
            yield from (Note("seventh_character", text) for note in child.findall("note") if (text := words(note)))
        elif child.tag == "visualImpairment":
            yield from (Note("note", line) for line in _visual_impairment(child))


def _visual_impairment(table: Element) -> Iterator[str]:
    """The table at H54, one line a category."""
    for category in table.findall("visCategory"):
        name = child_words(category, "value")
        limits = ((child_words(r, "visMax"), child_words(r, "visMin")) for r in category.findall("visRange") if name)
        ranges = [", ".join(_limit(*pair)) for pair in limits]
        if name and any(ranges):
            yield f"Category {name} of visual impairment (visual acuity): {'; or '.join(filter(None, ranges))}"


def _limit(less_than: str | None, at_least: str | None) -> Iterator[str]:
    if less_than:
        # Category 5 states 'No light perception' here, category 9 'Undetermined or unspecified'.
        yield f"maximum less than {less_than}" if less_than[0].isdigit() else less_than
    if at_least:
        yield f"minimum equal to or better than {at_least}"


def _characters(element: Element) -> Iterator[tuple[str, str]]:
    for definition in element.findall("sevenChrDef"):
        for extension in definition.findall("extension"):
            yield extension.get("char") or "", words(extension)


def _check(member: Member, nodes: Sequence[tuple[TabularNode, int]]) -> None:
    if not nodes:
        raise Unreadable(f"{member.name}: holds no chapters")
    seen: dict[str, int] = {}
    for node, row in nodes:
        if node.code in seen:
            raise Refused(f"{member.name}: lines {seen[node.code]} and {row} both list {node.code!r}")
        seen[node.code] = row
        is_code = has_shape(System.ICD10CM, node.code) and node.code == spelled(System.ICD10CM, node.code)
        if not node.code or (node.level == "code" and not is_code):
            raise Refused(f"{member.name}: line {row}: {node.code!r} is no code")
        for character, meaning in node.seventh:
            if len(character) != 1 or not meaning:
                raise Refused(f"{member.name}: line {row}: {node.code} defines the 7th character {character!r} wrongly")


def _code_list(member: Member, nodes: Sequence[tuple[TabularNode, int]]) -> list[CodeRow]:
    seventh: dict[str, Characters] = {}
    found: list[tuple[str, str, bool, int]] = []
    for node, row in nodes:
        seventh[node.code] = node.seventh or seventh.get(node.parent or "", ())
        if node.level != "code":
            continue
        code = bare(node.code)
        characters = () if node.has_children or len(code) == 7 else seventh[node.code]
        found.append((code, node.title, not node.has_children and not characters, row))
        found += [
            (f"{code:X<6}{character}", f"{node.title}, {meaning}", True, row) for character, meaning in characters
        ]
    known = {code: row for code, _, _, row in found}
    if len(known) < len(found):
        raise Refused(f"{member.name}: building the 7-character codes gives a code twice")
    return [
        CodeRow(spelled(System.ICD10CM, code), title, billable, row=row, parent=parent_of(code, known, System.ICD10CM))
        for code, title, billable, row in found
    ]


def _restricted(nodes: Sequence[tuple[TabularNode, int]]) -> Iterator[tuple[TabularNode, int]]:
    """The nodes; a code to which a note denies some of the 7th characters from above defines those that remain."""
    denied = {key for node, _ in nodes for key in _exceptions(node)}
    seventh: dict[str, Characters] = {}
    for node, row in nodes:
        code = bare(node.code)
        above = node.seventh or seventh.get(node.parent or "", ())
        left = tuple(pair for pair in above if (code[:3], code[5:], pair[0]) not in denied)
        is_denied = node.level == "code" and left != above
        seventh[node.code] = left if is_denied else above
        yield (replace(node, seventh=left) if is_denied else node), row


def _exceptions(node: TabularNode) -> Iterator[tuple[str, str, str]]:
    """Category, 6th and 7th character of the codes that a note says are not used."""
    for note in node.notes:
        if m := EXCEPTION.search(note.text):
            for sixth in re.findall(r"\b(\w) - ", m[3]):
                yield from ((m[2], sixth, seventh) for seventh in re.findall(r"\b\w\b", m[1]))

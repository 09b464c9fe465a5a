"""Where does a 'see' reference of the Alphabetic Index lead? To the entries it names, found the way a coder would look.

Stops at entries: which wordings they give is `terms`' question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.search.analysis import stems
from codingahead.words.icd import NEOPLASM_COLUMNS, IndexEntry, TableEntry

MOST_HOPS = 4
MOST_TARGETS = 6
# Levels of the index that only group what stands below them; a reference may leave them out.
_PASSED = frozenset(
    ["with", "due to", "in", "type", "in (due to)", "due to, caused by", "by site", "specified type", "site"]
)
_BEHAVIORS = {
    "malignant": 0,
    "malignant, primary": 0,
    "primary": 0,
    "malignant, secondary": 1,
    "secondary": 1,
    "in situ": 2,
    "carcinoma in situ": 2,
    "benign": 3,
    "uncertain behavior": 4,
    "uncertain": 4,
    "unspecified behavior": 5,
    "unspecified": 5,
}
# "See E08-E13 with .40": the type that counts when none is documented is 2 (ICD-10-CM Official Guidelines, I.C.4.a.2).
_DIABETES = re.compile(r"\bE08\s*-\s*E13\b.*?with\s+(\.[0-9A-Z]{1,3})")
# "Progressive, see condition" sends the coder to the noun, not to an entry of that name.
_THE_NOUN = frozenset(["condition", "condition by type", "condition by site"])
_CODE = re.compile(r"\b([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(-?)(?![0-9A-Za-z])")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
assert len(NEOPLASM_COLUMNS) == 6


def plain_title(text: str) -> str:
    """A title or reference part for comparison: lower case, no brackets, no NEC and NOS."""
    text = _BRACKETS.sub(" ", text)
    return " ".join(w for w in text.lower().replace(",", " , ").split() if w not in ("nec", "nos"))


class References:
    """Look-up of 'see' references over one index and the Table of Neoplasms."""

    def __init__(self, entries: Sequence[IndexEntry], neoplasm: Sequence[TableEntry] = ()) -> None:
        self._entries = {e.position: e for e in entries}
        self._children: dict[int | None, list[int]] = {}
        for e in entries:
            self._children.setdefault(e.parent, []).append(e.position)
        self._exact: dict[int | None, dict[str, int]] = {}
        self._by_stems: dict[int | None, dict[frozenset[str], int]] = {}
        self._first_words: dict[str, list[int]] = {}
        for position in self._children.get(None, []):
            first = plain_title(self._entries[position].title).split(",")[0].strip()
            self._first_words.setdefault(first, []).append(position)
        self._cells = _neoplasm_cells(neoplasm)

    def codes(self, entry: IndexEntry) -> list[str]:
        """The codes that `entry`, a 'see' reference, stands for; empty when it leads nowhere definite."""
        if plain_title(entry.see or "") in _THE_NOUN:
            return []
        return list(dict.fromkeys(self._codes(entry.see or "", hops=0)))[:MOST_TARGETS]

    def _codes(self, reference: str, *, hops: int) -> Iterator[str]:
        linked = _DIABETES.search(reference)
        if linked:
            yield f"E11{linked[1]}"
            return
        printed = _CODE.findall(reference)
        if printed:
            yield from (code for code, _ in printed[:1])
            return
        for part in re.split(r";| or see ", reference):
            cell = self._neoplasm(part)
            if cell:
                yield cell
                continue
            target = self._find(part)
            if target is not None:
                yield from self._codes_at(self._entries[target], hops=hops)

    def _codes_at(self, entry: IndexEntry, *, hops: int) -> Iterator[str]:
        if entry.code:
            yield entry.code
        elif entry.see and hops < MOST_HOPS:
            yield from self._codes(entry.see, hops=hops + 1)
        else:
            # A heading without a code stands for its parts; the shared start of their codes names them all.
            below = [self._entries[p].code for p in self._below(entry.position)]
            shared = _shared_category([c for c in below if c])
            if shared:
                yield shared

    def _below(self, position: int) -> Iterator[int]:
        for child in self._children.get(position, []):
            yield child
            yield from self._below(child)

    def _neoplasm(self, reference: str) -> str | None:
        parts = [p.strip() for p in plain_title(reference).split(",")]
        if not self._cells or len(parts) < 3 or not parts[0].startswith("neoplasm"):
            return None
        for size in (2, 1):
            column = _BEHAVIORS.get(", ".join(parts[-size:])) if len(parts) > size else None
            if column is not None:
                cells = self._cells.get(frozenset(stems(" ".join(parts[1:-size]))))
                return cells[column] if cells else None
        return None

    def _find(self, reference: str) -> int | None:
        parts = [p.strip() for p in plain_title(reference).split(",") if p.strip() and p.strip() != "by site"]
        return self._walk(None, parts) if parts else None

    def _walk(self, at: int | None, parts: list[str]) -> int | None:
        if not parts:
            return at
        for size in range(len(parts), 0, -1):
            for child in self._matches(at, ", ".join(parts[:size])):
                found = self._walk(child, parts[size:])
                if found is not None:
                    return found
        if at is None:
            return None
        for child in self._children.get(at, []):
            if plain_title(self._entries[child].title).replace(" ,", ",") in _PASSED:
                found = self._walk(child, parts)
                if found is not None:
                    return found
        return None

    def _matches(self, at: int | None, name: str) -> Iterator[int]:
        if at not in self._exact:
            self._index_children(at)
        exact = self._exact[at].get(name)
        if exact is not None:
            yield exact
        similar = self._by_stems[at].get(frozenset(stems(name)))
        if similar is not None and similar != exact:
            yield similar
        if at is None and name in self._first_words:
            yield from (p for p in self._first_words[name] if p != exact)
        if at is not None and exact is None and similar is None:
            yield from self._looser(at, name)

    def _looser(self, at: int, name: str) -> Iterator[int]:
        """The child whose title holds every word of `name`, else whose title is held by a single part: references shorten titles."""
        wanted = frozenset(stems(name))
        held = [(len(s - wanted), p) for s, p in self._by_stems[at].items() if wanted and wanted <= s]
        if not held and "," not in name:
            held = [(len(wanted - s), p) for s, p in self._by_stems[at].items() if s and s <= wanted]
        if held:
            yield min(held)[1]

    def _index_children(self, at: int | None) -> None:
        exact: dict[str, int] = {}
        similar: dict[frozenset[str], int] = {}
        for position in self._children.get(at, []):
            name = plain_title(self._entries[position].title)
            exact.setdefault(", ".join(p.strip() for p in name.split(",")), position)
            similar.setdefault(frozenset(stems(name)), position)
        self._exact[at], self._by_stems[at] = exact, similar


def _neoplasm_cells(table: Sequence[TableEntry]) -> dict[frozenset[str], tuple[str | None, ...]]:
    cells: dict[frozenset[str], tuple[str | None, ...]] = {}
    for row in table:
        if any(row.cells):
            cells.setdefault(frozenset(stems(" ".join(row.path[1:]))), row.cells)
            if len(row.path) == 2:
                for form in row.path[1].split(","):
                    cells.setdefault(frozenset(stems(form)), row.cells)
    return cells


def _shared_category(codes: list[str]) -> str | None:
    """The longest common start of `codes`, if it is at least a category."""
    if not codes:
        return None
    first, last = min(codes), max(codes)
    size = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:size].rstrip(".-") if size >= 3 else None

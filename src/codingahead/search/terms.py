"""Which wordings lead to which ICD-10-CM code, by its own books?

One wording is one `Term`: titles and inclusion notes of the Tabular List, entries of the Alphabetic Index and of the External Cause
Index in the word order of English, and the cells of the two tables. Pure functions; other systems yield their terms where they are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from codingahead.search.analysis import stems
from codingahead.search.see import References
from codingahead.words.codes import System, spelled
from codingahead.words.icd import IndexEntry, TableEntry, TabularNode
from codingahead.words.search import Term

LONGEST_INCLUDES = 160  # characters; longer "includes" notes are prose about a chapter, not names
MOST_FORMS = 6
_PREPOSITIONS = frozenset(
    "with without due to in of following associated during from by for complicating affecting at on caused after before "
    "involving resulting as when while except".split()
)
# "secondary" opens a qualifier only as "secondary to": alone it is an adjective ("secondary hypertension").
_PREPOSITION_PAIRS = {"secondary": "to", "not": "elsewhere"}
_NEOPLASM_WORDINGS: tuple[str | None, ...] = (
    "malignant neoplasm of {} primary cancer",
    "secondary malignant neoplasm of {} metastasis",
    "carcinoma in situ of {}",
    "benign neoplasm of {}",
    "neoplasm of uncertain behavior of {}",
    "neoplasm of unspecified behavior of {}",
)
_DRUG_WORDINGS = ("poisoning by {} accidental", None, None, None, "adverse effect of {}", None)
_ABBREVIATED = re.compile(r"\b(?:NEC|NOS)\b")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[()*#+†]")

TitleRow = tuple[str, str, date, date | None]
Wording = tuple[str, str, str]  # text, code as printed, kind
Days = tuple[date, date | None]


def icd_terms(
    titles: Iterable[TitleRow],
    tabular: Sequence[TabularNode],
    index: Sequence[IndexEntry],
    external_cause: Sequence[IndexEntry],
    neoplasm: Sequence[TableEntry],
    drugs: Sequence[TableEntry],
    valid_from: date,
) -> Iterator[Term]:
    """Every wording of ICD-10-CM. Codes with a 7th character have none of their own: they are reached through their parent.

    A printed code that does not exist, or ends in '-', gives the longest existing code it starts with; one that has gone gives the next
    shorter one from the day after its last. `valid_from` dates every wording but the titles, which carry their own days.
    """
    rows = list(titles)
    listed = {n.code for n in tabular if n.level == "code"}
    own_rows = [row for row in rows if not is_seventh_form(row[0], listed)]
    for code, title, first, last in own_rows:
        yield Term(title, System.ICD10CM, code, "title", first, last)
    places = Places(own_rows, listed, valid_from)
    seen: set[tuple[str, tuple[str, ...], date]] = set()
    for text, printed, kind in book_wordings(tabular, index, external_cause, neoplasm, drugs):
        said = tuple(sorted(set(stems(text))))
        for code, first, last in places.of(printed) if said else ():
            if (code, said, first) not in seen:
                seen.add((code, said, first))
                yield Term(text, System.ICD10CM, code, kind, first, last)


def is_seventh_form(code: str, listed: set[str]) -> bool:
    """The Tabular List prints 7th characters as a key, not as codes; a few seven-character codes of C44 are printed, and are ordinary."""
    return len(code) == 8 and code not in listed


class Places:
    """Which existing codes a printed code stands for, and when."""

    def __init__(self, rows: Iterable[TitleRow], listed: set[str], valid_from: date) -> None:
        self._from = valid_from
        self._days: dict[str, Days] = dict.fromkeys(sorted(listed), (valid_from, None))
        self._days.update(_days(rows))
        self._known: dict[str, tuple[tuple[str, date, date | None], ...]] = {}

    def of(self, printed: str) -> tuple[tuple[str, date, date | None], ...]:
        if printed not in self._known:
            self._known[printed] = tuple(self._find(printed))
        return self._known[printed]

    def _find(self, printed: str) -> Iterator[tuple[str, date, date | None]]:
        code = spelled(System.ICD10CM, printed)
        first = self._from
        while len(code) >= 3:
            if code in self._days:
                begins, ends = self._days[code]
                if ends is None or ends >= first:
                    yield code, max(first, begins), ends
                if ends is None:
                    return
                first = max(first, ends + timedelta(days=1))
            code = code[:-1].rstrip(".")


def _days(rows: Iterable[TitleRow]) -> Mapping[str, Days]:
    """From the first to the last day of each code, over all its titles."""
    days: dict[str, Days] = {}
    for code, _, first, last in rows:
        known = days.get(code, (first, last))
        ends = None if known[1] is None or last is None else max(known[1], last)
        days[code] = (min(known[0], first), ends)
    return days


def book_wordings(
    tabular: Sequence[TabularNode],
    index: Sequence[IndexEntry],
    external_cause: Sequence[IndexEntry],
    neoplasm: Sequence[TableEntry],
    drugs: Sequence[TableEntry],
) -> Iterator[Wording]:
    yield from note_wordings(tabular)
    yield from index_wordings(index, References(index, neoplasm), kind="index")
    yield from index_wordings(external_cause, References(external_cause), kind="external_cause")
    yield from _table_wordings(neoplasm, _NEOPLASM_WORDINGS, kind="neoplasm", skip=1)
    yield from _table_wordings(drugs, _DRUG_WORDINGS, kind="drug", skip=0)


def note_wordings(tabular: Sequence[TabularNode]) -> Iterator[Wording]:
    for node in tabular:
        for note in node.notes if node.level == "code" else ():
            if note.kind == "inclusion" or (note.kind == "includes" and len(note.text) < LONGEST_INCLUDES):
                yield cleaned(note.text), node.code, note.kind


def index_wordings(index: Sequence[IndexEntry], references: References, *, kind: str) -> Iterator[Wording]:
    """The wordings of an index: each entry with a code, or with a reference that leads to one, in each form of its words."""
    for entry in index:
        codes = [entry.code] if entry.code else references.codes(entry) if entry.see else []
        if codes:
            for text in entry_forms(entry.path):
                yield from ((text, code, kind) for code in codes)


def entry_forms(path: Sequence[str]) -> list[str]:
    """The wordings of one index path: its plain form first, then one level varied at a time, at most six."""
    levels = [_level_forms(cleaned(title)) for title in path]
    plain = [forms[0] for forms in levels]
    found = [natural_order(plain)]
    for at, forms in enumerate(levels):
        found += [natural_order([*plain[:at], form, *plain[at + 1 :]]) for form in forms[1:]]
    return list(dict.fromkeys(found))[:MOST_FORMS]


def natural_order(levels: Sequence[str]) -> str:
    """English order: subterms stand before the main term as adjectives do; from the first preposition on they follow it."""
    cut = next((i for i, level in enumerate(levels) if i and _opens_with_preposition(level)), len(levels))
    return " ".join(" ".join([*levels[1:cut], levels[0], *levels[cut:]]).split())


def _opens_with_preposition(level: str) -> bool:
    first, _, rest = level.lower().partition(" ")
    if first in _PREPOSITION_PAIRS:
        return rest.startswith(_PREPOSITION_PAIRS[first])
    return first in _PREPOSITIONS


def _level_forms(title: str) -> list[str]:
    """'fever, acute' is one form with a qualifier; 'abdomen, abdominal' is two: a part that starts alike is another form of the word."""
    parts = [p.strip() for p in title.split(",") if p.strip()]
    if not parts:
        return [""]
    start = parts[0][:4].lower()
    same = [p for p in parts[1:] if len(start) == 4 and p[:4].lower() == start]
    qualifiers = [p for p in parts[1:] if p not in same]
    return [" ".join([form, *qualifiers]) for form in [parts[0], *same]]


def cleaned(text: str) -> str:
    return " ".join(_BRACKETS.sub(" ", _ABBREVIATED.sub(" ", text)).split()).strip(" ,;:")


def _table_wordings(
    table: Sequence[TableEntry], wordings: Sequence[str | None], *, kind: str, skip: int
) -> Iterator[Wording]:
    for row in table:
        name = natural_order([_level_forms(cleaned(t))[0] for t in row.path[skip:]]) if len(row.path) > skip else ""
        for wording, cell in zip(wordings, row.cells, strict=True):
            if wording and cell and stems(name):
                yield wording.format(name), cell, kind

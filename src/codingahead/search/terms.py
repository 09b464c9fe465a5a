"""Which wordings of the ICD-10-CM books lead to which code?

From the code titles, the inclusion notes, the Alphabetic Index with its 'see' references, the External Cause Index and the
Tables of Neoplasms and of Drugs. Stops at wordings: how they are searched is `index_build`'s and `rank`'s matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from codingahead.search.analysis import stems
from codingahead.search.dictionaries import synonyms
from codingahead.search.see import References
from codingahead.words.codes import System, spelled
from codingahead.words.icd import IndexEntry, TableEntry, TabularNode
from codingahead.words.search import Term

LONGEST_CODE = 8  # with its dot
LONGEST_INCLUDES = 160  # characters; longer notes describe a whole block rather than name a disease
MOST_FORMS = 6
Title = tuple[str, str, date, date | None]
Place = tuple[str, date, date | None]

# The cell names of the Table of Neoplasms in the words a physician writes; X is the site.
_NEOPLASM = (
    "malignant neoplasm of {} primary cancer",
    "secondary malignant neoplasm of {} metastasis",
    "carcinoma in situ of {}",
    "benign neoplasm of {}",
    "neoplasm of uncertain behavior of {}",
    "neoplasm of unspecified behavior of {}",
)
_DRUG = ("poisoning by {} accidental", None, None, None, "adverse effect of {}", None)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_UNSPECIFIC = re.compile(r"\b(?:NEC|NOS)\b")
_BETWEEN = """with without due to in of following associated by from during after for complicating affecting on at involving as
    resulting caused secondary"""
_PREPOSITIONS = frozenset(_BETWEEN.split())


def icd_terms(
    titles: Iterable[Title],
    tabular: Sequence[TabularNode],
    index: Sequence[IndexEntry],
    external_cause: Sequence[IndexEntry],
    neoplasm: Sequence[TableEntry],
    drugs: Sequence[TableEntry],
    valid_from: date,
) -> Iterator[Term]:
    """Every wording, titles first. `valid_from`: the first day on which the books other than the code list count."""
    listed = list(titles)
    codes = _Codes(listed, tabular, valid_from)
    for code, title, first, last in listed:
        if not codes.is_seventh(code):
            yield Term(title, System.ICD10CM, code, "title", first, last)
    yield from codes.terms(
        "title", ((n.title, n.code) for n in tabular if n.level == "code" and n.code not in codes.dated)
    )
    for kind in ("inclusion", "includes"):
        yield from codes.terms(kind, _notes(tabular, kind))
    yield from codes.terms("synonym", synonyms())
    yield from codes.terms("index", _index_wordings(index, References(index, neoplasm)))
    yield from codes.terms("external_cause", _external_wordings(external_cause))
    yield from codes.terms("neoplasm", _table_wordings(neoplasm, _NEOPLASM, skip=1))
    yield from codes.terms("drug", _table_wordings(drugs, _DRUG, skip=0))


class _Codes:
    """The codes that wordings may lead to, with their days."""

    def __init__(self, titles: Sequence[Title], tabular: Sequence[TabularNode], valid_from: date) -> None:
        self._first_day = valid_from
        self._printed = {n.code for n in tabular if n.level == "code"}
        self.dated: dict[str, tuple[date, date | None]] = {}
        for code, _, first, last in titles:
            if not self.is_seventh(code):
                known = self.dated.get(code)
                ends = (
                    None
                    if last is None or (known and known[1] is None)
                    else max(last, known[1] or last)
                    if known
                    else last
                )
                self.dated[code] = (min(first, known[0]) if known else first, ends)
        self._undated = self._printed - self.dated.keys()
        self._resting: dict[str, tuple[Place, ...]] = {}

    def is_seventh(self, code: str) -> bool:
        """A 7-character code that the Tabular List does not print is made with a 7th-character extension; it prints C44.1021."""
        return len(code) == LONGEST_CODE and code not in self._printed

    def terms(self, kind: str, wordings: Iterable[tuple[str, str]]) -> Iterator[Term]:
        seen: set[tuple[frozenset[str], str]] = set()
        for text, printed in wordings:
            key = (frozenset(stems(text)), printed)
            if key in seen or not key[0]:
                continue
            seen.add(key)
            for code, first, last in self._places(printed):
                yield Term(text, System.ICD10CM, code, kind, first, last)

    def _places(self, printed: str) -> tuple[Place, ...]:
        if printed not in self._resting:
            self._resting[printed] = tuple(self._resting_places(spelled(System.ICD10CM, printed)))
        return self._resting[printed]

    def _resting_places(self, code: str) -> Iterator[Place]:
        """The longest existing start of `code`; after the last day of a code that has gone, the next shorter one too."""
        first: date = self._first_day
        for size in range(len(code), 2, -1):
            shorter = code[:size]
            if shorter in self._undated:
                yield shorter, first, None
                return
            if shorter in self.dated:
                begins, ends = self.dated[shorter]
                yield shorter, max(first, begins), ends
                if ends is None:
                    return
                first = max(first, ends + timedelta(days=1))


def _notes(tabular: Sequence[TabularNode], kind: str) -> Iterator[tuple[str, str]]:
    for node in tabular:
        if node.level == "code":
            for note in node.notes:
                if note.kind == kind and (kind == "inclusion" or len(note.text) < LONGEST_INCLUDES):
                    yield note.text, node.code


def _index_wordings(index: Sequence[IndexEntry], references: References) -> Iterator[tuple[str, str]]:
    for entry in index:
        codes = [entry.code] if entry.code else references.codes(entry) if entry.see else []
        if codes:
            for wording in _wordings(entry.path):
                for code in codes:
                    yield wording, code


def _wordings(path: Sequence[str]) -> Iterator[str]:
    """The path in the order of English, once for each form ('Abdomen, abdominal') of each level, one level varied at a time."""
    levels = [_forms(part) for part in path]
    plain = [forms[0] for forms in levels]
    yield _english(plain)
    others = [(i, form) for i, forms in enumerate(levels) for form in forms[1:]]
    for i, form in others[: MOST_FORMS - 1]:
        yield _english([*plain[:i], form, *plain[i + 1 :]])


def _forms(title: str) -> list[str]:
    """'Abdomen, abdominal' is two forms of one word; 'Fever, acute' one wording with a qualifier, which every form keeps."""
    first, *parts = (p.strip() for p in _without_brackets(title).split(","))
    forms, rest = [first], []
    for part in parts:
        if part[:4].lower() == first[:4].lower() and len(part) > 3:
            forms.append(part)
        elif part:
            rest.append(part)
    return [", ".join([form, *rest]) for form in forms]


def _english(levels: Sequence[str]) -> str:
    """Qualifiers before the main term, as English puts adjectives; from the first preposition on, behind it."""
    main, *below = levels
    at = next((i for i, level in enumerate(below) if _opens_with_preposition(level)), len(below))
    return " ".join(" ".join([*below[:at], main, *below[at:]]).split())


def _opens_with_preposition(level: str) -> bool:
    return level.split(" ")[0].lower() in _PREPOSITIONS or level.lower().startswith("secondary to")


def _without_brackets(text: str) -> str:
    return " ".join(_UNSPECIFIC.sub(" ", _BRACKETS.sub(" ", text)).split())


def _external_wordings(entries: Sequence[IndexEntry]) -> Iterator[tuple[str, str]]:
    references = References(entries)
    for entry in entries:
        for code in [entry.code] if entry.code else references.codes(entry) if entry.see else []:
            yield " ".join(_without_brackets(part) for part in entry.path), code


def _table_wordings(
    rows: Sequence[TableEntry], templates: Sequence[str | None], *, skip: int
) -> Iterator[tuple[str, str]]:
    for row in rows:
        name = " ".join(_without_brackets(part) for part in row.path[skip:])
        for template, cell in zip(templates, row.cells, strict=True):
            if template and cell and name:
                yield template.format(name), cell

"""A small invented code book, indexed once per run: eyes, bones, pregnancy and some procedures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from codingahead.search.index import SearchIndex
from codingahead.search.index_build import build_index
from codingahead.search.terms import icd_terms
from codingahead.words.codes import System
from codingahead.words.icd import IndexEntry, Note, TabularNode
from codingahead.words.search import Entry, Hit, SearchQuery, SearchResults, Term

START, RENEWED, TODAY = date(2024, 10, 1), date(2025, 10, 1), date(2026, 1, 15)
ENDED = date(2025, 9, 30)
# Code, title, parent, chapter, last day.
CODES: tuple[tuple[str, str, str | None, str, date | None], ...] = (
    ("H36", "Disorders of the retina", None, "7", None),
    ("H36.1", "Neovascular change of macula", "H36", "7", None),
    ("H36.11", "Neovascular change of macula, right eye", "H36.1", "7", None),
    ("H36.12", "Neovascular change of macula, left eye", "H36.1", "7", None),
    ("H36.19", "Neovascular change of macula, unspecified eye", "H36.1", "7", None),
    ("H36.2", "Spotted retina", "H36", "7", ENDED),
    ("I80", "Aneurysm of vessels of head", None, "9", None),
    ("I80.1", "Cerebral aneurysm, nonruptured", "I80", "9", None),
    ("I80.2", "Nontraumatic hemorrhage from cerebral aneurysm", "I80", "9", None),
    ("R07", "Chest complaints", None, "18", None),
    ("R07.1", "Shortness of breath", "R07", "18", None),
    ("S52", "Fracture of forearm", None, "19", None),
    ("S52.501", "Fracture of lower end of right radius", "S52", "19", None),
    ("S52.501A", "Fracture of lower end of right radius, initial encounter for closed fracture", "S52.501", "19", None),
    (
        "S52.501D",
        "Fracture of lower end of right radius, subsequent encounter with routine healing",
        "S52.501",
        "19",
        None,
    ),
)
HEADERS = frozenset({"H36", "H36.1", "I80", "R07", "S52", "S52.501"})
PROCEDURES = (
    (System.CPT, "61623", "Blocking of a head vessel by balloon, on trial"),
    (System.CPT, "61624", "Closing a cerebral aneurysm from inside the vessel"),
    (System.CPT, "61651", "Medicine given into a head vessel, each further region"),
    (System.HCPCS, "J1885", "Injection, ketorolac tromethamine, per 15 mg"),
)
PCS = (("03VG3DZ", "Restriction of Intracranial Artery with Intraluminal Device, Percutaneous Approach"),)
INDEX = (
    ("Aneurysm", None, None), ("Aneurysm, cerebral", "I80.1", None), ("Aneurysm, cerebral, ruptured", "I80.2", None),
    ("Hemorrhage", None, None), ("Hemorrhage, brain", None, "Aneurysm, cerebral, ruptured"),
    ("Dyspnea", "R07.1", None),
)  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("index")
    build_index(place, entries(), terms())
    return place


@pytest.fixture(scope="session")
def index(folder: Path) -> Iterator[SearchIndex]:
    opened = SearchIndex.open(folder)
    yield opened
    opened.close()


@pytest.fixture
def search(index: SearchIndex) -> Callable[..., SearchResults]:
    def asked(text: str, *systems: System, on: date = TODAY, **filters: object) -> SearchResults:
        return index.search(SearchQuery(text, on, systems, **filters))  # type: ignore[arg-type]

    return asked


def codes(hits: SearchResults | tuple[Hit, ...]) -> list[str]:
    return [hit.code for hit in (hits.hits if isinstance(hits, SearchResults) else hits)]


def entries() -> list[Entry]:
    own = [
        Entry(System.ICD10CM, code, title, parent, (f"Diseases of chapter {chapter}",), chapter, code not in HEADERS, len(code) == 8, START, last)
        for code, title, parent, chapter, last in CODES
    ]  # fmt: skip
    own += [Entry(system, code, title, None, (), code[0], True, False, START) for system, code, title in PROCEDURES]
    return own + [Entry(System.ICD10PCS, code, title, None, (), code[0], True, False, START) for code, title in PCS]


def terms() -> list[Term]:
    titles = [(code, title, START, last) for code, title, _, _, last in CODES]
    own = list(icd_terms(titles, tabular(), alphabetic(INDEX), (), (), (), START))
    own += [Term(title, system, code, "content", START) for system, code, title in PROCEDURES]
    return own + [Term(title, System.ICD10PCS, code, "title", START) for code, title in PCS]


def tabular() -> list[TabularNode]:
    notes = {"H36.2": (Note("inclusion", "Leopard fundus"),)}
    return [TabularNode(c, "code", t, p, notes.get(c, ())) for c, t, p, _, _ in CODES if len(c) < 8]


def alphabetic(lines: tuple[tuple[str, str | None, str | None], ...]) -> list[IndexEntry]:
    """Index lines written as their path, a code or a reference; a line stands below the one that its path continues."""
    positions = {line[0]: at for at, line in enumerate(lines)}
    made = []
    for at, (path, code, see) in enumerate(lines):
        parts = tuple(path.split(", "))
        above = positions.get(", ".join(parts[:-1]))
        made.append(IndexEntry(at, len(parts) - 1, parts, code=code, see=see, parent=above))
    return made

"""What the search index is made of: every code as an entry, every wording that leads to one as a term."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from codingahead.build.report import Progress
from codingahead.search.index_build import build_index
from codingahead.search.terms import icd_terms
from codingahead.search.vectors import build_vectors
from codingahead.store import queries
from codingahead.store.pack import SEARCH, Pack, Row
from codingahead.store.queries import StoredSpan
from codingahead.words.codes import System
from codingahead.words.icd import IndexEntry, Note, TableEntry, TabularNode
from codingahead.words.search import Entry, Term

FIRST_DAY = date(1900, 1, 1)


def write_search(pack: Pack, place: Path, progress: Progress) -> int:
    """Writes the lexical index below `place`; returns the number of terms."""
    spans = list(queries.all_spans(pack))
    progress("search terms", 0.0)
    own = {(row["system"], row["code"]): json.loads(row["data"]) for row in queries.all_content(pack)}
    headings = _Headings(pack)
    entries = list(_entries(spans, own, headings))
    counts = build_index(place / SEARCH, entries, _terms(pack, spans, own), progress=progress)
    return counts.get("terms", 0)


def add_vectors(place: Path, earlier: Sequence[Path], progress: Progress | None) -> int:
    return build_vectors(place / SEARCH, earlier=earlier, progress=progress)


def _entries(
    spans: Sequence[StoredSpan], own: dict[tuple[str, str], dict[str, object]], headings: _Headings
) -> Iterator[Entry]:
    """One entry a code: the days on which any of its spans stood, and its newest title."""
    merged: dict[tuple[System, str], list[StoredSpan]] = {}
    for span in spans:
        if span.system is System.ICD9CM:
            continue
        merged.setdefault((span.system, span.code), []).append(span)
    for (system, code), same in merged.items():
        newest = max((s for s in same), key=lambda s: (s.title is not None, s.valid_from))
        text = own.get((system.value, code), {})
        title = str(text.get("title") or newest.title or "")
        if system in (System.ICD10CM, System.ICD10PCS, System.HCPCS, System.MSDRG) and newest.title:
            title = newest.title
        ends = [s.valid_to for s in same]
        parent = next((s.parent for s in same if s.parent), None)
        is_seventh = system is System.ICD10CM and len(code) == 8 and not headings.prints(code)
        yield Entry(
            system,
            code,
            title,
            parent,
            headings.above(system, code),
            headings.chapter(system, code),
            newest.billable,
            is_seventh,
            min(s.valid_from for s in same),
            None if None in ends else max(e for e in ends if e),
        )
    listed = {(s.system.value, s.code) for s in spans}
    for (name, code), text in own.items():
        if (name, code) not in listed:
            yield Entry(
                System(name),
                code,
                str(text["title"]),
                None,
                (),
                headings.chapter(System(name), code),
                True,
                False,
                FIRST_DAY,
            )


def _terms(pack: Pack, spans: Sequence[StoredSpan], own: dict[tuple[str, str], dict[str, object]]) -> Iterator[Term]:
    yield from _icd10cm_terms(pack, spans)
    for span in spans:
        if span.title and span.system not in (System.ICD10CM, System.ICD9CM):
            yield Term(span.title, span.system, span.code, "title", span.valid_from, span.valid_to)
        if span.short and span.system is System.HCPCS:
            yield Term(span.short, span.system, span.code, "short", span.valid_from, span.valid_to)
    for (name, code), text in own.items():
        words = text.get("search_words")
        for wording in (text["title"], *(words if isinstance(words, list) else ())):
            yield Term(str(wording), System(name), code, "content", FIRST_DAY)
    for row in queries.all_descriptors(pack):
        for wording in (row["long"], row["consumer"]):
            if wording:
                yield Term(
                    wording, System(row["system"]), row["code"], "licensed", pack.release_of(row["rid"]).effective_from
                )


def _icd10cm_terms(pack: Pack, spans: Sequence[StoredSpan]) -> Iterator[Term]:
    titles = [(s.code, s.title, s.valid_from, s.valid_to) for s in spans if s.system is System.ICD10CM and s.title]
    rid = _newest(pack, "icd10cm.tabular")
    starts = [r.effective_from for r in pack.releases("icd10cm")]
    yield from icd_terms(
        titles,
        _tabular(pack, rid),
        _index(pack, _newest(pack, "icd10cm.index")),
        _index(pack, _newest(pack, "icd10cm.external_cause")),
        _table(pack, _newest(pack, "icd10cm.neoplasm")),
        _table(pack, _newest(pack, "icd10cm.drug")),
        min(starts, default=FIRST_DAY),
    )


def _newest(pack: Pack, kind: str) -> int | None:
    found = pack.newest(kind)
    return found[0] if found else None


def _tabular(pack: Pack, rid: int | None) -> list[TabularNode]:
    if rid is None:
        return []
    notes: dict[str, list[Note]] = {}
    for row in queries.all_notes(pack, rid):
        notes.setdefault(row["code"], []).append(Note(row["kind"], row["text"]))
    return [
        TabularNode(r["code"], r["level"], r["title"], r["parent"], tuple(notes.get(r["code"], ())))
        for r in queries.all_nodes(pack, rid)
    ]


def _index(pack: Pack, rid: int | None) -> list[IndexEntry]:
    return [index_entry(row) for row in queries.index_all(pack, rid)] if rid is not None else []


def index_entry(row: Row) -> IndexEntry:
    return IndexEntry(
        row["position"],
        row["level"],
        tuple(json.loads(row["path"])),
        tuple(json.loads(row["modifiers"])),
        row["code"],
        row["manifestation"],
        row["see"],
        row["see_also"],
        row["parent"],
    )


def _table(pack: Pack, rid: int | None) -> list[TableEntry]:
    if rid is None:
        return []
    return [
        TableEntry(
            r["position"],
            r["level"],
            tuple(json.loads(r["path"])),
            tuple(json.loads(r["cells"])),
            tuple(json.loads(r["modifiers"])),
            r["see"],
            r["parent"],
        )
        for r in queries.table_all(pack, rid)
    ]


class _Headings:
    """Chapter and block titles above an ICD-10-CM code, from the newest Tabular List."""

    def __init__(self, pack: Pack) -> None:
        rid = _newest(pack, "icd10cm.tabular")
        rows = queries.all_nodes(pack, rid) if rid is not None else []
        self._nodes = {r["code"]: r for r in rows}

    def prints(self, code: str) -> bool:
        """Whether the Tabular List prints the code itself; seventh characters are only defined there, not printed code by code."""
        return code in self._nodes

    def _trail(self, code: str) -> list[Row]:
        trail = []
        at = self._nodes.get(code[:3])
        while at is not None and at["parent"]:
            at = self._nodes.get(at["parent"])
            if at is not None:
                trail.append(at)
        return trail

    def above(self, system: System, code: str) -> tuple[str, ...]:
        return tuple(r["title"] for r in self._trail(code)) if system is System.ICD10CM else ()

    def chapter(self, system: System, code: str) -> str:
        if system is System.ICD10CM:
            return next((r["code"].removeprefix("chapter ") for r in self._trail(code) if r["level"] == "chapter"), "")
        return code[:1] if system in (System.HCPCS, System.ICD10PCS, System.CPT) else ""

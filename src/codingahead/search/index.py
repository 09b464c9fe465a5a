"""The door of search: a question on a day becomes a page of codes with reasons.

Code-shaped questions are listed; others are read, ranked in each part and joined into one list. Knows no fact about a code beyond the index.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from codingahead.search.analysis import LONGEST_TEXT
from codingahead.search.arrays import Floats, Texts
from codingahead.search.codeshape import listed_codes
from codingahead.search.dictionaries import dictionaries
from codingahead.search.embed import Encoder, VectorsUnavailable
from codingahead.search.index_build import FORMAT, PARTS
from codingahead.search.part import Part
from codingahead.search.preferences import penalties, preferences
from codingahead.search.rank import Ranking, rank
from codingahead.search.reading import Reader, Reading
from codingahead.search.specificity import Asked, arranged, asked
from codingahead.search.spelling import Spelling
from codingahead.search.suggest import completions, type_ahead
from codingahead.search.vectors import WITH_VECTORS, PartVectors, has_vectors
from codingahead.words.codes import System
from codingahead.words.errors import PackProblem
from codingahead.words.search import TERM_KINDS, Hit, SearchQuery, SearchResults

KIND_NAMES = {
    "title": "title",
    "short": "short title",
    "inclusion": "inclusion term",
    "includes": "includes note",
    "index": "index entry",
    "external_cause": "external cause index",
    "neoplasm": "table of neoplasms",
    "drug": "table of drugs",
    "content": "plain-language title",
    "official": "official wording",
    "licensed": "licensed wording",
    "synonym": "synonym",
}
EVERY = 2
MIXED_FITNESS = 0.8  # of what the best wording holds of the question: what both parts may show first


@dataclass(slots=True)
class _Found:
    """One code on its way to a page."""

    part: Part
    entry: int
    score: float
    why: Callable[[], str]
    covered: float = 1.0


class SearchIndex:
    """An index folder, opened. Read-only; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises PackProblem when the folder holds no index of this format."""
        self.folder = folder
        self._check()
        names = Texts(folder, "stems")
        self._vocabulary = {names[i]: i for i in range(len(names))}
        self._parts = {
            name: Part(folder / name) for name in PARTS if len(np.load(folder / name / "codes.npy", mmap_mode="r"))
        }
        self._spelling = Spelling(folder)
        self._reader = Reader(self._vocabulary, self._spelling, dictionaries())
        self._encoder: Encoder | None = None
        self._vectors: dict[str, PartVectors] = {}
        self._open_vectors()

    @classmethod
    def open(cls, folder: Path) -> SearchIndex:
        return cls(folder)

    def _check(self) -> None:
        try:
            found = json.loads((self.folder / "index.json").read_text(encoding="utf-8")).get("format")
        except (OSError, ValueError):
            found = None
        if found != FORMAT:
            raise PackProblem(f"{self.folder}: no search index of this version", "build the pack again")

    def _open_vectors(self) -> None:
        if not has_vectors(self.folder):
            return
        try:
            self._encoder = Encoder(self.folder)
        except VectorsUnavailable:
            return
        self._vectors = {name: PartVectors(self.folder / name) for name in WITH_VECTORS if name in self._parts}

    @property
    def has_vectors(self) -> bool:
        """Is search by meaning at work?"""
        return self._encoder is not None

    def part(self, name: str) -> Part | None:
        """One of the parts of the index, 'diagnoses', 'procedures' or 'pcs'; None when no code of it is loaded."""
        return self._parts.get(name)

    def close(self) -> None:
        """Lets go of the mapped files."""
        self._parts, self._vectors, self._encoder = {}, {}, None

    def search(self, query: SearchQuery) -> SearchResults:
        parts = self._parts_for(query)
        listed = self._listed(query, parts)
        if listed:
            return self._page(query, listed, Counter(), None)
        wanted = asked(query.text[:LONGEST_TEXT])
        readings = self._reader.read(wanted.text)
        if not readings:
            return self._page(query, [], Counter(), None)
        questions = self._questions(readings)
        rankings = {name: self._rank(name, part, readings, questions, query) for name, part in parts.items()}
        if not query.systems:
            rankings = _without_pcs(rankings)
        lists = {n: self._found(parts[n], r, readings, wanted, query) for n, r in rankings.items()}
        found = _mixed([one for one in lists.values() if one])
        corrected = readings[0].text if any(n.startswith("spelling") for n in readings[0].notes) else None
        return self._page(query, found, self._rest(parts, rankings), corrected)

    def suggest(self, text: str, on: date, systems: tuple[System, ...], limit: int) -> tuple[Hit, ...]:
        """Codes for a question still being typed: by code prefix, else by the starts of words."""
        parts = self._parts_for(SearchQuery(text, on, systems))
        listed = self._listed(SearchQuery(text, on, systems), parts)[:limit]
        if listed:
            return tuple(map(_hit, listed))
        query = SearchQuery(text, on, systems)
        preferred = preferences(query, self._vocabulary)
        found: list[_Found] = []
        for name, part in parts.items():
            if name != "pcs" or systems or not found:
                offered = list(type_ahead(part, self._spelling, self._vocabulary, text, self._keep(part, query), limit))
                off = penalties(part, np.array([entry for entry, _, _ in offered], np.int64), preferred)
                found += [
                    _Found(part, entry, score - float(less), partial(_wording, part, term))
                    for (entry, term, score), less in zip(offered, off, strict=True)
                ]
        return tuple(map(_hit, sorted(found, key=lambda f: -f.score)[:limit]))

    def _parts_for(self, query: SearchQuery) -> dict[str, Part]:
        wanted = set(query.systems)
        return {n: p for n, p in self._parts.items() if not wanted or wanted & p.held_systems}

    def _listed(self, query: SearchQuery, parts: dict[str, Part]) -> list[_Found]:
        found = []
        allowed = {id(p): p.allowed(query.systems, query.chapter) for p in parts.values()}
        for rank_, (part, entry) in enumerate(listed_codes(query.text, list(parts.values()))):
            keep = allowed[id(part)]
            if (
                part.entries_on(query.on)[entry]
                and (keep is None or keep[entry])
                and _billable_fits(part, entry, query)
            ):
                found.append(_Found(part, entry, 1 / (1 + rank_), lambda: "code"))
        return found

    def _questions(self, readings: Sequence[Reading]) -> list[Floats]:
        if self._encoder is None:
            return []
        return list(self._encoder.encode([r.text for r in readings]))

    def _keep(self, part: Part, query: SearchQuery) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        keep = part.terms_on(query.on)
        allowed = part.allowed(query.systems, query.chapter)
        return keep if allowed is None else keep & allowed[part.term_entries]

    def _rank(
        self, name: str, part: Part, readings: Sequence[Reading], questions: Sequence[Floats], query: SearchQuery
    ) -> Ranking:
        vectors = self._vectors.get(name)
        pool = max(250, query.offset + query.limit + 50)
        preferred = preferences(query, self._vocabulary)
        asked_vectors = questions if vectors else ()
        return rank(part, readings, self._keep(part, query), vectors, asked_vectors, preferred, pool=pool)

    def _found(
        self, part: Part, ranking: Ranking, readings: Sequence[Reading], wanted: Asked, query: SearchQuery
    ) -> list[_Found]:
        order = arranged(part, ranking, wanted, query.on, billable=query.billable)
        return [
            _Found(
                part,
                entry,
                float(ranking.scores[at]),
                partial(_why, part, ranking, at, readings),
                float(ranking.covered[at]),
            )
            for entry, at in order
            if _billable_fits(part, entry, query)
        ]

    def _rest(self, parts: dict[str, Part], rankings: dict[str, Ranking]) -> Counter[tuple[str, str]]:
        """How many codes fit, by system and chapter."""
        counts: Counter[tuple[str, str]] = Counter()
        for name, ranking in rankings.items():
            part = parts[name]
            pairs = part.systems[ranking.matches].astype(np.int64) * 256 + part.chapters[ranking.matches]
            for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
                counts[list(System)[int(pair) // 256].value, part.chapter_names[int(pair) % 256]] += int(count)
        return counts

    def _page(
        self, query: SearchQuery, found: list[_Found], matches: Counter[tuple[str, str]], corrected: str | None
    ) -> SearchResults:
        if not matches or query.billable is not None:
            matches = Counter((f.part.system(f.entry).value, f.part.chapter(f.entry)) for f in found)
        hits = tuple(map(_hit, found[query.offset : query.offset + query.limit]))
        suggestions = () if found else tuple(completions(self._spelling, query.text))
        total = max(matches.total(), len(found))
        return SearchResults(query, hits, total, corrected, suggestions, _facets(matches) if found else ())


def _hit(found: _Found) -> Hit:
    part, entry = found.part, found.entry
    return Hit(
        part.code(entry),
        part.system(entry),
        part.titles[entry],
        part.billable(entry),
        round(found.score, 4),
        found.why(),
    )


def _billable_fits(part: Part, entry: int, query: SearchQuery) -> bool:
    return query.billable is None or part.billable(entry) == query.billable


def _wording(part: Part, term: int) -> str:
    return f'{KIND_NAMES[TERM_KINDS[part.term_kinds[term]]]} "{part.texts[term]}"'


def _why(part: Part, ranking: Ranking, at: int, readings: Sequence[Reading]) -> str:
    """The wording that matched, then what was done to the question to reach it."""
    notes = readings[int(ranking.readings[at])].notes
    by_meaning = ["by meaning"] if ranking.covered[at] < 0.25 else []
    return "; ".join([_wording(part, int(ranking.terms[at])), *notes, *by_meaning])


def _without_pcs(rankings: dict[str, Ranking]) -> dict[str, Ranking]:
    """Titles of ICD-10-PCS share a few hundred words and would crowd out all else: shown unasked only when nothing else fits."""
    others = {n: r for n, r in rankings.items() if n != "pcs"}
    return others if any(len(r.entries) for r in others.values()) else rankings


def _mixed(lists: list[list[_Found]]) -> list[_Found]:
    """One list: the part with the best fit in its own order, between it what the other holds that fits nearly as well, then the rest."""
    if len(lists) < 2:
        return lists[0] if lists else []
    least = MIXED_FITNESS * max(f.covered for one in lists for f in one)
    fitting = [[f for f in one if f.covered >= least] for one in lists]
    lead = max(range(len(lists)), key=lambda i: _best_score(fitting[i]))
    others = [i for i in range(len(lists)) if i != lead]
    rest = [f for i in others for f in lists[i] if f.covered < least]
    return [*_interleaved(lists[lead], [f for i in others for f in fitting[i]]), *rest]


def _best_score(found: Sequence[_Found]) -> float:
    return max((f.score for f in found), default=0.0)


def _interleaved(strong: Sequence[_Found], weak: Sequence[_Found]) -> Iterator[_Found]:
    """After every second of the stronger part one of the weaker, and any of the weaker that scores higher before what is left."""
    following = list(reversed(weak))
    for place, found in enumerate(strong, 1):
        while place > 1 and following and following[-1].score > found.score and found.covered < following[-1].covered:
            yield following.pop()
        yield found
        if place % EVERY == 0 and following:
            yield following.pop()
    yield from reversed(following)


def _facets(matches: Counter[tuple[str, str]]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    systems: Counter[str] = Counter()
    chapters: Counter[str] = Counter()
    for (system, chapter), count in matches.items():
        systems[system] += count
        if system == System.ICD10CM.value or len({s for s, _ in matches}) == 1:
            chapters[chapter] += count
    return ("system", tuple(systems.most_common())), ("chapter", tuple(chapters.most_common()))

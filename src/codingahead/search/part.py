"""One part of the index, opened: how well does each wording of it fit a reading of the question?

Rare words count more, and a wording that says more than the question counts less.
Stops at wordings and codes by number: order and text of a result page are `rank` and `index`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codingahead.search.arrays import Floats, Longs, Texts, load, spread
from codingahead.search.reading import Reading
from codingahead.words.codes import System
from codingahead.words.search import TERM_KINDS

SYSTEMS = tuple(System)
UNKNOWN_WORD = 9.0  # the weight of a word that stands nowhere in this part
LENGTH_PENALTY = 0.12
BILLABLE, SEVENTH = 1, 2
TITLE = TERM_KINDS.index("title")
Flags = NDArray[np.bool_]


@dataclass(slots=True)
class Scored:
    """The wordings of one part against one reading. `totals` has a place for every wording, 0 where no word matches."""

    totals: Floats
    touched: Longs
    weight: float
    group_weights: list[tuple[NDArray[np.int64], Floats]]
    discount: float


class Part:
    """Read-only; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.codes = load(folder, "codes")
        self.systems = load(folder, "systems")
        self.parents = load(folder, "parents")
        self.flags = load(folder, "flags")
        self.days = load(folder, "days")
        self.chapters = load(folder, "chapters")
        self.chapter_names: list[str] = json.loads((folder / "chapters.json").read_text(encoding="utf-8"))
        self.titles = Texts(folder, "titles")
        self.texts = Texts(folder, "texts")
        self.term_entries = load(folder, "term_entries")
        self.term_kinds = load(folder, "term_kinds")
        self.term_days = load(folder, "term_days")
        self.term_weights = load(folder, "term_weights")
        self.lengths = np.sqrt(1 + LENGTH_PENALTY * load(folder, "term_sizes")).astype(np.float32)
        self.entry_terms_at = load(folder, "entry_terms_at")
        self.context = load(folder, "context")
        self.context_at = load(folder, "context_at")
        self.idf = load(folder, "idf")
        self._postings = load(folder, "postings")
        self._postings_at = load(folder, "postings_at")
        self.held_systems = frozenset(SYSTEMS[i] for i in np.unique(self.systems))
        self._ranges = {SYSTEMS[i]: _range(self.systems, i) for i in np.unique(self.systems)}
        self.entries_on = lru_cache(maxsize=8)(self._entries_on)
        self.terms_on = lru_cache(maxsize=8)(self._terms_on)
        self.has_title_stem = lru_cache(maxsize=8)(self._has_title_stem)

    def __len__(self) -> int:
        return len(self.codes)

    def _entries_on(self, on: date) -> Flags:
        return _covers(self.days, on)

    def _terms_on(self, on: date) -> Flags:
        return np.asarray(_covers(self.term_days, on) & self.entries_on(on)[self.term_entries])

    def _has_title_stem(self, stem: int) -> Flags:
        """Which codes have a title with this stem."""
        flags = np.zeros(len(self), np.bool_)
        if stem + 1 < len(self._postings_at):
            terms = self._postings[self._postings_at[stem] : self._postings_at[stem + 1]]
            flags[self.term_entries[terms[self.term_kinds[terms] == TITLE]]] = True
        return flags

    def code(self, entry: int) -> str:
        return bytes(self.codes[entry]).decode()

    def system(self, entry: int) -> System:
        return SYSTEMS[int(self.systems[entry])]

    def chapter(self, entry: int) -> str:
        return self.chapter_names[int(self.chapters[entry])]

    def billable(self, entry: int) -> bool:
        return bool(self.flags[entry] & BILLABLE)

    def between(self, system: System, first: str, last: str) -> range:
        """The entries of `system` with codes from `first` to `last` and everything that begins with `last`."""
        if system not in self._ranges or not (first.isascii() and last.isascii()):
            return range(0)
        begin, end = self._ranges[system]
        codes = self.codes[begin:end]
        a = int(np.searchsorted(codes, first.encode()[:8]))
        b = int(np.searchsorted(codes, (last.encode() + b"~")[:8], "right"))
        return range(begin + a, begin + max(a, b))

    def find(self, system: System, code: str) -> int | None:
        """The entry of exactly this code."""
        found = self.between(system, code, code)
        return found[0] if found and self.code(found[0]) == code else None

    def below(self, entry: int) -> range:
        """The entries whose codes begin with this one's."""
        code = self.code(entry)
        found = self.between(self.system(entry), code, code)
        return range(entry + 1, found.stop)

    def allowed(self, systems: Sequence[System], chapter: str | None) -> Flags | None:
        """Which entries a filter leaves; None when it leaves all."""
        keep: Flags | None = None
        if systems and not self.held_systems <= set(systems):
            keep = np.asarray(np.isin(self.systems, [SYSTEMS.index(s) for s in systems]))
        if chapter is not None:
            number = self.chapter_names.index(chapter) if chapter in self.chapter_names else 255
            same = np.asarray(self.chapters == number)
            keep = same if keep is None else keep & same
        return keep

    def score(self, reading: Reading) -> Scored:
        totals = np.zeros(len(self.term_entries), np.float32)
        weight = 0.0
        weighted = []
        for group in reading.groups:
            stems, weights = self._weights(group.stems)
            if not len(stems):
                weight += UNKNOWN_WORD
                continue
            weight += float(weights.max())
            weighted.append((stems, weights))
            self._add(totals, stems, weights)
        return Scored(totals, np.flatnonzero(totals), weight, weighted, reading.discount)

    def _weights(self, alternatives: Sequence[tuple[int, float]]) -> tuple[NDArray[np.int64], Floats]:
        """Stems held here, weakest first. No alternative is worth more than the best-liked one that stands here."""
        held = [(s, w) for s, w in alternatives if s < len(self.idf) and self.idf[s] > 0]
        if not held:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        most = self.idf[max(held, key=lambda sw: sw[1])[0]]
        pairs = sorted((float(min(self.idf[s], most)) * w, s) for s, w in held)
        return np.array([s for _, s in pairs], np.int64), np.array([w for w, _ in pairs], np.float32)

    def _add(self, totals: Floats, stems: NDArray[np.int64], weights: Floats) -> None:
        at = self._postings_at
        if len(stems) == 1:
            totals[self._postings[at[stems[0]] : at[stems[0] + 1]]] += weights[0]
            return
        best = np.zeros(len(totals), np.float32)
        lists = [self._postings[at[s] : at[s + 1]] for s in stems]
        for listed, weight in zip(lists, weights, strict=True):
            best[listed] = weight
        totals += best

    def likeness(self, scored: Scored, terms: Longs) -> Floats:
        """L of the wordings `terms`: matched weight over the question's, tempered by length, plus the balance of both coverages."""
        total = scored.totals[terms]
        covered = total / np.float32(scored.weight)
        own = np.minimum(total / np.maximum(self.term_weights[terms], np.float32(1e-6)), 1)
        balance = 2 * covered * own / np.maximum(covered + own, np.float32(1e-6))
        result: Floats = covered / self.lengths[terms] + balance - np.float32(scored.discount) * (total > 0)
        return result

    def terms_of(self, entries: Longs) -> tuple[Longs, Longs]:
        return spread(self.entry_terms_at, entries)

    def context_share(self, scored: Scored, entries: Longs) -> Floats:
        """How much of the question stands in the titles of each code and of everything above it."""
        members, begins = spread(self.context_at, entries)
        stems = self.context[members]
        share = np.zeros(len(entries), np.float32)
        if not len(stems):
            return share
        filled = np.flatnonzero(self.context_at[entries + 1] > self.context_at[entries])
        worth = np.zeros(max(len(self.idf), int(stems.max()) + 1), np.float32)
        for group, weights in scored.group_weights:
            worth[group] = weights
            share[filled] += np.maximum.reduceat(worth[stems], begins[filled])
            worth[group] = 0
        return share / np.float32(scored.weight)


def _covers(days: NDArray[Any], on: date) -> Flags:
    day = on.toordinal()
    return np.asarray((days[:, 0] <= day) & (day <= days[:, 1]))


def _range(systems: NDArray[Any], number: int) -> tuple[int, int]:
    held = np.flatnonzero(systems == number)
    return int(held[0]), int(held[-1]) + 1

"""Writes the index that `index` searches: codes, wordings, postings and the spelling table, as arrays in one folder.

Diagnoses, procedures and ICD-10-PCS lie in three parts of their own, each with its own word frequencies: a word that is rare in
one book may stand in every line of another.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from codingahead.search.analysis import STOP_WORDS, stem, words
from codingahead.search.arrays import save, save_texts, starts
from codingahead.search.spelling import write_spelling
from codingahead.words.codes import System
from codingahead.words.search import TERM_KINDS, Entry, Term

FORMAT = 1
NO_END = 10_000_000  # later than the ordinal of any date
PARTS: dict[str, frozenset[System]] = {
    "diagnoses": frozenset({System.ICD10CM, System.ICD9CM}),
    "pcs": frozenset({System.ICD10PCS}),
    "procedures": frozenset(System) - {System.ICD10CM, System.ICD9CM, System.ICD10PCS},
}
Progress = Callable[[str, float], None]
SYSTEM_ORDER = tuple(System)


class Vocabulary:
    """Numbers for stems, in order of first sight, and how often each spelled word occurs."""

    def __init__(self) -> None:
        self.stems: dict[str, int] = {}
        self.counts: Counter[str] = Counter()

    def numbers(self, text: str) -> list[int]:
        """The distinct stems of `text`, in order."""
        found = [w for w in words(text) if w not in STOP_WORDS]
        self.counts.update(found)
        stems = self.stems
        return list(dict.fromkeys(stems.setdefault(stem(w), len(stems)) for w in found))


def build_index(
    folder: Path, entries: Sequence[Entry], terms: Iterable[Term], *, progress: Progress | None = None
) -> dict[str, int]:
    """Returns what was written: the numbers of codes, terms, postings and stems. Terms of unknown codes are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    tell = progress or (lambda label, share: None)
    by_part: dict[str, list[Term]] = {name: [] for name in PARTS}
    part_of = {system: name for name, systems in PARTS.items() for system in systems}
    for term in terms:
        by_part[part_of[term.system]].append(term)
    vocabulary = Vocabulary()
    written: Counter[str] = Counter()
    for done, (name, systems) in enumerate(PARTS.items()):
        tell(f"search index: {name}", done / len(PARTS))
        own = sorted((e for e in entries if e.system in systems), key=lambda e: (SYSTEM_ORDER.index(e.system), e.code))
        place = folder / name
        place.mkdir(exist_ok=True)
        written.update(_Part(own, by_part[name], vocabulary).write(place))
    save_texts(folder, "stems", list(vocabulary.stems))
    write_spelling(folder, vocabulary.counts)
    meta = {"format": FORMAT, "counts": {**written, "stems": len(vocabulary.stems)}}
    (folder / "index.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
    tell("search index", 1.0)
    return {**written, "stems": len(vocabulary.stems)}


class _Part:
    """The codes and wordings of one part. Entries and terms are numbered; the terms of an entry stand together."""

    def __init__(self, entries: Sequence[Entry], terms: Sequence[Term], vocabulary: Vocabulary) -> None:
        self._entries = entries
        self._numbers = {(e.system, e.code): i for i, e in enumerate(entries)}
        self._vocabulary = vocabulary
        self._terms: list[tuple[int, int, int, int, str]] = []
        self._term_stems: list[list[int]] = []
        self._collect(terms)
        # A code of full length that has wordings of its own is printed in the book and no form of its parent.
        worded = {t[0] for t in self._terms}
        self._seventh = [e.has_seventh and i not in worded for i, e in enumerate(entries)]

    def _collect(self, terms: Sequence[Term]) -> None:
        """Keeps one of several wordings that say the same of a code, with the days of all of them."""
        known: dict[tuple[int, frozenset[int]], int] = {}
        for term in terms:
            entry = self._numbers.get((term.system, term.code))
            stems = self._vocabulary.numbers(term.text) if entry is not None else []
            if entry is None or not stems:
                continue
            first, last = term.valid_from.toordinal(), term.valid_to.toordinal() if term.valid_to else NO_END
            key = (entry, frozenset(stems))
            if key in known:
                _, kind, begins, ends, text = self._terms[known[key]]
                self._terms[known[key]] = (entry, kind, min(begins, first), max(ends, last), text)
            else:
                known[key] = len(self._terms)
                self._terms.append((entry, TERM_KINDS.index(term.kind), first, last, term.text))
                self._term_stems.append(stems)
        order = sorted(range(len(self._terms)), key=lambda i: self._terms[i][0])
        self._terms = [self._terms[i] for i in order]
        self._term_stems = [self._term_stems[i] for i in order]

    def write(self, folder: Path) -> dict[str, int]:
        self._write_entries(folder)
        self._write_context(folder)
        self._write_terms(folder)
        postings = self._write_postings(folder)
        return {"codes": len(self._entries), "terms": len(self._terms), "postings": postings}

    def _write_entries(self, folder: Path) -> None:
        own = self._entries
        save_texts(folder, "titles", [e.title for e in own])
        save(folder, "codes", np.array([e.code for e in own], "S8"))
        save(folder, "systems", np.array([SYSTEM_ORDER.index(e.system) for e in own], np.uint8))
        save(folder, "parents", np.array([self._numbers.get((e.system, e.parent or ""), -1) for e in own], np.int32))
        save(folder, "flags", np.array([e.billable + 2 * s for e, s in zip(own, self._seventh, strict=True)], np.uint8))
        save(folder, "days", np.array([_days(e.valid_from, e.valid_to) for e in own], np.int32).reshape(-1, 2))
        chapters = sorted({e.chapter for e in own})
        numbers = {c: i for i, c in enumerate(chapters)}
        save(folder, "chapters", np.array([numbers[e.chapter] for e in own], np.uint8))
        (folder / "chapters.json").write_text(json.dumps(chapters), encoding="utf-8")

    def _write_context(self, folder: Path) -> None:
        """The stems of each code's title and of everything above it; one list for the codes that share a title and parent."""
        titles = [self._vocabulary.numbers(e.title) for e in self._entries]
        rows: list[list[int]] = []
        for entry, stems, seventh in zip(self._entries, titles, self._seventh, strict=True):
            seen = dict.fromkeys(stems)
            parent = self._numbers.get((entry.system, entry.parent or ""), -1)
            for _ in range(len(entry.code)):
                if parent < 0:
                    break
                seen.update(dict.fromkeys(titles[parent]))
                above = self._entries[parent]
                parent = self._numbers.get((above.system, above.parent or ""), -1)
            for heading in entry.headings:
                seen.update(dict.fromkeys(self._vocabulary.numbers(heading)))
            rows.append([] if seventh else list(seen))
        save(folder, "context_at", starts(len(r) for r in rows))
        save(folder, "context", np.array([s for r in rows for s in r], np.int32))

    def _write_terms(self, folder: Path) -> None:
        save_texts(folder, "texts", [t[4] for t in self._terms])
        save(folder, "term_entries", np.array([t[0] for t in self._terms], np.int32))
        save(folder, "term_kinds", np.array([t[1] for t in self._terms], np.uint8))
        save(folder, "term_days", np.array([t[2:4] for t in self._terms], np.int32).reshape(-1, 2))
        save(folder, "term_sizes", np.array([len(s) for s in self._term_stems], np.float32))
        counts = np.bincount(np.array([t[0] for t in self._terms], np.int64), minlength=len(self._entries))
        save(folder, "entry_terms_at", starts(counts.tolist()))

    def _write_postings(self, folder: Path) -> int:
        flat = array("i")
        for stems in self._term_stems:
            flat.extend(stems)
        stems_of = np.frombuffer(flat, np.int32) if flat else np.zeros(0, np.int32)
        sizes = np.array([len(s) for s in self._term_stems], np.int64)
        owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        order = np.argsort(stems_of, kind="stable")
        held = np.bincount(stems_of, minlength=len(self._vocabulary.stems))
        save(folder, "postings", owners[order])
        save(folder, "postings_at", starts(held.tolist()))
        inverse = np.where(held > 0, np.log(1 + (len(sizes) - held + 0.5) / (held + 0.5)), 0).astype(np.float32)
        save(folder, "idf", inverse)
        at = starts(sizes.tolist())
        weights = np.add.reduceat(np.append(inverse[stems_of], 0), at[:-1]) if len(sizes) else np.zeros(0)
        save(folder, "term_weights", weights.astype(np.float32))
        return len(flat)


def _days(first: date, last: date | None) -> tuple[int, int]:
    return first.toordinal(), last.toordinal() if last else NO_END

"""How do entries and their wordings become an index folder? Codes and rows, terms, postings, context words and the spelling table.

Words only; `vectors` adds meaning to the same folder afterwards. Everything is sorted, so the same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from codingahead.search.analysis import STOP_WORDS, stem, words
from codingahead.search.arrays import Array, Ints, starts_of, write_array, write_meta, write_strings
from codingahead.search.spelling import LONGEST, SHORTEST, write_spelling
from codingahead.words.codes import System, bare
from codingahead.words.search import TERM_KINDS, Entry, Term

# Systems of one segment share word statistics and compete in one ranking; segments are ranked apart and then merged.
SEGMENTS: dict[str, tuple[System, ...]] = {
    "diagnosis": (System.ICD10CM, System.ICD9CM),
    "procedure": (
        System.HCPCS,
        System.CPT,
        System.MODIFIER,
        System.POS,
        System.MSDRG,
        System.CDT,
        System.REVENUE,
    ),
    "inpatient": (System.ICD10PCS,),
}
SYSTEM_ORDER: tuple[System, ...] = tuple(s for systems in SEGMENTS.values() for s in systems)
SEVENTH, OTHER, UNSPECIFIED, MATERNAL, MANIFESTATION = 1, 2, 4, 8, 16
LAST_DAY = date.max.toordinal()
MOST_LEVELS = 8
_MATERNAL = re.compile(r"\b(?:pregnan\w*|childbirth|puerperium|maternal|mother)\b")

Progress = Callable[[str, float], None]


def segment_of(system: System) -> int:
    return next(i for i, systems in enumerate(SEGMENTS.values()) if system in systems)


@dataclass(slots=True)
class _Words:
    """The vocabulary while it grows."""

    stem_ids: dict[str, int] = field(default_factory=dict)
    surfaces: Counter[str] = field(default_factory=Counter)

    def stems(self, text: str) -> list[int]:
        """Distinct stem numbers of `text`; its words are counted for spelling."""
        found: dict[int, None] = {}
        for word in words(text):
            if word not in STOP_WORDS:
                if SHORTEST - 1 <= len(word) <= LONGEST:
                    self.surfaces[word] += 1
                found.setdefault(self.stem_ids.setdefault(stem(word), len(self.stem_ids)))
        return list(found)


@dataclass(slots=True)
class _Codes:
    """Distinct codes in index order, the entries of each, and where each is."""

    keys: list[tuple[System, str]]
    rows: list[list[Entry]]
    places: dict[tuple[System, str], int]


@dataclass(slots=True)
class _Terms:
    """Terms in index order: code number, the term, its stems."""

    codes: list[int]
    terms: list[Term]
    stems: list[tuple[int, ...]]
    orphans: int


def build_index(
    folder: Path, entries: Sequence[Entry], terms: Iterable[Term], *, progress: Progress | None = None
) -> dict[str, int]:
    """Writes the word parts of the index into `folder` and returns what it counts.

    A code may come in several entries when its descriptor changed. Each entry's title is a wording even if no term says so,
    except of 7th-character forms. Terms of codes without an entry are left out and counted as 'orphans'.
    """
    say = progress or (lambda _step, _share: None)
    folder.mkdir(parents=True, exist_ok=True)
    codes = _arranged(entries)
    _write_codes(folder, codes)
    say("codes", 0.2)
    vocabulary = _Words()
    kept = _kept(codes, terms, vocabulary)
    say("terms", 0.6)
    context = [_context(codes, at, vocabulary) for at in range(len(codes.keys))]
    order = sorted(vocabulary.stem_ids)
    renumber = np.zeros(len(order), np.int32)
    renumber[[vocabulary.stem_ids[s] for s in order]] = np.arange(len(order))
    write_array(folder, "stems", np.frombuffer("\n".join(order).encode(), np.uint8))
    postings = _write_terms(folder, codes, kept, renumber)
    _write_context(folder, context, renumber)
    say("postings", 0.8)
    surfaces = sorted(vocabulary.surfaces)
    write_spelling(folder, surfaces, np.array([vocabulary.surfaces[w] for w in surfaces], np.int32))
    counts = {
        "codes": len(codes.keys),
        "entries": len(entries),
        "terms": len(kept.terms),
        "orphans": kept.orphans,
        "stems": len(order),
        "words": len(surfaces),
        "postings": postings,
    }
    write_meta(folder, {"counts": counts, "chapters": _write_chapters(folder, codes)})
    say("done", 1.0)
    return counts


def _write_chapters(folder: Path, codes: _Codes) -> list[list[str]]:
    named = [(key[0].value, rows[-1].chapter) for key, rows in zip(codes.keys, codes.rows, strict=True)]
    chapters = sorted(set(named))
    numbers = {c: i for i, c in enumerate(chapters)}
    write_array(folder, "code_chapter", np.array([numbers[n] for n in named], np.uint16))
    return [list(c) for c in chapters]


def _arranged(entries: Sequence[Entry]) -> _Codes:
    rows: dict[tuple[System, str], list[Entry]] = {}
    for entry in entries:
        rows.setdefault((entry.system, entry.code), []).append(entry)
    keys = sorted(rows, key=lambda k: (SYSTEM_ORDER.index(k[0]), bare(k[1])))
    ordered = [sorted(rows[k], key=lambda e: e.valid_from) for k in keys]
    return _Codes(keys, ordered, {k: i for i, k in enumerate(keys)})


def _write_codes(folder: Path, codes: _Codes) -> None:
    last = [rows[-1] for rows in codes.rows]
    flat = [entry for rows in codes.rows for entry in rows]
    write_array(folder, "code_text", np.array([k[1] for k in codes.keys], "S12"))
    write_array(folder, "code_bare", np.array([bare(k[1]) for k in codes.keys], "S12"))
    write_array(folder, "code_system", np.array([SYSTEM_ORDER.index(k[0]) for k in codes.keys], np.uint8))
    parents = [codes.places.get((e.system, e.parent), -1) if e.parent else -1 for e in last]
    write_array(folder, "code_parent", np.array(parents, np.int32))
    write_array(folder, "code_flags", np.array([_flags(e) for e in last], np.uint8))
    write_array(folder, "code_rows", starts_of([len(rows) for rows in codes.rows]))
    write_array(folder, "row_from", np.array([e.valid_from.toordinal() for e in flat], np.int32))
    write_array(folder, "row_to", np.array([_ordinal(e.valid_to) for e in flat], np.int32))
    write_array(folder, "row_billable", np.array([e.billable for e in flat], np.bool_))
    write_strings(folder, "row_titles", (e.title for e in flat))


def _ordinal(day: date | None) -> int:
    return LAST_DAY if day is None else day.toordinal()


def _flags(entry: Entry) -> int:
    title = entry.title.lower()
    return (
        SEVENTH * entry.has_seventh
        + OTHER * title.startswith("other ")
        + UNSPECIFIED * ("unspecified" in title)
        + MATERNAL * bool(_MATERNAL.search(title))
        + MANIFESTATION * ("classified elsewhere" in title)
    )


def _kept(codes: _Codes, terms: Iterable[Term], vocabulary: _Words) -> _Terms:
    """Of terms that say the same of one code one is kept, and their days are joined."""
    titles = (
        Term(e.title, e.system, e.code, "title", e.valid_from, e.valid_to)
        for rows in codes.rows
        for e in rows
        if not e.has_seventh
    )
    kept: dict[tuple[int, tuple[int, ...]], Term] = {}
    orphans = 0
    for term in (*titles, *terms):
        at = codes.places.get((term.system, term.code))
        if at is None:
            orphans += 1
            continue
        key = (at, tuple(sorted(vocabulary.stems(term.text))))
        if key[1]:
            kept[key] = _joined(kept[key], term) if key in kept else term
    ordered = sorted(kept, key=lambda k: k[0])
    return _Terms([k[0] for k in ordered], [kept[k] for k in ordered], [k[1] for k in ordered], orphans)


def _joined(one: Term, other: Term) -> Term:
    first = min(one.valid_from, other.valid_from)
    last = None if one.valid_to is None or other.valid_to is None else max(one.valid_to, other.valid_to)
    if (first, last) == (one.valid_from, one.valid_to):
        return one
    return Term(one.text, one.system, one.code, one.kind, first, last)


def _context(codes: _Codes, at: int, vocabulary: _Words) -> list[int]:
    """Stems of the titles of a code, of every code above it, and of its headings."""
    entry = codes.rows[at][-1]
    found = set().union(*(_known_stems(h, vocabulary) for h in entry.headings))
    for _ in range(MOST_LEVELS):
        found |= _known_stems(entry.title, vocabulary)
        above = codes.places.get((entry.system, entry.parent)) if entry.parent else None
        if above is None:
            break
        entry = codes.rows[above][-1]
    return sorted(found)


def _known_stems(text: str, vocabulary: _Words) -> set[int]:
    known = (vocabulary.stem_ids.get(stem(w)) for w in words(text) if w not in STOP_WORDS)
    return {s for s in known if s is not None}


def _write_terms(folder: Path, codes: _Codes, kept: _Terms, renumber: Ints) -> int:
    write_array(folder, "term_code", np.array(kept.codes, np.int32))
    write_array(folder, "term_kind", np.array([TERM_KINDS.index(t.kind) for t in kept.terms], np.uint8))
    write_array(folder, "term_from", np.array([t.valid_from.toordinal() for t in kept.terms], np.int32))
    write_array(folder, "term_to", np.array([_ordinal(t.valid_to) for t in kept.terms], np.int32))
    write_strings(folder, "term_texts", (t.text for t in kept.terms))
    write_array(folder, "code_terms", starts_of(np.bincount(np.array(kept.codes, int), minlength=len(codes.keys))))
    sizes = np.array([len(s) for s in kept.stems], np.int32)
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    flat = renumber[np.array([s for group in kept.stems for s in group], np.int64)]
    segments = np.array([segment_of(t.system) for t in kept.terms], np.int32)
    _write_postings(folder, flat, owners, sizes, segments, vocabulary=len(renumber))
    return len(flat)


def _write_postings(
    folder: Path, flat: Array, owners: Array, sizes: Ints, segments: Ints, *, vocabulary: int
) -> None:
    """Postings sorted by stem, then term; `posting_starts` says where each segment of a stem starts."""
    write_array(folder, "postings", owners[np.lexsort((owners, flat))])
    width = len(SEGMENTS)
    cells = np.bincount(flat.astype(np.int64) * width + segments[owners], minlength=vocabulary * width)
    write_array(folder, "posting_starts", starts_of(cells))
    found = cells.reshape(vocabulary, width).astype(np.float64)
    totals = np.maximum(1, np.bincount(segments, minlength=width)).astype(np.float64)
    idf = np.log(1 + (totals - found + 0.5) / (found + 0.5)).astype(np.float32)
    write_array(folder, "idf", idf)
    write_array(folder, "term_words", np.minimum(sizes, 255).astype(np.uint8))
    weights = np.bincount(owners, idf[flat, segments[owners]], minlength=len(sizes))
    write_array(folder, "term_idf", weights.astype(np.float32))


def _write_context(folder: Path, context: list[list[int]], renumber: Ints) -> None:
    write_array(folder, "context_starts", starts_of([len(c) for c in context]))
    write_array(folder, "context_stems", renumber[np.array([s for group in context for s in group], np.int64)])

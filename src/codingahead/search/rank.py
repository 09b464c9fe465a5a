"""Which codes of one part answer a question best, and why?

Joins the likeness of wordings, the words of the titles above a code, and nearness in meaning. Stops at scored codes of one part: pages,
filters by name and the mixing of parts are `index`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codingahead.search.arrays import Floats, Longs
from codingahead.search.part import Flags, Part, Scored
from codingahead.search.preferences import Preferences, penalties
from codingahead.search.reading import Reading
from codingahead.search.vectors import PartVectors, best_by_entry

BY_WORDS, BY_MEANING, MEANING_POOL = 250, 200, 2000
CONTEXT, MEANING, CENTROID = 0.2, 3.0, 2.0
LEAST_COVERED = 0.34  # of the question's weight: what counts as a match
LEAST_MEANING = 0.5  # cosine


@dataclass(slots=True)
class Ranking:
    """Codes of one part by number, best first. `terms` is the wording that speaks loudest for each, `readings` the reading it speaks to.

    `covered` is the share of the question that the wording holds; `matches` are all codes that fit, in no order.
    """

    entries: Longs
    scores: Floats
    terms: Longs
    readings: Longs
    covered: Floats
    meanings: Floats
    matches: Longs


def rank(
    part: Part,
    readings: Sequence[Reading],
    keep: Flags,
    vectors: PartVectors | None,
    questions: Sequence[Floats],
    preferences: Preferences,
    *,
    pool: int = BY_WORDS,
) -> Ranking:
    """`keep` tells which wordings may answer; `questions` are the vectors of the readings, none without search by meaning."""
    scored = [part.score(r) for r in readings]
    matched = np.zeros(len(part), np.bool_)
    found = [_by_words(part, s, keep, matched, pool) for s in scored]
    if vectors is not None:
        found += [vectors.nearest(q, keep, BY_MEANING, MEANING_POOL) for q in questions]
    nearest = np.concatenate(found) if found else np.zeros(0, np.int64)
    entries = np.unique(part.term_entries[nearest]).astype(np.int64)
    return _scored(part, scored, entries, keep, vectors, questions, preferences, np.flatnonzero(matched))


def _by_words(part: Part, scored: Scored, keep: Flags, matched: NDArray[np.bool_], pool: int) -> Longs:
    touched = scored.touched[keep[scored.touched]]
    if not len(touched):
        return touched
    fitting = touched[scored.totals[touched] >= LEAST_COVERED * scored.weight]
    matched[part.term_entries[fitting]] = True
    likeness = part.likeness(scored, touched)
    if len(touched) > pool:
        touched = touched[np.argpartition(-likeness, pool)[:pool]]
    return touched


def _scored(
    part: Part,
    scored: Sequence[Scored],
    entries: Longs,
    keep: Flags,
    vectors: PartVectors | None,
    questions: Sequence[Floats],
    preferences: Preferences,
    matches: Longs,
) -> Ranking:
    terms, begins = part.terms_of(entries)
    sizes = np.diff(np.append(begins, len(terms)))
    kept = keep[terms]
    totals = np.full(len(entries), -np.inf, np.float32)
    best_term = np.zeros(len(entries), np.int64)
    reading_of = np.zeros(len(entries), np.int64)
    covered = np.zeros(len(entries), np.float32)
    meaning = np.zeros(len(entries), np.float32)
    for number, one in enumerate(scored):
        likeness = part.likeness(one, terms) * kept
        likeliest = _best_of_runs(likeness, begins, sizes)
        score = likeness[likeliest] + CONTEXT * part.context_share(one, entries)
        speaker = likeliest
        near = np.zeros(len(entries), np.float32)
        if vectors is not None:
            cosines = vectors.cosines(questions[number], terms) * kept
            near = best_by_entry(cosines, begins, sizes)
            score = (
                score + MEANING * near + CENTROID * vectors.centroid_cosines(questions[number], entries) - one.discount
            )
            speaker = _best_of_runs(likeness + MEANING * cosines, begins, sizes)
        better = score > totals
        totals[better] = score[better]
        reading_of[better] = number
        best_term[better] = terms[speaker][better]
        covered = np.maximum(covered, one.totals[terms[likeliest]] / np.float32(one.weight))
        meaning = np.maximum(meaning, near)
    totals -= penalties(part, entries, preferences)
    fits = (covered >= LEAST_COVERED) | (meaning >= LEAST_MEANING)
    order = np.flatnonzero(fits)
    order = order[np.argsort(-totals[order], kind="stable")]
    matches = np.union1d(matches, entries[order])
    return Ranking(
        entries[order], totals[order], best_term[order], reading_of[order], covered[order], meaning[order], matches
    )


def _best_of_runs(values: Floats, begins: Longs, sizes: Longs) -> Longs:
    """The place of the highest value in each run; every run holds at least one."""
    if not len(begins):
        return begins
    best = np.maximum.reduceat(values, begins)
    hits = np.flatnonzero(values == np.repeat(best, sizes))
    owner = np.repeat(np.arange(len(begins)), sizes)[hits]
    first = np.full(len(begins), -1, np.int64)
    first[owner[::-1]] = hits[::-1]
    return first

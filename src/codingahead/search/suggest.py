"""What may somebody still typing be about to ask? Codes by the starts of words, and known words near unknown ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from codingahead.search.analysis import STOP_WORDS, stem, words
from codingahead.search.part import Flags, Part
from codingahead.search.reading import Group, Reading
from codingahead.search.spelling import Spelling

SHORTEST = 2
MOST_WORDS = 8
MOST_ENDINGS = 24


def type_ahead(
    part: Part, spelling: Spelling, vocabulary: Mapping[str, int], text: str, keep: Flags, limit: int
) -> Iterator[tuple[int, int, float]]:
    """Codes with the wording that fits and its score, best first; the last word may be unfinished."""
    told = [w for w in words(text) if w not in STOP_WORDS][:MOST_WORDS]
    if not told or len(told[-1]) < SHORTEST:
        return
    groups = [Group(w, ((vocabulary[stem(w)], 1.0),) if stem(w) in vocabulary else ()) for w in told[:-1]]
    endings = {
        stem(w): weight
        for w, weight in ((told[-1], 1.0), *((w, 0.9) for w in spelling.beginning_with(told[-1], MOST_ENDINGS)))
    }
    groups.append(Group(told[-1], tuple((vocabulary[s], w) for s, w in endings.items() if s in vocabulary)))
    scored = part.score(Reading(text, tuple(groups), ()))
    terms = scored.touched[keep[scored.touched]]
    if not len(terms):
        return
    likeness = part.likeness(scored, terms)
    best = np.argpartition(-likeness, min(len(terms) - 1, 4 * limit))[: 4 * limit]
    shown: set[int] = set()
    for at in best[np.argsort(-likeness[best], kind="stable")]:
        entry = int(part.term_entries[terms[at]])
        if entry not in shown and len(shown) < limit:
            shown.add(entry)
            yield entry, int(terms[at]), float(likeness[at])


def completions(spelling: Spelling, text: str, limit: int = 5) -> Iterator[str]:
    """'Did you mean' words for a question that found nothing."""
    offered: set[str] = set()
    for word in words(text)[:MOST_WORDS]:
        for known in _near(spelling, word):
            if known not in offered and len(offered) < limit:
                offered.add(known)
                yield known


def _near(spelling: Spelling, word: str) -> list[str]:
    """Words one or two slips away, else words with the same beginning."""
    close = [known for known, _ in spelling.candidates(word)]
    starts = (spelling.beginning_with(word[:size], 3) for size in (5, 4, 3) if size < len(word))
    return close or next((found for found in starts if found), [])

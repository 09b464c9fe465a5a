"""What may somebody still typing be about to ask? Codes by the starts of words, and known words near unknown ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from codingahead.search.analysis import STOP_WORDS, stem, words
from codingahead.search.part import Flags, Part
from codingahead.search.reading import Group, Reading
from codingahead.search.spelling import Spelling

SHORTEST = 2
POOL = 12
TITLE_SHOWS, TITLE_BEGINS, LONG_TITLE = 0.8, 0.4, 0.03
MOST_WORDS = 8
MOST_ENDINGS = 24


def type_ahead(
    part: Part, spelling: Spelling, vocabulary: Mapping[str, int], text: str, keep: Flags, limit: int
) -> Iterator[tuple[int, int, float]]:
    """Codes with the wording that fits and its score, best first; the last word may be unfinished."""
    typed = words(text)[-MOST_WORDS:]
    told = [w for w in typed[:-1] if w not in STOP_WORDS] + typed[-1:]
    if not told or len(told[-1]) < SHORTEST:
        return
    groups = tuple(_group(w, spelling, vocabulary, unfinished=i == len(told) - 1) for i, w in enumerate(told))
    if not all(group.stems for group in groups):
        return
    scored = part.score(Reading(text, groups, ()))
    terms = scored.touched[keep[scored.touched]]
    if not len(terms):
        return
    likeness = part.likeness(scored, terms)
    pool = POOL * limit
    best = np.argpartition(-likeness, min(len(terms) - 1, pool))[:pool]
    offered: dict[int, tuple[float, int]] = {}
    for at in best:
        entry = int(part.term_entries[terms[at]])
        score = float(likeness[at]) + _in_title(part.titles[entry], told)
        offered[entry] = max(offered.get(entry, (score, int(terms[at]))), (score, int(terms[at])))
    for entry, (score, term) in sorted(offered.items(), key=lambda kept: -kept[1][0])[: 3 * limit]:
        yield entry, term, score


def _in_title(title: str, told: list[str]) -> float:
    """People look for what they typed in the list: a title that shows it, best at its start, comes first."""
    shown = words(title)
    held = sum(any(word.startswith(typed) for word in shown) for typed in told) / len(told)
    begins = bool(shown) and shown[0].startswith(told[0])
    return TITLE_SHOWS * held + (TITLE_BEGINS if begins else 0.0) - LONG_TITLE * len(shown)


def _group(word: str, spelling: Spelling, vocabulary: Mapping[str, int], *, unfinished: bool) -> Group:
    """The word itself, and the words it begins when it is the last one or no word by itself."""
    own = stem(word)
    weighted = {own: 1.0} if own in vocabulary else {}
    if unfinished or not weighted:
        for known in spelling.beginning_with(word, MOST_ENDINGS):
            weighted.setdefault(stem(known), 0.9)
    return Group(word, tuple((vocabulary[s], w) for s, w in weighted.items() if s in vocabulary))


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

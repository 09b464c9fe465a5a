"""Which wordings of the books stand in a sentence? Order is free, a few words may stand between, and the fuller wording wins.

Stops at what is named; in what context it stands is `context`, how sure it is `confidence`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from codingahead.coder.text import Word, words_of
from codingahead.coder.wordings import CANCER, Alternatives, Key, Keys, Wordings, key, keys
from codingahead.search.analysis import stem
from codingahead.search.dictionaries import abbreviation_key

SLACK = 2  # words that may stand between those of a wording
ABBREVIATED, AS_WRITTEN, PHRASE, EQUIVALENT = 0.95, 0.7, 0.8, 0.75
LONGEST_CAPITALS = 4
MOST_MEANINGS = 2
GAP_COST, COMMA_COST, BORROWED = 0.08, 0.1, 3
MOST_WORDS = 80  # of one sentence; a longer one is read in pieces
_COMMA = re.compile(r"[,:()]")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of one sentence that name something. `places`: which words; `quality`: 1 as printed, less through equivalents.

    `gap`: words between; `commas`: breaks between. `start` and `end` are places in the sentence.
    """

    named: Keys
    places: frozenset[int]
    quality: float
    gap: int
    commas: int
    start: int
    end: int
    last: str

    def worth(self, wordings: Wordings) -> float:
        # A wording reached through other words borrows their weight: its own may be the rarest in the book.
        return (
            wordings.weight(self.named) * self.quality**BORROWED * (1 - GAP_COST * self.gap - COMMA_COST * self.commas)
        )


# For each word: what it may stand for, how surely, and the last word that the meaning takes in.
Meanings = list[dict[Key, tuple[float, int]]]
_TUMORS = frozenset(["neoplasm", "neoplasms", "tumor", "tumors", "mass"])


def mentions(sentence: str, wordings: Wordings, alternatives: Alternatives) -> list[Mention]:
    """None of them lies within another."""
    spoken = words_of(sentence)
    kept: list[Mention] = []
    for first in range(0, len(spoken), MOST_WORDS):
        piece = spoken[first : first + MOST_WORDS]
        found = list(_found(sentence, piece, _meanings(piece, wordings, alternatives), wordings))
        kept += _fullest(found, wordings)
    return kept


def _meanings(spoken: list[Word], wordings: Wordings, alternatives: Alternatives) -> Meanings:
    lists = alternatives.lists
    stems = [stem(w.plain) for w in spoken]
    around = set(stems)
    meanings: Meanings = []
    for at, (word, own_stem) in enumerate(zip(spoken, stems, strict=True)):
        own: dict[Key, tuple[float, int]] = {}
        capitals = word.text.isupper() and len(word.text) > 1 and not word.text.isdigit()
        known = key(word.plain)
        if not capitals or len(word.text) > LONGEST_CAPITALS:
            own[known] = (1.0, at)
        elif known in wordings:
            own[known] = (AS_WRITTEN, at)
        if capitals:
            listed = lists.abbreviations.get(abbreviation_key(word.text), ())
            fitting = [m for m in listed if m.context & around] or [m for m in listed if not m.context]
            for full in keys(fitting[0].text) if fitting else ():
                own[full] = max(own.get(full, (0.0, at)), (ABBREVIATED, at))
        # Names of acts share stems with conditions: embolization is no embolism.
        for other in () if word.plain.endswith("ization") else lists.equivalents.get(own_stem, ()):
            own.setdefault(key(other), (EQUIVALENT, at))
        if word.plain in _TUMORS and at and spoken[at - 1].plain == "malignant":
            own[CANCER] = (1.0, at)
        meanings.append(own)
    _add_phrases(meanings, stems, alternatives)
    return meanings


def _add_phrases(meanings: Meanings, stems: list[str], alternatives: Alternatives) -> None:
    for at, first in enumerate(stems):
        for phrase, clinical in alternatives.phrases.get(first, ()):
            last = at + len(phrase) - 1
            if tuple(stems[at : last + 1]) == phrase:
                for text in clinical[:MOST_MEANINGS]:
                    for full in keys(text):
                        meanings[at].setdefault(full, (PHRASE, last))


Place = tuple[int, float, int]


def _found(sentence: str, spoken: list[Word], meanings: Meanings, wordings: Wordings) -> Iterator[Mention]:
    places: dict[Key, list[Place]] = defaultdict(list)
    for at, own in enumerate(meanings):
        for known, (quality, last) in own.items():
            places[known].append((at, quality, last))
    present = places.keys()
    for rarest in list(present):
        for named in wordings.with_rarest(rarest):
            if named <= present:
                best = _tightest(sentence, spoken, named, rarest, places)
                if best is not None:
                    yield best


def _tightest(
    sentence: str, spoken: list[Word], named: Keys, rarest: Key, places: dict[Key, list[Place]]
) -> Mention | None:
    """Where the words of a wording stand closest together around its rarest."""
    best: Mention | None = None
    reach = len(named) + SLACK
    for at, own_quality, own_last in places[rarest]:
        held, quality = set(range(at, own_last + 1)), own_quality
        for other in named:
            if other == rarest:
                continue
            nearest, other_quality, other_last = min(places[other], key=lambda p: (abs(p[0] - at), -p[1]))
            held.update(range(nearest, other_last + 1))
            quality = min(quality, other_quality)
        first, last = min(held), max(held)
        if last - first + 1 > reach:
            continue
        between = sentence[spoken[first].end : spoken[last].start] if last > first else ""
        commas = len(_COMMA.findall(between))
        gap = last - first + 1 - len(held)
        if best is None or (quality - COMMA_COST * commas, -gap) > (best.quality - COMMA_COST * best.commas, -best.gap):
            best = Mention(
                named, frozenset(held), quality, gap, commas, spoken[first].start, spoken[last].end, spoken[last].plain
            )
    return best


def _fullest(found: list[Mention], wordings: Wordings) -> list[Mention]:
    """Drops what lies within a weightier mention, or overlaps one that is as long by more than half."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda m: (-m.worth(wordings), m.start, sorted(m.named))):
        covered = any(
            one.places <= other.places
            or (len(one.places & other.places) >= 0.6 * len(one.places) and len(one.places) <= len(other.places))
            for other in kept
        )
        if not covered:
            kept.append(one)
    return kept

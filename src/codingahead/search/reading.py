"""What may a question mean? Its words with their alternatives, and other readings through abbreviations and lay phrases.

Stops before any wording is looked up: scores are `part`'s matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codingahead.search.analysis import STOP_WORDS, root, stem, words
from codingahead.search.dictionaries import Dictionaries, Expansion, abbreviation_key
from codingahead.search.spelling import Spelling

EQUIVALENT_WEIGHT = 0.55
SAME_ROOT_WEIGHT = 0.8
MOST_READINGS = 4
MOST_WORDS = 40
LONGEST_ABBREVIATION = 3  # words: 'c diff', 's/p'
LONGEST_PHRASE = 5
# A word that the books do not know but many of theirs begin with was not finished: 'cereb', 'frac'.
SHORTEST_BEGINNING, FEWEST_ENDINGS, MOST_ENDINGS = 4, 3, 12
BEGINNING_WEIGHT, UNLIKELY_SLIP = 0.9, 0.4
SECOND_MEANING = 0.08  # taken off for a meaning that is not the usual one of the abbreviation
AS_TYPED = 0.15  # taken off the typed letters when they are an abbreviation in full


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the question: the numbers of the stems that may stand for it, each with its weight, best first."""

    word: str
    stems: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` is what the question says in this reading, repaired; `notes` tell how it came about; `discount` makes it less likely."""

    text: str
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    discount: float = 0.0


@dataclass(frozen=True, slots=True)
class _Wording:
    text: str
    notes: tuple[str, ...]
    discount: float


class Reader:
    """Reads questions with one index's vocabulary."""

    def __init__(self, vocabulary: Mapping[str, int], spelling: Spelling, lists: Dictionaries) -> None:
        self._vocabulary = vocabulary
        self._spelling = spelling
        self._lists = lists
        self._same_root: dict[str, list[str]] = {}
        for known in vocabulary:
            if known.isalpha():
                self._same_root.setdefault(root(known), []).append(known)

    def read(self, text: str) -> list[Reading]:
        """The readings of `text`, the likeliest first; empty when it holds no word."""
        readings: list[Reading] = []
        seen = set()
        for wording in self._wordings(text):
            reading = self._reading(wording)
            if reading.groups and reading.groups not in seen:
                seen.add(reading.groups)
                readings.append(reading)
        return readings[:MOST_READINGS]

    def _wordings(self, text: str) -> Iterator[_Wording]:
        full = self._lists.abbreviations.get(abbreviation_key(text)) if len(text) < 40 else None
        if full:
            for rank, meaning in enumerate(sorted(full, key=lambda e: bool(e.context))):
                yield _Wording(meaning.text, (f"abbreviation: {meaning.text}",), min(rank, 1) * SECOND_MEANING)
            yield _Wording(text, (), AS_TYPED)
            return
        expanded = self._expand(text)
        yield expanded
        yield from self._rephrased(expanded)
        if expanded.notes:
            yield _Wording(text, (), SECOND_MEANING)

    def _expand(self, text: str) -> _Wording:
        """Abbreviations inside a longer question, each by the meaning that its neighbours call for."""
        tokens = re.findall(r"[^\s,;:()\[\]]+", text)[:MOST_WORDS]
        around = {stem(w) for w in words(text)}
        out: list[str] = []
        notes: list[str] = []
        at = 0
        while at < len(tokens):
            size, meaning = self._abbreviation_at(tokens, at, around)
            if meaning:
                out.append(meaning.text)
                notes.append(f"abbreviation: {meaning.text}")
            else:
                out.append(tokens[at])
            at += size
        return _Wording(" ".join(out) if notes else text, tuple(notes), 0.0)

    def _abbreviation_at(self, tokens: Sequence[str], at: int, around: set[str]) -> tuple[int, Expansion | None]:
        for size in range(min(LONGEST_ABBREVIATION, len(tokens) - at), 0, -1):
            typed = " ".join(tokens[at : at + size])
            meanings = self._lists.abbreviations.get(abbreviation_key(typed), ())
            fitting = [m for m in meanings if m.context & around] or [m for m in meanings if not m.context]
            if fitting and (fitting[0].context or self._is_abbreviation(typed)):
                return size, fitting[0]
        return 1, None

    def _is_abbreviation(self, typed: str) -> bool:
        """Typed in capitals, or no word that the books use ('all', 'pad' and 'cold' are words)."""
        if typed.isupper() and len(typed) > 1:
            return True
        plain = typed.lower()
        return (
            plain not in STOP_WORDS and (stem(plain) not in self._vocabulary or len(plain) <= 4) and plain not in _WORDS
        )

    def _rephrased(self, wording: _Wording) -> Iterator[_Wording]:
        """The wording with its longest lay phrase or many-worded equivalent said the clinical way."""
        told = [w for w in words(wording.text) if w not in STOP_WORDS][:MOST_WORDS]
        keys = [stem(w) for w in told]
        for size in range(min(LONGEST_PHRASE, len(keys)), 0, -1):
            for at in range(len(keys) - size + 1):
                for clinical in self._lists.phrases.get(tuple(keys[at : at + size]), ()):
                    text = " ".join([*told[:at], clinical, *told[at + size :]])
                    yield _Wording(text, (*wording.notes, f"in clinical words: {clinical}"), 0.0)

    def _reading(self, wording: _Wording) -> Reading:
        groups: list[Group] = []
        notes = list(wording.notes)
        text = wording.text
        told = [w for w in words(text) if w not in STOP_WORDS][:MOST_WORDS]
        at = 0
        while at < len(told):
            word, size = self._joined(told, at)
            group, note = self._group(word)
            if note:
                notes.append(f"spelling: {note}")
                text = re.sub(rf"(?i)\b{re.escape(word)}\b", note, text)
            groups.append(group)
            at += size
        unique = {g.stems or g.word: g for g in groups}
        return Reading(text, tuple(unique.values()), tuple(notes), wording.discount)

    def _joined(self, told: Sequence[str], at: int) -> tuple[str, int]:
        """'hyper tension' is one word when the books know it so and do not know one of its halves."""
        if at + 1 < len(told):
            halves = told[at : at + 2]
            joined = "".join(halves)
            if stem(joined) in self._vocabulary and any(stem(h) not in self._vocabulary for h in halves):
                return joined, 2
        return told[at], 1

    def _group(self, word: str) -> tuple[Group, str | None]:
        own = stem(word)
        repaired = None
        if own in self._vocabulary:
            weighted = {own: 1.0}
        else:
            weighted = dict.fromkeys(self._same_root.get(root(own), ()), SAME_ROOT_WEIGHT)
        if not weighted:
            found = self._spelling.candidates(word)
            for known, weight in found:
                weighted.setdefault(stem(known), weight)
            repaired = found[0][0] if found else None
            begun = list(self._spelling.beginning_with(word, MOST_ENDINGS)) if len(word) >= SHORTEST_BEGINNING else []
            if len(begun) >= FEWEST_ENDINGS:
                repaired = None
                weighted = {stem(known): BEGINNING_WEIGHT for known in begun} | dict.fromkeys(weighted, UNLIKELY_SLIP)
        for known, weight in list(weighted.items()):
            for other in self._same_root.get(root(known), ()):
                weighted.setdefault(other, SAME_ROOT_WEIGHT * weight)
        for known in [*weighted] or [own]:
            for other in self._lists.equivalents.get(known, ()):
                weighted.setdefault(other, EQUIVALENT_WEIGHT * weighted.get(known, 1.0))
        numbers = tuple((self._vocabulary[s], w) for s, w in weighted.items() if s in self._vocabulary)
        return Group(word, numbers), repaired


# Words of plain speech that are also abbreviations: read as words unless typed in capitals.
_PLAIN_SPEECH = """all and any arm back bad bed can cap car cat cold cut dog ear eye fall fat fit for foot gas get had has her hip
    his hot how ill its leg lip lid low man may men met new no not old one out pad pain pan pet pit rib sac see she sin
    six son sun ten the toe top two use was wet who why rash mass bone skin lung drug burn died head hand knee jaw gum
    hair nail nose palm shin sole"""
_WORDS = frozenset(_PLAIN_SPEECH.split())

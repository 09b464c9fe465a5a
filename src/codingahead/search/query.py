"""What does a question ask for, word by word? Each word or known phrase becomes a group of weighted alternatives.

    text -> abbreviations -> phrases and equivalents -> spelling -> groups

A group holds options, an option parts, a part stems: "MI" is one group whose option "myocardial infarction" has two parts.
Stops before any scoring; code-shaped questions are `codeshape`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from codingahead.search.analysis import LONGEST_TEXT, STOP_WORDS, stem, words
from codingahead.search.dictionary import Dictionary, Expansion, Key
from codingahead.search.morphemes import Morphemes
from codingahead.search.spelling import Spelling

MOST_GROUPS = 16
MOST_OPTIONS = 5
EQUIVALENT = 0.8
PHRASE = 0.95
NEAR, FAR = 0.9, 0.7  # weight of a spelling one slip away, two slips away
_TOKEN = re.compile(r"[A-Za-z0-9]+")
_LONGEST_ABBREVIATION = 4

Stems = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to say a group: every part should be found. `why` is empty for the words as typed."""

    weight: float
    parts: tuple[Stems, ...]
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    typed: str
    options: tuple[Option, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """A question, understood. `texts`: the question as a sentence, repaired, then with phrases replaced; for search by meaning.

    `corrected`: the question with its spelling repaired, when that changed it.
    """

    groups: tuple[Group, ...]
    texts: tuple[str, ...]
    corrected: str | None = None
    stems: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Reading:
    """The groups while they are collected."""

    groups: list[Group] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    misspelt: bool = False


class Reader:
    """Reads questions against one index's vocabulary."""

    def __init__(
        self, stem_ids: dict[str, int], spelling: Spelling, dictionary: Dictionary, morphemes: Morphemes
    ) -> None:
        self._stem_ids = stem_ids
        self._spelling = spelling
        self._dictionary = dictionary
        self._morphemes = morphemes
        self._longest = dictionary.longest

    def read(self, text: str) -> Wording:
        typed = words(text)
        raw = [t.lower() for t in _TOKEN.findall(text[:LONGEST_TEXT])]
        shouted = _shouted(text, raw)
        query_stems = frozenset(stem(w) for w in typed if w not in STOP_WORDS)
        reading = _Reading()
        at = 0
        pending: list[str] = []
        while at < len(typed) and len(reading.groups) < MOST_GROUPS:
            size, expansions = self._abbreviation(typed, at, query_stems, shouted)
            if size:
                self._words(pending, reading)
                pending = []
                self._expand(typed[at : at + size], expansions, reading)
                at += size
            else:
                pending.append(typed[at])
                at += 1
        self._words(pending, reading)
        groups = tuple(reading.groups[:MOST_GROUPS])
        return Wording(
            groups, _sentences(groups, reading), " ".join(reading.repaired) if reading.misspelt else None, query_stems
        )

    def _abbreviation(
        self, typed: Sequence[str], at: int, query_stems: frozenset[str], shouted: frozenset[str]
    ) -> tuple[int, tuple[Expansion, ...]]:
        for size in range(min(_LONGEST_ABBREVIATION, len(typed) - at), 0, -1):
            key = tuple(typed[at : at + size])
            expansions = self._dictionary.abbreviations.get(key)
            if expansions is None:
                continue
            alone = size == len(typed)
            if size == 1 and not alone and self._is_word(key[0]) and key[0] not in shouted:
                continue
            fitting = [e for e in expansions if e.context & query_stems]
            neutral = [e for e in expansions if not e.context]
            return size, tuple(fitting or (expansions if alone else neutral) or expansions)[:MOST_OPTIONS]
        return 0, ()

    def _is_word(self, word: str) -> bool:
        return len(word) > 2 and self._spelling.knows(word)

    def _expand(self, typed: Sequence[str], expansions: Sequence[Expansion], reading: _Reading) -> None:
        short = " ".join(typed)
        options = [
            self._option(e.text, 1.0 if i == 0 else 0.95, f"abbreviation: {e.text}") for i, e in enumerate(expansions)
        ]
        own = self._option(short, 0.9, "")
        options = [o for o in options if o.parts]
        if all(any(s for s, _ in part) for part in own.parts) and len(typed) == 1 and own.parts and self._part(short):
            options.append(own)
        if options:
            reading.groups.append(Group(short, tuple(options)))
            reading.repaired.append(short)

    def _option(self, text: str, weight: float, why: str) -> Option:
        content = [w for w in words(text) if w not in STOP_WORDS]
        parts = tuple(p for p in (self._part(w) for w in content) if p)
        return Option(weight, parts, text, why)

    def _part(self, word: str) -> Stems:
        """A word's stem, its one-word equivalents, and medical words built of it; empty when the index knows none of them."""
        own = stem(word)
        found: dict[int, float] = {}
        if own in self._stem_ids:
            found[self._stem_ids[own]] = 1.0
        for other in self._dictionary.equivalents.get((own,), ()):
            if len(other) == 1 and other[0] in self._stem_ids:
                found.setdefault(self._stem_ids[other[0]], EQUIVALENT)
        for built, weight in self._morphemes.built_of(own):
            if built in self._stem_ids:
                found.setdefault(self._stem_ids[built], weight)
        return tuple(found.items())

    def _words(self, pending: Sequence[str], reading: _Reading) -> None:
        """Groups of a run of plain words: the longest known phrase first, else word by word."""
        content = [w for w in pending if w not in STOP_WORDS]
        content_stems = [stem(w) for w in content]
        at = 0
        while at < len(content):
            size = self._phrase_size(content_stems, at)
            if size:
                reading.groups.append(self._phrase(content[at : at + size], tuple(content_stems[at : at + size])))
                reading.repaired.extend(content[at : at + size])
                at += size
            elif at + 1 < len(content) and self._joins(content[at], content[at + 1]):
                reading.groups.append(self._joined(content[at], content[at + 1]))
                reading.repaired.extend(content[at : at + 2])
                at += 2
            else:
                self._word(content[at], reading)
                at += 1

    def _phrase_size(self, content_stems: Sequence[str], at: int) -> int:
        for size in range(min(self._longest, len(content_stems) - at), 0, -1):
            key = tuple(content_stems[at : at + size])
            if key in self._dictionary.phrases or (size > 1 and key in self._dictionary.equivalents):
                return size
            if size == 1 and any(len(k) > 1 for k in self._dictionary.equivalents.get(key, ())):
                return size
        return 0

    def _phrase(self, typed: Sequence[str], key: Key) -> Group:
        own = Option(1.0, tuple(p for p in map(self._part, typed) if p), " ".join(typed))
        options = [own] if own.parts else []
        for clinical in self._dictionary.phrases.get(key, ()):
            options.append(self._option(clinical, PHRASE, f"meaning: {clinical}"))
        for other in self._dictionary.equivalents.get(key, ()):
            if len(key) > 1 or len(other) > 1:
                parts = tuple(((self._stem_ids[s], 1.0),) for s in other if s in self._stem_ids)
                if len(parts) == len(other):
                    options.append(Option(EQUIVALENT, parts, " ".join(other), f"equivalent: {' '.join(other)}"))
        return Group(" ".join(typed), tuple(o for o in options if o.parts), known=bool(own.parts))

    def _joins(self, first: str, second: str) -> bool:
        return len(first) > 2 and len(second) > 2 and self._spelling.knows(first + second)

    def _joined(self, first: str, second: str) -> Group:
        apart = tuple(p for p in (self._part(first), self._part(second)) if p)
        options = [Option(1.0, apart, f"{first} {second}")] if apart else []
        options.append(Option(1.0, (self._part(first + second),), first + second, f"spelling: {first + second}"))
        return Group(f"{first} {second}", tuple(options))

    def _word(self, word: str, reading: _Reading) -> None:
        part = self._part(word)
        if part:
            reading.groups.append(Group(word, (Option(1.0, (part,), word),)))
            reading.repaired.append(word)
            return
        options = self._respelt(word)
        reading.groups.append(Group(word, tuple(options), known=False))
        reading.repaired.append(options[0].text if options else word)
        reading.misspelt |= bool(options)

    def _respelt(self, word: str) -> list[Option]:
        near = self._spelling.candidates(word)
        options = [
            Option(NEAR if distance == 1 else FAR, (self._part(known),), known, f"spelling: {known}")
            for known, _, distance in near
            if self._part(known)
        ]
        return options or self._split(word)

    def _split(self, word: str) -> list[Option]:
        """Two words run together: the split whose rarer half is commonest is not known here, so the first with long halves wins."""
        for at in sorted(range(3, len(word) - 2), key=lambda i: abs(2 * i - len(word))):
            left, right = word[:at], word[at:]
            if self._spelling.knows(left) and self._spelling.knows(right):
                return [
                    Option(NEAR, (self._part(left), self._part(right)), f"{left} {right}", f"spelling: {left} {right}")
                ]
        return []


def _shouted(text: str, raw: Iterable[str]) -> frozenset[str]:
    """Words typed with a capital beyond the first letter, unless everything is."""
    tokens = _TOKEN.findall(text[:LONGEST_TEXT])
    if len(tokens) > 1 and all(t.isupper() or t.isdigit() for t in tokens):
        return frozenset()
    return frozenset(t.lower() for t in tokens if any(c.isupper() for c in t[1:]))


def _sentences(groups: Sequence[Group], reading: _Reading) -> tuple[str, ...]:
    """The question for the encoder: as repaired with abbreviations written out, and with lay phrases in clinical words."""
    plain: list[str] = []
    clinical: list[str] = []
    second: list[str] = []
    for group in groups:
        first = group.options[0] if group.options else None
        if first is None:
            own = group.typed
        elif first.why.startswith(("abbreviation", "spelling")):
            own = first.text
        else:
            own = group.typed
        plain.append(own)
        meaning = next((o.text for o in group.options if o.why.startswith("meaning")), None)
        clinical.append(meaning or own)
        others = [o.text for o in group.options[1:] if o.why.startswith("abbreviation")]
        second.append(others[0] if others else own)
    texts = [" ".join(t) for t in (plain, clinical, second)]
    return tuple(dict.fromkeys(t for t in texts if t.strip()))

"""The wordings of the search index as a dictionary for running text: which sets of words name which codes?

Built once for an open index, in about two seconds for all official books. A wording is the set of its word keys without filler words. An
inflammation keeps a key of its own, so that 'cervical' never names cervicitis, and so does what is done: embolization is no embolism.
Stops at codes; finding wordings in text is `mentions`.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from codingahead.search.analysis import STOP_WORDS, root, stem, words
from codingahead.search.dictionaries import Dictionaries
from codingahead.search.part import SYSTEMS, Part
from codingahead.words.codes import System
from codingahead.words.search import TERM_KINDS

MOST_KEYS = 7
SHORTEST_ROOT = 5
_INFLAMMATION = re.compile(r"iti(?:s|des)$")
_FILLER = frozenset(
    ["unspecified", "other", "specified", "nos", "type", "site", "nec", "diseases", "classified", "elsewhere", "not"]
)
_LEFT_OVER = frozenset(["other", "specified"])
# How well a kind of wording names a thing in running text.
_KIND_WORTH = {"index": 3.5, "title": 3.0, "short": 2.5, "inclusion": 3.0, "synonym": 3.0, "content": 2.5, "includes": 1.0, "neoplasm": 0.5}  # fmt: skip
LEFT_OVER_COST, ELSEWHERE_COST, UNSPECIFIED_GAIN = 2.0, 3.0, 0.3
Key = str
Keys = frozenset[Key]


@lru_cache(maxsize=200_000)
def key(word: str) -> Key:
    """What the forms of one word share; `word` in lower case and American spelling."""
    if _INFLAMMATION.search(word):
        return f"{stem(word)}~"
    if word.endswith("ization"):
        return f"{stem(word)}#"
    shared = root(stem(word))
    return shared if len(shared) >= SHORTEST_ROOT else stem(word)


CANCER, SKIN = key("cancer"), key("skin")
FEWEST_WITH_SKIN, WITHOUT_SKIN = 3, 0.5
_MALIGNANT = frozenset([key("malignant"), key("neoplasm")])
_OF_THE_TABLE = frozenset([key("primary")])


def joined(named: Keys, kind: str = "") -> Keys:
    """A malignant neoplasm is a cancer, whatever word it goes by; the Table of Neoplasms says 'primary' where nobody does."""
    if not named >= _MALIGNANT:
        return named
    return (named - _MALIGNANT - (_OF_THE_TABLE if kind == "neoplasm" else frozenset())) | {CANCER}


def keys(text: str) -> list[Key]:
    return [key(w) for w in words(text) if w not in STOP_WORDS and w not in _FILLER]


@dataclass(frozen=True, slots=True)
class Wording:
    """One code that a set of words names: the entry of the index, the wording, how well it names it."""

    entry: int
    term: int
    kind: str
    worth: float


class Wordings:
    """The dictionary of one part of the index, for the code systems named. Read-only; safe to share."""

    def __init__(self, part: Part, systems: Sequence[System], kinds: Iterable[str]) -> None:
        self.part = part
        self._named: dict[Keys, list[tuple[float, int]]] = {}
        seen: Counter[Key] = Counter()
        total = 0
        for term in self._terms(systems, kinds):
            spoken = [w for w in words(part.texts[term]) if w not in STOP_WORDS]
            kind = TERM_KINDS[int(part.term_kinds[term])]
            named = joined(frozenset(key(w) for w in spoken if w not in _FILLER), kind)
            if named and len(named) <= MOST_KEYS:
                seen.update(named)
                total += 1
                worth = self._worth(term)
                self._named.setdefault(named, []).append((worth, term))
                if SKIN in named and len(named) > FEWEST_WITH_SKIN:
                    # 'Basal cell carcinoma of the nose' is of its skin; nobody says so.
                    self._named.setdefault(named - {SKIN}, []).append((worth - WITHOUT_SKIN, term))
        self.weights: dict[Key, float] = {k: math.log(1 + total / (c + 0.5)) for k, c in seen.items()}
        self._by_rarest: dict[Key, list[Keys]] = defaultdict(list)
        for named in self._named:
            self._by_rarest[min(named, key=lambda k: (seen[k], k))].append(named)
        self.best = lru_cache(maxsize=50_000)(self._best)

    def _terms(self, systems: Sequence[System], kinds: Iterable[str]) -> list[int]:
        part = self.part
        wanted = np.isin(part.systems, [SYSTEMS.index(s) for s in systems])[part.term_entries]
        wanted &= np.isin(part.term_kinds, [TERM_KINDS.index(k) for k in kinds])
        return [int(t) for t in np.flatnonzero(wanted)]

    def _worth(self, term: int) -> float:
        worth = _KIND_WORTH.get(TERM_KINDS[int(self.part.term_kinds[term])], 1.0)
        said = set(words(self.part.texts[term]))
        if said & _LEFT_OVER:
            worth -= LEFT_OVER_COST
        if "classified" in said:
            worth -= ELSEWHERE_COST
        return worth + UNSPECIFIED_GAIN * bool(said & {"unspecified", "nos"})

    def __contains__(self, key: Key) -> bool:
        return key in self.weights

    def holds(self, named: Keys) -> bool:
        """Is there a wording of just these words?"""
        return named in self._named

    def with_rarest(self, key: Key) -> Sequence[Keys]:
        """The wordings of which `key` is the rarest word."""
        return self._by_rarest.get(key, ())

    def weight(self, named: Keys) -> float:
        return sum(self.weights.get(k, 0.0) for k in named)

    def _best(self, named: Keys, on: date) -> Wording | None:
        """The code that these words name best on a day; the plainer and broader one where several are named as well."""
        valid = self.part.terms_on(on)
        standing = [(worth, t) for worth, t in self._named[named] if valid[t]]
        if not standing:
            return None

        def order(one: tuple[float, int]) -> tuple[float, int, str]:
            code = self.part.code(int(self.part.term_entries[one[1]]))
            return -one[0], len(code), code

        worth, term = min(standing, key=order)
        kind = TERM_KINDS[int(self.part.term_kinds[term])]
        return Wording(int(self.part.term_entries[term]), term, kind, worth)


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What else a word or phrase of a note may be called: equivalents, lay phrases and abbreviations of the search dictionaries, as keys."""

    lists: Dictionaries
    phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]

    @classmethod
    def of(cls, lists: Dictionaries) -> Alternatives:
        phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for spoken, clinical in lists.phrases.items():
            if len(spoken) > 1:
                phrases[spoken[0]].append((spoken, clinical))
        return cls(lists, dict(phrases))

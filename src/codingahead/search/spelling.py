"""Which known words may a misspelt word have been meant as?

A table of every known word with one letter left out (Garbe, SymSpell, 2012) gives candidates, the optimal string alignment
distance decides. Stops at single words.
"""

from __future__ import annotations

import math
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from rapidfuzz.distance import OSA

from codingahead.search.arrays import Texts, load, save, save_texts

SHORTEST = 4  # letters; a shorter word differs too little from any other
FARTHER_FROM = 7  # letters from which on two slips are forgiven
MOST = 3
LONGEST = 40
Candidate = tuple[str, float]


def write_spelling(folder: Path, counts: Mapping[str, int]) -> None:
    known = sorted(w for w in counts if SHORTEST - 2 <= len(w) <= LONGEST and not w.isdigit())
    save_texts(folder, "words", known)
    save(folder, "word_counts", np.array([counts[w] for w in known], np.int32))
    hashes, owners = [], []
    for number, word in enumerate(known):
        if len(word) < SHORTEST - 1:
            continue
        for shorter in _shortened(word):
            hashes.append(_hash(shorter))
            owners.append(number)
    table = np.array(hashes, np.uint32)
    order = np.argsort(table, kind="stable")
    save(folder, "spelling_keys", table[order])
    save(folder, "spelling_words", np.array(owners, np.int32)[order])


class Spelling:
    """Looks misspelt words up in the table that `write_spelling` wrote."""

    def __init__(self, folder: Path) -> None:
        self._words = Texts(folder, "words")
        self._counts = load(folder, "word_counts")
        self._keys = load(folder, "spelling_keys")
        self._owners = load(folder, "spelling_words")

    def candidates(self, word: str) -> list[Candidate]:
        """Up to three words close to `word`, likeliest first, each with a weight that falls with its distance."""
        if not SHORTEST <= len(word) <= LONGEST or word.isdigit():
            return []
        most = 1 if len(word) < FARTHER_FROM else 2
        ranked = []
        for number in self._near(word):
            known = self._words[number]
            distance = OSA.distance(word, known, score_cutoff=most)
            if distance <= most:
                rank = distance + 0.5 * (word[0] != known[0]) - 0.02 * math.log(self._counts[number])
                ranked.append((rank, distance, known))
        return [(known, 0.9 if distance <= 1 else 0.7) for _, distance, known in sorted(ranked)[:MOST]]

    def beginning_with(self, start: str, most: int) -> list[str]:
        """Known words that begin so, the commonest first."""
        first = bisect_left(self._words, start)
        last = bisect_left(self._words, start + "\x7f")
        counts = self._counts[first:last]
        return [self._words[first + int(i)] for i in np.argsort(-counts, kind="stable")[:most]]

    def _near(self, word: str) -> list[int]:
        wanted = np.array([_hash(s) for s in _shortened(word)], np.uint32)
        first, last = np.searchsorted(self._keys, wanted, "left"), np.searchsorted(self._keys, wanted, "right")
        found = {int(n) for a, b in zip(first, last, strict=True) for n in self._owners[a:b]}
        return sorted(found)


def _shortened(word: str) -> Iterator[str]:
    yield word
    yield from {word[:i] + word[i + 1 :] for i in range(len(word))}


def _hash(word: str) -> int:
    return zlib.crc32(word.encode())

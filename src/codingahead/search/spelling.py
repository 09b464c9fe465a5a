"""Which known words may a misspelt word have been meant as? And which known words start like this?

A table of every known word with one letter left out (Garbe, SymSpell, 2012) gives candidates, the optimal string alignment
distance decides. Stops at single words: joining and splitting is `query`'s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from rapidfuzz.distance import OSA

from codingahead.search.arrays import Array, Ints, read_array, write_array

SHORTEST = 4  # letters; shorter words have too many neighbours
LONGEST = 24
TWO_SLIPS_FROM = 7  # letters
MOST_CANDIDATES = 3


def write_spelling(folder: Path, surfaces: Sequence[str], counts: Ints) -> None:
    """`surfaces`: known words in ascending order; `counts`: in how many wordings each stands."""
    write_array(folder, "surface_words", np.array(surfaces or [""], dtype=f"S{LONGEST}"))
    write_array(folder, "surface_counts", counts)
    keys: list[int] = []
    owners: list[int] = []
    for at, word in enumerate(surfaces):
        if SHORTEST - 1 <= len(word) and not word.isdigit():
            variants = _deletions(word)
            keys.extend(map(_hash, variants))
            owners.extend([at] * len(variants))
    key_array = np.array(keys, np.uint32)
    order = np.argsort(key_array, kind="stable")
    write_array(folder, "deletion_keys", key_array[order])
    write_array(folder, "deletion_words", np.array(owners, np.int32)[order])


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8"))


def _deletions(word: str) -> list[str]:
    return sorted({word, *(word[:i] + word[i + 1 :] for i in range(len(word)))})


class Spelling:
    """The known words and their neighbours."""

    def __init__(self, folder: Path) -> None:
        self._words: Array = read_array(folder, "surface_words")
        self._counts: Array = read_array(folder, "surface_counts")
        self._keys: Array = read_array(folder, "deletion_keys")
        self._owners: Array = read_array(folder, "deletion_words")

    def count(self, word: str) -> int:
        """In how many wordings `word` stands; 0 when it is not known."""
        at = self._place(word)
        return int(self._counts[at]) if at < len(self._counts) and self._words[at] == word.encode() else 0

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Known words that start with `prefix`, the commonest first."""
        first, last = self._place(prefix), self._place(prefix + "\x7f")
        places = np.arange(first, last)
        if len(places) > most:
            places = places[np.argsort(-self._counts[first:last].astype(np.int64), kind="stable")[:most]]
        return [self._words[i].decode() for i in places]

    def candidates(self, word: str) -> list[tuple[str, int]]:
        """Known words near `word`, likeliest first, each with its distance."""
        if not SHORTEST <= len(word) <= LONGEST or word.isdigit():
            return []
        most = 1 if len(word) < TWO_SLIPS_FROM else 2
        found = []
        for at in self._near(word):
            known = self._words[at].decode()
            distance = int(OSA.distance(word, known, score_cutoff=most))
            if distance <= most:
                rank = distance + 0.5 * (word[0] != known[0]) - 0.02 * math.log(max(1, int(self._counts[at])))
                found.append((rank, known, distance))
        return [(known, distance) for _, known, distance in sorted(found)[:MOST_CANDIDATES]]

    def _near(self, word: str) -> set[int]:
        keys = np.array([_hash(d) for d in _deletions(word)], np.uint32)
        left = np.searchsorted(self._keys, keys, "left")
        right = np.searchsorted(self._keys, keys, "right")
        return {int(o) for a, b in zip(left, right, strict=True) for o in self._owners[a:b]}

    def _place(self, word: str) -> int:
        return int(np.searchsorted(self._words, np.bytes_(word[: LONGEST + 1].encode())))

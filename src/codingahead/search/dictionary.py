"""What do clinical abbreviations, lay phrases and words of one meaning stand for? Our own word lists, read once.

    data/abbreviations.tsv  abbreviation, expansion, words that speak for this expansion
    data/equivalents.tsv    words or short phrases of one meaning, a group a line
    data/phrases.tsv        lay phrase, clinical wording
    data/morphemes.tsv      building block of medical words, its position (start, middle, end), plain words for it

Stops at wordings: which of them the index knows is `query`'s question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from codingahead.search.analysis import STOP_WORDS, stem, stems, words

DATA = Path(__file__).parent / "data"
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    text: str
    context: frozenset[str]  # stems; an expansion with context wins only beside one of them


@dataclass(frozen=True, slots=True)
class Dictionary:
    """`abbreviations` by words as typed in lower case; `equivalents` and `phrases` by stems."""

    abbreviations: dict[Key, tuple[Expansion, ...]] = field(default_factory=dict)
    equivalents: dict[Key, tuple[Key, ...]] = field(default_factory=dict)
    phrases: dict[Key, tuple[str, ...]] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        return max((len(k) for k in (*self.equivalents, *self.phrases)), default=1)


@lru_cache(maxsize=4)
def load(folder: Path = DATA) -> Dictionary:
    """The dictionary in `folder`; a missing file is an empty list."""
    return Dictionary(
        abbreviations=_abbreviations(folder / "abbreviations.tsv"),
        equivalents=_equivalents(folder / "equivalents.tsv"),
        phrases=_phrases(folder / "phrases.tsv"),
    )


def rows(path: Path) -> Iterator[list[str]]:
    """The fields of each line that is neither empty nor a comment."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                yield [f.strip() for f in line.split("\t")]


def content_stems(text: str) -> Key:
    return tuple(stems(text))


def _abbreviations(path: Path) -> dict[Key, tuple[Expansion, ...]]:
    found: dict[Key, list[Expansion]] = {}
    for short, expansion, *rest in rows(path):
        context = frozenset(stem(w) for w in words(" ".join(rest)) if w not in STOP_WORDS)
        key = tuple(re.findall(r"[a-z0-9]+", short.lower()))
        if key and expansion:
            found.setdefault(key, []).append(Expansion(expansion, context))
    return {k: tuple(v) for k, v in found.items()}


def _equivalents(path: Path) -> dict[Key, tuple[Key, ...]]:
    found: dict[Key, dict[Key, None]] = {}
    for group in rows(path):
        keys = list(dict.fromkeys(k for k in map(content_stems, group) if k))
        for key in keys:
            found.setdefault(key, {}).update((other, None) for other in keys if other != key)
    return {k: tuple(v) for k, v in found.items() if v}


def _phrases(path: Path) -> dict[Key, tuple[str, ...]]:
    found: dict[Key, dict[str, None]] = {}
    for lay, *clinical in rows(path):
        key = content_stems(lay)
        if key:
            found.setdefault(key, {}).update((c, None) for c in clinical if c)
    return {k: tuple(v) for k, v in found.items() if v}

"""The hand-made word lists of search: abbreviations, equivalents and lay phrases, read from the data folder beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from codingahead.search.analysis import STOP_WORDS, stem, stems, words


@dataclass(frozen=True, slots=True)
class Expansion:
    """What an abbreviation stands for. `context`: stems of which one must stand in the question when others compete; empty: the usual meaning."""

    text: str
    context: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """`abbreviations` by their words in lower case; `equivalents` by stem, `phrases` by stems in order, both to wordings."""

    abbreviations: dict[tuple[str, ...], tuple[Expansion, ...]]
    equivalents: dict[str, tuple[str, ...]]
    phrases: dict[tuple[str, ...], tuple[str, ...]]


@cache
def dictionaries() -> Dictionaries:
    equivalents, phrases = _equivalents()
    for lay, clinical in _rows("phrases.tsv", 2):
        key = tuple(stems(lay))
        if key and clinical not in phrases.get(key, ()):
            phrases[key] = (*phrases.get(key, ()), clinical)
    return Dictionaries(_abbreviations(), equivalents, phrases)


def synonyms() -> Iterator[tuple[str, str]]:
    """Other names of diseases: wording and the ICD-10-CM code it leads to, from the files of the folder `synonyms`."""
    folder = files("codingahead.search") / "data" / "synonyms"
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            for code, wording, *_ in _rows(f"synonyms/{file.name}", 2):
                yield wording, code


def _abbreviations() -> dict[tuple[str, ...], tuple[Expansion, ...]]:
    found: dict[tuple[str, ...], tuple[Expansion, ...]] = {}
    for short, text, *context in _rows("abbreviations.tsv", 2):
        key = abbreviation_key(short)
        if key:
            told = frozenset(s for part in context for s in stems(part))
            found[key] = (*found.get(key, ()), Expansion(text, told))
    return found


def abbreviation_key(text: str) -> tuple[str, ...]:
    """Lower-case words with a blank word before, so that an opening 'IV' reads like any other Roman numeral."""
    return tuple(words(f"x {text}")[1:])


def _equivalents() -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], tuple[str, ...]]]:
    """Single words stand in for one another inside a question; a wording of several words is replaced as a phrase."""
    single: dict[str, tuple[str, ...]] = {}
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group in _rows("equivalents.tsv", 2):
        members = [(m, tuple(s for w in words(m) if w not in STOP_WORDS for s in [stem(w)])) for m in group]
        for text, key in members:
            for other, other_key in members:
                if other_key == key or not key:
                    continue
                if len(key) == 1 and len(other_key) == 1:
                    single[key[0]] = (*single.get(key[0], ()), other_key[0])
                elif text != other:
                    phrases[key] = (*phrases.get(key, ()), other)
    return single, phrases


def _rows(name: str, fewest: int) -> Iterator[list[str]]:
    """The filled cells of each line; lines starting with # are remarks."""
    source = files("codingahead.search") / "data" / name
    if not source.is_file():
        return
    for line in source.read_text(encoding="utf-8").splitlines():
        cells = [c.strip() for c in line.split("\t")]
        if not line.startswith("#") and len([c for c in cells if c]) >= fewest:
            yield [c for c in cells if c]

"""How is a note divided? Into sections by their headings, sentences, and words with their places.

Stops at words: what they mean is `mentions`, in what context they stand `context`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codingahead.search.analysis import STOP_WORDS, in_american, roman

LONGEST_NOTE = 2_000_000  # characters
_END = re.compile(r"[.!?](?=\s|$)|\n+|;")
_WORD = re.compile(r"[A-Za-z0-9]+")
_HEADING = re.compile(r"^[ \t]*([A-Za-z][A-Za-z /&'-]{1,44}?)[ \t]*:[ \t]*", re.MULTILINE)
# What stands below such a heading is not said of the patient today.
SECTIONS: tuple[tuple[str, str], ...] = (
    ("", r"history of (?:the )?present illness|hpi|present illness"),
    ("family", r"family(?: (?:medical )?history)?|fh|fhx"),
    ("history", r"(?:past |previous )?(?:medical|surgical|social|ob(?:stetric)?|gyn\w*)? ?history|pmh|pmhx|psh|pshx|antecedents"),
    ("plan", r"plan|recommendations?|instructions?|follow[- ]?up|disposition"),
    ("medication", r"medications?|current medications?|meds|home medications?|discharge medications?"),
    ("allergy", r"allerg(?:y|ies)|drug allergies"),
    ("review", r"review of systems|ros"),
    ("diagnosis", r"(?:\w+ )?diagnos[ie]s|impression|assessment|a/p|assessment (?:and|&) plan|chief complaint|reason for (?:visit|admission|consultation)|indications?|cc"),
)  # fmt: skip
_SECTIONS = tuple((name, re.compile(rf"(?:{pattern})", re.I)) for name, pattern in SECTIONS)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`start` is its place in the note; `section` one of the names above or ''; `number` counts from 0."""

    text: str
    start: int
    section: str
    number: int


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as typed; `plain` in lower case and American spelling; places in the sentence."""

    text: str
    plain: str
    start: int
    end: int


def sentences(note: str) -> Iterator[Sentence]:
    begin, number, section = 0, 0, ""
    for match in (*_END.finditer(note), None):
        end = match.end() if match else len(note)
        text = note[begin:end]
        if text.strip():
            heading = _HEADING.match(text)
            if heading:
                section = section_of(heading[1])
            elif note[max(begin - 2, 0) : begin].count("\n") == 2:
                section = ""
            yield Sentence(text, begin, section, number)
            number += 1
        begin = end


def section_of(heading: str) -> str:
    return next((name for name, pattern in _SECTIONS if pattern.fullmatch(heading.strip())), "")


def words_of(text: str) -> list[Word]:
    """The words that are not stop words, in order."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        plain = in_american(match.group().lower())
        if found:
            plain = roman(plain)
        if plain not in STOP_WORDS:
            found.append(Word(match.group(), plain, match.start(), match.end()))
    return found

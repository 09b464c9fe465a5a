"""Injuries and ulcers that no wording of the books names word for word: the search engine is asked with the words around them.

'Closed fracture of the distal right radius' stands nowhere as such; the book says 'lower end of right radius'. Stops at one code for
each such word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from codingahead.coder.mentions import Mention
from codingahead.coder.wordings import Keys, Wording, Wordings, keys
from codingahead.search.index import SearchIndex
from codingahead.search.part import Part
from codingahead.words.codes import System
from codingahead.words.search import TERM_KINDS, SearchQuery

_HEADS = re.compile(
    r"\b(?:fractures?|dislocations?|subluxations?|sprains?|strains?|lacerations?|contusions?|abrasions?|burns?|ulcers?|amputations?|ruptures?|tears?)\b",
    re.I,
)
_EDGE = re.compile(
    r"[.;:()]|,(?=\s*(?:initial|subsequent|and|no|denies))|\b(?:but|who|which|after|when|was|were|is|denies|denied|no|not|without|negative for)\b",
    re.I,
)
BEFORE, AFTER = 50, 60  # characters
MOST_HITS, QUALITY = 8, 0.85
# A heel ulcer is no pressure ulcer, and a fracture no pathological one, unless the record says so.
_ONLY_WHEN_SAID = frozenset(
    keys(
        "pressure pathological stress atypical osteoporosis open birth gunshot corrosion varicose obstetric periprosthetic partial"
    )
)
FEWEST_WORDS = 2


def sought(
    index: SearchIndex, wordings: Wordings, sentence: str, found: Sequence[Mention], on: date
) -> Iterator[tuple[Mention, Wording]]:
    """A mention with the code that search finds for it, for each such word that no fuller wording covers."""
    known = wordings.weights
    for head in _HEADS.finditer(sentence):
        if any(m.start <= head.start() and head.end() <= m.end and len(m.named) > FEWEST_WORDS for m in found):
            continue
        start, end = _span(sentence, head)
        text = sentence[start:end]
        named = frozenset(k for k in keys(text) if k in known)
        if len(named) < FEWEST_WORDS:
            continue
        entry = _entry(index, wordings.part, text, on)
        if entry is not None:
            yield _mention(named, start, end, sentence), _wording(wordings.part, entry)


def _entry(index: SearchIndex, part: Part, text: str, on: date) -> int | None:
    """The first code found whose title makes nothing worse or other of it than what was said."""
    unsaid = _ONLY_WHEN_SAID - set(keys(text))
    for hit in index.search(SearchQuery(text, on, (System.ICD10CM,), MOST_HITS, 0, None, None)).hits:
        if hit.code[0] not in "VWXYZ" and not unsaid & set(keys(hit.title)):
            return part.find(System.ICD10CM, hit.code)
    return None


def _span(sentence: str, head: re.Match[str]) -> tuple[int, int]:
    before = sentence[max(head.start() - BEFORE, 0) : head.start()]
    edges = [m.end() for m in _EDGE.finditer(before)]
    start = head.start() - len(before) + (edges[-1] if edges else 0)
    after = sentence[head.end() : head.end() + AFTER]
    edge = _EDGE.search(after)
    end = head.end() + (edge.start() if edge else len(after))
    while start < head.start() and not sentence[start].isalnum():
        start += 1
    return start, head.start() + len(sentence[head.start() : end].rstrip())


def _mention(named: Keys, start: int, end: int, sentence: str) -> Mention:
    places = frozenset(range(len(named)))
    return Mention(named, places, QUALITY, 0, 0, start, end, sentence[start:end].split()[-1].lower())


def _wording(part: Part, entry: int) -> Wording:
    """The first wording of the code, which is its title."""
    term = int(part.entry_terms_at[entry])
    return Wording(entry, term, TERM_KINDS[int(part.term_kinds[term])], 2.5)

"""How specific does the question ask to be? Orders a category, its default code and its narrower codes on the page.

When the question names no side and no encounter, the least specific fitting code stands first; 7th-character forms are shown only
when the question says which encounter it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from codingahead.search.analysis import stems
from codingahead.search.part import SEVENTH, Part
from codingahead.search.rank import Ranking

_SIDES = re.compile(r"\b(?:right|left|bilateral|unilateral|both)\b", re.IGNORECASE)
_ENCOUNTER = re.compile(
    r"\b(?:initial|subsequent)\s+encounter\b|\bsequela\b|\b(?:routine|delayed)\s+healing\b|\bnonunion\b|\bmalunion\b",
    re.IGNORECASE,
)
_NOT_IN_BOOKS = re.compile(r"[,\s]*\b(?:(?:initial|subsequent)\s+encounter)\b(?:\s+for)?", re.IGNORECASE)
_LEFT_OVER = re.compile(r"other\b", re.IGNORECASE)
_UNSPECIFIED = re.compile(r"\bunspecified(?:\s+(?:site|eye|ear|side|part|joint|limb))?\b", re.IGNORECASE)
DEFAULT_CODE = 3.0  # ... and this much less when the narrower one is its default code, to which the books' index leads
NARROWER = 0.1  # a broader code may score this much less than a narrower one and still stand before it
EXPANDED = 5  # hits whose 7th-character forms are shown
MOST_BILLABLE = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """The question without its encounter words, and what it was specific about."""

    text: str
    side: bool
    encounter: frozenset[str]


def asked(text: str) -> Asked:
    named = _ENCOUNTER.search(text)
    rest = _NOT_IN_BOOKS.sub(" ", text)
    encounter = frozenset(stems(text)) if named else frozenset()
    return Asked(rest if stems(rest) else text, bool(_SIDES.search(text)), encounter)


def arranged(
    part: Part, ranking: Ranking, wanted: Asked, on: date, *, billable: bool | None
) -> Iterator[tuple[int, int]]:
    """Entries in page order, each with its place in the ranking."""
    shown: set[int] = set()
    order = _broader_first(part, ranking) if not wanted.side else list(range(len(ranking.entries)))
    for place, at in enumerate(order):
        entry = int(ranking.entries[at])
        extra = _seventh_forms(part, entry, wanted, on) if wanted.encounter and place < EXPANDED else []
        if billable and not part.billable(entry):
            extra = extra or _billable_below(part, entry, on)
        for one in (*extra, entry):
            if one not in shown:
                shown.add(one)
                yield one, at


def _broader_first(part: Part, ranking: Ranking) -> list[int]:
    """A code moves up to just before its first narrower code when it scores nearly as much, or when that one adds only 'unspecified' to it.

    What is left over ('other ...') is never moved up: it excludes what its heading names.
    """
    places = {int(e): i for i, e in enumerate(ranking.entries)}
    out: list[int] = []
    done: set[int] = set()
    for at, entry in enumerate(ranking.entries.tolist()):
        chain = [at]
        above = int(part.parents[entry])
        while above >= 0:
            place = places.get(above)
            if place is not None and _stands_before(part, above, entry, ranking.scores[at] - ranking.scores[place]):
                chain.append(place)
            above = int(part.parents[above])
        for place in reversed(chain):
            if place not in done:
                done.add(place)
                out.append(place)
    return out


def _stands_before(part: Part, broader: int, narrower: int, behind: float) -> bool:
    if _LEFT_OVER.match(part.titles[broader]):
        return False
    return behind <= NARROWER or (
        behind <= DEFAULT_CODE and _plain(part.titles[narrower]) == _plain(part.titles[broader])
    )


@lru_cache(maxsize=4096)
def _plain(title: str) -> frozenset[str]:
    """The words of a title without those that say that nothing more is known."""
    return frozenset(stems(_UNSPECIFIED.sub(" ", title)))


def _seventh_forms(part: Part, entry: int, wanted: Asked, on: date) -> list[int]:
    """The forms whose titles say most of what the question says of the encounter."""
    standing = part.entries_on(on)
    scored = [
        (-len(wanted.encounter & frozenset(stems(part.titles[e]))), e)
        for e in part.below(entry)[:400]
        if part.flags[e] & SEVENTH and standing[e]
    ]
    best = min(scored)[0] if scored else 0
    return [e for score, e in scored if score == best][:3]


def _billable_below(part: Part, entry: int, on: date) -> list[int]:
    standing = part.entries_on(on)
    below = [e for e in part.below(entry)[:400] if part.billable(e) and standing[e]]
    plain = (
        [e for e in below if not part.flags[e] & SEVENTH] or [e for e in below if part.code(e).endswith("A")] or below
    )
    return sorted(plain, key=lambda e: "unspecified" not in part.titles[e].lower())[:MOST_BILLABLE]

"""Is a question itself a code, the start of one, or a range of codes? Then which codes does it list?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.search.part import SEVENTH, Part
from codingahead.words.codes import System, bare, spelled

LONGEST = 20
_CODE = re.compile(r"[A-Za-z0-9]{2,7}|[A-Za-z0-9]{3,4}\.[A-Za-z0-9]{0,4}")
_RANGE = re.compile(r"\s*([A-Za-z0-9.]{2,8})\s*(?:-|–|—|\bto\b|\bthrough\b)\s*([A-Za-z0-9.]{2,8})\s*", re.IGNORECASE)
MOST_IN_RANGE = 5000
Place = tuple[Part, int]


def listed_codes(text: str, parts: Sequence[Part]) -> list[Place]:
    """The codes that a code-shaped question lists, in the order to show them; empty when it is no code or nothing begins so."""
    text = text.strip()
    if len(text) > LONGEST or not text.isascii() or not any(c.isdigit() for c in text):
        return []
    ends = _RANGE.fullmatch(text)
    if ends and all(any(c.isdigit() for c in end) for end in ends.groups()):
        return list(_between(ends[1], ends[2], parts))
    return list(_beginning_with(text, parts)) if _CODE.fullmatch(text) else []


def _systems(parts: Sequence[Part]) -> Iterator[tuple[Part, System]]:
    for part in parts:
        yield from ((part, system) for system in sorted(part.held_systems, key=list(System).index))


def _between(first: str, last: str, parts: Sequence[Part]) -> Iterator[Place]:
    for part, system in _systems(parts):
        a, b = spelled(system, first), spelled(system, last)
        if len(a) == len(b) and a[0].isdigit() == b[0].isdigit() and a <= b:
            for entry in part.between(system, a, b)[:MOST_IN_RANGE]:
                if not part.flags[entry] & SEVENTH:
                    yield part, entry


def _beginning_with(text: str, parts: Sequence[Part]) -> Iterator[Place]:
    """Exact codes of every system first, then the longer ones; forms with a 7th character after the codes they belong to."""
    longer: list[tuple[bool, Place]] = []
    for part, system in _systems(parts):
        if "." in text and system not in (System.ICD10CM, System.ICD9CM):
            continue
        begin = spelled(system, bare(text))
        for entry in part.between(system, begin, begin):
            if part.code(entry) == begin:
                yield part, entry
            elif len(begin) >= 3:
                longer.append((bool(part.flags[entry] & SEVENTH), (part, entry)))
    yield from (place for seventh, place in longer if not seventh)
    yield from (place for seventh, place in longer if seventh)

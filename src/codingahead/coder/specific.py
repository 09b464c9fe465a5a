"""How specific may a code be, from what a sentence says and no further? Walks the Tabular List down from the code that was named.

A side, an encounter, a trimester or a stage that stands beside the mention chooses the narrower code; what is not said is asked for, and
until it is answered the 'unspecified' form stands, or the first one of its kind. ICD-10-CM Official Guidelines, section I.B.2 and I.B.18.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from codingahead.search.analysis import stems
from codingahead.search.part import Part

AROUND = 60  # characters on either side of a mention in which a side is read
_SIDES = (
    ("bilateral", r"\b(?:bilateral(?:ly)?|both|b/l)\b"),
    ("right", r"\b(?:right|rt|r)\b"),
    ("left", r"\b(?:left|lt|l)\b"),
)
_SIDE_WORDS = frozenset(["right", "left", "bilater"])
_TRIMESTER = re.compile(r"\b(first|second|third)\s+trimester|\b(\d{1,2})\s*(?:\+\d\s*)?(?:weeks?|wks?)\b", re.I)
_SUBSEQUENT = re.compile(r"\b(?:subsequent|follow[- ]?up|healing|cast (?:check|removal)|postoperative visit)\b", re.I)
_SEQUELA = re.compile(r"\b(?:sequelae?|late effects?|residual)\b", re.I)
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Specific:
    """`entry` the code reached; `needs`: what the record would have to say for a narrower one."""

    entry: int
    needs: tuple[str, ...]


def specific(part: Part, entry: int, sentence: str, start: int, end: int, on: date, *, trimester: str = "") -> Specific:
    """`trimester`: the one that the note names anywhere."""
    around = sentence[max(start - AROUND, 0) : end + AROUND]
    side = _side(sentence, start, end)
    needs: list[str] = []
    for _ in range(DEEPEST):
        below = _children(part, entry, on)
        if not below:
            break
        narrower, need = _chosen(part, entry, below, side, around, trimester)
        if need:
            needs.append(need)
        entry = narrower
    else:
        return Specific(entry, tuple(needs))
    if side and part.billable(entry):
        entry, need = _sibling_of_side(part, entry, side, on)
        needs = [n for n in needs if not n.startswith("side")] + ([need] if need else [])
    return Specific(entry, tuple(dict.fromkeys(needs)))


def _children(part: Part, entry: int, on: date) -> list[int]:
    standing = part.entries_on(on)
    return [e for e in part.below(entry) if part.parents[e] == entry and standing[e]]


def _chosen(part: Part, entry: int, below: list[int], side: str, around: str, trimester: str) -> tuple[int, str]:
    if all(len(part.code(e)) == 8 for e in below):
        return _encounter(part, below, around)
    titles = {e: part.titles[e].lower() for e in below}
    own = set(stems(part.titles[entry]))
    sided = {e: frozenset(stems(t)) & _SIDE_WORDS for e, t in titles.items()}
    if side and (held := [e for e in below if sided[e] == {"bilater" if side == "bilateral" else side}]):
        return held[0], ""
    if "trimester" in " ".join(titles.values()):
        named = trimester_of(around) or trimester
        held = [e for e in below if named and f"{named} trimester" in titles[e]]
        return (held[0], "") if held else (_plain(titles, below), "trimester or weeks of gestation")
    said = set(stems(around))
    exact = []
    for one in below:
        new = set(stems(titles[one])) - own - {"unspecifi", "other"}
        if new and new <= said and "other" not in titles[one]:
            exact.append((len(new), one))
    if exact:
        return max(exact)[1], ""
    need = "side (right, left or both)" if any(sided.values()) else f"which of: {_choices(titles, below)}"
    return _plain(titles, below), need


def _plain(titles: dict[int, str], below: list[int]) -> int:
    """The code for a condition of which no more is known."""
    unspecified = [e for e in below if "unspecified" in titles[e]]
    without = [e for e in below if re.search(r"\bwithout\b.*complication|\buncomplicated\b", titles[e])]
    if without:
        return without[0]
    if unspecified:
        return max(
            unspecified, key=lambda e: (titles[e].count("unspecified"), _says_no_more(titles[e]), -below.index(e))
        )
    return ([e for e in below if _says_no_more(titles[e])] or [e for e in below if "other" not in titles[e]] or below)[
        0
    ]


def _says_no_more(title: str) -> bool:
    return bool(re.search(r"\bwithout\b|\bnot intractable\b", title))


def _choices(titles: dict[int, str], below: list[int]) -> str:
    shown = [titles[e] for e in below if "unspecified" not in titles[e]]
    return "; ".join(shown[:4]) + ("; ..." if len(shown) > 4 else "")


def _encounter(part: Part, below: list[int], around: str) -> tuple[int, str]:
    letter = "S" if _SEQUELA.search(around) else "D" if _SUBSEQUENT.search(around) else "A"
    held = [e for e in below if part.code(e).endswith(letter)]
    return (held or below)[0], "encounter (initial, subsequent or sequela)" if letter == "A" else ""


def _side(sentence: str, start: int, end: int) -> str:
    """The side named nearest to the mention, in it or just around it."""
    found = []
    for name, pattern in _SIDES:
        for match in re.finditer(pattern, sentence, re.I):
            gap = max(start - match.end(), match.start() - end, 0)
            if len(match.group()) > 1 and gap <= AROUND // 2:
                found.append((gap, name))
    return min(found)[1] if found else ""


def _sibling_of_side(part: Part, entry: int, side: str, on: date) -> tuple[int, str]:
    """The same condition on the side that was named, when the code reached says 'unspecified' side or another."""
    wanted = "bilater" if side == "bilateral" else side
    own = frozenset(stems(part.titles[entry]))
    if wanted in own:
        return entry, ""
    bare = own - _SIDE_WORDS - {"unspecifi"}
    for other in _children(part, int(part.parents[entry]), on) if part.parents[entry] >= 0 else ():
        theirs = frozenset(stems(part.titles[other]))
        if part.billable(other) and theirs & _SIDE_WORDS == {wanted} and theirs - _SIDE_WORDS - {"unspecifi"} == bare:
            return other, ""
    return entry, ""


def trimester_of(around: str) -> str:
    """First to 13 weeks 6 days, second to 27 weeks 6 days (ICD-10-CM Official Guidelines, I.C.15.a.3; chapter 15 notes)."""
    match = _TRIMESTER.search(around)
    if match is None:
        return ""
    if match[1]:
        return match[1].lower()
    weeks = int(match[2])
    return "first" if weeks < 14 else "second" if weeks < 28 else "third"

"""Which codes does a note of the Tabular List name? 'I60.7', 'S06.-', 'E08-E13', 'T36-T50 with fifth or sixth character 5'.

Only codes in brackets are read: those in running text lead elsewhere. A qualification that is not understood drops its codes, because a code
named too widely would accuse the wrong pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

_CODE = r"(?:[A-Z]\d|QA)[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_BRACKETS = re.compile(r"\(([^()]*)\)")
_NAMED = re.compile(rf"({_CODE})\.?(-)?(?:\s*(?:-|to|(?<=-))\s*({_CODE})\.?-?)?")
_WITH = re.compile(r"\bwith\b(.*)$", re.S)
_POSITION = {"fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7}
_AT = re.compile(
    r"^\s*((?:fourth|fifth|sixth|seventh|[4-7]th)(?: or (?:fifth|sixth|seventh|[5-7]th))?)[- ]characters? \.?(\w)(?:-(\w))?\s*$"
)
_FINAL = re.compile(r"^\s*final characters? -(\w+)\s*$")
_AFTER_DOT = re.compile(r"^\s*\.(\w+)(?:-(?:\.?(\w+))?)?\s*$")


@dataclass(frozen=True, slots=True)
class Printed:
    """Codes from `first` to `last` and everything below them; the rest narrows them by single characters or by how they end."""

    first: str
    last: str
    positions: tuple[int, ...] = ()
    values: tuple[str, str] = ("", "")
    final: str = ""
    decimals: tuple[str, str] = ("", "")

    def covers(self, code: str) -> bool:
        """`code` with its dot."""
        if not (self.first <= code[: len(self.first)] and code[: len(self.last)] <= self.last):
            return False
        plain = code.replace(".", "")
        if self.positions and not any(
            len(plain) >= n and self.values[0] <= plain[n - 1] <= self.values[1] for n in self.positions
        ):
            return False
        if self.decimals[0]:
            after = plain[3:]
            low, high = self.decimals
            return low <= after[: len(low)] and after[: len(high)] <= high
        return plain.endswith(self.final)


@lru_cache(maxsize=50_000)
def named(text: str) -> tuple[Printed, ...]:
    """The codes that a note names."""
    return tuple(found for inside in _BRACKETS.findall(text) for found in _read(inside))


def _read(inside: str) -> Iterator[Printed]:
    qualified = _WITH.search(inside)
    narrow = _narrowed(qualified[1]) if qualified else Printed("", "")
    if narrow is None:
        return
    for m in _NAMED.finditer(inside[: qualified.start()] if qualified else inside):
        yield replace(narrow, first=m[1], last=m[3] or m[1])


def _narrowed(words: str) -> Printed | None:
    """What stands after 'with', still without codes; None when it is not understood."""
    if m := _AT.match(words):
        positions = tuple(_POSITION[w] for w in m[1].split(" or "))
        return Printed("", "", positions=positions, values=(m[2], m[3] or m[2]))
    if m := _FINAL.match(words):
        return Printed("", "", final=m[1])
    if m := _AFTER_DOT.match(words):
        return Printed("", "", decimals=(m[1], m[2] or m[1]))
    return None

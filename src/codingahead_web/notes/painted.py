"""The note with its evidence: the text cut where spans begin and end, each piece with the suggestions that lean on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

STATUSES = ("asserted", "uncertain", "history", "family", "negated")


@dataclass(frozen=True, slots=True)
class Piece:
    """`of`: places of the suggestions that this piece is evidence for; `first`: those whose first evidence begins here."""

    text: str
    of: tuple[int, ...] = ()
    first: tuple[int, ...] = ()
    status: str = ""


def pieces(text: str, suggestions: Sequence[dict[str, Any]]) -> list[Piece]:
    """Pieces that join to `text`. Evidence whose words do not stand at its place is left out."""
    spans = [(e["start"], e["end"], n) for n, s in enumerate(suggestions) for e in s["evidence"] if stands(text, e)]
    if not spans:
        return [Piece(text)] if text else []
    begins: dict[int, int] = {}
    for start, _, n in spans:
        begins[n] = min(start, begins.get(n, start))
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for at, (start, end, _) in enumerate(spans):
        opening.setdefault(start, []).append(at)
        closing.setdefault(end, []).append(at)
    cuts = sorted({0, len(text), *opening, *closing})
    made, live = [], set[int]()
    for start, end in pairwise(cuts):
        live = (live | set(opening.get(start, ()))) - set(closing.get(start, ()))
        of = tuple(sorted({spans[at][2] for at in live}))
        first = tuple(n for n in of if begins[n] == start)
        made.append(Piece(text[start:end], of, first, _status(suggestions, of)))
    return made


def stands(text: str, evidence: dict[str, Any]) -> bool:
    start, end = evidence.get("start"), evidence.get("end")
    is_span = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
    return is_span and text[start:end] == evidence.get("text")


def _status(suggestions: Sequence[dict[str, Any]], of: tuple[int, ...]) -> str:
    """Where suggestions differ, the one that is nearest to being coded."""
    found = {suggestions[n]["status"] for n in of}
    return next((s for s in STATUSES if s in found), "asserted" if of else "")

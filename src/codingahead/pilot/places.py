"""Which payment locality does a question name? By the names that the file of geographic indices prints, and the few that people use instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The locality that holds a place which people name otherwise.
_ALSO = {"new york city": "MANHATTAN", "nyc": "MANHATTAN"}
_PARTS = re.compile(r"[-/,()&]|\bCNTY\b|\bCOUNTY\b|\bMETRO\w*\b|\bAREA\b|\bREST OF\b|\bSUBURBS\b")
SHORTEST = 4


def place_in(text: str, names: Mapping[str, str]) -> tuple[str, str] | None:
    """'MAC/LOC' and its printed name; the longest name that stands in the text. A state with several localities is not one place."""
    low = f" {re.sub(r'[^a-z0-9]+', ' ', text.lower())} "
    for said, name in _ALSO.items():
        if f" {said} " in low:
            low += f"{name.lower()} "
    found: list[tuple[int, str, str]] = []
    for key, name in names.items():
        if not key:
            continue
        for part in {name, *_PARTS.split(name)}:
            plain = re.sub(r"[^a-z0-9]+", " ", part.lower()).strip()
            rest = "rest of" in name.lower() and "rest of" not in low
            if len(plain) >= SHORTEST and not rest and f" {plain} " in low:
                found.append((len(plain), key, name))
    if not found:
        return None
    _, key, name = max(found, key=lambda f: (f[0], f[1]))
    return key, name

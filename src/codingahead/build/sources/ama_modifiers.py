"""The AMA's modifier file of prose (MODUL.txt, Appendix A of CPT): which modifiers does it describe, and how?

A paragraph that opens with a modifier describes it to the next blank line. Only the AMA's own modifiers count: Level II
modifiers listed at its end are CMS's and are read from the HCPCS contractor record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

OPENING = re.compile(r"(?:Physical Status Modifier )?(\d[0-9P]|P[1-6])(?::\s*|\s+)(\S.*)")
LEVEL_II = re.compile(r"Level II \(HCPCS")


def is_licensed(modifier: str) -> bool:
    """Numeric, physical status and performance measure modifiers are the AMA's."""
    return bool(re.fullmatch(r"\d\d|P[1-6]|\dP", modifier))


def modifiers_in_prose(lines: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name and whole text of each modifier; the name is what stands before the first colon.

    The first description counts: modifiers approved for hospital outpatient use are printed a second time.
    """
    found: dict[str, tuple[str, str]] = {}
    for paragraph in _paragraphs(lines):
        if LEVEL_II.match(paragraph):
            break
        if m := OPENING.fullmatch(paragraph):
            name, colon, rest = m[2].partition(":")
            found.setdefault(m[1], (name.strip() if colon and rest else m[2].strip(), m[2].strip()))
    return found


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            held.append(line.strip())
        elif held:
            yield " ".join(held)
            held = []

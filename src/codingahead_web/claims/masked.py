"""What may be kept of a sentence about somebody's file? Reasons quote what they found, and a misplaced cell may hold a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from codingahead.formats.claim_json import CLAIM_KEYS, LINE_KEYS
from codingahead.words.claims import Finding

KEPT = 240
_FOUND = re.compile(r"\bis .{1,80}?, expected ")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_FIELDS = frozenset((*CLAIM_KEYS, *LINE_KEYS))
_ABOUT_THE_PATIENT = {
    "icd10cm.age": "{code} does not fit the patient's age on the claim.",
    "icd10cm.sex": "{code} does not fit the patient's sex on the claim.",
}


def reason(text: str, names: Iterable[str] = ()) -> str:
    """Without the values it quotes and the names of files, which are given; the names of our own fields stay."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "the file")
    text = _FOUND.sub("cannot be read, expected ", text)
    return _QUOTED.sub(lambda m: m.group() if m.group()[1:-1] in _FIELDS else "…", text)[:KEPT]


def message(finding: Finding) -> str:
    told = _ABOUT_THE_PATIENT.get(finding.rule)
    return told.format(code=", ".join(finding.codes)) if told else finding.message


def without_days(text: str) -> str:
    """For readers of a shared report, whom the days of service do not concern."""
    return _DAY.sub("that day", text)

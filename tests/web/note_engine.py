"""Note coding of the invented universe: a few phrases lead to its codes. Stands where the library's own engine would, so that pages can be tried alone."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from codingahead.codebook import Codebook

# phrase, code, system, status, what is asked for
PHRASES = (
    ("unruptured aneurysm of the brain", "I67.1", "icd10cm", "asserted", ()),
    ("coil embolization", "61624", "cpt", "asserted", ("the artery that was treated",)),
    ("angiogram of the internal carotid", "36224", "cpt", "asserted", ()),
    ("possible type 2 diabetes", "E11.9", "icd10cm", "uncertain", ()),
    ("no aneurysm elsewhere", "I67.1", "icd10cm", "negated", ()),
)
NAME = "Joan Example"


def suggest(codebook: Codebook, text: str, on: date, setting: str) -> dict[str, Any]:
    made = []
    for phrase, code, system, status, needs in PHRASES:
        spans = [{"start": m.start(), "end": m.end(), "text": m.group()} for m in re.finditer(re.escape(phrase), text)]
        if spans:
            found = codebook.lookup(code, on, system)
            made.append(
                {"code": found["code"], "system": system, "title": found["title"], "billable": bool(found["billable"]), "confidence": 0.8,
                 "evidence": spans, "status": status, "why": f"“{phrase}” names it.", "needs": list(needs)}
            )  # fmt: skip
    return {"suggestions": made, "findings": [], "masked": text.count(NAME)}


def masked(text: str) -> str:
    return text.replace(NAME, "[NAME]".ljust(len(NAME)))


def document_text(name: str, content: bytes) -> str:
    return content.decode()

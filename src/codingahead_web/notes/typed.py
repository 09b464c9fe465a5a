"""What was handed in and decided, made ours: the note with its setting, and a decision beside each code.

A decision that lacks what it needs (a reason to reject, a code to change to) stays open and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from codingahead.codebook import Codebook
from codingahead.words.codes import System, parse_system
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead_web.notes import engine

SETTINGS = (
    ("practitioner", "Office or professional"),
    ("outpatient", "Outpatient hospital"),
    ("inpatient", "Inpatient hospital"),
)
REASONS = (
    "not documented",
    "ruled out or negated",
    "history only",
    "another code says more",
    "part of another code",
    "not addressed here",
    "other",
)
ACTS = ("accept", "reject", "change", "add")
LONGEST = 1_000_000
LARGEST = 25 << 20
MOST = 400
CLAIMED = (System.ICD10CM, System.CPT, System.HCPCS)


@dataclass(frozen=True, slots=True)
class Decided:
    """One row of the review. `act` '' is open; `lacks` says what an act still needs."""

    at: int
    code: str
    system: str
    act: str = ""
    reason: str = ""
    becomes: str = ""
    lacks: str = ""

    @property
    def final(self) -> str:
        """The code that stands in the end, '' for none."""
        if self.lacks or self.act not in ("accept", "change", "add"):
            return ""
        return self.becomes if self.act == "change" else self.code


def note(request: HttpRequest) -> str:
    """The text pasted, or that of the file. Raises BadInput when there is none, or too much."""
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile) and file.size:
        if file.size > LARGEST:
            raise BadInput(f"the file is larger than {LARGEST >> 20} MB", "hand in the pages that are to be coded")
        text = engine.document_text(file.name or "note", file.read())
    else:
        text = request.POST.get("text", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ")
    if not text.strip():
        raise BadInput("no text was given", "paste the note, or choose a file that holds text")
    if len(text) > LONGEST:
        raise BadInput(f"the note is longer than {LONGEST:,} characters", "hand in the part that is to be coded")
    return text


def setting(words: QueryDict) -> str:
    known = [name for name, _ in SETTINGS]
    return words.get("setting", "") if words.get("setting") in known else known[0]


def decisions(words: QueryDict, codebook: Codebook, on: date) -> list[Decided]:
    """A decision for each row that was sent, in its order."""
    rows = sorted({int(n) for key in words if key.startswith("code-") and (n := key[5:]).isdecimal() and len(n) < 6})
    return [_decided(words, n, codebook, on) for n in rows[:MOST]]


def _decided(words: QueryDict, n: int, codebook: Codebook, on: date) -> Decided:
    code, system = words.get(f"code-{n}", "")[:12].strip().upper(), words.get(f"system-{n}", "")[:12]
    act = words.get(f"act-{n}", "")
    if act == "reject":
        reason = words.get(f"reason-{n}", "")
        known = reason if reason in REASONS else ""
        return Decided(n, code, system, act, reason=known, lacks="" if known else "a reason")
    if act == "change":
        becomes = words.get(f"becomes-{n}", "").strip().upper()[:12]
        found = look_up(codebook, becomes, system, on) if becomes else None
        lacks = (
            "" if found else "the code instead" if not becomes else f"a code that stands on the day: {becomes} does not"
        )
        return Decided(n, code, system, act, becomes=found or becomes, lacks=lacks)
    return Decided(n, code, system, act if act in ACTS else "")


def look_up(codebook: Codebook, code: str, system: str, on: date) -> str | None:
    """The code as it is printed, where it is active in the system on the day."""
    try:
        found = codebook.lookup(code, on, parse_system(system).value)
    except (ValueError, CodingAheadError):
        return None
    return str(found["code"]) if found["status"] == "active" else None


def standing(decided: list[Decided]) -> Iterator[tuple[str, str]]:
    """Codes that stand in the end with their systems, each once."""
    yield from dict.fromkeys((d.final, d.system) for d in decided if d.final)

"""The codes that stand as a claim, and what the claim check says of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.codebook import Codebook
from codingahead.formats.claim_json import read_claim
from codingahead.tools import report_json
from codingahead.words.claims import Claim
from codingahead_web.notes.typed import Decided, standing

MOST_DIAGNOSES = 12
MOST_LINES = 50
SERVICES = ("cpt", "hcpcs")


def claim(decided: list[Decided], on: date, setting: str) -> Claim | None:
    """Diagnoses in the order of the review and a line for each service; None without a service. Patient and charge are not known here."""
    codes = list(standing(decided))
    services = [code for code, system in codes if system in SERVICES][:MOST_LINES]
    if not services:
        return None
    lines = [
        {"line": n, "code": code, "units": 1, "date_of_service": on.isoformat()} for n, code in enumerate(services, 1)
    ]
    return read_claim(
        {"id": "note", "patient": "1", "setting": setting, "diagnoses": diagnoses(decided), "lines": lines}
    )


def diagnoses(decided: list[Decided]) -> list[str]:
    return [code for code, system in standing(decided) if system == "icd10cm"][:MOST_DIAGNOSES]


def checked(codebook: Codebook, asked: Claim) -> dict[str, Any]:
    """The Report value."""
    return report_json(codebook.check([asked])[0])

"""What was suggested and decided, as files: JSON with everything, CSV a row a code, FHIR R4 resources of what stands."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from codingahead_web.notes.typed import Decided

FHIR = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "icd10pcs": "http://www.cms.gov/Medicare/Coding/ICD10",
    "cpt": "http://www.ama-assn.org/go/cpt",
    "hcpcs": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}
COLUMNS = ("code", "system", "title", "status", "confidence", "evidence", "decision", "reason", "becomes", "final")


def as_json(suggested: dict[str, Any], decided: list[Decided], on: date, setting: str) -> dict[str, Any]:
    """The Suggest value with the decision in each suggestion; codes that were added stand at its end."""
    made = [one | {"decision": _decision(decided, n)} for n, one in enumerate(suggested["suggestions"])]
    added = [
        {"code": d.code, "system": d.system, "evidence": [], "decision": _words(d)} for d in decided if d.act == "add"
    ]
    return suggested | {"on": on.isoformat(), "setting": setting, "suggestions": made + added}


def as_csv(suggested: dict[str, Any], decided: list[Decided]) -> str:
    """Cells that a spreadsheet might take for a formula begin with an apostrophe."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    by_place = {d.at: d for d in decided}
    for n, one in enumerate(suggested["suggestions"]):
        d = by_place.get(n)
        words = " | ".join(e["text"] for e in one["evidence"])
        told = (d.act, d.reason, d.becomes, d.final) if d else ("", "", "", "")
        rows.writerow(
            map(_cell, (one["code"], one["system"], one["title"] or "", one["status"], one["confidence"], words, *told))
        )
    for d in decided:
        if d.act == "add":
            rows.writerow(map(_cell, (d.code, d.system, "", "", "", "", d.act, "", "", d.final)))
    return out.getvalue()


def as_fhir(suggested: dict[str, Any], decided: list[Decided], on: date) -> dict[str, Any]:
    """A Bundle of Condition and Procedure for what stands. The patient is not known here, so the subject is a name for nobody."""
    titles = {one["code"]: one["title"] for one in suggested["suggestions"]}
    kept = dict.fromkeys((d.final, d.system) for d in decided if d.final and d.system in FHIR)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": _resource(code, system, titles.get(code), on)} for code, system in kept],
    }


def _resource(code: str, system: str, title: str | None, on: date) -> dict[str, Any]:
    coding = {"system": FHIR[system], "code": code} | ({"display": title} if title else {})
    subject = {"display": "Patient not named"}
    if system == "icd10cm":
        return {
            "resourceType": "Condition", "code": {"coding": [coding]}, "subject": subject, "recordedDate": on.isoformat(),
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}]}],
            "verificationStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]},
        }  # fmt: skip
    return {
        "resourceType": "Procedure", "status": "completed", "code": {"coding": [coding]}, "subject": subject, "performedDateTime": on.isoformat(),
    }  # fmt: skip


def _decision(decided: list[Decided], n: int) -> dict[str, str] | None:
    return next((_words(d) for d in decided if d.at == n and d.act), None)


def _words(d: Decided) -> dict[str, str]:
    told = {"act": d.act, "reason": d.reason, "becomes": d.becomes, "final": d.final}
    return {name: value for name, value in told.items() if value}


def _cell(value: Any) -> str:
    text = str(value)
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text

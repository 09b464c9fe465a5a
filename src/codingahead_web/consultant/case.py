"""A clinical note in a mail: its codes with evidence, what the claim check says of them, what Medicare pays, and the sources of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.codebook import Codebook
from codingahead.privacy.mask import mask
from codingahead.words.errors import CodingAheadError

Value = dict[str, Any]
NOTHING = 0.0
SHOWN = 12


def case_of(codebook: Codebook, text: str, on: date, setting: str) -> Value:
    """The fields of one part of an answer."""
    try:
        found = codebook.code_note(text, on, setting=setting)
    except CodingAheadError as refused:
        return {"unanswered": [f"the note was not coded: {refused.message}"], "confidence": NOTHING}
    asserted = [s for s in found["suggestions"] if s["status"] == "asserted"][:SHOWN]
    sources: list[Value] = []
    reasons = [_reason(codebook, s, on, sources) for s in asserted]
    short = [
        f"Suggested: {', '.join(s['code'] for s in asserted)}." if asserted else "No code is supported by the note."
    ]
    if asserted:
        short.append(_checked(found))
    return {
        "short": short,
        "table": {
            "head": ["Code", "System", "Confidence", "Title", "Evidence"],
            "rows": [
                [s["code"], s["system"], f"{s['confidence']:.2f}", s["title"] or "", "; ".join(_evidence(s))]
                for s in asserted
            ],
        },
        "reasons": [*reasons, *_findings(found), *_uncertain(found)],
        "codes": [{"code": s["code"], "system": s["system"], "title": s["title"]} for s in asserted],
        "needs": list(dict.fromkeys(n for s in asserted for n in s.get("needs") or ())),
        "masked": int(found.get("masked") or 0),
        "sources": sources,
        "confidence": min((float(s["confidence"]) for s in asserted), default=NOTHING),
    }


def _reason(codebook: Codebook, suggestion: Value, on: date, sources: list[Value]) -> Value:
    """Why the code, what it pays, and the rows that say so."""
    try:
        value = codebook.lookup(suggestion["code"], on, suggestion["system"])
    except CodingAheadError:
        return {"text": f"{suggestion['code']}: {suggestion['why']}", "sources": []}
    by_number = {s["n"]: s for s in value["sources"]}
    numbers = [_cited(by_number, 1, sources)]
    text = f"{suggestion['code']}: {suggestion['why']}."
    fees = value.get("fees") or {}
    paid = [
        f"{place} ${fees[name]['amount']}"
        for name, place in (("facility", "facility"), ("nonfacility", "office"))
        if (fees.get(name) or {}).get("amount")
    ]
    if paid:
        text += f" Medicare's national fee: {', '.join(paid)}."
        numbers.append(_cited(by_number, fees["source"], sources))
    return {"text": text, "sources": sorted({n for n in numbers if n})}


def _cited(by_number: dict[int, Value], number: int, sources: list[Value]) -> int:
    """The number that a source has in this answer; 0 when there is none."""
    source = by_number.get(number)
    if source is None:
        return 0
    key = (source["release"], source["row"], source["where"])
    for held in sources:
        if (held["release"], held["row"], held["where"]) == key:
            return int(held["n"])
    sources.append({**source, "n": len(sources) + 1})
    return len(sources)


def _checked(found: Value) -> str:
    findings = found.get("findings") or ()
    if findings:
        return f"Claim check: {len(findings)} finding{'s' if len(findings) > 1 else ''}, below."
    unchecked = found.get("unchecked") or ()
    return "Claim check: nothing found" + (f"; {len(unchecked)} rules could not be asked." if unchecked else ".")


def _findings(found: Value) -> list[Value]:
    return [
        {"text": f"{f['severity']}: {f['message']} {f.get('fix') or ''}".strip(), "sources": []}
        for f in found.get("findings") or ()
    ]


def _uncertain(found: Value) -> list[Value]:
    told = [s for s in found["suggestions"] if s["status"] in ("uncertain", "history")][:SHOWN]
    return [
        {"text": f"Not in the list above: {s['code']} {s['title']}, {s['why'].rpartition('; ')[2]}.", "sources": []}
        for s in told
    ]


def _evidence(suggestion: Value) -> list[str]:
    """The words of the note that speak for a code, identifiers masked."""
    return [mask(" ".join(e["text"].split())).text[:160] for e in suggestion.get("evidence") or ()][:2]

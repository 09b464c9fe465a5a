"""Composes what is told: each question, code, claim and note asks the codebook, and the answers become one JSON value for letter, page and proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from codingahead.codebook import Codebook
from codingahead.pilot.question import understand
from codingahead.words.claims import Claim
from codingahead.words.errors import CodingAheadError
from codingahead_web.consultant.case import case_of
from codingahead_web.consultant.triage import Asked

Value = dict[str, Any]
SHORT = 3
# How sure an answer is: looked up and sourced, found by a search, or nothing found.
SURE, FOUND, NOTHING = 1.0, 0.5, 0.2
_VERDICTS = {
    "deny": "would be denied",
    "review": "needs a person",
    "clean": "no finding",
    "not_checked": "not checked in full",
}


def compose(
    codebook: Codebook,
    asked: Asked,
    today: date,
    *,
    setting: str = "practitioner",
    claims: Sequence[Claim] = (),
    unread: Sequence[str] = (),
) -> Value:
    """The told value. `unread`: sentences about files that could not be read."""
    on = asked.on or today
    parts = [_question(codebook, text, on) for text in asked.questions]
    if asked.codes:
        parts.append(_codes(codebook, asked.codes, on, setting))
    if asked.case:
        parts.append(part("case", "A clinical note", **case_of(codebook, asked.case, on, setting)))
    if claims:
        parts.append(_claims(codebook, claims))
    day = f"Date of service: {on.isoformat()}" + (
        ", as the mail says." if asked.on else ", the day of the answer, since the mail names none."
    )
    return {
        "on": on.isoformat(),
        "parts": parts,
        "unread": list(unread),
        "masked": sum(p["masked"] for p in parts),
        "confidence": min((p["confidence"] for p in parts), default=NOTHING),
        "assumptions": [day, "Payer: Medicare rules, unless the answer says otherwise.", f"Setting: {setting}."],
        "codes": list({c["code"]: c for p in parts for c in p["codes"]}.values()),
    }


def nothing_seen() -> str:
    return (
        'I could not see a question. Write it as one sentence with the codes in it, such as "Can 11042 and 97597 be billed together?", '
        "list codes one on a line, or paste or attach an operative note. No names, no patient numbers."
    )


def part(kind: str, title: str, **more: Any) -> Value:
    """One answered thing of a mail."""
    empty: Value = {
        "kind": kind, "title": title, "short": [], "reasons": [], "table": None, "codes": [], "needs": [], "unanswered": [], "sources": [],
        "masked": 0, "confidence": SURE,
    }  # fmt: skip
    return empty | more


def _question(codebook: Codebook, text: str, on: date) -> Value:
    try:
        answer = codebook.ask(text, on)
    except CodingAheadError as refused:
        return part("question", understand(text).text, unanswered=[refused.message], confidence=NOTHING)
    sentences = answer["sentences"]
    found = not understand(text).codes
    return part(
        "question", answer["question"], on=answer["on"], short=[s["text"] for s in sentences[:SHORT]], reasons=sentences, codes=answer["codes"],
        unanswered=answer["unanswered"], sources=answer["sources"], masked=answer["masked"],
        confidence=NOTHING if not sentences else FOUND if found or answer["stale"] else SURE,
    )  # fmt: skip


def _codes(codebook: Codebook, codes: Sequence[str], on: date, setting: str) -> Value:
    rows, sources, missing = [], [], []
    kept: list[Value] = []
    stale: set[str] = set()
    for typed in codes:
        code = typed.partition("-")[0]
        try:
            value = codebook.lookup(code, on)
        except CodingAheadError as refused:
            missing.append(f"{code}: {refused.message}")
            continue
        stale |= {one["release"] for one in value.get("stale") or ()}
        billable = {True: "yes", False: "no", None: "not stated"}[value.get("billable")]
        numbers = []
        for source in value["sources"][:1]:
            sources.append({**source, "n": len(sources) + 1})
            numbers.append(len(sources))
        rows.append(
            [value["code"], value["system_name"], value["status"], billable, value["title"] or "", _marks(numbers)]
        )
        if value["status"] not in ("unknown", "not_loaded"):
            kept.append({"code": value["code"], "system": value["system"], "title": value["title"]})
    services = [c["code"] for c in kept if c["system"] in ("cpt", "hcpcs")]
    edits = _edits(codebook, services, on, setting, sources, stale) if len(services) > 1 else []
    cited = {s["release"] for s in sources}
    missing += [
        f"out of date on {on.isoformat()}: {release}; its successor is not loaded" for release in sorted(stale & cited)
    ]
    bad = [r[0] for r in rows if r[2] != "active"]
    short = [
        f"{len(rows)} codes: {len(rows) - len(bad)} active" + (f", not active: {', '.join(bad)}." if bad else "."),
        *(e["text"] for e in edits[:2]),
    ]
    table = {"head": ["Code", "System", "Status", "Billable", "Title", "Source"], "rows": rows}
    return part(
        "codes",
        f"{len(codes)} codes",
        short=short,
        table=table,
        reasons=edits,
        codes=kept,
        sources=sources,
        unanswered=missing,
    )


def _edits(
    codebook: Codebook, services: Sequence[str], on: date, setting: str, sources: list[Value], stale: set[str]
) -> list[Value]:
    found = codebook.pairs(services, on, setting)
    stale |= {one["release"] for one in found.get("stale") or ()}
    if not found.get("release"):
        return [
            {
                "text": f"NCCI edits among these codes: not checked, no table is loaded for {on.isoformat()}.",
                "sources": [],
            }
        ]
    said = []
    for source in found["sources"][:1]:
        sources.append({**source, "n": len(sources) + 1})
    for row in found["rows"]:
        helps = {
            "0": "no modifier bypasses it",
            "1": "a modifier may bypass it when the record shows separate services",
        }.get(row["indicator"], "not in force")
        text = f"{row['column1']} (column 1) and {row['column2']} (column 2) are an NCCI edit, modifier indicator {row['indicator']}: {helps}."
        said.append({"text": text, "sources": [len(sources)] if sources else []})
    return said or [
        {
            "text": "No NCCI edit stands between these codes in the loaded practitioner table.",
            "sources": [len(sources)] if sources else [],
        }
    ]


def _claims(codebook: Codebook, claims: Sequence[Claim]) -> Value:
    reports = codebook.check(claims)
    rows, reasons, codes = [], [], {}
    for number, (claim, report) in enumerate(zip(claims, reports, strict=True), 1):
        rows.append(
            [
                str(number),
                str(len(claim.lines)),
                _VERDICTS.get(str(report.verdict), str(report.verdict)),
                str(len(report.findings)),
            ]
        )
        for finding in report.findings:
            fix = f" {finding.fix}" if finding.fix else ""
            reasons.append(
                {"text": f"Claim {number}, {finding.severity}, {finding.rule}: {finding.message}{fix}", "sources": []}
            )
        for line in claim.lines:
            codes[line.code] = {"code": line.code, "system": "cpt" if line.code[:1].isdigit() else "hcpcs", "title": ""}
    bad = sum(1 for r in reports if r.findings)
    return part(
        "claims", f"{len(claims)} claims", short=[f"{bad} of {len(claims)} claims have findings."], reasons=reasons[:200],
        table={"head": ["Claim", "Lines", "Verdict", "Findings"], "rows": rows}, codes=list(codes.values())[:50],
    )  # fmt: skip


def _marks(numbers: Sequence[int]) -> str:
    return " ".join(f"[{n}]" for n in numbers)

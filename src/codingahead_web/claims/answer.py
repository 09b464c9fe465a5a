"""Where on the page does each finding belong, and how is it said? A Report over a grid becomes marks beside lines and diagnoses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from codingahead.codebook import Codebook
from codingahead.words.claims import Claim, Finding, Report, Setting, Severity, Verdict
from codingahead.words.codes import System
from codingahead_web.claims.forms import Sheet

PROCEDURES = (System.CPT, System.HCPCS)


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a page shows it. `where`: the other lines it speaks of; `explain`: the address query of its rule's page."""

    finding: Finding
    where: str
    release: str
    explain: str


@dataclass(slots=True)
class Answer:
    """`lines` and `diagnoses`: findings by line number and by box; `titles` likewise; `denied`: lines refused, `at_stake`: their charges."""

    verdict: Verdict
    lines: dict[int, list[Shown]] = field(default_factory=dict)
    diagnoses: dict[int, list[Shown]] = field(default_factory=dict)
    unchecked: list[dict[str, Any]] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    denied: int = 0
    at_stake: Decimal | None = None


def answer(report: Report, claim: Claim, sheet: Sheet, codebook: Codebook, on: date) -> Answer:
    known = {r["id"]: r for r in codebook.releases(on)}
    made = Answer(report.verdict)
    for finding in report.findings:
        shown = Shown(
            finding, _where(finding), title_of(known, finding.release), explain(finding, claim),
        )  # fmt: skip
        if is_of_diagnoses(finding, claim):
            for box in _boxes(finding, sheet)[:1]:
                made.diagnoses.setdefault(box, []).append(shown)
        else:
            made.lines.setdefault(finding.lines[0] if finding.lines else sheet.filled[0].number, []).append(shown)
        made.counts[finding.severity.value] = made.counts.get(finding.severity.value, 0) + 1
    made.unchecked = [{"rule": u.rule, "lines": u.lines, "reason": u.reason} for u in report.unchecked]
    made.releases = [
        {
            "id": r,
            "title": title_of(known, r),
            "stale": r in report.stale,
            "until": known.get(r, {}).get("expected_until"),
        }
        for r in report.releases
    ]
    refused = denied_lines(report, claim)
    made.denied = len(refused)
    charges = [line.charge for line in claim.lines if line.line in refused and line.charge is not None]
    made.at_stake = sum(charges, Decimal(0)) if charges else None
    return made


def is_of_diagnoses(finding: Finding, claim: Claim) -> bool:
    """Whether it speaks of the claim's diagnoses rather than of a service line."""
    return bool(finding.codes) and finding.codes[0] in claim.diagnoses


def denied_lines(report: Report, claim: Claim) -> set[int]:
    """Lines that would be refused: the first of a finding about lines, all that point there for one about diagnoses."""
    found: set[int] = set()
    for f in report.findings:
        if f.severity is Severity.DENY:
            found.update(f.lines if is_of_diagnoses(f, claim) else f.lines[:1])
    return found


def titles(sheet: Sheet, codebook: Codebook, on: date) -> dict[str, str]:
    """Titles of the codes that were typed in full."""
    asked = [(code, (System.ICD10CM,)) for code in sheet.diagnoses if code]
    asked += [(row.cells["code"].upper(), PROCEDURES) for row in sheet.filled]
    return {code: title for code, systems in dict.fromkeys(asked) if (title := _title(codebook, code, on, systems))}


def _title(codebook: Codebook, code: str, on: date, systems: tuple[System, ...]) -> str:
    hits = codebook.suggest(code, on, systems, 1)
    plain = code.replace(".", "")
    return hits[0].title or "" if hits and hits[0].code.replace(".", "") == plain else ""


def explain(finding: Finding, claim: Claim) -> str:
    """The query of the rule's page: what it needs to show the publisher's rows of this very case."""
    days = {line.line: line.date_of_service for line in claim.lines}
    on = days.get(finding.lines[0]) if finding.lines else None
    setting = claim.setting.value if claim.setting is Setting.OUTPATIENT else ""
    words = {"code": ",".join(finding.codes[:2]), "on": on.isoformat() if on else "", "setting": setting}
    return urlencode({name: value for name, value in words.items() if value})


def title_of(known: dict[str, dict[str, Any]], release: str | None) -> str:
    return str(known[release]["title"]) if release in known else release or ""


def rows_with(sheet: Sheet, found: Answer | None, named: dict[str, str]) -> list[dict[str, Any]]:
    """The lines of the grid with what is said of each."""
    return [
        {"row": row, "said": found.lines.get(row.number, []) if found else [], "title": named.get(row.cells["code"].upper(), "")}
        for row in sheet.rows
    ]  # fmt: skip


def boxes_with(sheet: Sheet, found: Answer | None, named: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "code": code,
            "said": found.diagnoses.get(n, []) if found else [],
            "title": named.get(code, ""),
        }
        for n, (letter, code) in enumerate(sheet.boxes)
    ]


def _where(finding: Finding) -> str:
    others = list(dict.fromkeys(n for n in finding.lines[1:] if n != finding.lines[0]))
    return f"with line {', '.join(map(str, others))}" if others and len(finding.codes) == len(finding.lines) else ""


def _boxes(finding: Finding, sheet: Sheet) -> list[int]:
    plain = [code.replace(".", "") for code in sheet.diagnoses]
    return [plain.index(c.replace(".", "")) for c in finding.codes if c.replace(".", "") in plain]

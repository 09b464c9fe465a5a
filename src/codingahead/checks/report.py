"""A report as the public interface prints it."""

from __future__ import annotations

from typing import Any

from codingahead.words.claims import Finding, Report


def report_json(report: Report) -> dict[str, Any]:
    """The Report value."""
    made: dict[str, Any] = {
        "id": report.id,
        "verdict": report.verdict.value,
        "findings": [finding_json(f) for f in report.findings],
        "unchecked": [{"rule": u.rule, "lines": list(u.lines), "reason": u.reason} for u in report.unchecked],
        "releases": list(report.releases),
        "stale": list(report.stale),
    }
    return made | ({"source": dict(report.source)} if report.source else {})


def finding_json(finding: Finding) -> dict[str, Any]:
    """The Finding value; `stale` and `claims` only where they say something."""
    made: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "lines": list(finding.lines),
        "codes": list(finding.codes),
        "message": finding.message,
        "fix": finding.fix,
        "carc": finding.carc,
        "indicator": finding.indicator,
        "release": finding.release,
    }
    if finding.stale:
        made["stale"] = True
    if finding.claims:
        made["claims"] = list(finding.claims)
    return made

"""A report as rows of a findings file, and the sums over many reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from codingahead.words.claims import Claim, Finding, Report

SCHEMA = pa.schema(
    [("id", pa.string()), ("line", pa.int32()), ("rule", pa.string()), ("severity", pa.string()), ("code", pa.string()), ("other_line", pa.int32()),
     ("other_code", pa.string()), ("message", pa.string()), ("fix", pa.string()), ("carc", pa.string()), ("indicator", pa.string()),
     ("release", pa.string())]
)  # fmt: skip
Row = tuple[Any, ...]
NOTHING: dict[str, Any] = {
    "claims": 0, "lines": 0, "verdicts": {}, "rules": {}, "carc": {}, "unchecked": {}, "releases": [], "stale": [],
}  # fmt: skip


def rows_of(report: Report) -> Iterator[Row]:
    """One row a finding; a finding on more than two lines has a row for each line that its own is compared with."""
    for finding in report.findings:
        yield from _rows(report.id, finding)


def _rows(claim: str, finding: Finding) -> Iterator[Row]:
    lines: Sequence[int | None] = finding.lines or (None,)
    codes: Sequence[str | None] = finding.codes or (None,)
    others = list(zip(lines[1:], [*codes[1:], *[None] * len(lines)], strict=False)) or [
        (None, codes[1] if len(codes) > 1 else None)
    ]
    for other_line, other_code in others:
        yield (
            claim, lines[0], finding.rule, finding.severity.value, codes[0], other_line, other_code, finding.message, finding.fix, finding.carc,
            finding.indicator, finding.release,
        )  # fmt: skip


def table(rows: Sequence[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in SCHEMA]
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def sums(claims: Sequence[Claim], reports: Sequence[Report]) -> dict[str, Any]:
    """What a summary adds up."""
    findings = [f for r in reports for f in r.findings]
    return {
        "claims": len(claims),
        "lines": sum(len(c.lines) for c in claims),
        "verdicts": dict(Counter(r.verdict.value for r in reports)),
        "rules": dict(Counter(f"{f.rule} {f.severity.value}" for f in findings)),
        "carc": dict(Counter(f.carc for f in findings if f.carc)),
        "unchecked": dict(Counter(f"{u.rule}: {u.reason}" for r in reports for u in r.unchecked)),
        "releases": sorted({release for r in reports for release in r.releases}),
        "stale": sorted({release for r in reports for release in r.stale}),
    }


def added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in one.items():
        theirs = other[name]
        if isinstance(value, dict):
            made[name] = dict(Counter(value) + Counter(theirs))
        elif isinstance(value, list):
            made[name] = sorted({*value, *theirs})
        else:
            made[name] = value + theirs
    return made

"""`codingahead check FILE`: claims from JSON, JSON Lines, CSV, Parquet, X12 837 or FHIR to reports."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from codingahead.checks.report import report_json
from codingahead.cli.common import answer_lines, common, open_codebook, print_json
from codingahead.formats.claim_json import read_claim
from codingahead.formats.opened import read_claims
from codingahead.words.claims import Claim, Rejected, Report
from codingahead.words.errors import BadInput

MOST_CLAIMS = 20_000
MARKS = {"deny": "x", "review": "?", "info": "i"}


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("check", help="what a payer will deny on claims, and why")
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="JSON, JSON Lines, CSV, Parquet, 837P, 837I or FHIR; gzip and zip too"
    )
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if not options.stdin and not options.file:
        raise BadInput("no file given", "write `codingahead check claims.json`, or --stdin with one claim a line")
    with open_codebook(options) as codebook:
        if options.stdin:
            return answer_lines(lambda q: report_json(codebook.check([read_claim(q)])[0]))
        claims, rejected = _read(options.file)
        reports = codebook.check(claims)
    if options.json:
        values = [*map(report_json, reports), *map(_rejected_json, rejected)]
        print_json(values[0] if len(values) == 1 else values)
    else:
        _print(reports, rejected)
    return 0 if claims else 2


def _read(file: str) -> tuple[list[Claim], list[Rejected]]:
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    for one in read_claims(file):
        if isinstance(one, Rejected):
            rejected.append(one)
        else:
            claims.append(one)
        if len(claims) > MOST_CLAIMS:
            raise BadInput(f"more than {MOST_CLAIMS:,} claims in {file}", "use `codingahead scrub` for large files")
    return claims, rejected


def _rejected_json(rejected: Rejected) -> dict[str, Any]:
    return {
        "rejected": {
            "position": rejected.position,
            "field": rejected.field,
            "id": rejected.id,
            "reason": rejected.reason,
        }
    }


def _print(reports: list[Report], rejected: list[Rejected]) -> None:
    for report in reports:
        print(f"claim {report.id}: {report.verdict.value.replace('_', ' ')}")
        for f in report.findings:
            lines = f"line {f.lines[0]}" if f.lines else "claim"
            told = ", ".join(
                x for x in (f.rule, f.carc, f.release and f"{f.release}{' (out of date)' if f.stale else ''}") if x
            )
            print(f"  {MARKS[f.severity.value]} {lines}: {f.message}  [{told}]")
            print(f"      {f.fix}")
        for u in report.unchecked:
            print(f"  - not checked: {u.rule}: {u.reason}")
        if report.stale:
            print(f"  - out of date: {', '.join(report.stale)}")
    for r in rejected:
        print(f"not read, at {r.position}: {r.reason}")
    counts = Counter(r.verdict.value for r in reports)
    print(", ".join(f"{n} {verdict.replace('_', ' ')}" for verdict, n in counts.items()) or "no claim", end="")
    print(f"; {len(rejected)} not read" if rejected else "")

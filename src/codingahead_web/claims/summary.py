"""The numbers of a report: claims by verdict, denials by rule and by pair of codes, money at stake. Codes and counts, nothing of a patient."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from codingahead.words.claims import Claim, Rejected, Report, Severity, Verdict
from codingahead_web.claims import masked
from codingahead_web.claims.answer import denied_lines, is_of_diagnoses

MOST_PAIRS = 20
MOST_REJECTED = 500


class Summary:
    """Filled report by report; `value` is what is kept."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.denials: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str, str]] = Counter()
        self.unchecked: Counter[tuple[str, str]] = Counter()
        self.stale: set[str] = set()
        self.releases: set[str] = set()
        self.money: dict[str, Decimal] = defaultdict(Decimal)
        self.at_stake, self.charged = Decimal(0), Decimal(0)
        self.lines = self.denied = self.priced = 0

    def add(self, claim: Claim, report: Report) -> None:
        self.verdicts[report.verdict.value] += 1
        self.lines += len(claim.lines)
        self.releases.update(report.releases)
        self.stale.update(report.stale)
        for one in report.unchecked:
            self.unchecked[one.rule, one.reason] += max(len(one.lines), 1)
        charges = {line.line: line.charge for line in claim.lines if line.charge is not None}
        self.charged += sum(charges.values(), Decimal(0))
        self.priced += len(charges)
        refused = denied_lines(report, claim)
        self.denied += len(refused)
        self.at_stake += sum((charges.get(n, Decimal(0)) for n in refused), Decimal(0))
        self._findings(claim, report, charges)

    def _findings(self, claim: Claim, report: Report, charges: dict[int, Decimal]) -> None:
        counted: set[tuple[str, int]] = set()
        for f in report.findings:
            self.rules[f.rule] += 1
            if f.severity is not Severity.DENY:
                continue
            self.denials[f.rule] += 1
            if f.rule == "ncci.ptp" and len(f.codes) > 1:
                self.pairs[f.codes[1], f.codes[0], f.indicator or ""] += 1
            for n in f.lines if is_of_diagnoses(f, claim) else f.lines[:1]:
                if (f.rule, n) not in counted:
                    counted.add((f.rule, n))
                    self.money[f.rule] += charges.get(n, Decimal(0))

    def value(self, rejected: Iterable[Rejected], names: list[str]) -> dict[str, Any]:
        """`names`: of files, which reasons may carry and nobody needs."""
        unread = list(rejected)
        return {
            "verdicts": {v.value: self.verdicts[v.value] for v in Verdict},
            "lines": self.lines,
            "denied": self.denied,
            "priced": self.priced,
            "charged": f"{self.charged:.2f}",
            "at_stake": f"{self.at_stake:.2f}",
            "denials": [
                {"rule": rule, "count": count, "money": f"{self.money[rule]:.2f}"} for rule, count in _most(self.denials)
            ],
            "rules": sorted(self.rules),
            "pairs": [
                {"column1": one, "column2": two, "indicator": indicator, "count": count}
                for (one, two, indicator), count in _most(self.pairs)[:MOST_PAIRS]
            ],
            "unchecked": [{"rule": r, "reason": why, "lines": n} for (r, why), n in _most(self.unchecked)],
            "releases": sorted(self.releases),
            "stale": sorted(self.stale),
            "rejected": [
                {"position": r.position, "reason": masked.reason(r.reason, names), "field": r.field} for r in unread[:MOST_REJECTED]
            ],
            "rejected_count": len(unread),
        }  # fmt: skip


def _most(counts: Counter[Any]) -> list[tuple[Any, int]]:
    """The most frequent first; equal counts in their own order, so that the same file makes the same report."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

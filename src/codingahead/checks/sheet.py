"""What has been said about one claim so far: findings, what could not be asked, and the releases leaned on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from codingahead.words.claims import Claim, Finding, Severity


@dataclass(slots=True)
class Sheet:
    """What has been said about one claim so far. `denied`: numbers of lines that a rule refuses."""

    claim: Claim
    findings: list[Finding] = field(default_factory=list)
    unchecked: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    releases: dict[str, bool] = field(default_factory=dict)
    denied: set[int] = field(default_factory=set)

    def add(self, finding: Finding, *, denies: bool = True) -> None:
        self.findings.append(finding)
        if finding.release:
            self.lean(finding.release, finding.stale)
        if denies and finding.severity is Severity.DENY and finding.lines:
            self.denied.add(finding.lines[0])

    def lean(self, release: str, stale: bool) -> None:
        if stale or release not in self.releases:
            self.releases[release] = stale

    def miss(self, rule: str, reason: str, lines: Iterable[int]) -> None:
        self.unchecked.setdefault((rule, reason), set()).update(lines)

"""What a rule says before it is tied to a line: so that the same question is worked out once, however many lines ask it."""

from __future__ import annotations

from dataclasses import dataclass

from codingahead.words.claims import Finding, Severity, Unchecked
from codingahead.words.releases import Release


@dataclass(frozen=True, slots=True)
class Said:
    """A finding without its lines. `others`: codes of the same line or claim that it names after the first."""

    rule: str
    severity: Severity
    message: str
    fix: str
    carc: str | None = None
    indicator: str | None = None
    release: str | None = None
    stale: bool = False
    codes: tuple[str, ...] = ()

    def at(self, lines: tuple[int, ...], codes: tuple[str, ...], claims: tuple[str, ...] = ()) -> Finding:
        return Finding(
            self.rule, self.severity, lines, self.codes or codes, self.message, self.fix, self.carc, self.indicator, self.release, self.stale, claims,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Silent:
    """A rule that could not speak, and why."""

    rule: str
    reason: str

    def at(self, lines: tuple[int, ...]) -> Unchecked:
        return Unchecked(self.rule, lines, self.reason)


@dataclass(frozen=True, slots=True)
class Leaned:
    """A rule that found nothing wrong, with the release it leaned on."""

    release: str
    stale: bool


Spoken = Said | Silent | Leaned


def leaned(release: Release, stale: bool) -> Leaned:
    return Leaned(release.id, stale)

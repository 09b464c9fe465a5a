"""A claim as it is checked, and what the rules say of it: the values that page, command line, REST, MCP, batch and cluster share.

Parsed at the door and trusted inside: codes are upper case, ICD codes carry their dot, lists are tuples, dates are dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Setting(StrEnum):
    """Which set of tables and rules applies: NCCI publishes practitioner, outpatient hospital and DME tables apart."""

    PRACTITIONER = "practitioner"
    OUTPATIENT = "outpatient"
    ASC = "asc"
    INPATIENT = "inpatient"
    DME = "dme"


class Severity(StrEnum):
    """`deny`: the payer's system refuses the line; `review`: a person must look; `info`: worth knowing, changes nothing."""

    DENY = "deny"
    REVIEW = "review"
    INFO = "info"


class Verdict(StrEnum):
    """The whole claim. `not_checked` wherever a rule could not speak and none denies or asks for review: never called clean."""

    DENY = "deny"
    REVIEW = "review"
    CLEAN = "clean"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One billed service. `line`: its number on the claim, from 1; `units`: whole, at least 1; `pointers`: positions of diagnoses, from 1."""

    line: int
    code: str
    date_of_service: date
    modifiers: tuple[str, ...] = ()
    units: int = 1
    place_of_service: str | None = None
    provider: str | None = None
    specialty: str | None = None
    group: str | None = None
    pointers: tuple[int, ...] = ()
    charge: Decimal | None = None
    ndc: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One bill of one patient. `patient` only tells claims of one person apart and is never printed; `source` says where in a file it stood;
    `mac` is the number of the Medicare contractor it goes to.
    """

    id: str
    patient: str
    setting: Setting
    lines: tuple[ServiceLine, ...]
    diagnoses: tuple[str, ...] = ()
    birth_date: date | None = None
    sex: str | None = None
    payer: str | None = None
    source: tuple[tuple[str, str], ...] = ()
    mac: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says. `lines`: the denied line first, then those it was compared with; `codes` in the same order.

    `indicator`: the publisher's own (modifier indicator, MUE adjudication indicator, status ...); `release`: the one the rule leaned on;
    `stale` when that release was past the day its successor was due. `claims` names the other claim of the patient a line stands on.
    """

    rule: str
    severity: Severity
    lines: tuple[int, ...]
    codes: tuple[str, ...]
    message: str
    fix: str
    carc: str | None = None
    indicator: str | None = None
    release: str | None = None
    stale: bool = False
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule that could not speak for these lines, and why: no release for the day, a field that is missing, a table not loaded."""

    rule: str
    lines: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to one claim. `releases`: ids of every release a rule leaned on; `stale`: those past the day their successor was due."""

    id: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    releases: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    source: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, line or segment of a file that could not be read as part of a claim. `position`: line or row from 1; nothing else is lost."""

    position: int
    reason: str
    field: str | None = None
    id: str | None = None
    text: str = ""

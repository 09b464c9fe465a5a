"""Does the billed code stand on the day of service? Lists: HCPCS Level II quarterly update, Medicare physician fee schedule.

CARC 181: the procedure code was not valid on the day of service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from codingahead.checks.book import Day
from codingahead.checks.said import Leaned, Said, Silent, Spoken
from codingahead.reference import relations
from codingahead.words.claims import ServiceLine, Setting, Severity
from codingahead.words.codes import CodeKey, System, has_shape

# Proprietary laboratory analyses and multianalyte assays: the physician fee schedule does not list them.
ANALYSES = re.compile(r"\d{4}[UM]")
REVENUE = 4  # digits of a revenue code, which an institutional line may carry alone


def line(line: ServiceLine, setting: Setting, day: Day) -> Iterator[Spoken]:
    code = line.code
    if len(code) == REVENUE and code.isdecimal() and setting in (Setting.OUTPATIENT, Setting.INPATIENT):
        return
    system = _system(code, setting)
    if system is None:
        yield Said(
            "code.unknown", Severity.DENY, f"{code} does not have the form of a CPT or HCPCS code.",
            "Check the code for a slip, then look the service up again.", "CO-181",
        )  # fmt: skip
        return
    stands = day.standing(system, code)
    edition = day.list_edition(system)
    told: dict[str, Any] = {"release": edition.release.id, "stale": edition.stale} if edition else {}
    if stands.status == "active":
        if edition:
            yield Leaned(edition.release.id, edition.stale)
    elif stands.status in ("deleted", "future"):
        # A list past its time does not know what began since.
        known = stands.status == "deleted" or not (edition and edition.stale)
        yield Said(
            "code.not_active", Severity.DENY if known else Severity.REVIEW, _when(stands.status, code, stands.span, day) + _doubt(told),
            _successor(system, code, day), "CO-181", **told,
        )  # fmt: skip
    elif stands.status == "unknown" and (other := day.priced_elsewhere(code)):
        yield Leaned(other.release.id, other.stale)
    elif stands.status == "unknown" and ANALYSES.fullmatch(code):
        yield Silent("code.unknown", "no loaded list holds codes of proprietary laboratory analyses for the day")
    elif stands.status == "unknown":
        yield Said(
            "code.unknown", Severity.REVIEW if told.get("stale") else Severity.DENY, f"{code} is not a code that stood on {day.on}." + _doubt(told),
            "Check the code for a slip, then look the service up again.", "CO-181", **told,
        )  # fmt: skip
    else:
        yield Silent("code.unknown", f"no loaded list says whether {code} stood on {day.on}")


def _system(code: str, setting: Setting) -> System | None:
    """By its form; in an inpatient claim a line may also carry an ICD-10-PCS code."""
    if setting is Setting.INPATIENT and len(code) == 7 and has_shape(System.ICD10PCS, code):
        return System.ICD10PCS
    return next((s for s in (System.CPT, System.HCPCS, System.CDT) if has_shape(s, code)), None)


def _doubt(told: dict[str, Any]) -> str:
    return f" The list it was sought in, {told['release']}, is past its time." if told.get("stale") else ""


def _when(status: str, code: str, span: object, day: Day) -> str:
    last, first = getattr(span, "valid_to", None), getattr(span, "valid_from", None)
    if status == "deleted":
        return f"{code} was deleted: its last day was {last}, the service was on {day.on}."
    return f"{code} is not valid yet on {day.on}: it begins on {first}."


def _successor(system: System, code: str, day: Day) -> str:
    after = relations.successors(CodeKey(system, code), day.citations())
    if after:
        return f"Look at {', '.join(str(s['code']) for s in after)}, which took its place, and bill what the record supports."
    return "Bill the code that was valid on the day of service and describes what was done."

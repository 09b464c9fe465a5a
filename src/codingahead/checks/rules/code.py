"""Does the billed code stand on the day of service? Lists: HCPCS Level II quarterly update, Medicare physician fee schedule.

CARC 181: the procedure code was not valid on the day of service.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codingahead.checks.book import Day, system_of
from codingahead.checks.said import Leaned, Said, Silent, Spoken
from codingahead.reference import relations
from codingahead.words.claims import ServiceLine, Setting, Severity
from codingahead.words.codes import CodeKey

REVENUE = 4  # digits of a revenue code, which an institutional line may carry alone


def line(line: ServiceLine, setting: Setting, day: Day) -> Iterator[Spoken]:
    code = line.code
    if len(code) == REVENUE and code.isdecimal() and setting in (Setting.OUTPATIENT, Setting.INPATIENT):
        return
    system = system_of(code)
    stands = day.standing(system, code)
    edition = day.list_edition(system)
    told: dict[str, Any] = {"release": edition.release.id, "stale": edition.stale} if edition else {}
    if stands.status == "active":
        if edition:
            yield Leaned(edition.release.id, edition.stale)
    elif stands.status in ("deleted", "future"):
        yield Said(
            "code.not_active",
            Severity.DENY,
            _when(stands.status, code, stands.span, day),
            _successor(code, day),
            "CO-181",
            **told,
        )
    elif stands.status == "unknown":
        yield Said(
            "code.unknown", Severity.DENY, f"{code} is not a code that stood on {day.on}.",
            "Check the code for a slip, then look the service up again.", "CO-181", **told,
        )  # fmt: skip
    else:
        yield Silent("code.unknown", f"no loaded list says whether {code} stood on {day.on}")


def _when(status: str, code: str, span: object, day: Day) -> str:
    last, first = getattr(span, "valid_to", None), getattr(span, "valid_from", None)
    if status == "deleted":
        return f"{code} was deleted: its last day was {last}, the service was on {day.on}."
    return f"{code} is not valid yet on {day.on}: it begins on {first}."


def _successor(code: str, day: Day) -> str:
    after = relations.successors(CodeKey(system_of(code), code), day.citations())
    if after:
        return f"Look at {', '.join(str(s['code']) for s in after)}, which took its place, and bill what the record supports."
    return "Bill the code that was valid on the day of service and describes what was done."

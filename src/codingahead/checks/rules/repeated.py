"""Is the same service billed twice, or inside the global package of a procedure by the same practitioner?

Medicare Claims Processing Manual chapter 12 section 40 (global surgery: 90 days with the day before and the day, 10 days with the day,
the day alone) and section 30.6. CARC 18: exact duplicate; CARC 97: included in the payment of another service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from codingahead.checks.book import RuleBook
from codingahead.words.claims import Claim, Finding, ServiceLine, Setting, Severity

DUPLICATE, GLOBAL = "line.duplicate", "global.period"
TELL_APART = frozenset(["76", "77", "91", "59", "XE", "XS", "XP", "XU"])
DAYS_AFTER = {"090": 90, "010": 10, "000": 0}
LATER = frozenset({"58", "78", "79"})
REVENUE = 4  # digits of a revenue code
# These lines open no global period: care after or before surgery, assistants, a return to the operating room.
PARTIAL = frozenset({"55", "56", "78", "80", "81", "82", "AS"})
# Visits of the package: the evaluation and management section without care management and the like, and eye examinations.
PACKAGE_VISITS = (("99202", "99350"), ("99381", "99397"), ("92002", "92014"))


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its claim and the practitioner it is counted for."""

    claim: Claim
    line: ServiceLine
    practitioner: str


def duplicates(placed: list[Placed]) -> Iterator[tuple[Placed, Finding]]:
    """Lines of one patient and day. The second and later of identical lines; lines with a revenue code alone may repeat."""
    first: dict[tuple[object, ...], Placed] = {}
    for one in placed:
        line = one.line
        if len(line.code) == REVENUE or set(line.modifiers) & TELL_APART:
            continue
        key = (
            one.practitioner,
            line.date_of_service,
            line.code,
            tuple(sorted(line.modifiers)),
            line.units,
            line.place_of_service,
            line.ndc,
        )
        before = first.setdefault(key, one)
        if before is not one:
            yield one, _twice(one, before)


def _twice(one: Placed, before: Placed) -> Finding:
    line, charges = one.line, {one.line.charge, before.line.charge} - {None}
    exact = len(charges) < 2
    other = () if before.claim.id == one.claim.id else (one.claim.id, before.claim.id)
    alike = "the same units and modifiers" if exact else "the same units and modifiers, but another charge"
    return Finding(
        DUPLICATE, Severity.DENY if exact else Severity.REVIEW, (line.line, before.line.line), (line.code, before.line.code),
        f"{line.code} stands twice for the same patient, day and practitioner, with {alike}.",
        "Remove the repetition; a service really repeated says so with 76, 77, 91 or 59.", "CO-18", claims=other,
    )  # fmt: skip


def packages(placed: list[Placed], book: RuleBook) -> Iterator[tuple[Placed, Finding]]:
    """All lines of one patient, over all days that the input holds."""
    surgeries: dict[str, dict[tuple[date, str], tuple[Placed, str]]] = {}
    for p in placed:
        if p.claim.setting is not Setting.PRACTITIONER or PARTIAL & set(p.line.modifiers):
            continue
        days = _global_days(p, book)
        if days in DAYS_AFTER:
            own = surgeries.setdefault(p.practitioner, {})
            own.setdefault((p.line.date_of_service, p.line.code), (p, days))
    for one in placed:
        if one.claim.setting is not Setting.PRACTITIONER or one.practitioner not in surgeries:
            continue
        for surgery, days in surgeries[one.practitioner].values():
            found = None if surgery is one else _within(one, surgery, days, book)
            if found:
                yield one, found
                break


def _global_days(placed: Placed, book: RuleBook) -> str | None:
    cells = book.day(placed.line.date_of_service).indicators(placed.line.code)
    return cells["global_days"] if cells else None


def last_day(surgery: date, days: str) -> date:
    """The last day of the global period; both end days count."""
    return surgery + timedelta(days=DAYS_AFTER[days])


def _within(one: Placed, surgery: Placed, days: str, book: RuleBook) -> Finding | None:
    on, day = one.line.date_of_service, surgery.line.date_of_service
    if not day - timedelta(days=1) <= on <= last_day(day, days):
        return None
    own = set(one.line.modifiers)
    visit = any(first <= one.line.code <= last for first, last in PACKAGE_VISITS)
    before = days == "090" and on == day - timedelta(days=1)
    if visit and (on == day or before):
        return _visit_of_the_day(one, surgery, days, own, book)
    if on <= day:
        return None
    if visit:
        if own & {"24", "FT"}:
            return None
        return _finding(
            one, surgery, days, Severity.DENY, f"The visit lies in the {int(days)} days after {surgery.line.code} of {day} by the same practitioner.",
            "When it was for something unrelated and the record says so, bill it with 24; otherwise it is part of the package.", book,
        )  # fmt: skip
    if own & LATER or _global_days(one, book) not in DAYS_AFTER or (_global_days(one, book) == "000" and days == "010"):
        return None
    return _finding(
        one, surgery, days, Severity.REVIEW, f"{one.line.code} lies in the global period of {surgery.line.code} of {day} by the same practitioner.",
        "Say what it was: 58 staged or planned, 78 return to the operating room for a related problem, 79 unrelated.", book,
    )  # fmt: skip


def _visit_of_the_day(one: Placed, surgery: Placed, days: str, own: set[str], book: RuleBook) -> Finding | None:
    if days == "090":
        if own & {"57", "25", "24", "FT"}:
            return None
        return _finding(
            one, surgery, days, Severity.DENY, f"A visit on the day of or before {surgery.line.code}, which has 90 global days.",
            "57 when this visit led to the decision for surgery, 25 when it was for something else that day.", book,
        )  # fmt: skip
    if own & {"25", "57", "24", "FT"}:
        return None
    return _finding(
        one, surgery, days, Severity.DENY, f"A visit on the day of {surgery.line.code}, whose package holds the usual care of the day.",
        "25 only when the visit was significant and separately identifiable, and the record shows it.", book,
    )  # fmt: skip


def _finding(
    one: Placed, surgery: Placed, days: str, severity: Severity, message: str, fix: str, book: RuleBook
) -> Finding:
    edition = book.day(surgery.line.date_of_service).fee_schedule
    other = () if surgery.claim.id == one.claim.id else (one.claim.id, surgery.claim.id)
    return Finding(
        GLOBAL, severity, (one.line.line, surgery.line.line), (one.line.code, surgery.line.code), message, fix, "CO-97", days,
        edition.release.id if edition else None, bool(edition and edition.stale), other,
    )  # fmt: skip

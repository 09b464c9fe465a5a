"""Does Medicare pay the code at all? The status indicator of the physician fee schedule (relative value file, column STATUS CODE)."""

from __future__ import annotations

from collections.abc import Iterator

from codingahead.checks.book import Day
from codingahead.checks.said import Leaned, Said, Spoken
from codingahead.words.claims import ServiceLine, Setting, Severity

RULE = "status.not_payable"
PAYER = (Setting.PRACTITIONER, Setting.ASC)
# Indicator: grave or not, CARC, what it means, what to do. E and X are paid under other schedules, if at all, and are no fault of the line.
MEANINGS = {
    "B": (Severity.DENY, "CO-97", "is bundled into other services of the day and never paid alone", "Do not bill it: its work is in the paid service."),
    "N": (Severity.DENY, "CO-96", "is not covered by Medicare", "Tell the patient beforehand; bill with GY when a denial is needed for another payer."),
    "I": (Severity.DENY, "CO-16", "is not valid for Medicare, which uses another code", "Look up the code that Medicare takes for this service."),
    "M": (Severity.INFO, None, "reports a measure and is not paid", "Nothing to correct; expect no payment."),
    "Q": (Severity.INFO, None, "reports functional information and is not paid", "Nothing to correct; expect no payment."),
    "P": (Severity.DENY, "CO-97", "is bundled when given with a physician service, or excluded", "Do not bill it with a physician service of the day."),
    "T": (Severity.REVIEW, "CO-97", "is paid only when nothing else of the practitioner is payable that day", "Leave it out beside other services of the day."),
    "R": (Severity.REVIEW, None, "has restricted coverage", "Check the contractor's coverage rules and the record before billing."),
    "C": (Severity.INFO, None, "is priced by the contractor", "Expect the contractor to ask for the record."),
}  # fmt: skip


def line(line: ServiceLine, setting: Setting, day: Day) -> Iterator[Spoken]:
    if setting not in PAYER or day.fee_schedule is None:
        return
    cells = day.indicators(line.code)
    if cells is None:
        return
    edition = day.fee_schedule
    found = MEANINGS.get(cells["status"])
    if found is None:
        yield Leaned(edition.release.id, edition.stale)
        return
    severity, carc, meaning, fix = found
    yield Said(
        RULE, severity, f"{line.code} {meaning} (status {cells['status']}).", fix, carc, cells["status"], edition.release.id, edition.stale
    )  # fmt: skip

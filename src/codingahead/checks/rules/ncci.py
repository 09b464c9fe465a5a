"""What the hits of the kernel mean: procedure-to-procedure edits, medically unlikely edits, add-on code edits.

NCCI Policy Manual for Medicare, chapter I; Medicare Claims Processing Manual chapter 12 section 30 (add-on codes). CARC 236: the pair
is not compatible by NCCI; CARC 151: more units than the record is taken to support; CARC B15: a required other service is missing.
"""

from __future__ import annotations

from codingahead.checks.book import Edition
from codingahead.checks.said import Said
from codingahead.words.claims import Severity

PTP, MUE, ADD_ON = "ncci.ptp", "ncci.mue", "ncci.add_on"
CONTRACTOR, UNLISTED = "CCCCC", "schedule"
MEANS = {
    1: "the limit counts on each line",
    2: "the limit counts on the day and is set by policy: no modifier lifts it",
    3: "the limit counts on the day; the contractor may pay more on medical evidence",
}


def pair(
    column1: str, column2: str, indicator: int, rationale: str, edition: Edition, *, bypassed: bool, undated: bool
) -> Said:
    """`undated`: the table prints no first day for the edit; it is taken as in force from the start, and the finding says so."""
    since = " (the loaded table prints no first day for this edit)" if undated else ""
    told = {"indicator": str(indicator), "release": edition.release.id, "stale": edition.stale}
    why = f" ({rationale})" if rationale else ""
    if bypassed:
        return Said(
            PTP, Severity.INFO, f"{column2} is in an NCCI edit with {column1}; the modifier takes it away{since}.",
            "The record must show the separate service that the modifier claims.", None, **told,  # type: ignore[arg-type]
        )  # fmt: skip
    if indicator == 0:
        fix = f"{column1} is paid; {column2} is part of it for the same patient, day and practitioner, and no modifier changes that. Write it off."
    else:
        fix = (
            "If the record shows a separate encounter, site or practitioner, say so with XE, XS, XP or XU, an anatomic modifier, or on a visit with 25 or 57 "
            f"where they apply; otherwise {column2} is part of {column1}."
        )
    return Said(PTP, Severity.DENY, f"{column2} is not paid beside {column1}{why}{since}.", fix, "CO-236", **told)  # type: ignore[arg-type]


def units(code: str, measured: int, limit: int, adjudication: int, edition: Edition) -> Said:
    where = "on the line" if adjudication == 1 else "on the day"
    fix = {
        1: "Correct the units; where more were really given, split them over lines with the modifier that tells them apart.",
        2: "Correct the units: more is not possible by the code's definition or by policy.",
        3: "Correct the units, or appeal with the record when more were medically necessary.",
    }[adjudication]
    return Said(
        MUE, Severity.DENY, f"{code} {where}: units {measured}, limit {limit} ({MEANS[adjudication]}).", fix, "CO-151", str(adjudication),
        edition.release.id, edition.stale,
    )  # fmt: skip


def add_on_alone(code: str, primaries: tuple[str, ...], denied: bool, edition: Edition) -> Said:
    told = ", ".join(primaries[:12]) + (" ..." if len(primaries) > 12 else "")
    if denied:
        message = f"{code} is an add-on code and its primary service on this day is denied."
        fix = "Mend the primary service first; the add-on code follows it."
    else:
        message = f"{code} is an add-on code and none of its primary codes stands on this day by the same practitioner."
        fix = f"Bill it with the primary service that was done: {told}."
    return Said(ADD_ON, Severity.DENY, message, fix, "CO-B15", "1", edition.release.id, edition.stale)


def add_on_unlisted(code: str, edit_type: str, edition: Edition, *, has_other: bool) -> Said | None:
    """Types 2 and 3: the contractor defines the primary codes, all or some. A code that only the fee schedule marks is denied alone."""
    told = (edit_type if edit_type != UNLISTED else "ZZZ", edition.release.id, edition.stale)
    if edit_type == UNLISTED:
        message = f"{code} is an add-on code (global period ZZZ) and no other service stands on this day by the same practitioner."
        return (
            None
            if has_other
            else Said(ADD_ON, Severity.DENY, message, "Bill it with the service it belongs to.", "CO-B15", *told)
        )
    severity = Severity.INFO if has_other else Severity.DENY
    part = " in part" if edit_type == "3" else ""
    message = f"{code} is an add-on code whose primary codes the contractor defines{part}."
    if not has_other:
        message += " No other service stands on this day by the same practitioner."
    return Said(
        ADD_ON,
        severity,
        message,
        "Check the contractor's list for the primary service billed with it.",
        None if has_other else "CO-B15",
        *told,
    )

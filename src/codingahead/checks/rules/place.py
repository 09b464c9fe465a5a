"""Does the place of service fit the code? Only what the fee schedule and the code families themselves say.

Medicare Claims Processing Manual chapter 12 section 20.4.2 and chapter 26 section 10.5. CARC 5: inconsistent with the place of service.
"""

from __future__ import annotations

from collections.abc import Iterator

from codingahead.checks.book import Day
from codingahead.checks.said import Said, Spoken
from codingahead.words.claims import ServiceLine, Setting, Severity
from codingahead.words.codes import System

RULE = "pos.mismatch"
FACILITY = frozenset(["02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61"])
HOSPITAL = frozenset({"19", "21", "22", "23"})
OFFICE = frozenset(HOSPITAL - {"21", "23"}) | frozenset(
    f"{n:02}" for n in (2, 3, 4, 5, 7, 9, 10, 11, 15, 17, 18, 20, 24, 26, 49, 50, 53, 57, 58, 62, 65, 66, 71, 72)
)
INPATIENT = HOSPITAL | {"51", "61"}
# First and last code, places that fit, what the family is.
FAMILIES = (
    ("99281", "99285", frozenset({"23"}), "an emergency department visit"),
    ("99221", "99223", INPATIENT, "an initial hospital visit"),
    ("99231", "99233", INPATIENT | {"31"}, "a subsequent hospital visit"),
    ("99238", "99239", INPATIENT - {"23"}, "a hospital discharge"),
    ("99304", "99316", frozenset({"31", "32", "54", "56"}), "a nursing facility visit"),
    ("99341", "99350", frozenset({"04", "12", "13", "14", "16", "33", "55"}), "a home or residence visit"),
    ("99202", "99215", OFFICE, "an office or outpatient visit"),
)


def line(line: ServiceLine, setting: Setting, day: Day) -> Iterator[Spoken]:
    place = line.place_of_service
    if not place or setting is not Setting.PRACTITIONER:
        return
    stands = day.standing(System.POS, place)
    if stands.status == "unknown" or (stands.span and (stands.span.title or "").startswith("Unassigned")):
        yield Said(
            RULE,
            Severity.DENY,
            f"{place} is no place of service code.",
            "Correct the place of service.",
            "CO-16",
            place,
        )
        return
    for first, last, places, what in FAMILIES:
        if first <= line.code <= last and len(line.code) == len(first) and place not in places:
            yield Said(
                RULE, Severity.REVIEW, f"{line.code} is {what}; place of service {place} does not fit it.",
                "Check place and code against the record.", "CO-5", place,
            )  # fmt: skip
    yield from _by_schedule(line, place, day)


def _by_schedule(line: ServiceLine, place: str, day: Day) -> Iterator[Spoken]:
    cells = day.indicators(line.code)
    if cells is None or day.fee_schedule is None:
        return
    told = {"indicator": cells["pctc"], "release": day.fee_schedule.release.id, "stale": day.fee_schedule.stale}
    technical = "TC" in line.modifiers or cells["pctc"] == "3"
    if technical and place in HOSPITAL:
        yield Said(
            RULE, Severity.DENY, f"The technical part of {line.code} belongs to the hospital in place of service {place}.",
            "Bill the professional part alone (26) where the code has one.", "CO-5", **told,  # type: ignore[arg-type]
        )  # fmt: skip
    facility = place in FACILITY
    if cells.get("facility_na" if facility else "nonfacility_na") == "NA":
        where = "a facility" if facility else "an office"
        yield Said(
            RULE, Severity.REVIEW, f"{line.code} has no price in {where} (place of service {place}): it is rarely or never done there.",
            "Check the place of service; the contractor may deny the line or pay the other rate.", "CO-5", **(told | {"indicator": "NA"}),  # type: ignore[arg-type]
        )  # fmt: skip

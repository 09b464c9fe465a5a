"""Do pointers, sides, age and sex of one claim agree with its codes?

Laterality: ICD-10-CM Official Guidelines section I.B.13, by the words of the code's title. Age and sex: Medicare Code Editor groups,
said as review because claim data may be wrong. CARC 9 and 10: diagnosis inconsistent with the patient's age or sex.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codingahead.checks.book import Day
from codingahead.words.claims import Claim, Finding, ServiceLine, Severity
from codingahead.words.codes import System

MOST_POINTERS = 4
_RIGHT, _LEFT, _BOTH = re.compile(r"\bright\b", re.I), re.compile(r"\bleft\b", re.I), re.compile(r"\bbilateral\b", re.I)
# First and last code, youngest and oldest age in whole years, what they are.
AGES = (
    ("O00", "O9A", 9, 64, "of pregnancy and childbirth"),
    ("P00", "P96", 0, 0, "of the newborn"),
    ("Z38", "Z38", 0, 0, "of a birth"),
    ("Z00.11", "Z00.11", 0, 0, "of the newborn's check"),
    ("Z00.12", "Z00.12", 0, 17, "of the child's check"),
)  # fmt: skip
# Chapters and blocks in which right and left name the side of a paired part of the body.
SIDED = (
    ("C00", "D49"),
    ("G50", "G59"),
    ("H00", "H95"),
    ("I70", "I89"),
    ("L00", "M99"),
    ("N60", "N65"),
    ("Q65", "Q79"),
    ("S00", "T88"),
)
SEXES = (
    ("C51", "C58", "F", "of female organs"), ("C60", "C63", "M", "of male organs"), ("N40", "N53", "M", "of male organs"),
    ("N70", "N98", "F", "of female organs"), ("O00", "O9A", "F", "of pregnancy and childbirth"), ("Z33", "Z36", "F", "of pregnancy"),
)  # fmt: skip


def pointers(claim: Claim, day: Day) -> Iterator[Finding]:
    del day
    for line in claim.lines:
        wrong = [p for p in line.pointers if not 1 <= p <= len(claim.diagnoses)]
        if wrong:
            yield Finding(
                "claim.pointer", Severity.DENY, (line.line,), (line.code,),
                f"Line {line.line} points to diagnosis {', '.join(map(str, wrong))}; the claim has {len(claim.diagnoses)}.",
                "Point to diagnoses that stand on the claim.", "CO-16",
            )  # fmt: skip
        elif len(line.pointers) > MOST_POINTERS:
            yield Finding(
                "claim.pointer", Severity.DENY, (line.line,), (line.code,), f"Line {line.line} points to {len(line.pointers)} diagnoses; 4 is the most.",
                "Keep the four that matter most for the service.", "CO-16",
            )  # fmt: skip


def laterality(claim: Claim, day: Day) -> Iterator[Finding]:
    for line in claim.lines:
        side = _side(line)
        if side is None:
            continue
        pointed = [claim.diagnoses[p - 1] for p in line.pointers if 1 <= p <= len(claim.diagnoses)]
        sides = {code: _side_of(code, day) for code in pointed}
        named = {s for s in sides.values() if s}
        if named and side not in named and "both" not in named:
            codes = tuple(c for c, s in sides.items() if s)
            yield Finding(
                "icd10cm.laterality", Severity.REVIEW, (line.line,), (line.code, *codes),
                f"Line {line.line} is billed for the {side} side; {', '.join(codes)} {'names' if len(codes) == 1 else 'name'} the other.",
                "Correct modifier or diagnosis to the side in the record.", "CO-11",
            )  # fmt: skip


def age_and_sex(claim: Claim, day: Day) -> Iterator[Finding]:
    if claim.birth_date is None and claim.sex is None:
        return
    lines = tuple(line.line for line in claim.lines[:1])
    sex = (claim.sex or "")[:1].upper()
    for code in dict.fromkeys(claim.diagnoses):
        if claim.birth_date is not None:
            age = _age(claim, day)
            for first, last, youngest, oldest, what in AGES:
                if _within(code, first, last) and not youngest <= age <= oldest:
                    yield Finding(
                        "icd10cm.age", Severity.REVIEW, lines, (code,), f"{code} is a diagnosis {what}; the patient is {age}.",
                        "Check the diagnosis and the date of birth.", "CO-9",
                    )  # fmt: skip
        for first, last, wanted, what in SEXES:
            if sex in ("M", "F") and sex != wanted and _within(code, first, last):
                yield Finding(
                    "icd10cm.sex", Severity.REVIEW, lines, (code,), f"{code} is a diagnosis {what}; the claim says sex {sex}.",
                    "Check the diagnosis and the sex on the claim; where both are right, condition code 45 or modifier KX says so.", "CO-10",
                )  # fmt: skip


def _within(code: str, first: str, last: str) -> bool:
    return first <= code[: len(first)] and code[: len(last)] <= last


def _age(claim: Claim, day: Day) -> int:
    born = claim.birth_date
    assert born is not None
    on = day.on
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _side(line: ServiceLine) -> str | None:
    own = {"RT": "right", "LT": "left"}
    sides = [own[m] for m in line.modifiers if m in own]
    return sides[0] if len(sides) == 1 else None


def _side_of(code: str, day: Day) -> str | None:
    """Only where the side is the place of treatment: not for a side of the heart, or a side that a stroke left weak."""
    if not any(_within(code, first, last) for first, last in SIDED):
        return None
    span = day.standing(System.ICD10CM, code).span
    title = (span.title or "") if span else ""
    if _BOTH.search(title):
        return "both"
    right, left = bool(_RIGHT.search(title)), bool(_LEFT.search(title))
    return "right" if right and not left else "left" if left and not right else None

"""Is each diagnosis a valid code on the day, and may they stand together?

ICD-10-CM Official Guidelines sections I.A.4 and I.A.5 (characters), I.A.12.a (Excludes1, with its exception for what is clearly
unrelated). CARC 146: the diagnosis was not valid on the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from codingahead.checks.book import Day
from codingahead.checks.said import Leaned, Said, Silent, Spoken
from codingahead.reference import relations
from codingahead.words.claims import Severity
from codingahead.words.codes import CodeKey, System

CARC = "CO-146"
SEVENTH = 8  # characters of a full code with its dot
_RANGE = re.compile(r"^([A-Z]\w{2}(?:\.\w+)?)-([A-Z]\w{2}(?:\.\w+)?)$")


def codes(diagnoses: Sequence[str], day: Day) -> Iterator[Spoken]:
    for code in dict.fromkeys(diagnoses):
        yield from _one(code, day)


def _one(code: str, day: Day) -> Iterator[Spoken]:
    stands = day.standing(System.ICD10CM, code)
    edition = day.list_edition(System.ICD10CM)
    told: dict[str, Any] = {"release": edition.release.id, "stale": edition.stale} if edition else {}
    if stands.status == "active":
        if edition:
            yield Leaned(edition.release.id, edition.stale)
    elif stands.status == "header":
        yield Said(
            "code.not_billable", Severity.DENY, f"{code} is a heading: more characters are needed.", _missing(code, day), CARC, codes=(code,), **told,
        )  # fmt: skip
    elif stands.status == "deleted":
        last = stands.span.valid_to if stands.span else None
        after = relations.successors(CodeKey(System.ICD10CM, code), day.citations())
        fix = (
            f"Look at {', '.join(str(s['code']) for s in after)} and code what is documented."
            if after
            else "Code what is documented with a code of the day."
        )
        yield Said(
            "code.not_active",
            Severity.DENY,
            f"{code} was deleted: its last day was {last}.",
            fix,
            CARC,
            codes=(code,),
            **told,
        )
    elif stands.status == "future":
        first = stands.span.valid_from if stands.span else None
        yield Said(
            "code.not_active", Severity.DENY, f"{code} begins on {first}, after the day of service.", "Code with the edition of the day of service.",
            CARC, codes=(code,), **told,
        )  # fmt: skip
    elif stands.status == "unknown":
        yield from _unknown(code, day, told)
    else:
        yield Silent("code.unknown", f"no loaded list says whether {code} stood on {day.on}")


def _unknown(code: str, day: Day, told: dict[str, Any]) -> Iterator[Spoken]:
    shorter = next(
        (code[:n].rstrip(".") for n in range(len(code) - 1, 2, -1) if _stands(code[:n].rstrip("."), day)), None
    )
    if len(code) == SEVENTH and shorter:
        base = code[:7].rstrip("X").rstrip(".")
        if _stands(base, day) or _stands(code[:7], day):
            yield Said(
                "icd10cm.seventh_character", Severity.DENY, f"{code}: {code[7]} is not a 7th character of {base}.", _missing(base, day), CARC,
                codes=(code,), **told,
            )  # fmt: skip
            return
    fix = f"The nearest code above it is {shorter}; look its codes up." if shorter else "Check the code for a slip."
    yield Said(
        "code.unknown", Severity.DENY, f"{code} is not an ICD-10-CM code of {day.on}.", fix, CARC, codes=(code,), **told
    )


def _stands(code: str, day: Day) -> bool:
    return len(code) > 2 and day.standing(System.ICD10CM, code).status in ("active", "header")


def _missing(code: str, day: Day) -> str:
    """Which characters may follow."""
    key = CodeKey(System.ICD10CM, code)
    missing = relations.missing_characters(key, relations.children(day.book.pack, key, day.on))
    if not missing:
        return "Look the code up and choose what the record supports."
    values = [v["value"] for v in missing[0]["values"]]
    return f"Choose character {missing[0]['position']} from what the record supports: {', '.join(values[:20])}{' ...' if len(values) > 20 else ''}."


def excludes(diagnoses: Sequence[str], day: Day) -> Iterator[Spoken]:
    """Excludes1 in both directions, at the level where the note stands."""
    own = [c for c in dict.fromkeys(diagnoses) if _stands(c, day)]
    if len(own) < 2:
        return
    edition = day.edition("icd10cm.tabular")
    if edition is None:
        yield Silent("icd10cm.excludes1", f"no Tabular List is loaded for {day.on}")
        return
    yield Leaned(edition.release.id, edition.stale)
    for a, b in combinations(own, 2):
        for holder, other in ((a, b), (b, a)):
            note = _excluded(holder, other, day)
            if note:
                yield Said(
                    "icd10cm.excludes1", Severity.REVIEW,
                    f"{other} is excluded where {holder} is coded (Excludes1 at {note['from']}: {note['text'][:160]}).",
                    "Keep both only when the two conditions are clearly unrelated; otherwise code the one that the note leads to.",
                    "CO-11", None, edition.release.id, edition.stale, (holder, other),
                )  # fmt: skip
                break


def _excluded(holder: str, other: str, day: Day) -> dict[str, Any] | None:
    for note in day.notes(holder):
        if (
            note["kind"] == "excludes1"
            and any(covers(p, other) for p in note["codes"])
            and not _covers_own(note, holder)
        ):
            return note
    return None


def _covers_own(note: dict[str, Any], holder: str) -> bool:
    """A note above that names a range around the code itself does not speak against it."""
    return any(covers(p, holder) for p in note["codes"])


def covers(printed: str, code: str) -> bool:
    """Whether a code as notes print it ('I60.7', 'S06.-', 'E08-E13') names `code`."""
    found = _RANGE.match(printed)
    if found:
        first, last = found.groups()
        return first <= code[: len(first)] and code[: len(last)] <= last
    plain = printed.rstrip("-").rstrip(".")
    return code == plain or (code.startswith(plain) and (printed != plain or len(code) > len(plain)))

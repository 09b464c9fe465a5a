"""Is each diagnosis a valid code on the day, and may they stand together?

ICD-10-CM Official Guidelines sections I.A.4 and I.A.5 (characters), I.A.12.a (Excludes1, with its exception for what is clearly
unrelated). CARC 146: the diagnosis was not valid on the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from codingahead.checks.book import Day
from codingahead.checks.printed import Printed, named
from codingahead.checks.said import Leaned, Said, Silent, Spoken
from codingahead.reference import relations
from codingahead.words.claims import Severity
from codingahead.words.codes import CodeKey, System

CARC = "CO-146"
MOST_KEPT = 500_000
SEVENTH = 8  # characters of a full code with its dot


def codes(diagnoses: Sequence[str], day: Day) -> Iterator[Spoken]:
    for code in dict.fromkeys(diagnoses):
        yield from _one(code, day)


def _one(code: str, day: Day) -> Iterator[Spoken]:
    stands = day.standing(System.ICD10CM, code)
    edition = day.list_edition(System.ICD10CM)
    told: dict[str, Any] = {"release": edition.release.id, "stale": edition.stale} if edition else {}
    # An edition past its time does not know the codes that came since.
    certain = Severity.REVIEW if edition and edition.stale else Severity.DENY
    doubt = (
        f", or with an edition newer than {edition.release.id}, the newest loaded for that day"
        if edition and edition.stale
        else ""
    )
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
            "code.not_active", certain, f"{code} begins on {first}, after the day of service{doubt}.", "Code with the edition of the day of service.",
            CARC, codes=(code,), **told,
        )  # fmt: skip
    elif stands.status == "unknown":
        yield from _unknown(code, day, told, certain)
    else:
        yield Silent("code.unknown", f"no loaded list says whether {code} stood on {day.on}")


def _unknown(code: str, day: Day, told: dict[str, Any], certain: Severity) -> Iterator[Spoken]:
    if padded := _padded(code, day):
        yield Said(
            "icd10cm.seventh_character", Severity.DENY, f"{code}: the 7th character stands too far forward.",
            f"Fill the empty places with X: {padded}.", CARC, codes=(code,), **told,
        )  # fmt: skip
        return
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
        "code.unknown",
        certain,
        f"{code} is not an ICD-10-CM code of {day.on}{_by(told)}.",
        fix,
        CARC,
        codes=(code,),
        **told,
    )


def _by(told: dict[str, Any]) -> str:
    return f" by {told['release']}, which is past its time" if told.get("stale") else ""


def _padded(code: str, day: Day) -> str | None:
    """The code with placeholders X before its last character, when that is a code of the day (Guidelines I.A.4)."""
    plain = code.replace(".", "")
    full = plain[:-1].ljust(6, "X") + plain[-1]
    full = f"{full[:3]}.{full[3:]}"
    return full if 4 <= len(plain) < 7 and day.standing(System.ICD10CM, full).status == "active" else None


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
    if len(set(diagnoses)) < 2:
        return
    edition = day.edition("icd10cm.tabular")
    if edition is None:
        yield Silent("icd10cm.excludes1", f"no Tabular List is loaded for {day.on}")
        return
    own = [c for c in dict.fromkeys(diagnoses) if _stands(c, day)]
    yield Leaned(edition.release.id, edition.stale)
    for a, b in combinations(own, 2):
        for holder, other in ((a, b), (b, a)):
            note = _excluded(holder, other, day, edition.rid)
            if note:
                yield Said(
                    "icd10cm.excludes1", Severity.REVIEW,
                    f"{other} is excluded where {holder} is coded (Excludes1 at {note['from']}: {note['text'][:160]}).",
                    "Keep both only when the two conditions are clearly unrelated; otherwise code the one that the note leads to.",
                    "CO-11", None, edition.release.id, edition.stale, (holder, other),
                )  # fmt: skip
                break


def _excluded(holder: str, other: str, day: Day, edition: int) -> dict[str, Any] | None:
    memory = day.book.memory
    key = ("excluded", edition, holder, other)
    try:
        known: dict[str, Any] | None = memory[key]
    except KeyError:
        if len(memory) > MOST_KEPT:
            memory.clear()
        found = (note for note, codes in _excluding(holder, day) if any(p.covers(other) for p in codes))
        known = memory[key] = next(found, None)
    return known


def _excluding(holder: str, day: Day) -> list[tuple[dict[str, Any], tuple[Printed, ...]]]:
    """Excludes1 notes that reach a code. A note above that names a range around the code itself does not speak against it."""
    kept: list[tuple[dict[str, Any], tuple[Printed, ...]]] | None = day.memory.get(("excluding", holder))
    if kept is None:
        notes = [(note, named(note["text"])) for note in day.notes(holder) if note["kind"] == "excludes1"]
        kept = [(note, codes) for note, codes in notes if codes and not any(p.covers(holder) for p in codes)]
        day.memory["excluding", holder] = kept
    return kept

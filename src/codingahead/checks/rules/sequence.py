"""Do the diagnoses stand in an order that the conventions allow?

ICD-10-CM Official Guidelines sections I.A.13 (etiology before manifestation), I.B.7, I.C.20.a.6 (external causes never first).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from codingahead.checks.book import Day
from codingahead.checks.rules.diagnosis import covers
from codingahead.checks.said import Leaned, Said, Silent, Spoken
from codingahead.words.claims import Severity
from codingahead.words.codes import System

ELSEWHERE = "classified elsewhere"
EXTERNAL = "VWXY"
OPTIONAL = ("if applicable", "if known", "if present")


def first_listed(diagnoses: Sequence[str], day: Day) -> Iterator[Spoken]:
    if not diagnoses:
        return
    first = diagnoses[0]
    edition = day.list_edition(System.ICD10CM)
    release, stale = (edition.release.id, edition.stale) if edition else (None, False)
    if first[:1] in EXTERNAL:
        yield Said(
            "icd10cm.external_cause_first", Severity.DENY, f"{first} tells how it happened and may not stand first.",
            "Put the injury or condition first.", "CO-16", None, release, stale, (first,),
        )  # fmt: skip
    title = _title(first, day)
    if title.lower().rstrip(" .").endswith(ELSEWHERE) and "not " not in title.lower().split(ELSEWHERE)[0][-6:]:
        yield Said(
            "icd10cm.manifestation_first", Severity.DENY, f"{first} is a manifestation of another disease and may not stand first.",
            "Code the underlying disease before it.", "CO-16", None, release, stale, (first,),
        )  # fmt: skip


def code_first(diagnoses: Sequence[str], day: Day) -> Iterator[Spoken]:
    """A 'code first' note wants one of its codes before this one; a note without codes cannot be checked."""
    own = list(dict.fromkeys(diagnoses))
    if not own:
        return
    edition = day.edition("icd10cm.tabular")
    if edition is None:
        yield Silent("icd10cm.code_first", f"no Tabular List is loaded for {day.on}")
        return
    yield Leaned(edition.release.id, edition.stale)
    for place, code in enumerate(own):
        for level, items in _asked(code, day).items():
            wanted = [p for note in items for p in note["codes"] if not covers(p, code)]
            text = "; ".join(note["text"] for note in items)
            if not wanted or any(word in text.lower() for word in OPTIONAL):
                continue
            if not any(covers(p, before) for p in wanted for before in own[:place]):
                # 'Such as' opens a list of examples: another underlying condition may stand before it.
                severity = Severity.INFO if "such as" in text.lower() and place else Severity.REVIEW
                yield Said(
                    "icd10cm.code_first", severity, f"{code}: a note at {level} asks for the underlying condition first ({text[:160]}).",
                    "Code the documented underlying condition before it; ask the practitioner when it is not documented.", None, None,
                    edition.release.id, edition.stale, (code,),
                )  # fmt: skip
                break


def _asked(code: str, day: Day) -> dict[str, list[dict[str, Any]]]:
    """'Code first' notes by the level that prints them: the code and the categories above it. Those of blocks and chapters speak of some of
    their codes only, and which ones stands in their words alone."""
    levels: dict[str, list[dict[str, Any]]] = {}
    for note in day.notes(code):
        if note["kind"] == "code_first" and code.startswith(note["from"]):
            levels.setdefault(note["from"], []).append(note)
    return levels


def _title(code: str, day: Day) -> str:
    span = day.standing(System.ICD10CM, code).span
    return (span.title or "") if span else ""

"""Do the diagnoses stand in an order that the conventions allow?

ICD-10-CM Official Guidelines sections I.A.13 (etiology before manifestation), I.B.7, I.C.20.a.6 (external causes never first).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.checks.book import Day
from codingahead.checks.printed import named
from codingahead.checks.said import Leaned, Said, Silent, Spoken
from codingahead.words.claims import Severity
from codingahead.words.codes import System

# Not 'as the cause of diseases classified elsewhere', which names an organism.
MANIFESTATION = re.compile(r"\bin\b[^,]*\bdiseases classified elsewhere", re.I)
EXTERNAL = "VWXY"
OPTIONAL = ("if applicable", "if known", "if present", "associated")


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
    if MANIFESTATION.search(_title(first, day)):
        yield Said(
            "icd10cm.manifestation_first", Severity.DENY, f"{first} is a manifestation of another disease and may not stand first.",
            "Code the underlying disease before it.", "CO-16", None, release, stale, (first,),
        )  # fmt: skip


def code_first(diagnoses: Sequence[str], day: Day) -> Iterator[Spoken]:
    """Codes that a 'code first' note names stand before the code; where the note asks for an underlying condition, one must be there."""
    own = list(dict.fromkeys(diagnoses))
    if not own:
        return
    edition = day.edition("icd10cm.tabular")
    if edition is None:
        yield Silent("icd10cm.code_first", f"no Tabular List is loaded for {day.on}")
        return
    yield Leaned(edition.release.id, edition.stale)
    for place, code in enumerate(own):
        for level, texts in _asked(code, day).items():
            found = _misplaced(code, texts, own[:place], own[place + 1 :])
            if found:
                severity, what, fix = found
                yield Said(
                    "icd10cm.code_first", severity, f"{code}: {what} ('code first' at {level}: {'; '.join(texts)[:160]}).", fix,
                    None, None, edition.release.id, edition.stale, (code,),
                )  # fmt: skip
                break


def _misplaced(
    code: str, texts: Sequence[str], before: Sequence[str], after: Sequence[str]
) -> tuple[Severity, str, str] | None:
    wanted = [p for text in texts for p in named(text) if not p.covers(code)]
    if any(p.covers(other) for p in wanted for other in before):
        return None
    later = [other for other in after if any(p.covers(other) for p in wanted)]
    if later:
        return Severity.REVIEW, f"{later[0]} belongs before it", f"Put {later[0]} before {code}."
    head = texts[0].lower()
    # 'Any associated' and lists of conditions without 'underlying' ask only for what the patient has.
    if "underlying" not in head or any(word in head for word in OPTIONAL):
        return None
    # Named examples, or none at all: another underlying condition may stand before it.
    open_list = not wanted or any("such as" in text.lower() for text in texts)
    severity = Severity.INFO if open_list and before else Severity.REVIEW
    fix = "Code the documented underlying condition before it; ask the practitioner when it is not documented."
    return severity, "no underlying condition that the note names stands before it", fix


def _asked(code: str, day: Day) -> dict[str, list[str]]:
    """Texts of 'code first' notes by the level that prints them: the code and the categories above it. Those of blocks and chapters speak of
    some of their codes only, and which ones stands in their words alone."""
    levels: dict[str, list[str]] = {}
    for note in day.notes(code):
        if note["kind"] == "code_first" and code.startswith(note["from"]):
            levels.setdefault(note["from"], []).append(note["text"])
    return levels


def _title(code: str, day: Day) -> str:
    span = day.standing(System.ICD10CM, code).span
    return (span.title or "") if span else ""

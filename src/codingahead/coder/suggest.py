"""Which codes does a note support? Suggestions with the words that support them, surest first; what the record would have to say for more.

A deterministic reading: every code stands in the loaded releases on the day, and every piece of evidence is a span of the note. A person
decides. Uncertain diagnoses are shown as such and not coded for outpatients (ICD-10-CM Official Guidelines, IV.H).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from codingahead.coder.confidence import Named, confidence, signs
from codingahead.coder.context import Status
from codingahead.coder.reader import LINKED, NoteReader
from codingahead.coder.specific import Specific
from codingahead.privacy.mask import mask
from codingahead.search.part import Part
from codingahead.words.claims import Claim, ServiceLine, Setting
from codingahead.words.codes import SYSTEM_NAMES

LEAST = 0.2  # confidence below which a suggestion would only distract
SURE_SERVICE = 0.35
MOST = 60
MOST_EVIDENCE = 8
MOST_CODED = 12  # diagnoses of a claim
REPORTED = (Status.ASSERTED, Status.HISTORY, Status.UNCERTAIN)
_WHY_NOT = {
    Status.NEGATED: "the note denies it",
    Status.FAMILY: "said of the family, not of the patient",
    Status.UNCERTAIN: "named as uncertain: not coded for outpatients (ICD-10-CM Official Guidelines, IV.H); inpatient, as if it existed (II.H)",
    Status.HISTORY: "named as known or of the past: still present, it is coded; resolved, a personal history code is",
}
_KINDS = {
    "index": "Alphabetic Index", "title": "title", "inclusion": "inclusion note", "includes": "includes note", "neoplasm": "Table of Neoplasms",
    "synonym": "other name", "content": "our words", "official": "official title", "licensed": "licensed text",
}  # fmt: skip
Suggestion = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suggested:
    """The suggestions in order, what was masked, and the claim that the asserted ones would make."""

    suggestions: list[Suggestion]
    masked: int
    claim: Claim | None


def suggest(reader: NoteReader, note: str, on: date, *, setting: Setting = Setting.PRACTITIONER) -> Suggested:
    """Places in the evidence are places in `note` as it came; identifiers are masked before anything is read."""
    hidden = mask(note)
    named, reached = reader.conditions(hidden.text, on)
    diagnoses = _diagnoses(reader.diagnoses.part, named, reached, hidden.text)
    services = (
        _services(reader, hidden.text, on, [(n.start, n.end) for n in named])
        if setting is not Setting.INPATIENT
        else []
    )
    reported = [s for s in (*diagnoses, *services) if s["status"] in {r.value for r in REPORTED}]
    others = [s for s in (*diagnoses, *services) if s not in reported]
    ordered = sorted(reported, key=lambda s: -s["confidence"]) + sorted(others, key=lambda s: s["evidence"][0]["start"])
    shown = ordered[:MOST]
    return Suggested(shown, len(hidden.found), _claim(shown, on, setting))


def _diagnoses(part: Part, named: Sequence[Named], reached: dict[int, Specific], note: str) -> list[Suggestion]:
    live: dict[int, list[Named]] = defaultdict(list)
    silent: dict[tuple[int, Status], list[Named]] = defaultdict(list)
    for one in named:
        if one.status in REPORTED:
            live[one.entry].append(one)
        elif one.status is not Status.HYPOTHETICAL:
            silent[one.entry, one.status].append(one)
    for entry in _absorbed(part, live):
        del live[entry]
    strongest: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for entry, ones in live.items():
        strongest[part.code(entry)[:3]].append((max(n.weight for n in ones), entry))
    made = []
    for entry, ones in live.items():
        own = max(n.weight for n in ones)
        is_repeated = any(e != entry and w > own for w, e in strongest[part.code(entry)[:3]])
        sure = confidence(signs(ones, part.code(entry), part.titles[entry], is_repeated))
        if sure >= LEAST:
            made.append(_suggestion(part, entry, ones, sure, reached[entry].needs, note))
    for (entry, _), ones in silent.items():
        if entry not in live and confidence(signs(ones, part.code(entry), part.titles[entry], False)) >= LEAST:
            made.append(_suggestion(part, entry, ones, 0.0, (), note))
    return made


def _absorbed(part: Part, live: dict[int, list[Named]]) -> list[int]:
    """Codes that say less than another of their category: named only by words within fuller words, or 'without complications' beside one."""
    by_category: dict[str, list[int]] = defaultdict(list)
    for entry in live:
        by_category[part.code(entry)[:3]].append(entry)
    gone = []
    for category, entries in by_category.items():
        for entry in entries:
            others = [o for o in entries if o != entry and o not in gone]
            spans = [(n.start, n.end, n.weight) for o in others for n in live[o]]
            within = all(any(a <= n.start and n.end <= b and w > n.weight for a, b, w in spans) for n in live[entry])
            plain = category in LINKED and re.search(
                r"without complications|unspecified complications", part.titles[entry]
            )
            if others and (within or plain):
                gone.append(entry)
    return gone


def _services(reader: NoteReader, note: str, on: date, conditions: Sequence[tuple[int, int]]) -> list[Suggestion]:
    """`conditions`: places that name a condition; words that do so name no service ('basal cell carcinoma')."""
    wordings = reader.services
    by_entry: dict[int, list[Named]] = defaultdict(list)
    for one in reader.done(note, on):
        if one.status is Status.HYPOTHETICAL or any(a <= one.start and one.end <= b for a, b in conditions):
            continue
        by_entry[one.entry].append(one)
    made = []
    for entry, ones in by_entry.items():
        best = max(ones, key=lambda n: n.mention.quality * n.weight)
        assert wordings is not None
        sure = min(0.9, 0.04 * best.weight * best.mention.quality * (1 - 0.1 * best.mention.gap))
        if sure >= SURE_SERVICE and best.status is not Status.HISTORY:
            made.append(_suggestion(wordings.part, entry, ones, sure if best.status in REPORTED else 0.0, (), note))
    return made


def _suggestion(
    part: Part, entry: int, ones: Sequence[Named], sure: float, needs: Sequence[str], note: str
) -> Suggestion:
    status = _status(ones)
    best = max(ones, key=lambda n: n.weight * n.mention.quality)
    wording = part.texts[best.wording.term]
    why = f"{_KINDS.get(best.wording.kind, best.wording.kind)}: {wording}"
    if best.entry != best.wording.entry:
        why += f" ({part.code(best.wording.entry)}), made as specific as the note allows"
    return {
        "code": part.code(entry),
        "system": part.system(entry).value,
        "system_name": SYSTEM_NAMES[part.system(entry)],
        "title": part.titles[entry],
        "billable": part.billable(entry),
        "confidence": round(sure, 3),
        "evidence": _evidence(ones, note),
        "status": status.value,
        "why": f"{why}; {_WHY_NOT[status]}" if status in _WHY_NOT else why,
        "needs": list(needs),
    }


def _status(ones: Sequence[Named]) -> Status:
    """What is asserted in one place is asserted."""
    order = (Status.ASSERTED, Status.HISTORY, Status.UNCERTAIN, Status.NEGATED, Status.FAMILY, Status.HYPOTHETICAL)
    return min((n.status for n in ones), key=order.index)


def _evidence(ones: Sequence[Named], note: str) -> list[dict[str, Any]]:
    """Places of what was read; an identifier within stays masked."""
    spans = sorted({(n.start, n.end) for n in ones if n.status is _status(ones)})
    return [{"start": a, "end": b, "text": note[a:b]} for a, b in spans[:MOST_EVIDENCE]]


def _claim(suggestions: Sequence[Suggestion], on: date, setting: Setting) -> Claim | None:
    asserted = [s for s in suggestions if s["status"] == Status.ASSERTED.value and s["billable"]]
    diagnoses = tuple(s["code"] for s in asserted if s["system"] == "icd10cm")[:MOST_CODED]
    services = [s["code"] for s in asserted if s["system"] != "icd10cm"]
    if not diagnoses:
        return None
    lines = tuple(
        ServiceLine(line=i, code=code, date_of_service=on, pointers=(1,)) for i, code in enumerate(services, 1)
    )
    return Claim(id="note", patient="note", setting=setting, lines=lines, diagnoses=diagnoses)

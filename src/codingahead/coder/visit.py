"""Which evaluation and management code does a visit support on the day, and why: by decision making or time, with what goes beside it.

It levels what it is told; whether the record bears that out is the reader's to say. Codes are held against the pack for the day. Rules of
earlier years (history, examination, typical times) are not known here: such days are answered as not covered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from codingahead.coder.visit_asked import VisitQuestion
from codingahead.coder.visit_beside import add_ons, patient_of, prolonged, shared_visit, third_anniversary
from codingahead.coder.visit_cited import Cited
from codingahead.coder.visit_mdm import Element, decision, elements, raises
from codingahead.coder.visit_tables import ANY, LEVELS, PATIENTS, PAYERS, Family, Row, tables
from codingahead.store.pack import Pack
from codingahead.words.errors import BadInput


@dataclass(frozen=True, slots=True)
class Chosen:
    """Places in the family's rows that decision making and time lead to, and which of them counts."""

    rows: tuple[Row, ...]
    mdm: int | None
    time: int | None
    basis: str | None

    @property
    def at(self) -> int | None:
        return self.mdm if self.basis == "mdm" else self.time

    @property
    def row(self) -> Row | None:
        return None if self.at is None else self.rows[self.at]


def level_visit(pack: Pack, question: VisitQuestion, on: date) -> dict[str, Any]:
    """The Visit value. Raises BadInput where the family needs to know whether the patient is new."""
    asked = tables().families[question.family]
    cited = Cited(pack, on)
    if on < asked.start:
        return _before_the_rules(asked, cited)
    family, replaced = _taken(asked, question, cited)
    patient = patient_of(question, cited)
    if family.needs_patient and patient is None:
        raise BadInput(
            f"patient: {family.title.lower()} needs to know whether the patient is new",
            "give new or established, or last_seen with the day of the last professional service",
        )
    found = elements(question)
    chosen = _choose(family, patient, question, found, on)
    row = chosen.row
    value: dict[str, Any] = {
        "code": row.code if row else None,
        "family": question.family,
        "title": family.title,
        "on": on.isoformat(),
        "patient": patient if family.needs_patient else None,
        "payer": question.payer,
        "basis": chosen.basis,
        "level": _level_name(chosen, found),
        "status": cited.standing(row.code) if row else None,
        "reasons": [*replaced, *_reasons(chosen, family, question, found, cited)],
        "prolonged": prolonged(row, chosen.basis, question, cited) if row else [],
        "add_on": add_ons(row, family, question, cited) if row else [],
        "modifiers": [],
        "codes": [_ladder(r, on) for r in chosen.rows],
        "next": list(_next(chosen, question, found, on)),
        "alternatives": list(_alternatives(asked, family, patient, chosen, question, found, cited)),
        "notes": [cited.said(n.text, n.document) for n in asked.notes if n.payer in (None, question.payer or n.payer)],
        "assumptions": [*_assumptions(family, question, chosen, found), *_newness(family, question, cited)],
    }
    if question.shared:
        shared_visit(value, family, question, cited)
    return value | cited.finish()


def _before_the_rules(family: Family, cited: Cited) -> dict[str, Any]:
    first = family.start.isoformat()
    why = f"not covered: these rules hold for {family.title.lower()} from {first}; earlier visits were levelled by other rules"
    return {
        "code": None, "family": family.name, "title": family.title, "on": cited.on.isoformat(), "patient": None, "payer": None,
        "basis": None, "level": None, "status": None, "reasons": [{"element": "day", "level": None, "counts": False, **cited.said(why, family.document)}],
        "prolonged": [], "add_on": [], "modifiers": [], "codes": [], "next": [], "alternatives": [], "notes": [], "assumptions": [],
        **cited.finish(), "not_loaded": [f"visit rules before {first}"],
    }  # fmt: skip


def _taken(asked: Family, question: VisitQuestion, cited: Cited) -> tuple[Family, list[dict[str, Any]]]:
    """The family that the payer takes, with the reason where it is another one."""
    if asked.medicare is None or question.payer != "medicare":
        return asked, []
    name, text, document = asked.medicare
    said = {"element": "family", "level": None, "counts": True, **cited.said(text, document)}
    status = [
        {"element": "family", "level": None, "counts": False, "text": f"Medicare status of {row.code}: {fact[0]} ({fact[1]})", "source": fact[2]}
        for row in asked.codes(ANY)[:1]
        if (fact := cited.medicare_status(row.code))
    ]  # fmt: skip
    return tables().families[name], [said, *status]


def _choose(
    family: Family, patient: str | None, question: VisitQuestion, found: tuple[Element, ...], on: date
) -> Chosen:
    rows = family.codes(patient)
    level, minutes = decision(found), question.total
    mdm = next((n for n, row in enumerate(rows) if level in row.levels), None) if family.only != "time" else None
    if family.only == "time" and minutes is None:
        minutes = 0
    reached = [n for n, row in enumerate(rows) if minutes is not None and (row.least(on) or 0) <= minutes]
    time = max(reached, default=None) if family.only != "mdm" else None
    if mdm is None or time is None:
        return Chosen(rows, mdm, time, "mdm" if mdm is not None else "time" if time is not None else None)
    is_longer = time == mdm and _is_prolonged(rows[time].code, question, on)
    return Chosen(rows, mdm, time, "time" if time > mdm or is_longer else "mdm")


def _is_prolonged(code: str, question: VisitQuestion, on: date) -> bool:
    payers = (question.payer,) if question.payer else PAYERS
    services = (tables().prolonged_after(code, payer, on) for payer in payers)
    return any(p.units(question.total or 0) for p in services if p)


def _level_name(chosen: Chosen, found: tuple[Element, ...]) -> str | None:
    if chosen.row is None or not chosen.row.levels:
        return None
    level = decision(found) if chosen.basis == "mdm" else max(chosen.row.levels)
    return LEVELS[level - 1] if level else None


def _ladder(row: Row, on: date) -> dict[str, Any]:
    """One code of the family, with what leads to it."""
    return {"code": row.code, "levels": [LEVELS[level - 1] for level in row.levels], "minutes": row.least(on)}


def _reasons(
    chosen: Chosen, family: Family, question: VisitQuestion, found: tuple[Element, ...], cited: Cited
) -> Iterator[dict[str, Any]]:
    level = decision(found) if family.only != "time" else None
    for e in found:
        if family.only != "time" and (e.level or level):
            counts = chosen.basis == "mdm" and bool(level and e.level and e.level >= level)
            yield {"element": e.name, "level": LEVELS[e.level - 1] if e.level else None, "counts": counts, **cited.said(e.text, family.document)}  # fmt: skip
    if level:
        said = f"two of the three elements reach {LEVELS[level - 1]}: {chosen.rows[chosen.mdm or 0].code}"
        yield {"element": "mdm", "level": LEVELS[level - 1], "counts": chosen.basis == "mdm", **cited.said(said, family.document)}  # fmt: skip
    elif family.only == "mdm" or question.total is None or any(e.level for e in found):
        said = "two of problems, data and risk are needed for a level by decision making"
        yield {"element": "mdm", "level": None, "counts": False, **cited.said(said, family.document)}
    if question.total is not None or family.only == "time":
        said = _time_said(chosen, family, question.total, cited.on)
        yield {"element": "time", "level": None, "counts": chosen.basis == "time", **cited.said(said, family.document)}
    if chosen.row:
        yield from cited.stands(chosen.row.code)


def _time_said(chosen: Chosen, family: Family, minutes: int | None, on: date) -> str:
    if family.only == "mdm":
        return "time does not count in this family"
    if minutes is None:
        return f"no time was told: {chosen.rows[0].code}"
    if chosen.time is None:
        return f"{minutes} minutes are fewer than the {chosen.rows[0].least(on)} of {chosen.rows[0].code}"
    row = chosen.rows[chosen.time]
    if len(chosen.rows) == 1:
        return f"{minutes} minutes: {row.code} has no least time of its own"
    if not row.levels:
        return f"{minutes} minutes: {row.code}, " + ("more than 30 minutes" if row.least(on) else "30 minutes or less")
    return f"{minutes} minutes in all on the date: {row.code} needs {row.least(on)}"


def _next(chosen: Chosen, question: VisitQuestion, found: tuple[Element, ...], on: date) -> Iterator[dict[str, Any]]:
    """The code above, and what would lead there by each basis."""
    above = 0 if chosen.at is None else chosen.at + 1
    if above >= len(chosen.rows):
        return
    row = chosen.rows[above]
    is_told = any(e.level for e in found) or question.total is None
    for way in raises(found, min(row.levels)) if row.levels and is_told else ():
        name = LEVELS[way.level - 1]
        needs = [{"element": e, "level": name, "text": tables().criteria(e, way.level)} for e in way.elements]
        yield {"basis": "mdm", "code": row.code, "level": name, "needs": needs, "text": f"{' and '.join(way.elements)} at {name}: {row.code}"}  # fmt: skip
    if (least := row.least(on)) and (question.total is not None or chosen.basis == "time"):
        more = least - (question.total or 0)
        yield {"basis": "time", "code": row.code, "minutes": more, "text": f"{more} more minutes ({least} in all): {row.code}"}  # fmt: skip


def _alternatives(
    asked: Family, family: Family, patient: str | None, chosen: Chosen, question: VisitQuestion,
    found: tuple[Element, ...], cited: Cited,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for basis, at in (("mdm", chosen.mdm), ("time", chosen.time)):
        if at is not None and at != chosen.at:
            word = "decision making" if basis == "mdm" else "time"
            yield {
                "code": chosen.rows[at].code,
                "basis": basis,
                "payer": None,
                **cited.said(f"by {word} alone", family.document),
            }
    if asked.medicare and question.payer is None:
        name, text, document = asked.medicare
        other = tables().families[name]
        for who in (patient,) if patient or not other.needs_patient else PATIENTS:
            taken = _choose(other, who, question, found, cited.on)
            if taken.row:
                about = f" ({who} patient)" if other.needs_patient else ""
                yield {"code": taken.row.code, "basis": taken.basis, "payer": "medicare", **cited.said(text + about, document)}  # fmt: skip
    for code, text in family.besides.get(patient if family.needs_patient and patient else ANY, ()):
        yield {"code": code, "basis": None, "payer": None, **cited.said(text, family.document)}


def _newness(family: Family, question: VisitQuestion, cited: Cited) -> Iterator[str]:
    seen = question.last_seen
    if family.needs_patient and not question.patient and seen:
        yield "the last service was professional, face to face, by the same practitioner or one of the same specialty in the group"
        if third_anniversary(seen) == cited.on:
            yield "the visit falls on the third anniversary of the last service: taken as established; ask the payer"


def _assumptions(family: Family, question: VisitQuestion, chosen: Chosen, found: tuple[Element, ...]) -> list[str]:
    said = []
    known = sum(e.level is not None for e in found)
    if chosen.basis == "mdm" and known == 2:
        missing = next(e.name for e in found if e.level is None)
        said.append(f"nothing was said about {missing}: it can only raise the level")
    if chosen.basis == "mdm":
        said.append("every problem was addressed at this visit, and each test is counted once, ordered or reviewed")
    if chosen.basis == "time" and question.total is not None:
        said.append(
            "the time is the practitioner's own on the date, without staff, teaching, travel or services reported separately"
        )
    if family.only == "mdm" and question.total is not None:
        said.append("the minutes were left aside: this family is levelled by decision making alone")
    if family.only == "time" and known:
        said.append("decision making was left aside: this family is levelled by time alone")
    if chosen.row is None and chosen.basis is None:
        said.append("no code: give two of problems, data and risk, or enough minutes")
    if question.payer is None and chosen.basis == "time" and family.only is None:
        said.append("no payer was named: prolonged services are counted for both")
    return said

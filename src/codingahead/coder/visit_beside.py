"""What goes beside the code of a visit: prolonged services, Medicare's add-on for a lasting relationship, the split visit; and who counts as new."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.coder.visit_asked import VisitQuestion
from codingahead.coder.visit_cited import Cited
from codingahead.coder.visit_tables import PAYERS, Family, Row, tables
from codingahead.words.errors import BadInput


def patient_of(question: VisitQuestion, cited: Cited) -> str | None:
    """As told, else from the day of the last professional service. The third anniversary itself counts as established, with a word of doubt."""
    if question.patient or question.last_seen is None:
        return question.patient
    if question.last_seen > cited.on:
        raise BadInput("last_seen: the day is after the visit", "give the last professional service before it")
    return "established" if cited.on <= third_anniversary(question.last_seen) else "new"


def third_anniversary(seen: date) -> date:
    """The same day three years on; 1 March for 29 February."""
    years = int(tables().new_patient["years"])
    try:
        return seen.replace(year=seen.year + years)
    except ValueError:
        return date(seen.year + years, 3, 1)


def prolonged(row: Row, basis: str | None, question: VisitQuestion, cited: Cited) -> list[dict[str, Any]]:
    """Units for each payer asked about; only for a level chosen by time."""
    made = []
    minutes = question.total
    if basis != "time" or minutes is None:
        return []
    for payer in (question.payer,) if question.payer else PAYERS:
        service = tables().prolonged_after(row.code, payer, cited.on)
        if service is None or not (units := service.units(minutes)):
            continue
        text = f"{service.code} from {service.starts} minutes in all, a unit each further 15; time counts on {service.days}"
        made.append(
            {"code": service.code, "units": units, "payer": payer, "from_minutes": service.starts, "days": service.days,
             "status": cited.standing(service.code), **cited.said(text, service.document)}
        )  # fmt: skip
    return made


def add_ons(row: Row, family: Family, question: VisitQuestion, cited: Cited) -> list[dict[str, Any]]:
    """G2211 where Medicare may be the payer: yes, no or conditional on what was not told."""
    rule = tables().longitudinal
    first = rule["families"].get(family.name)
    if question.payer == "cpt" or first is None or cited.on < first:
        return []
    allowed, text = _relationship(question, cited.on >= rule["exception"])
    return [{"code": rule["code"], "payer": "medicare", "allowed": allowed, "status": cited.standing(rule["code"]),
             **cited.said(text, rule["document"])}]  # fmt: skip


def _relationship(question: VisitQuestion, has_exception: bool) -> tuple[str, str]:
    if question.longitudinal is False:
        return "no", "only for a lasting relationship of care"
    if question.modifier_25 and not (has_exception and question.preventive):
        beside = (
            "unless the other service is an annual wellness visit, vaccine administration or Part B preventive service"
            if has_exception
            else "whatever the other service is"
        )
        return "no", f"not with modifier 25, {beside}"
    if question.longitudinal:
        return (
            "yes",
            "the practitioner is the continuing focal point of care, or cares on for a serious or complex condition; the record shows it",
        )
    return (
        "conditional",
        "when the practitioner is the continuing focal point of care, or cares on for a serious or complex condition",
    )


def shared_visit(value: dict[str, Any], family: Family, question: VisitQuestion, cited: Cited) -> None:
    """Adds modifier FS, or the reason why the visit cannot be shared, to the Visit value."""
    rule = tables().shared
    if question.payer == "cpt":
        value["assumptions"].append("split visits are Medicare's rule here: ask this payer for its own")
    elif not family.is_facility:
        text = "no split visit here: only in a facility; elsewhere the other practitioner's part is incident to the physician's, or billed by that practitioner"
        value["notes"].append(cited.said(text, rule["incident"]))
    elif cited.on < rule["from"]:
        value["assumptions"].append(f"split visits before {rule['from'].isoformat()} are not covered by these rules")
    else:
        value["modifiers"].append({"modifier": rule["modifier"], "payer": "medicare", **cited.said(_who_bills(question), rule["document"])})  # fmt: skip


def _who_bills(question: VisitQuestion) -> str:
    ours, theirs = question.physician_minutes, question.other_minutes
    rule = "the one with the substantive part bills: more than half of the total time, or the substantive part of the decision making"
    if ours is None or theirs is None:
        return rule
    if ours == theirs:
        return f"{ours} minutes each: by time neither has more than half, so the substantive part of the decision making decides"
    who = "the physician" if ours > theirs else "the other practitioner"
    return f"by time {who} bills, with {max(ours, theirs)} of {ours + theirs} minutes; time together counts once"

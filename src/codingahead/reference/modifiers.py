"""Which modifiers may go with a CPT or HCPCS code, by the indicators of the fee schedule in force, and why?

Medicare's rules (Pub. 100-04 chapter 12, sections 20.4 and 40; NCCI Policy Manual chapter I, section E). 'conditional' means that the
claim or the record decides. Other payers may differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codingahead.reference.facts import fee_schedule_row
from codingahead.reference.sources import Citations
from codingahead.words.codes import CodeKey, System

Verdict = tuple[str, str, str]

_CO_SURGERY = {
    "0": ("no", "co-surgeons are not permitted"),
    "1": ("conditional", "co-surgeons are paid when the record shows why two were needed"),
    "2": ("yes", "co-surgeons are permitted when the two are of different specialties"),
    "9": ("no", "the concept does not apply"),
}
_TEAM = {
    "0": ("no", "team surgery is not permitted"),
    "1": ("conditional", "team surgery is paid by report when the record shows the need"),
    "2": ("yes", "team surgery is permitted, paid by report"),
    "9": ("no", "the concept does not apply"),
}
_ASSISTANT = {
    "0": ("conditional", "an assistant is paid only when the record shows the need"),
    "1": ("no", "an assistant at surgery is not payable by statute"),
    "2": ("yes", "an assistant at surgery may be paid"),
    "9": ("no", "the concept does not apply"),
}
_BILATERAL = {
    "0": ("no", "the 150 percent bilateral adjustment does not apply; payment is for one side"),
    "1": ("yes", "bilateral: 150 percent of the fee"),
    "2": ("no", "the value already covers both sides"),
    "3": ("yes", "bilateral: each side is paid in full"),
    "9": ("no", "the concept does not apply"),
}


def modifiers(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """Empty without a fee schedule row: without the indicators nothing can be said."""
    if key.system not in (System.CPT, System.HCPCS):
        return []
    found = fee_schedule_row(key.code, citations)
    if found is None:
        return []
    row, release = found
    source = citations.cite(release, f"HCPCS={key.code}", row.row)
    return [
        {"modifier": m, "allowed": allowed, "why": why, "source": source}
        for m, allowed, why in _verdicts(key.code, row.cells)
    ]


# Visits outside the evaluation and management section: eye examinations, Medicare's own visits.
OTHER_VISITS = frozenset(
    ["92002", "92004", "92012", "92014", "G0101", "G0245", "G0246", "G0402", "G0438", "G0439", "G0463"]
)


def is_visit(code: str) -> bool:
    """Services that take the modifiers of visits (24, 25, 57)."""
    return is_evaluation_and_management(code) or code in OTHER_VISITS


def is_evaluation_and_management(code: str) -> bool:
    """CPT section 99202 to 99499, and the G codes that CMS treats as visits in global surgery rules."""
    return code.isdigit() and "99202" <= code <= "99499"


def _verdicts(code: str, cells: dict[str, str]) -> Iterator[Verdict]:
    visit, anesthesia = is_evaluation_and_management(code), cells["status"] == "J"
    procedure = cells["global_days"] in ("000", "010", "090")
    days = cells["global_days"]
    yield from _component(cells["pctc"])
    yield from _surgical(days, visit)
    if is_visit(code):
        yield "24", "conditional", "unrelated visit in the postoperative period of a 010 or 090 day procedure"
        yield "25", "conditional", "significant, separately identifiable visit on the day of another service"
        yield (
            "57",
            "conditional",
            "visit that led to the decision for a 090 day procedure, on that day or the day before",
        )
    else:
        for m in ("24", "25", "57"):
            yield (
                m,
                "no" if procedure else "conditional",
                "for visits, that is evaluation and management services and what counts as such",
            )
    yield "50", *_BILATERAL.get(cells["bilateral"], ("conditional", "indicator not published"))
    for side in ("RT", "LT"):
        yield side, "conditional", "says which side was treated; never together with 50 on the same line"
    yield "51", *_multiple(cells["multiple_procedure"], days)
    yield "62", *_CO_SURGERY.get(cells["co_surgeon"], ("conditional", "indicator not published"))
    yield "66", *_TEAM.get(cells["team_surgeon"], ("conditional", "indicator not published"))
    for m in ("80", "81", "82", "AS"):
        yield m, *_ASSISTANT.get(cells["assistant_surgeon"], ("conditional", "indicator not published"))
    for m in ("59", "XE", "XP", "XS", "XU"):
        allowed = (
            ("no", "never on a visit")
            if visit
            else ("conditional", "distinct service, when the record shows it and an edit's indicator is 1")
        )
        yield m, *allowed
    if not visit:
        yield "76", "conditional", "same procedure repeated by the same practitioner on the day"
        yield "77", "conditional", "same procedure repeated by another practitioner on the day"
    if anesthesia:
        for m in ("AA", "AD", "QK", "QX", "QY", "QZ"):
            yield m, "yes", "anesthesia services name who gave and who directed the anesthesia"


def _component(indicator: str) -> Iterator[Verdict]:
    if indicator == "1":
        yield "26", "yes", "professional component of a service that has both"
        yield "TC", "yes", "technical component of a service that has both"
    elif indicator == "6":
        yield "26", "yes", "physician interpretation of a laboratory test"
        yield "TC", "no", "the technical part is paid under the laboratory schedule"
    else:
        reason = {
            "0": "a physician service: it has no separate components",
            "2": "the code already names the professional component",
            "3": "the code already names the technical component",
            "4": "the code already names the whole test",
        }.get(indicator, "components do not apply")
        yield "26", "no", reason
        yield "TC", "no", reason


def _surgical(days: str, visit: bool) -> Iterator[Verdict]:
    has_period = days in ("010", "090")
    if not visit:
        surgical = days in ("000", "010", "090", "MMM", "YYY", "ZZZ")
        yield (
            "22",
            *(
                ("conditional", "work substantially greater than usual, shown in the record")
                if surgical
                else ("conditional", "meant for surgical procedures")
            ),
        )
        yield "52", "conditional", "service reduced at the practitioner's choice"
        yield "53", "conditional", "procedure stopped because of risk to the patient"
    for m, part in (("54", "surgical care only"), ("55", "postoperative care only"), ("56", "preoperative care only")):
        yield (
            m,
            *(("conditional", part) if has_period else ("no", f"global period {days}: there is no package to share")),
        )
    if not visit:
        for m, why in (
            ("58", "staged or planned"),
            ("78", "return to the operating room for a related problem"),
            ("79", "unrelated procedure"),
        ):
            yield m, "conditional", f"{why}, in the global period of an earlier procedure"


def _multiple(indicator: str, days: str) -> tuple[str, str]:
    if days == "ZZZ":
        return "no", "add-on codes take no multiple-procedure modifier"
    if indicator == "0":
        return "no", "no multiple-procedure adjustment applies"
    return "conditional", "informational for Medicare: the contractor applies the reduction"

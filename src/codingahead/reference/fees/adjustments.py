"""What do modifiers do to the fee of one line? Pub. 100-04 chapter 12 sections 20.4.3, 40.2, 40.4, 40.7 and 40.8.

A modifier changes the amount by a factor, forbids it, or leaves it to the contractor. Components (26, TC, 53) pick a
row of the file and are no factors; several procedures of one day are `multiple`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from codingahead.reference.fees.values import ONE, Relative, percent

ASSISTANTS = {"80": Decimal("0.16"), "81": Decimal("0.16"), "82": Decimal("0.16"), "AS": Decimal("0.136")}
CO_SURGEON = Decimal("0.625")
BY_REPORT = {
    "22": "modifier 22: increased service, priced by report; the contractor reads the documentation",
    "52": "modifier 52: reduced service, priced by report",
    "53": "modifier 53: discontinued procedure without values of its own, priced by report",
}
FACILITY_ONLY = {"73": "before", "74": "after"}
NOT_PAID = {
    "GY": "modifier GY: excluded by statute, Medicare does not pay",
    "GZ": "modifier GZ: expected to be denied and without a notice of noncoverage, denied automatically",
}
NOT_COMPUTED = {
    "FX": "modifier FX reduces the technical component of film X-rays; that reduction is not computed here",
    "FY": "modifier FY reduces the technical component of computed radiography; that reduction is not computed here",
    "CT": "modifier CT reduces the technical component of scans that miss the dose standard; that reduction is not computed here",
}
ANESTHESIA = frozenset(("AA", "AD", "QK", "QX", "QY", "QZ"))
# 42 CFR 410.59(a)(4)(iii)(B) and 410.60(a)(4)(iii)(B): from 2022.
THERAPY_ASSISTANT, THERAPY_ASSISTANT_FROM = frozenset(("CQ", "CO")), date(2022, 1, 1)
GLOBAL_PACKAGE = frozenset(("010", "090"))
SHARES = {
    "54": (("preoperative", "intraoperative"), "surgical care only"),
    "55": (("postoperative",), "postoperative care only"),
    "56": (("preoperative",), "preoperative care only"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one modifier does. `count` doubles a line of which each side is paid in full."""

    text: str
    factor: Decimal = ONE
    count: int = 1
    refusal: str | None = None
    note: str | None = None


def no_component(modifiers: tuple[str, ...], row: Relative) -> str | None:
    """Why 26 or TC may not stand on a code that has no row of its own for it; None when neither is there."""
    wanted = next((m for m in ("26", "TC") if m in modifiers), None)
    if wanted is None:
        return None
    return f"modifier {wanted} is not valid: professional/technical indicator {row.says('pctc')}, and no {wanted} row in the file"


def effects(modifiers: tuple[str, ...], row: Relative, on: date) -> list[Effect]:
    """The effects of a line's modifiers, in the order in which they are explained."""
    made = [*_refusals(modifiers, row), *_bilateral(modifiers, row), *_package(modifiers, row)]
    made += [*_assistants(modifiers, row), *_surgeons(modifiers, row)]
    if THERAPY_ASSISTANT & set(modifiers) and on >= THERAPY_ASSISTANT_FROM:
        made.append(Effect("therapy assistant (CQ, CO): 85 %", Decimal("0.85")))
    return made


def _refusals(modifiers: tuple[str, ...], row: Relative) -> list[Effect]:
    found = [NOT_PAID[m] for m in modifiers if m in NOT_PAID]
    found += [BY_REPORT[m] for m in modifiers if m in BY_REPORT and not (m == "53" and row.variant == "53")]
    found += [NOT_COMPUTED[m] for m in modifiers if m in NOT_COMPUTED and row.says("pctc") in "134"]
    found += [
        f"modifier {m} is for the facility's claim: a procedure stopped {FACILITY_ONLY[m]} anesthesia"
        for m in modifiers
        if m in FACILITY_ONLY
    ]
    found += [f"modifier {m} belongs to anesthesia services" for m in modifiers if m in ANESTHESIA]
    return [Effect(why, refusal=why) for why in found]


def is_bilateral(modifiers: tuple[str, ...]) -> bool:
    """Both sides on one line: modifier 50, or RT and LT together."""
    return "50" in modifiers or {"RT", "LT"} <= set(modifiers)


def _bilateral(modifiers: tuple[str, ...], row: Relative) -> list[Effect]:
    if not is_bilateral(modifiers):
        return []
    indicator = row.says("bilateral")
    if indicator == "1":
        return [Effect("both sides, bilateral indicator 1: 150 %", Decimal("1.5"))]
    if indicator == "3":
        return [Effect("both sides, bilateral indicator 3: each side in full", count=2)]
    if indicator == "2":
        return [Effect("bilateral indicator 2: the values already hold both sides, 100 %")]
    if indicator == "0":
        return [Effect("bilateral indicator 0: the adjustment for both sides does not apply, 100 % once")]
    why = "modifier 50 does not apply: bilateral indicator 9"
    return [Effect(why, refusal=why)]


def _package(modifiers: tuple[str, ...], row: Relative) -> list[Effect]:
    """Shares of the global package; 78 pays the procedure itself only and starts no new period."""
    made = []
    shares = [m for m in SHARES if m in modifiers]
    for modifier in shares:
        fields, what = SHARES[modifier]
        share = sum((row.value(name) for name in fields), Decimal(0))
        if row.says("global_days") not in GLOBAL_PACKAGE or not share:
            why = (
                f"modifier {modifier} splits a global package of 10 or 90 days; this code has {row.says('global_days')}"
            )
            made.append(Effect(why, refusal=why))
        else:
            made.append(Effect(f"modifier {modifier}, {what}: {percent(share)} of the package", share))
    if len(shares) > 1:
        # Several shares on one line add up to what the line covers.
        total = sum((e.factor for e in made), Decimal(0))
        if all(e.refusal is None for e in made):
            made = [Effect(f"modifiers {' and '.join(shares)}: {percent(total)} of the package", total)]
    if "78" in modifiers and row.value("intraoperative"):
        share = row.value("intraoperative")
        made.append(Effect(f"modifier 78, return to the operating room: {percent(share)}, the procedure itself", share))
    return made


def _assistants(modifiers: tuple[str, ...], row: Relative) -> list[Effect]:
    found = next((m for m in modifiers if m in ASSISTANTS), None)
    if found is None:
        return []
    indicator, factor = row.says("assistant_surgeon"), ASSISTANTS[found]
    if indicator in ("1", "9", ""):
        what = "payment is restricted by statute" if indicator == "1" else "the concept does not apply"
        why = f"assistant at surgery not payable: assistant indicator {indicator}, {what}"
        return [Effect(why, refusal=why)]
    note = (
        "assistant indicator 0: payable only when documents show that an assistant was needed"
        if indicator == "0"
        else None
    )
    who = "85 % of 16 %" if found == "AS" else "16 %"
    return [Effect(f"assistant at surgery, modifier {found}: {percent(factor)} ({who})", factor, note=note)]


def _surgeons(modifiers: tuple[str, ...], row: Relative) -> list[Effect]:
    made = []
    if "62" in modifiers:
        indicator = row.says("co_surgeon")
        if indicator in ("0", "9", ""):
            why = f"co-surgeons not payable: co-surgeon indicator {indicator}"
            made.append(Effect(why, refusal=why))
        else:
            note = "co-surgeon indicator 1: payable only when documents show that two surgeons were needed"
            said = "two surgeons, modifier 62: 62.5 % each"
            made.append(Effect(said, CO_SURGEON, note=note if indicator == "1" else None))
    if "66" in modifiers:
        indicator = row.says("team_surgeon")
        allowed = indicator in ("1", "2")
        why = (
            "team surgery, modifier 66: priced by report"
            if allowed
            else f"team surgery not payable: indicator {indicator}"
        )
        made.append(Effect(why, refusal=why))
    return made

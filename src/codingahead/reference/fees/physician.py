"""The physician fee schedule formula: relative values, indices and a factor in, dollars out (42 CFR 414.20 to 414.26).

One rounding, at the end. The imaging cap of the Deficit Reduction Act of 2005, section 5102(b), is the same formula
with the values that the file prints for it; the lower of the two is the fee.
"""

from __future__ import annotations

from decimal import Decimal

from codingahead.reference.fees.values import Indices, Line, Relative, cents

PAYABLE = frozenset("ART")
# Why a status other than A, R and T has no price (relative value file documentation, attachment A).
NOT_PRICED = {
    "B": "status B: bundled, payment is always part of another service",
    "C": "status C: contractor-priced, the contractor sets the amount after reading the report",
    "E": "status E: excluded from the physician fee schedule by regulation",
    "I": "status I: not valid for Medicare, another code reports the service",
    "J": "status J: anesthesia service, priced from base units and time",
    "M": "status M: reporting only, never paid",
    "N": "status N: not covered by Medicare",
    "P": "status P: bundled or excluded, no separate payment under the physician fee schedule",
    "Q": "status Q: reporting only, never paid",
    "X": "status X: not a physician service by statute, paid under another schedule if at all",
}
SETTINGS = {"facility": "facility", "nonfacility": "office (nonfacility)"}


def exact(row: Relative, indices: Indices, basis: str, *, pe_share: Decimal = Decimal(1)) -> Decimal:
    """The fee before rounding. `pe_share`: how much of the practice expense counts."""
    geographic = (
        row.value("work_rvu") * indices.work
        + row.value(f"{basis}_pe_rvu") * pe_share * indices.pe
        + row.value("mp_rvu") * indices.mp
    )
    return geographic * row.factor


def cap(row: Relative, indices: Indices, basis: str) -> Decimal | None:
    """The hospital outpatient amount that a technical component may not exceed; None where the file prints none."""
    pe = row.value(f"opps_{basis}_pe")
    if not pe:
        return None
    geographic = row.value("work_rvu") * indices.work + pe * indices.pe + row.value("opps_mp") * indices.mp
    return cents(geographic * row.factor)


def fee(row: Relative, indices: Indices, basis: str) -> Decimal:
    """The published fee: rounded once, and not above the cap."""
    own, most = cents(exact(row, indices, basis)), cap(row, indices, basis)
    return own if most is None else min(own, most)


def obstacle(row: Relative, basis: str) -> str | None:
    """Why the row has no price in this setting; None when it has one."""
    status = row.says("status")
    if status not in PAYABLE:
        return NOT_PRICED.get(status, f"status {status}: not paid under the physician fee schedule")
    if not row.value("nonfacility_total") and not row.value("facility_total"):
        return f"status {status} without relative values: the contractor sets the amount"
    if row.says(f"{basis}_na") == "NA":
        return f"NA in this setting: rarely or never done in the {SETTINGS[basis]} setting, so the file prints no price there"
    return None


def work_out(line: Line, row: Relative, source: int, place_source: int | None, place_name: str) -> Decimal:
    """The fee of the row, with each factor written into the line's formula and steps."""
    indices, basis = line.indices, line.basis
    pe = row.value(f"{basis}_pe_rvu")
    work, mp = row.value("work_rvu"), row.value("mp_rvu")
    unrounded = exact(row, indices, basis)
    line.formula |= {
        "work": str(work),
        "pe": str(pe),
        "mp": str(mp),
        "gpci": {"work": str(indices.work), "pe": str(indices.pe), "mp": str(indices.mp)},
        "conversion_factor": str(row.factor),
        "relative_value": f"{(unrounded / row.factor).normalize():f}" if row.factor else "0",
        "unrounded": f"{unrounded.normalize():f}",
    }
    named = f"{row.code}-{row.variant}" if row.variant else row.code
    line.say(f"{named}, {SETTINGS[basis]}: work {work}, practice expense {pe}, malpractice {mp}", None, source)
    line.say(
        f"{place_name}: work index {indices.work}, practice expense index {indices.pe}, malpractice index {indices.mp}",
        None,
        place_source,
    )
    amount = cents(unrounded)
    line.say(
        f"({work} x {indices.work} + {pe} x {indices.pe} + {mp} x {indices.mp}) x {row.factor} = {unrounded.normalize():f}, "
        f"rounded once to {amount}",
        amount,
        source,
    )
    most = cap(row, indices, basis)
    if most is not None:
        line.formula["opps_cap"] = str(most)
    if most is not None and most < amount:
        line.say(
            f"held to the hospital outpatient amount {most} (Deficit Reduction Act, section 5102(b))", most, source
        )
        return most
    return amount

"""Prices outside the physician fee schedule: laboratory, drugs, equipment, hospital outpatient, surgical center. Each a look-up and a factor."""

from __future__ import annotations

from decimal import Decimal

from codingahead.reference.fees.tables import Somewhere, money_release
from codingahead.reference.fees.values import ONE, Line, Part, cents, percent
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.queries import StoredRecord
from codingahead.words.fees import FeeQuestion
from codingahead.words.releases import Release

# Shares of the payment that follow the wage index (42 CFR 419.43(c), 416.172(c)).
OPPS_LABOR, ASC_LABOR = Decimal("0.60"), Decimal("0.50")
OPPS_PAID = frozenset(("G", "H", "H1", "J1", "J2", "K", "K1", "P", "Q1", "Q2", "Q3", "R", "S", "S1", "T", "U", "V"))
OPPS_NOT_PAID = {
    "A": "status indicator A: paid under another fee schedule than OPPS",
    "B": "status indicator B: not recognised on a hospital outpatient claim, another code is used",
    "C": "status indicator C: inpatient only, not paid to an outpatient",
    "E1": "status indicator E1: not covered",
    "E2": "status indicator E2: no price set",
    "F": "status indicator F: paid at reasonable cost",
    "L": "status indicator L: vaccine, paid at reasonable cost",
    "M": "status indicator M: not billable to the contractor",
    "N": "status indicator N: packaged into the payment for another service",
    "Q4": "status indicator Q4: laboratory test, packaged when the claim holds another paid service, else paid by the laboratory schedule",
    "Y": "status indicator Y: equipment, billed to the DME contractor",
}
OPPS_CONDITIONAL = {
    "Q1": "status indicator Q1: packaged when the claim holds a service of status S, T or V",
    "Q2": "status indicator Q2: packaged when the claim holds a service of status T",
    "Q3": "status indicator Q3: may be paid through a composite group",
    "J1": "status indicator J1: one payment for the whole claim, other services packaged",
    "J2": "status indicator J2: one payment for the whole observation stay when its conditions are met",
}
ASC_NOT_PAID = {
    "N1": "payment indicator N1: packaged into the procedure",
    "L1": "payment indicator L1: vaccine, packaged",
    "D5": "payment indicator D5: deleted or discontinued",
    "B5": "payment indicator B5: another code is used",
    "C5": "payment indicator C5: inpatient only",
    "M6": "payment indicator M6: not paid to a surgical center",
    "U5": "payment indicator U5: unlisted surgical procedure",
    "X5": "payment indicator X5: unsafe in a surgical center",
    "E5": "payment indicator E5: excluded from Medicare coverage",
    "Y5": "payment indicator Y5: not covered",
}
DISCOUNTED_STOPPED = {"73": Decimal("0.5")}


def _rows(line: Line, citations: Citations, kind: str) -> tuple[list[StoredRecord], Release] | None:
    """The rows about the code; None, with the reason on the line, when no release speaks."""
    found = money_release(citations, kind)
    if isinstance(found, str):
        line.refuse(found)
        return None
    return queries.records_of(citations.pack, line.asked.code, found[0]), found[1]


def laboratory(line: Line, citations: Citations) -> bool:
    """Prices by the laboratory schedule; False when it does not list the code. Laboratory tests carry no coinsurance."""
    line.schedule, line.has_coinsurance = "clfs", False
    found = _rows(line, citations, "clfs")
    if found is None:
        return False
    rows, release = found
    wanted = "QW" if "QW" in line.asked.modifiers else ""
    row = next((r for r in rows if r.variant == wanted), None)
    if row is None and rows:
        line.refuse("modifier QW: the schedule lists this test without a certificate of waiver only")
        return True
    if row is None:
        return False
    rate = Decimal(row.cells["rate"] or 0)
    source = citations.cite(release, f"HCPCS={line.asked.code}" + (f", MOD={wanted}" if wanted else ""), row.row)
    line.formula |= {"rate": str(rate), "indicator": row.cells["indicator"]}
    if not rate:
        line.refuse("the laboratory schedule prints no amount: the contractor sets it")
        return True
    line.say(f"laboratory fee {rate}, the same in every locality", rate, source)
    line.parts = [Part(rate, line.asked.units)]
    return True


def drug(line: Line, citations: Citations) -> bool:
    """Prices by the payment limit of one billing unit; False when the list does not hold the code."""
    line.schedule = "asp"
    found = _rows(line, citations, "asp")
    if found is None or not found[0]:
        return False
    row, release = found[0][0], found[1]
    limit = Decimal(row.cells["limit"])
    source = citations.cite(release, line.asked.code, row.row)
    total = cents(limit * line.asked.units)
    line.formula |= {"payment_limit": str(limit), "dosage": row.cells["dosage"], "units": line.asked.units}
    line.say(f"payment limit {limit} for {row.cells['dosage']}, {line.asked.units} unit(s) = {total}", total, source)
    line.parts = [Part(total)]
    share = row.cells["coinsurance"]
    if share and share.strip("% ") not in ("20", "20.0", "20.00", "20.000", "0.2", "0.20"):
        line.notes.append(f"coinsurance of this drug is {share} this quarter, not 20 %")
    return True


def equipment(line: Line, citations: Citations, place: Somewhere) -> bool:
    """Prices by the fee of the patient's state; False when the schedule does not list the code."""
    line.schedule = "dmepos"
    found = _rows(line, citations, "dmepos")
    if found is None or not found[0]:
        return False
    rows, release = found
    own = [m for m in line.asked.modifiers if any(m in r.variant.split() for r in rows)]
    row = next((r for r in rows if sorted(r.variant.split()) == sorted(own)), None)
    if row is None:
        listed = ", ".join(r.variant or "none" for r in rows)
        line.refuse(f"the equipment schedule lists this code with other modifiers: {listed}")
        return True
    prices = dict(piece.split(" ") for piece in row.cells["prices"].split(";") if piece)
    source = citations.cite(
        release, f"HCPCS={line.asked.code}" + (f", MOD={row.variant}" if row.variant else ""), row.row
    )
    if not place.state:
        line.refuse("equipment is paid by the patient's home: name a state, a ZIP code or a locality")
        return True
    _in_state(line, prices, place, source, citations)
    return True


def _in_state(line: Line, prices: dict[str, str], place: Somewhere, source: int, citations: Citations) -> None:
    plain, rural = prices.get(place.state), prices.get(f"{place.state}-R")
    is_rural = place.is_rural if place.is_rural is not None else _is_rural(place, citations)
    if plain is None:
        line.refuse(f"the equipment schedule prints no fee for {place.state}")
    elif rural and rural != plain and is_rural is None:
        line.refuse(
            f"fee {plain} outside and {rural} in rural ZIP codes of {place.state}: the list of rural ZIP codes is not loaded"
        )
    else:
        amount = Decimal(rural if rural and is_rural else plain)
        where = "rural " if rural and is_rural else ""
        line.say(f"equipment fee in {where}{place.state}: {amount}", amount, source)
        line.formula |= {"state": place.state, "rural": bool(rural and is_rural), "rate": str(amount)}
        line.parts = [Part(amount, line.asked.units)]


def _is_rural(place: Somewhere, citations: Citations) -> bool | None:
    """By the list of rural ZIP codes; None where no ZIP code was given or no list is loaded."""
    found = citations.pack.in_force("dmepos.rural", citations.on)
    if found is None or not place.asked.zip:
        return None
    rows = queries.records_of(citations.pack, place.asked.zip[:5], found[0])
    citations.cite(found[1], f"ZIP {place.asked.zip[:5]}", rows[0].row if rows else None)
    return bool(rows)


def wage_adjusted(rate: Decimal, labor: Decimal, index: Decimal) -> Decimal:
    return rate * (labor * index + (ONE - labor))


def outpatient(line: Line, citations: Citations, question: FeeQuestion) -> None:
    """The hospital's payment for one code alone: national, or by the wage index that the question gives."""
    line.schedule = "opps"
    found = _rows(line, citations, "opps")
    if found is None:
        return
    rows, release = found
    if not rows:
        line.refuse(f"{line.asked.code} is not in {release.title}")
        line.unknown = True
        return
    cells = rows[0].cells
    source = citations.cite(release, f"HCPCS={line.asked.code}", rows[0].row)
    rule = _final_rule(line.asked.code, cells["rate"], citations)
    status = cells["status"]
    group, weight = cells["apc"] or rule.get("apc", ""), cells["weight"] or rule.get("weight", "")
    names = ("adjusted_copayment", "copayment", "minimum_copayment")
    copay = next((value for of in (cells, rule) for name in names if (value := of.get(name))), None)
    line.formula |= {"status_indicator": status, "apc": group or None, "relative_weight": weight or None}
    line.formula |= {
        "rate": cells["rate"] or None,
        "copayment": copay,
        "wage_index": _text(question.wage_index),
    }
    if status in OPPS_NOT_PAID or not cells["rate"]:
        line.refuse(OPPS_NOT_PAID.get(status, f"status indicator {status}: the addendum prints no rate"))
        return
    if status in OPPS_CONDITIONAL:
        line.notes.append(OPPS_CONDITIONAL[status])
    rate = Decimal(cells["rate"])
    line.say(f"national rate of status indicator {status}: {cells['rate']}", cents(rate), source)
    _facility(line, rate, OPPS_LABOR if status not in ("G", "K", "K1", "H", "R", "U") else Decimal(0), question)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _final_rule(code: str, rate: str, citations: Citations) -> dict[str, str]:
    """Group, weight and copayment as the final rule prints them, while its rate is still the one in force."""
    found = citations.pack.in_force("opps.rule", citations.on)
    if found is None or found[1].effective_from.year != citations.on.year or not rate:
        return {}
    for record in queries.records_of(citations.pack, code, found[0]):
        if record.cells["rate"] and Decimal(record.cells["rate"]) == Decimal(rate):
            citations.cite(found[1], f"HCPCS={code}", record.row)
            return dict(record.cells)
    return {}


def surgical_center(line: Line, citations: Citations, question: FeeQuestion) -> None:
    """The center's payment for one code alone, from Addendum AA, else BB."""
    line.schedule = "asc"
    found = _rows(line, citations, "asc")
    if found is None:
        return
    rows, release = found
    if not rows:
        other = citations.pack.in_force("asc.ancillary", citations.on)
        if other and other[1].effective_from.year == citations.on.year:
            rows, release = queries.records_of(citations.pack, line.asked.code, other[0]), other[1]
    if not rows:
        line.refuse(f"{line.asked.code} is not in {release.title}")
        return
    cells = rows[0].cells
    source = citations.cite(release, f"HCPCS={line.asked.code}", rows[0].row)
    line.formula |= {"payment_indicator": cells["indicator"], "rate": cells["rate"] or None}
    line.formula |= {"discounted": cells["discounted"] or None, "wage_index": _text(question.wage_index)}
    if cells["indicator"] in ASC_NOT_PAID or not cells["rate"]:
        line.refuse(ASC_NOT_PAID.get(cells["indicator"], f"payment indicator {cells['indicator']}: no rate printed"))
        return
    rate = Decimal(cells["rate"])
    line.say(f"national rate of payment indicator {cells['indicator']}: {cells['rate']}", cents(rate), source)
    if cells["indicator"] == "J8" and question.wage_index is not None:
        line.refuse(
            "payment indicator J8: only the part without the device follows the wage index, and the device share is not loaded"
        )
        return
    _facility(line, rate, ASC_LABOR if release.kind == "asc" else Decimal(0), question)


def _facility(line: Line, rate: Decimal, labor: Decimal, question: FeeQuestion) -> None:
    index = question.wage_index
    if index is not None and labor:
        rate = wage_adjusted(rate, labor, index)
        line.say(f"{percent(labor)} of it by the wage index {index}: {cents(rate)}", cents(rate))
    elif index is None and labor:
        line.notes.append("national rate, not adjusted by the facility's wage index")
    stopped = next((DISCOUNTED_STOPPED[m] for m in line.asked.modifiers if m in DISCOUNTED_STOPPED), ONE)
    if stopped != ONE:
        line.say(f"modifier 73, stopped before anesthesia: {percent(stopped)}", cents(rate * stopped))
    # Rates of drugs have three decimals: the line is rounded once, units included.
    line.parts = [Part(cents(rate * stopped * line.asked.units))]


def discounts(lines: list[Line]) -> None:
    """Several procedures on one facility claim: the dearest in full, others at half; a comprehensive service takes all in."""
    live = [line for line in lines if line.amount is not None]
    comprehensive = [line for line in live if line.formula.get("status_indicator") == "J1"]
    if comprehensive:
        best = max(comprehensive, key=lambda line: line.amount or Decimal(0))
        if len(comprehensive) > 1:
            for line in comprehensive:
                line.notes.append(
                    "several comprehensive services: ranks and complexity adjustments of Addendum J are not applied"
                )
        for line in live:
            if line is not best and line.formula.get("status_indicator") not in ("F", "G", "H", "H1", "L", "U"):
                line.parts = [Part(Decimal(0))]
                line.say(f"packaged into the comprehensive service on line {best.number}", Decimal(0))
        return
    discounted = [
        line for line in live if line.formula.get("status_indicator") == "T" or line.formula.get("discounted") == "Y"
    ]
    for line in sorted(discounted, key=lambda line: -(line.amount or Decimal(0)))[1:]:
        line.parts = [Part(part.fee, part.count, part.factor * Decimal("0.5")) for part in line.parts]
        line.say("multiple procedures of the claim: 50 %", line.amount)

"""The Fee and Basket values of the public interface: amounts, formulas, steps and sources as JSON."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from codingahead.reference.fees.payment import beside, split
from codingahead.reference.fees.price import Pricing
from codingahead.reference.fees.values import Line
from codingahead.reference.sources import Citations
from codingahead.store.pack import Pack
from codingahead.words.fees import FeeQuestion

# Which facility bills beside the practitioner.
FACILITY_SCHEDULES = {"19": "opps", "22": "opps", "23": "opps", "24": "asc"}


def answer(pack: Pack, question: FeeQuestion) -> dict[str, Any]:
    """A Fee for one line, a Basket for several. Raises NotFound for a locality or ZIP code that the loaded files do not know."""
    citations = Citations(pack, question.on)
    pricing = Pricing(question, citations)
    lines = [_fee(line, pricing) for line in pricing.run()]
    facility = _facility(pack, question)
    if not question.is_basket and len(lines) == 1:
        return lines[0] | {"facility": facility} | citations.to_json()
    amounts = [Decimal(fee["amount"]) for fee in lines if fee["amount"] is not None]
    subtotal = str(sum(amounts, Decimal("0.00")))
    return {
        "on": question.on.isoformat(),
        "pos": question.pos,
        "place": pricing.place.to_json(),
        "lines": lines,
        "total": subtotal if len(amounts) == len(lines) else None,
        "subtotal": subtotal,
        "unpriced": [fee["line"] for fee in lines if fee["amount"] is None],
        "facility": facility,
        "assumes": "one patient, one day, one session, one practitioner or group",
        **citations.to_json(),
    }


def _fee(line: Line, pricing: Pricing) -> dict[str, Any]:
    question, amount = pricing.question, line.amount
    charge = line.asked.charge
    if amount is not None and charge is not None and charge < amount:
        line.say(f"the charge {charge} is lower", charge)
        amount = charge
    is_physician = line.schedule in ("pfs", "anesthesia")
    return {
        "line": line.number,
        "code": line.asked.code,
        "modifiers": list(line.asked.modifiers),
        "units": line.asked.units,
        "pos": question.pos,
        "on": question.on.isoformat(),
        "qp": question.qp,
        "place": pricing.place.to_json(),
        "amount": None if amount is None else f"{amount:.2f}",
        "reason": line.reason,
        "status": "unknown" if line.unknown else "priced" if amount is not None else "not_priced",
        "basis": line.basis,
        "schedule": line.schedule,
        "formula": line.formula,
        "steps": [
            {"text": s.text, "amount": None if s.amount is None else str(s.amount), "source": s.source}
            for s in line.steps
        ],
        "notes": [*line.notes, *pricing.place.notes],
        "reference_amount": {"amount": str(line.reference[0]), "what": line.reference[1]} if line.reference else None,
        "nonparticipating": beside(amount, question.practitioner, question.on) if amount and is_physician else None,
        "payment": split(amount, question.on, has_coinsurance=line.has_coinsurance) if amount is not None else None,
    }


def _facility(pack: Pack, question: FeeQuestion) -> dict[str, Any] | None:
    """What the hospital or center is paid beside the practitioner, with sources of its own; None where no facility bills by code."""
    schedule = FACILITY_SCHEDULES.get(question.pos)
    if question.schedule or schedule is None:
        return None
    return answer(pack, replace(question, schedule=schedule))

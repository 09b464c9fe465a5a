"""From the fee to the cheque: who is paid less than the fee, what a non-participant may charge, and what sequestration takes.

42 CFR 414.20(b), 414.48, 414.52 to 414.64; 42 U.S.C. 1395w-4(g); sequestration: 2 U.S.C. 901a and its suspensions.
Shown beside the amount, never inside it: deductible, coinsurance waivers and secondary payers are the claim's own.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from codingahead.reference.fees.values import ONE, cents
from codingahead.words.errors import BadInput

PRACTITIONERS: dict[str, Decimal] = {
    "physician": ONE,
    "psychologist": ONE,
    "midwife": ONE,
    "np": Decimal("0.85"),
    "pa": Decimal("0.85"),
    "cns": Decimal("0.85"),
    "dietitian": Decimal("0.85"),
    "csw": Decimal("0.75"),
    "mft": Decimal("0.75"),
    "mhc": Decimal("0.75"),
}
NONPARTICIPATING = Decimal("0.95")
# 115 % of the non-participating amount.
LIMITING = Decimal("1.0925")
MEDICARE_SHARE = Decimal("0.80")
# First day and rate. Suspended from May 2020; back at 1 % in April and at 2 % in July 2022 (Pub. L. 117-71).
SEQUESTRATION = (
    (date(2013, 4, 1), Decimal("0.02")),
    (date(2020, 5, 1), Decimal(0)),
    (date(2022, 4, 1), Decimal("0.01")),
    (date(2022, 7, 1), Decimal("0.02")),
)


def practitioner_share(kind: str) -> Decimal:
    """The part of the physician fee that this kind of practitioner is paid. Raises BadInput for an unknown kind."""
    if kind not in PRACTITIONERS:
        raise BadInput(f"practitioner: {kind!r} is not known", f"name one of {', '.join(PRACTITIONERS)}")
    return PRACTITIONERS[kind]


def sequestration_rate(on: date) -> Decimal:
    return next((rate for start, rate in reversed(SEQUESTRATION) if start <= on), Decimal(0))


def beside(amount: Decimal, kind: str, on: date) -> dict[str, str | None]:
    """What a non-participating practitioner is allowed and may charge. Others than physicians must accept assignment: no limiting charge."""
    may_charge = PRACTITIONERS[kind] == ONE and kind == "physician"
    return {
        "amount": str(cents(amount * NONPARTICIPATING)),
        "limiting_charge": str(cents(amount * LIMITING)) if may_charge else None,
    }


def split(allowed: Decimal, on: date, *, has_coinsurance: bool) -> dict[str, str]:
    """How an allowed amount falls on Medicare and patient once the deductible is met, with sequestration apart."""
    medicare = cents(allowed * MEDICARE_SHARE) if has_coinsurance else allowed
    withheld = cents(medicare * sequestration_rate(on))
    return {
        "allowed": str(allowed),
        "medicare": str(medicare),
        "coinsurance": str(allowed - medicare),
        "sequestration": str(withheld),
        "medicare_pays": str(medicare - withheld),
        "assumes": "deductible met; 20 % coinsurance" if has_coinsurance else "no deductible and no coinsurance",
    }

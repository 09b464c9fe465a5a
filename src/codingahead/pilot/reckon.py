"""What can be reckoned from a looked-up value and the question: units of a drug, and the days of a global period.

Stops at the number; which value is asked is the composer's matter.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

_AMOUNT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(mcg|mg|ml|g|gm|units?|iu)\b", re.IGNORECASE)
_IN_MG = {"mcg": Decimal("0.001"), "mg": Decimal(1), "g": Decimal(1000), "gm": Decimal(1000)}
_DAYS = {"000": 0, "010": 10, "090": 90}


def drug_units(question: str, description: str) -> tuple[str, str, int] | None:
    """Dose as asked, amount per unit as the HCPCS description ends, and whole units, a part counting as one; None if either is missing."""
    dose, per = _AMOUNT.search(question), list(_AMOUNT.finditer(description))
    if dose is None or not per:
        return None
    asked, one = _measure(dose), _measure(per[-1])
    if asked[1] != one[1] or not one[0]:
        return None
    units = int((asked[0] / one[0]).to_integral_value(ROUND_CEILING))
    return dose.group(), per[-1].group(), units


def _measure(found: re.Match[str]) -> tuple[Decimal, str]:
    unit = found[2].lower()
    if unit in _IN_MG:
        return Decimal(found[1]) * _IN_MG[unit], "mg"
    return Decimal(found[1]), "ml" if unit == "ml" else "unit"


def global_end(operated: date, period: str) -> date | None:
    """The last day of a global period of 000, 010 or 090 days; None for the lettered ones."""
    days = _DAYS.get(period)
    return None if days is None else operated + timedelta(days)

"""Anesthesia payment: base units and time, a factor in dollars, and who gave or directed it (42 CFR 414.46, Pub. 100-04 chapter 12 section 50)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from codingahead.reference.fees.values import ONE, cents

MINUTES_A_UNIT = Decimal(15)
TENTH = Decimal("0.1")
HALF = Decimal("0.5")
ROLES: dict[str, tuple[Decimal, str]] = {
    "AA": (ONE, "personally performed by the anesthesiologist"),
    "QZ": (ONE, "nurse anesthetist without medical direction"),
    "QY": (HALF, "one nurse anesthetist directed"),
    "QK": (HALF, "two to four concurrent procedures directed"),
    "QX": (HALF, "nurse anesthetist or assistant under medical direction"),
}
SUPERVISED = "AD"
SUPERVISED_UNITS = Decimal(3)


@dataclass(frozen=True, slots=True)
class Work:
    """Units, the factor for the role, and what was said of each."""

    base: Decimal
    time: Decimal
    share: Decimal
    role: str

    @property
    def units(self) -> Decimal:
        return self.base + self.time

    def amount(self, factor: Decimal) -> Decimal:
        return cents(self.units * factor * self.share)


def time_units(minutes: int) -> Decimal:
    """Fifteen-minute units to one decimal."""
    return (Decimal(minutes) / MINUTES_A_UNIT).quantize(TENTH, ROUND_HALF_UP)


def work(base_units: Decimal, minutes: int, modifiers: tuple[str, ...]) -> Work:
    """The units and the share that the modifiers pay; without one of them the full share.

    More than four concurrent procedures (AD) pay three base units and no time; one further unit is due to a physician who
    was present at induction, which the documents must show.
    """
    if SUPERVISED in modifiers:
        return Work(
            SUPERVISED_UNITS, Decimal(0), ONE, "medical supervision of more than four procedures: three base units"
        )
    share, role = next((ROLES[m] for m in modifiers if m in ROLES), (ONE, "no anesthesia modifier given: full share"))
    return Work(base_units, time_units(minutes), share, role)

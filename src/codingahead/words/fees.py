"""What is asked when a price is asked: lines of one day and practitioner, where they were given, and who is paid.

Parsed at the door and trusted inside: codes and modifiers are upper case, amounts are decimals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One service of the day. `minutes`: anesthesia time. `charge`: what is billed for the whole line; Medicare pays the lower."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    minutes: int | None = None
    charge: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the service was given: a contractor's locality, or a ZIP code of five or nine digits; neither means national.

    `state` and `rural` serve the equipment fee schedule, which is paid by the patient's home.
    """

    mac: str = ""
    locality: str = ""
    zip: str = ""
    state: str = ""
    rural: bool | None = None

    @property
    def is_national(self) -> bool:
        return not (self.mac or self.zip)


@dataclass(frozen=True, slots=True)
class FeeQuestion:
    """The lines are one patient, one day, one session, one practitioner or group: what the rules for several services look at.

    `schedule` '' lets the code and the place decide; else 'pfs', 'clfs', 'opps', 'asc', 'asp' or 'dmepos'.
    `wage_index`: the hospital's or center's own; without it facility payments are national and unadjusted.
    `is_basket`: the answer is a basket even of one line.
    """

    lines: tuple[FeeLine, ...]
    pos: str
    on: date
    place: Place = field(default_factory=Place)
    qp: bool = False
    practitioner: str = "physician"
    schedule: str = ""
    wage_index: Decimal | None = None
    is_basket: bool = False

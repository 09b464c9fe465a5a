"""The figures that pricing works with: relative values of a row, indices of a place, and a line on its way to its amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from codingahead.words.fees import FeeLine

CENT = Decimal("0.01")
ONE = Decimal(1)
ZERO = Decimal(0)


def cents(value: Decimal) -> Decimal:
    """Rounded half up to cents, as Medicare contractors do."""
    return value.quantize(CENT, ROUND_HALF_UP)


def percent(factor: Decimal) -> str:
    return f"{(factor * 100).normalize():f} %"


@dataclass(frozen=True, slots=True)
class Indices:
    """Geographic practice cost indices of a locality; national is one throughout."""

    work: Decimal = ONE
    pe: Decimal = ONE
    mp: Decimal = ONE


NATIONAL = Indices()


@dataclass(frozen=True, slots=True)
class Relative:
    """One row of the relative value file. `row` and `release` name the line it was read from."""

    code: str
    variant: str
    cells: Mapping[str, str]
    factor: Decimal
    release: str
    row: int | None

    def value(self, name: str) -> Decimal:
        return Decimal(self.cells.get(name) or 0)

    def says(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working: what was done, the amount that came out, and the source of its figures."""

    text: str
    amount: Decimal | None = None
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a line's amount: `count` times a fee in cents, changed by `factor` and held to `cap`."""

    fee: Decimal
    count: int = 1
    factor: Decimal = ONE
    cap: Decimal | None = None

    @property
    def each(self) -> Decimal:
        changed = self.fee * self.factor
        return cents(changed if self.cap is None else min(changed, self.cap))

    @property
    def amount(self) -> Decimal:
        return self.each * self.count


@dataclass(slots=True)
class Line:
    """A line while it is priced. `reason` says why there is no amount; `reference` is then a figure that is no price, and what it is."""

    asked: FeeLine
    number: int = 1
    schedule: str = "pfs"
    basis: str = "nonfacility"
    row: Relative | None = None
    indices: Indices = NATIONAL
    factor: Decimal = ONE
    count: int = 1
    parts: list[Part] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    formula: dict[str, object] = field(default_factory=dict)
    reason: str | None = None
    reference: tuple[Decimal, str] | None = None
    unknown: bool = False
    has_coinsurance: bool = True

    @property
    def amount(self) -> Decimal | None:
        if self.reason is not None or not self.parts:
            return None
        return sum((part.amount for part in self.parts), ZERO)

    def say(self, text: str, amount: Decimal | None = None, source: int | None = None) -> None:
        self.steps.append(Step(text, amount, source))

    def refuse(self, reason: str) -> None:
        """No amount, for this reason; the first one stays."""
        if self.reason is None:
            self.reason = reason

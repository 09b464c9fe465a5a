"""Bars drawn as SVG on the server: lengths are worked out here, words and colours stand in the template and the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Units of the drawing: where bars begin, how long the longest is, how high a row is.
LEFT, LONGEST, ROW = 176, 300, 26
MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    length: float
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 14

    @property
    def end(self) -> float:
        return LEFT + self.length + 8


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    left: int = LEFT
    width: int = LEFT + LONGEST + 64

    @property
    def height(self) -> int:
        return len(self.bars) * ROW


def bars(rows: Sequence[tuple[str, int]]) -> Chart:
    """The longest bar fills the drawing; one that counts anything is never thinner than a line."""
    shown = rows[:MOST_BARS]
    most = max((value for _, value in shown), default=0) or 1
    return Chart(
        tuple(Bar(label, value, max(round(LONGEST * value / most, 1), 2.0), n * ROW) for n, (label, value) in enumerate(shown))
    )  # fmt: skip

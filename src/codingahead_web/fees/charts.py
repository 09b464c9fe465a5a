"""Charts as plain figures for a template to draw: a line through the quarters, bars of places. Each stands beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 220, 52, 24
TICKS = 4


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """`path`: the points of a polyline; a quarter without an amount breaks it."""

    name: str
    label: str
    paths: list[str]
    dots: list[Dot]


def through_quarters(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Facility and office amounts over time; None when there are fewer than two."""
    amounts = [Decimal(r[b]) for r in rows for b in ("facility", "nonfacility") if r[b]]
    if len(rows) < 2 or not amounts:
        return None
    low, high = min(amounts), max(amounts)
    spread = max(high - low, high / 20, Decimal("0.01"))
    low, high = max(low - spread / 4, Decimal(0)), high + spread / 8
    scale = float(HEIGHT - BOTTOM - 8) / float(high - low)

    def y(value: Decimal) -> float:
        return round(8 + float(high - value) * scale, 1)

    step = (WIDTH - LEFT - 12) / (len(rows) - 1)
    curves = [
        _curve(rows, basis, label, step, y) for basis, label in (("facility", "Facility"), ("nonfacility", "Office"))
    ]
    ticks = [(round(y(value), 1), f"{value:,.0f}" if high > 20 else f"{value:,.2f}") for value in _ticks(low, high)]
    years = [
        (round(min(LEFT + n * step, WIDTH - 30), 1), r["from"][:4])
        for n, r in enumerate(rows)
        if n == 0 or r["from"][:4] != rows[n - 1]["from"][:4]
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "base": HEIGHT - BOTTOM,
        "curves": [c for c in curves if c.dots],
        "ticks": ticks,
        "years": years,
    }


def _curve(rows: Sequence[dict[str, Any]], basis: str, label: str, step: float, y: Any) -> Curve:
    paths: list[str] = []
    dots: list[Dot] = []
    current: list[str] = []
    for n, row in enumerate(rows):
        if row[basis]:
            dot = Dot(round(LEFT + n * step, 1), y(Decimal(row[basis])), f"{row['from']}: ${row[basis]}")
            dots.append(dot)
            current.append(f"{dot.x},{dot.y}")
        elif current:
            paths.append(" ".join(current))
            current = []
    return Curve(basis, label, [*paths, " ".join(current)] if current else paths, dots)


def _ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    return [low + (high - low) * n / TICKS for n in range(TICKS + 1)]


def bars(rows: Sequence[dict[str, Any]], basis: str) -> list[dict[str, Any]]:
    """Rows with the length of their bar, in percent of the longest."""
    most = max((Decimal(r[basis]) for r in rows if r[basis]), default=Decimal(0))
    return [
        r | {"amount": r[basis], "share": float(round(Decimal(r[basis]) / most * 100, 1)) if r[basis] and most else 0}
        for r in rows
    ]

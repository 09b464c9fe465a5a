"""Short ways to write claims and to read what was said of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from codingahead.codebook import Codebook
from codingahead.words.claims import Claim, Report, ServiceLine, Setting

ON = date(2026, 8, 1)
Said = tuple[str, str, tuple[int, ...]]


def line(code: str, *modifiers: str, on: date = ON, units: int = 1, pos: str | None = "11", **more: Any) -> ServiceLine:
    """A line without number: the claim numbers it."""
    charge = Decimal(more.pop("charge")) if "charge" in more else None
    provider = more.pop("provider", "ada")
    return ServiceLine(0, code, on, modifiers, units, pos, provider, charge=charge, **more)


def claim(*lines: ServiceLine | str, dx: tuple[str, ...] = ("I10",), id: str = "c", **more: Any) -> Claim:
    numbers = count(1)
    made = tuple(_numbered(line(one) if isinstance(one, str) else one, next(numbers)) for one in lines)
    return Claim(id, more.pop("patient", "pat"), more.pop("setting", Setting.PRACTITIONER), made, dx, **more)


def _numbered(one: ServiceLine, number: int) -> ServiceLine:
    return ServiceLine(
        number, one.code, one.date_of_service, one.modifiers, one.units, one.place_of_service, one.provider, one.specialty, one.group, one.pointers,
        one.charge, one.ndc,
    )  # fmt: skip


def said(report: Report, *rules: str) -> set[Said]:
    """Rule, severity and lines of the findings; only those of `rules` if any is named."""
    return {(f.rule, f.severity.value, f.lines) for f in report.findings if not rules or f.rule in rules}


def ask(book: Codebook, *claims: Claim) -> list[Report]:
    return book.check(claims)


def unchecked(report: Report) -> set[str]:
    return {u.rule for u in report.unchecked}

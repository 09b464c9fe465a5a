"""How many billing units is an amount of a drug, and how is what was discarded billed?

The dose of one unit comes from the payment limit file of the quarter, else from the code's own official title. Rules: Medicare Claims Processing
Manual chapter 17 sections 10, 40 and 70 (JW for discarded amounts of single-dose containers; JZ where none are, for services from 1 July 2023).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from codingahead.reference.relations import title_of
from codingahead.reference.sources import Citations
from codingahead.reference.standing import standing
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import CodeKey, System
from codingahead.words.errors import BadInput, NotFound

NO_WASTE_FROM = date(2023, 7, 1)
MOST_PACKAGES = 50
# A unit of measure, as its dimension and how many of the dimension's smallest it holds.
MEASURES: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("ng", "nanogram", "nanograms"), ("mass", Decimal(1))),
    **dict.fromkeys(("mcg", "ug", "µg", "microgram", "micrograms"), ("mass", Decimal(1000))),
    **dict.fromkeys(("mg", "milligram", "milligrams"), ("mass", Decimal(10) ** 6)),
    **dict.fromkeys(("g", "gm", "gram", "grams"), ("mass", Decimal(10) ** 9)),
    **dict.fromkeys(("ml", "cc", "milliliter", "milliliters"), ("volume", Decimal(1))),
    **dict.fromkeys(("l", "liter", "liters"), ("volume", Decimal(1000))),
    **dict.fromkeys(("u", "unit", "units", "usp unit", "usp units"), ("units", Decimal(1))),
    **dict.fromkeys(("million units", "million unit"), ("units", Decimal(10) ** 6)),
    **dict.fromkeys(("iu", "i.u.", "international unit", "international units"), ("international units", Decimal(1))),
    **dict.fromkeys(("meq",), ("milliequivalents", Decimal(1))),
    **dict.fromkeys(("uci", "µci", "microcurie", "microcuries"), ("activity", Decimal(1))),
    **dict.fromkeys(("mci", "millicurie", "millicuries"), ("activity", Decimal(1000))),
}
_NAMES = "|".join(sorted(map(re.escape, MEASURES), key=len, reverse=True))
_DOSE = re.compile(rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?|\.\d+|per|each)\s*({_NAMES})(?![\w/])", re.I)
_TYPED = re.compile(rf"\s*(\d[\d,]*(?:\.\d+)?|\.\d+)\s*({_NAMES})\.?\s*", re.I)
_EQUAL = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*({_NAMES})\s*=\s*(?:1|one)\s+unit", re.I)
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in the smallest measure of its dimension; `said` as it was written."""

    amount: Decimal
    dimension: str
    said: str


def drug_units(
    pack: Pack, code: str, amount: str, on: date, *, container: str | None = None, containers: int | None = None
) -> dict[str, Any]:
    """The Units value. `container`: what one single-dose container holds; `containers`: how many were opened, as few as suffice if left out.

    Raises NotFound for a code that does not stand on the day, BadInput for an amount that cannot be turned into its units.
    """
    key = CodeKey(System.HCPCS, re.sub(r"\s", "", code).upper())
    if standing(pack, key, on).status != "active":
        raise NotFound(
            f"HCPCS Level II has no code {key.code} in force on {on}", "check the code and the date of service"
        )
    citations = Citations(pack, on)
    text, dose, source = _dose(key, citations)
    given = read_quantity(amount, "amount")
    _same(given, dose, "amount")
    units = _whole(given.amount / dose.amount, up=True)
    made: dict[str, Any] = {
        "code": key.code, "on": on.isoformat(), "amount": given.said, "dose": {"text": text, "quantity": dose.said, "source": source},
        "units": units, "exact": units * dose.amount == given.amount,
    }  # fmt: skip
    opened = _opened(container, containers, given, dose)
    made |= _lines(key.code, units, given, dose, opened, on)
    made["packages"] = _packages(key, citations)
    return made | citations.to_json()


def read_quantity(text: str, name: str) -> Quantity:
    """'2.5 mg' or '100 units'. Raises BadInput naming `name`."""
    found = _TYPED.fullmatch(text)
    try:
        if found is None or Decimal(found[1].replace(",", "")) <= 0:
            raise InvalidOperation
    except InvalidOperation:
        raise BadInput(
            f"{name}: {text[:40]!r} is no amount with a measure", 'write it as "2.5 mg" or "100 units"'
        ) from None
    return _quantity(found[1], found[2])


def dose_in(text: str) -> Quantity | None:
    """The dose of one billing unit in a title or dosage; None when it states none, or several that differ."""
    if equal := _EQUAL.search(text):
        return _quantity(equal[1], equal[2])
    plain = text
    while _ASIDE.search(plain):
        plain = _ASIDE.sub(" ", plain)
    for told in (plain, text):
        found = {_quantity(m[1], m[2]) for m in _DOSE.finditer(told)}
        if found:
            return found.pop() if len({(q.amount, q.dimension) for q in found}) == 1 else None
    return None


def _quantity(number: str, measure: str) -> Quantity:
    dimension, size = MEASURES[measure.lower()]
    count = Decimal(1) if number.isalpha() else Decimal(number.replace(",", ""))
    return Quantity(count * size, dimension, f"{count} {measure.lower()}")


def _dose(key: CodeKey, citations: Citations) -> tuple[str, Quantity, int]:
    """What one unit of the code is, with the words it was read from."""
    found = citations.pack.in_force("asp", citations.on)
    records = queries.records_of(citations.pack, key.code, found[0]) if found else []
    if found and records and (dose := dose_in(records[0].cells["dosage"])):
        return records[0].cells["dosage"], dose, citations.cite(found[1], key.code, records[0].row)
    title = title_of(citations.pack, System.HCPCS, key.code, citations.on) or ""
    dose = dose_in(title)
    listed = citations.release("hcpcs")
    if dose is None or listed is None:
        raise BadInput(
            f"{key.code}: neither its title nor the payment limits state one dose of a unit",
            "read the code's title and count by hand",
        )
    return title, dose, citations.cite(listed[1], key.code)


def _same(given: Quantity, dose: Quantity, name: str) -> None:
    if given.dimension != dose.dimension:
        raise BadInput(
            f"{name}: {given.said} is measured by {given.dimension}, a unit of the code is {dose.said}",
            f"give it in {dose.dimension}, as the label states it",
        )


def _whole(count: Decimal, *, up: bool) -> int:
    return int(count.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR))


def _opened(container: str | None, containers: int | None, given: Quantity, dose: Quantity) -> Quantity | None:
    """All that the opened containers held."""
    if not container:
        return None
    one = read_quantity(container, "container")
    _same(one, dose, "container")
    needed = _whole(given.amount / one.amount, up=True)
    count = containers or needed
    if count < needed:
        raise BadInput(
            f"containers: {count} of {one.said} hold less than the {given.said} given", "count those that were opened"
        )
    return Quantity(count * one.amount, one.dimension, f"{count} x {one.said}")


def _lines(code: str, units: int, given: Quantity, dose: Quantity, opened: Quantity | None, on: date) -> dict[str, Any]:
    """The service lines. A discarded part below one unit is in the unit that was rounded up, and is not billed again."""
    if opened is None:
        note = "For a single-dose container, name what it holds: the discarded part is billed on its own line with JW, or JZ says that there is none."
        return {"lines": [_line(code, [], units, f"{given.said} given")], "discarded": None, "notes": [note]}
    left = opened.amount - given.amount
    wasted = max(_whole(opened.amount / dose.amount, up=False) - units, 0)
    discarded = {"opened": opened.said, "amount": f"{_plain(left / dose.amount)} x {dose.said}", "units": wasted}
    notes = []
    if wasted:
        lines = [
            _line(code, [], units, f"{given.said} given"),
            _line(code, ["JW"], wasted, "discarded from single-dose containers"),
        ]
        notes.append("The record must state the amount given and the amount discarded.")
    elif on >= NO_WASTE_FROM:
        lines = [_line(code, ["JZ"], units, f"{given.said} given, no unit discarded")]
        if left:
            notes.append(
                "What was discarded is less than one unit and stands in the unit rounded up: it is not billed with JW."
            )
    else:
        lines = [_line(code, [], units, f"{given.said} given")]
    notes.append(
        "JW and JZ are for separately paid drugs from single-dose containers; multi-dose containers and vaccines take neither."
    )
    return {"lines": lines, "discarded": discarded, "notes": notes}


def _line(code: str, modifiers: list[str], units: int, why: str) -> dict[str, Any]:
    return {"code": code, "modifiers": modifiers, "units": units, "why": why}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _packages(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """Packages that the quarter's crosswalk bills by this code; [] with a note of what is missing when none is loaded."""
    found = citations.release("asp.ndc")
    if found is None:
        return []
    rows = queries.records_of(citations.pack, key.code, found[0])[:MOST_PACKAGES]
    return [
        package(row.variant, row.cells) | {"source": citations.cite(found[1], f"NDC {row.variant}", row.row)}
        for row in rows
    ]


def package(ndc: str, cells: dict[str, str]) -> dict[str, Any]:
    return {
        "ndc": ndc, "drug": cells["drug"], "labeler": cells["labeler"], "package_size": cells["package_size"],
        "package_quantity": cells["package_quantity"], "billing_units": cells["billing_units"],
        "billing_units_package": cells["billing_units_package"],
    }  # fmt: skip

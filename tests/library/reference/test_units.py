"""Billing units of drugs: the dose of a unit by title or payment limit, rounding, and what was discarded."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingahead.codebook import Codebook
from codingahead.reference.units import dose_in, read_quantity
from codingahead.words.errors import BadInput, NotFound

ON = date(2026, 8, 1)


@pytest.mark.parametrize(
    ("text", "amount", "dimension"),
    [
        ("Injection, invented, per 15 mg", "15000000", "mass"),
        ("Injection, invented, 0.1 mg", "100000", "mass"),
        ("Injection, invented, up to 1000 mcg", "1000000", "mass"),
        ("Injection, invented, 1 microgram (non-esrd use)", "1000", "mass"),
        ("Injection, invented (300 mg label), 1 mg", "1000000", "mass"),
        ("Injection, invented, per 100,000 units", "100000", "units"),
        ("Injection, invented, up to 1.2 million units", "1200000", "units"),
        ("Injection, invented, per iu", "1", "international units"),
        ("Infusion, invented solution, sterile (500 ml = 1 unit)", "500", "volume"),
        ("Infusion, invented solution, 250 cc", "250", "volume"),
        ("1 UNIT", "1", "units"),
        ("Injection, one 80 mg and another 16 mg", None, None),
        ("Unclassified drugs", None, None),
        ("Injection, invented, 5 mg/ml", None, None),
    ],
)
def test_dose_of_one_unit(text: str, amount: str | None, dimension: str | None) -> None:
    found = dose_in(text)
    assert (found and f"{found.amount.normalize():f}", found and found.dimension) == (amount, dimension)


@pytest.mark.parametrize("text", ["", "mg", "10", "-5 mg", "0 mg", "5 spoons", "1e3 mg"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="amount"):
        read_quantity(text, "amount")


def lines(answer: dict[str, object]) -> list[tuple[str, ...]]:
    return [(*one["modifiers"], str(one["units"])) for one in answer["lines"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("amount", "container", "containers", "expected"),
    [
        ("150 units", None, None, [("150",)]),
        ("150.2 units", None, None, [("151",)]),
        ("150 units", "100 units", None, [("150",), ("JW", "50")]),
        ("200 units", "100 units", None, [("JZ", "200")]),
        ("199.5 units", "100 units", None, [("JZ", "200")]),
        ("150 units", "100 units", 3, [("150",), ("JW", "150")]),
    ],
)
def test_given_and_discarded_stand_on_lines_of_their_own(
    codebook: Codebook, amount: str, container: str | None, containers: int | None, expected: list[tuple[str, ...]]
) -> None:
    answer = codebook.drug_units("J0585", amount, ON, container=container, containers=containers)
    assert lines(answer) == expected
    assert answer["sources"]


def test_measures_of_one_kind_are_turned_into_one_another(codebook: Codebook) -> None:
    assert codebook.drug_units("J0897", "0.06 g", ON)["units"] == 60
    assert codebook.drug_units("J0897", "500 mcg", ON)["units"] == 1
    assert codebook.drug_units("J0897", "500 mcg", ON)["exact"] is False


def test_measures_of_different_kinds_are_refused(codebook: Codebook) -> None:
    with pytest.raises(BadInput, match="mass"):
        codebook.drug_units("J0585", "10 mg", ON)


def test_too_few_containers_are_refused(codebook: Codebook) -> None:
    with pytest.raises(BadInput, match="containers"):
        codebook.drug_units("J0585", "150 units", ON, container="100 units", containers=1)


def test_a_code_that_does_not_stand_is_not_counted(codebook: Codebook) -> None:
    with pytest.raises(NotFound):
        codebook.drug_units("J9998", "10 mg", ON)


def test_packages_of_the_quarter_are_named(codebook: Codebook) -> None:
    (package,) = codebook.drug_units("J0585", "100 units", ON)["packages"]
    assert (package["ndc"], package["billing_units_package"]) == ("00023114501", "100")


@given(given=st.decimals("0.01", "5000", places=2), size=st.decimals("0.5", "500", places=1))
def test_billed_units_never_hold_less_than_was_given_nor_more_than_was_opened(
    codebook: Codebook, given: Decimal, size: Decimal
) -> None:
    answer = codebook.drug_units("J0585", f"{given} units", ON, container=f"{size} units")
    billed = sum(one["units"] for one in answer["lines"])
    opened = (given / size).to_integral_value(ROUND_CEILING) * size
    assert answer["units"] >= given
    assert billed <= max(opened.to_integral_value(ROUND_CEILING), answer["units"])

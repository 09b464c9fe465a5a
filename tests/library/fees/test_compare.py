"""A fee on two days: the parts add up to the change, whatever changed, and what has no price says why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingahead.codebook import Codebook
from codingahead.reference.fees.asked import question
from codingahead.reference.fees.compare import _parts
from codingahead.reference.fees.physician import fee
from codingahead.reference.fees.values import Indices, Relative
from codingahead.words.errors import BadInput, NotFound

APRIL, AUGUST = date(2026, 4, 15), date(2026, 8, 1)
FIELDS = (
    "work_rvu", "facility_pe_rvu", "nonfacility_pe_rvu", "mp_rvu", "opps_facility_pe", "opps_nonfacility_pe", "opps_mp",
)  # fmt: skip


def asked(code: str, **more: object) -> object:
    return question({"code": code, "pos": "21", **more}, AUGUST)


def test_parts_name_what_moved_and_add_up(codebook: Codebook) -> None:
    made = codebook.compare_fees(asked("61624"), APRIL)  # type: ignore[arg-type]
    parts = {p["name"]: Decimal(p["amount"]) for p in made["parts"]}
    assert sum(parts.values()) == Decimal(made["change"])
    assert Decimal(made["to"]["amount"]) - Decimal(made["from"]["amount"]) == Decimal(made["change"])
    assert parts["work"] < 0
    assert parts["conversion_factor"] == 0
    assert made["from"]["sources"] != made["to"]["sources"]


def test_each_side_is_the_fee_of_its_own_day(codebook: Codebook) -> None:
    made = codebook.compare_fees(asked("61624"), APRIL)  # type: ignore[arg-type]
    for side in (made["from"], made["to"]):
        alone = codebook.price(question({"code": "61624", "pos": "21"}, date.fromisoformat(side["on"])))
        assert side["amount"] == alone["amount"]


def test_a_zip_code_means_its_locality_on_both_days(codebook: Codebook) -> None:
    by_zip = codebook.compare_fees(asked("61624", zip="35203"), APRIL)  # type: ignore[arg-type]
    by_locality = codebook.compare_fees(asked("61624", locality="10112/00"), APRIL)  # type: ignore[arg-type]
    assert by_zip["from"]["reason"] == by_locality["from"]["reason"]
    assert by_zip["parts"] == by_locality["parts"]
    assert by_zip["to"]["amount"] == by_locality["to"]["amount"] is not None


def test_a_year_that_is_not_loaded_is_said_and_not_compared(codebook: Codebook) -> None:
    made = codebook.compare_fees(asked("61624"), date(2019, 1, 1))  # type: ignore[arg-type]
    assert made["from"]["amount"] is None
    assert "not loaded" in made["from"]["reason"]
    assert (made["change"], made["parts"]) == (None, [])


def test_a_code_that_has_no_row_on_one_day_says_so(codebook: Codebook) -> None:
    made = codebook.compare_fees(asked("61699"), APRIL)  # type: ignore[arg-type]
    assert made["from"]["amount"]
    assert "not in the fee schedule" in made["to"]["reason"]


def test_days_in_the_wrong_order_and_unknown_codes_are_refused(codebook: Codebook) -> None:
    with pytest.raises(BadInput, match="after"):
        codebook.compare_fees(asked("61624"), AUGUST)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        codebook.compare_fees(asked("99998"), APRIL)  # type: ignore[arg-type]


values = st.decimals("0", "60", places=2)
rows = st.tuples(*[values for _ in FIELDS])
indices = st.builds(Indices, *[st.decimals("0.3", "2.5", places=3) for _ in range(3)])
factors = st.decimals("30", "40", places=4)


@given(
    was=rows,
    now=rows,
    was_at=indices,
    now_at=indices,
    was_factor=factors,
    now_factor=factors,
    basis=st.sampled_from(("facility", "nonfacility")),
)
def test_parts_always_add_up_to_the_change(
    was: tuple[Decimal, ...],
    now: tuple[Decimal, ...],
    was_at: Indices,
    now_at: Indices,
    was_factor: Decimal,
    now_factor: Decimal,
    basis: str,
) -> None:
    old = Relative("99999", "", dict(zip(FIELDS, map(str, was), strict=True)), was_factor, "a", 1)
    new = Relative("99999", "", dict(zip(FIELDS, map(str, now), strict=True)), now_factor, "b", 1)
    parts = _parts(old, was_at, new, now_at, basis)
    assert sum(Decimal(p["amount"]) for p in parts) == fee(new, now_at, basis) - fee(old, was_at, basis)

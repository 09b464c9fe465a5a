"""Prices asked of the invented universe: every schedule, place and reason for no price."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from codingahead.codebook import Codebook
from codingahead.reference.fees.asked import question
from codingahead.words.errors import BadInput, NotFound

DAY = date(2026, 8, 1)
ALABAMA = {"mac": "10112", "locality": "00"}


def ask(codebook: Codebook, on: date = DAY, **arguments: Any) -> dict[str, Any]:
    return codebook.price(question({"pos": "11"} | arguments, on))


def test_national_fee_is_the_sum_of_values_times_the_factor(codebook: Codebook) -> None:
    fee = ask(codebook, code="99213")
    assert fee["amount"] == "95.19"
    assert (fee["basis"], fee["schedule"], fee["reason"]) == ("nonfacility", "pfs", None)
    assert fee["formula"]["conversion_factor"] == "33.4009"
    assert fee["nonparticipating"] == {"amount": "90.43", "limiting_charge": "104.00"}
    assert fee["payment"]["sequestration"] == "1.52"


def test_locality_multiplies_each_value_by_its_own_index(codebook: Codebook) -> None:
    fee = ask(codebook, code="99213", **ALABAMA)
    # 1.30 + 1.46 x 0.875 + 0.09 x 0.566 = 2.62844
    assert fee["amount"] == "87.79"
    assert fee["formula"]["gpci"] == {"work": "1.000", "pe": "0.875", "mp": "0.566"}
    assert {s["release"] for s in fee["sources"]} == {"pfs:rvu26c", "pfs.gpci:2026-07-01"}


def test_every_step_with_a_figure_names_a_source_that_is_listed(codebook: Codebook) -> None:
    fee = ask(codebook, code="99213", **ALABAMA)
    listed = {s["n"] for s in fee["sources"]}
    assert listed >= {s["source"] for s in fee["steps"] if s["source"]}
    assert sum(s["source"] is not None for s in fee["steps"]) >= 3


def test_zip_code_finds_its_locality(codebook: Codebook) -> None:
    fee = ask(codebook, code="99213", zip="35203")
    assert fee["amount"] == "87.79"
    assert fee["place"]["mac"] == "10112"


def test_zip_code_over_two_localities_is_told_apart_by_its_last_four_digits(codebook: Codebook) -> None:
    assert ask(codebook, code="99213", zip="99501-0004")["place"]["mac"] == "10112"
    unsure = ask(codebook, code="99213", zip="99501")
    assert unsure["place"]["mac"] == "02102"
    assert "last four digits" in unsure["notes"][0]


def test_unknown_zip_code_and_locality_are_not_found(codebook: Codebook) -> None:
    with pytest.raises(NotFound):
        ask(codebook, code="99213", zip="00001")
    with pytest.raises(NotFound):
        ask(codebook, code="99213", locality="10112/99")


def test_qualifying_participants_have_their_own_factor_with_its_source(codebook: Codebook) -> None:
    fee = ask(codebook, code="99213", qp=True)
    assert fee["amount"] == "95.67"
    assert any(s["release"] == "pfs.factors:2026-01-01" for s in fee["sources"])


def test_amounts_are_never_carried_over_a_calendar_year(codebook: Codebook) -> None:
    fee = ask(codebook, on=date(2027, 1, 1), code="99213")
    assert fee["amount"] is None
    assert "2027" in fee["reason"]
    assert "pfs" in fee["not_loaded"]


def test_a_later_quarter_of_the_same_year_is_priced_and_marked_stale(codebook: Codebook) -> None:
    fee = ask(codebook, on=date(2026, 11, 1), code="99213")
    assert fee["amount"] == "95.19"
    assert [s["release"] for s in fee["stale"]] == ["pfs:rvu26c"]


def test_na_setting_has_no_price_but_shows_what_the_file_prints(codebook: Codebook) -> None:
    fee = ask(codebook, code="61624")
    assert fee["amount"] is None
    assert fee["reason"].startswith("NA in this setting")
    assert fee["reference_amount"]["amount"]


def test_unknown_code_says_so(codebook: Codebook) -> None:
    fee = ask(codebook, code="99998")
    assert (fee["status"], fee["amount"]) == ("unknown", None)


def test_tribal_place_has_rules_of_its_own(codebook: Codebook) -> None:
    assert "rules of their own" in ask(codebook, code="99213", pos="05")["reason"]


def test_technical_component_is_held_to_the_hospital_outpatient_amount(codebook: Codebook) -> None:
    fee = ask(codebook, code="71046", modifiers=["TC"])
    # 0.71 x 33.4009 = 23.71; capped 0.51 x 33.4009 = 17.03
    assert fee["amount"] == "17.03"
    assert fee["formula"]["opps_cap"] == "17.03"
    assert ask(codebook, code="71046", modifiers=["26"])["amount"] == "10.35"
    assert "26 and TC on one line" in ask(codebook, code="71046", modifiers=["26", "TC"])["reason"]


def test_component_modifier_on_a_code_without_components_is_not_valid(codebook: Codebook) -> None:
    assert "modifier 26 is not valid" in ask(codebook, code="99213", modifiers=["26"])["reason"]


def test_laboratory_fee_has_no_coinsurance(codebook: Codebook) -> None:
    fee = ask(codebook, code="80053", units=2)
    assert (fee["schedule"], fee["amount"]) == ("clfs", "21.12")
    assert fee["payment"]["coinsurance"] == "0.00"
    assert fee["nonparticipating"] is None


def test_laboratory_test_without_a_national_amount_is_left_to_the_contractor(codebook: Codebook) -> None:
    assert "contractor" in ask(codebook, code="0001U")["reason"]


def test_drug_is_paid_by_its_limit_and_units(codebook: Codebook) -> None:
    fee = ask(codebook, code="J0585", units=100)
    assert (fee["schedule"], fee["amount"]) == ("asp", "647.10")
    assert fee["notes"] == []
    assert "18.5" in ask(codebook, code="J0897")["notes"][0]


@pytest.mark.parametrize(
    ("where", "amount"),
    [
        ({"zip": "36003"}, "120.00"),
        ({"zip": "35203"}, "100.00"),
        ({"state": "CA"}, "100.00"),
        ({"state": "AL", "rural": True}, "120.00"),
    ],
)
def test_equipment_is_paid_by_the_patients_home(codebook: Codebook, where: dict[str, Any], amount: str) -> None:
    assert ask(codebook, code="E0601", modifiers=["NU"], pos="12", **where)["amount"] == amount


def test_equipment_without_a_home_or_with_another_modifier_has_no_price(codebook: Codebook) -> None:
    assert "name a state" in ask(codebook, code="E0601", modifiers=["NU"], pos="12")["reason"]
    assert "other modifiers: NU, RR" in ask(codebook, code="E0601", pos="12", state="CA")["reason"]
    assert "rural ZIP codes" in ask(codebook, code="E0601", modifiers=["NU"], pos="12", state="AL")["reason"]


def test_anesthesia_is_base_and_time_by_the_local_factor(codebook: Codebook) -> None:
    assert ask(codebook, code="00216", minutes=187, pos="21")["amount"] == "563.68"
    # 27.5 x 19.50
    assert ask(codebook, code="00216", minutes=187, pos="21", **ALABAMA)["amount"] == "536.25"
    assert ask(codebook, code="00216", minutes=187, pos="21", modifiers=["QK"])["amount"] == "281.84"
    assert "minutes" in ask(codebook, code="00216", pos="21")["reason"]


def test_hospital_is_paid_beside_the_practitioner(codebook: Codebook) -> None:
    fee = ask(codebook, code="45378", pos="22")
    assert fee["amount"] is not None
    assert (fee["facility"]["schedule"], fee["facility"]["amount"]) == ("opps", "911.71")
    assert fee["facility"]["formula"]["apc"] == "5311"
    assert "B" in ask(codebook, code="99213", pos="22")["facility"]["reason"]


def test_wage_index_moves_the_labor_share_only(codebook: Codebook) -> None:
    # 911.71 x (0.6 x 1.2 + 0.4) = 1021.1152
    assert ask(codebook, code="45378", pos="22", schedule="opps", wage_index="1.2")["amount"] == "1021.12"
    # 480.55 x (0.5 x 1.2 + 0.5) = 528.605
    assert ask(codebook, code="45378", pos="24", schedule="asc", wage_index="1.2")["amount"] == "528.61"


def test_comprehensive_service_takes_in_the_rest_of_the_hospitals_claim(codebook: Codebook) -> None:
    basket = ask(codebook, lines=[{"code": "45378"}, {"code": "61624"}], pos="22", schedule="opps")
    assert [line["amount"] for line in basket["lines"]] == ["0.00", "11340.57"]
    twice = ask(codebook, lines=[{"code": "45378"}, {"code": "45378"}], pos="22", schedule="opps")
    assert twice["total"] == "1367.57"


def test_surgical_center_says_why_it_is_not_paid(codebook: Codebook) -> None:
    assert ask(codebook, code="45378", pos="24")["facility"]["amount"] == "480.55"
    assert "C5" in ask(codebook, code="61645", pos="24", schedule="asc")["reason"]
    assert ask(codebook, code="J0585", pos="24", schedule="asc", units=10)["amount"] == "64.06"


def test_basket_totals_its_lines_and_names_those_without_a_price(codebook: Codebook) -> None:
    basket = ask(codebook, lines=[{"code": "99213"}, {"code": "80053"}, {"code": "61624"}])
    assert basket["total"] is None
    assert (basket["subtotal"], basket["unpriced"]) == ("105.75", [3])


def test_lower_charge_is_what_counts(codebook: Codebook) -> None:
    assert ask(codebook, code="99213", charge="50.00")["amount"] == "50.00"
    assert ask(codebook, code="99213", charge="500")["amount"] == "95.19"


def test_practitioner_share_leaves_no_limiting_charge(codebook: Codebook) -> None:
    fee = ask(codebook, code="99213", practitioner="np")
    assert fee["amount"] == "80.91"
    assert fee["nonparticipating"]["limiting_charge"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        {"code": "9921"}, {}, {"code": "99213", "pos": "00"}, {"code": "99213", "pos": ""}, {"code": "99213", "units": 0},
        {"code": "99213", "modifiers": ["2"]}, {"code": "99213", "locality": "00"}, {"code": "99213", "pos": "6x"},
        {"code": "99213", "zip": "35203", "locality": "10112/00"}, {"lines": []}, {"lines": ["x"]}, {"code": "99213", "charge": "-1"},
        {"code": "99213", "schedule": "x"}, {"code": "99213", "practitioner": "x"}, {"code": "99213", "national": True, "zip": "35203"},
        {"code": "99213", "units": "1.5"}, {"code": "99213", "charge": "NaN"},
    ],
)  # fmt: skip
def test_what_is_no_question_is_bad_input(codebook: Codebook, arguments: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        ask(codebook, **arguments)


def test_many_prices_are_the_single_prices(codebook: Codebook) -> None:
    table = codebook.price_table(DAY)
    asked = [
        (code, part, pos, place)
        for code, part in (("99213", ""), ("71046", ""), ("71046", "TC"), ("61624", ""), ("80053", ""), ("99998", ""))
        for pos in ("11", "21", "05")
        for place in ("", "10112/00", "02102/01")
    ]
    codes, parts, pos, places = map(list, zip(*asked, strict=True))
    many = table.price_many(codes, pos, places, parts)
    for (code, part, at, place), amount in zip(asked, many, strict=True):
        single = ask(codebook, code=code, modifiers=[part] if part else [], pos=at, locality=place)
        expected = single["amount"] if single["schedule"] == "pfs" else None
        assert (None if amount is None else f"{amount:.2f}") == expected
    assert [row["nonfacility"] for row in table.every_place("99213")] == ["95.19", "120.58", "87.79"]


def test_prices_by_the_thousand_need_a_fee_schedule_of_the_year(codebook: Codebook) -> None:
    with pytest.raises(NotFound):
        codebook.price_table(date(2027, 1, 1))

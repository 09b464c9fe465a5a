"""The pricing rules alone, on invented rows: modifiers of one line, several lines of one day, anesthesia, sequestration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingahead.reference.fees import anesthesia, multiple, physician
from codingahead.reference.fees.adjustments import effects
from codingahead.reference.fees.payment import sequestration_rate, split
from codingahead.reference.fees.values import NATIONAL, ONE, Indices, Line, Part, Relative, cents
from codingahead.words.fees import FeeLine

DAY = date(2026, 8, 1)
PLAIN = {
    "status": "A", "work_rvu": "1.00", "nonfacility_pe_rvu": "1.00", "facility_pe_rvu": "0.50", "mp_rvu": "0.00", "nonfacility_total": "2.00",
    "facility_total": "1.50", "pctc": "0", "global_days": "090", "preoperative": "0.10", "intraoperative": "0.70", "postoperative": "0.20",
    "multiple_procedure": "2", "bilateral": "1", "assistant_surgeon": "2", "co_surgeon": "2", "team_surgeon": "2", "endoscopy_base": "",
    "imaging_family": "99",
}  # fmt: skip


def row(code: str = "10000", variant: str = "", factor: str = "50", **cells: str) -> Relative:
    return Relative(code, variant, PLAIN | cells, Decimal(factor), "pfs:test", None)


def line(
    fee: str, number: int = 1, *modifiers: str, code: str = "10000", units: int = 1, variant: str = "", **cells: str
) -> Line:
    """A priced line whose fee is `fee`: its only value is practice expense in dollars, so that the factor is one."""
    made = Line(FeeLine(code, modifiers, units), number)
    made.row = row(code, variant, "1", **{"work_rvu": "0", "nonfacility_pe_rvu": fee, **cells})
    made.count = units
    made.parts = [Part(Decimal(fee), units)]
    return made


def amounts(
    lines: Sequence[Line], components: dict[tuple[str, str], str] | None = None, base: str | None = None
) -> list[str | None]:
    known = components or {}

    def component(of: Line, kind: str) -> Relative | None:
        fee = known.get((of.asked.code, kind))
        return row(of.asked.code, kind, "1", work_rvu="0", nonfacility_pe_rvu=fee) if fee else None

    multiple.apply(lines, component, lambda _line, _code: Decimal(base) if base else None)
    return [None if entry.amount is None else str(entry.amount) for entry in lines]


# --- one line -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modifiers", "cells", "factor", "count"),
    [
        (("50",), {"bilateral": "1"}, "1.5", 1),
        (("RT", "LT"), {"bilateral": "1"}, "1.5", 1),
        (("50",), {"bilateral": "0"}, "1", 1),
        (("50",), {"bilateral": "2"}, "1", 1),
        (("50",), {"bilateral": "3"}, "1", 2),
        (("RT",), {"bilateral": "1"}, "1", 1),
        (("54",), {}, "0.80", 1),
        (("55",), {}, "0.20", 1),
        (("56",), {}, "0.10", 1),
        (("54", "55"), {}, "1.00", 1),
        (("78",), {}, "0.70", 1),
        (("78",), {"intraoperative": "0.00", "global_days": "000"}, "1", 1),
        (("80",), {}, "0.16", 1),
        (("AS",), {}, "0.136", 1),
        (("82",), {"assistant_surgeon": "0"}, "0.16", 1),
        (("62",), {}, "0.625", 1),
        (("62", "50"), {}, "0.9375", 1),
        (("58",), {}, "1", 1),
        (("79",), {}, "1", 1),
        (("51", "76", "59"), {}, "1", 1),
        (("CQ",), {}, "0.85", 1),
    ],
)
def test_modifier_changes_the_fee_by_its_factor(
    modifiers: tuple[str, ...], cells: dict[str, str], factor: str, count: int
) -> None:
    found = effects(modifiers, row(**cells), DAY)
    product, times = ONE, 1
    for effect in found:
        assert effect.refusal is None
        product, times = product * effect.factor, times * effect.count
    assert (product, times) == (Decimal(factor), count)


@pytest.mark.parametrize(
    ("modifiers", "cells", "word"),
    [
        (("80",), {"assistant_surgeon": "1"}, "statute"),
        (("AS",), {"assistant_surgeon": "9"}, "does not apply"),
        (("62",), {"co_surgeon": "0"}, "co-surgeons not payable"),
        (("66",), {"team_surgeon": "2"}, "by report"),
        (("66",), {"team_surgeon": "0"}, "not payable"),
        (("50",), {"bilateral": "9"}, "bilateral indicator 9"),
        (("54",), {"global_days": "000"}, "global package"),
        (("22",), {}, "by report"),
        (("52",), {}, "by report"),
        (("53",), {}, "by report"),
        (("73",), {}, "facility"),
        (("GY",), {}, "statute"),
        (("GZ",), {}, "denied"),
        (("AA",), {}, "anesthesia"),
        (("FX",), {"pctc": "1"}, "not computed"),
    ],
)
def test_modifier_that_forbids_a_price_says_why(modifiers: tuple[str, ...], cells: dict[str, str], word: str) -> None:
    assert any(word in (effect.refusal or "") for effect in effects(modifiers, row(**cells), DAY))


def test_therapy_assistants_were_paid_in_full_until_2022() -> None:
    assert effects(("CO",), row(), date(2021, 12, 31)) == []


def test_discontinued_procedure_with_values_of_its_own_is_not_by_report() -> None:
    assert effects(("53",), row(variant="53"), DAY) == []


@pytest.mark.parametrize("status", [*"BCEIJMNPQX", "D"])
def test_status_without_a_price_has_a_reason(status: str) -> None:
    assert f"status {status}" in (physician.obstacle(row(status=status), "facility") or "")


def test_status_without_values_is_left_to_the_contractor() -> None:
    bare = row(status="R", nonfacility_total="0.00", facility_total="0.00")
    assert "contractor" in (physician.obstacle(bare, "facility") or "")


@given(st.integers(0, 10**6), st.integers(100, 2000), st.integers(1, 10**6))
def test_fee_is_rounded_once_half_up(hundredths: int, index: int, factor: int) -> None:
    of = row(
        factor=str(Decimal(factor).scaleb(-4)),
        work_rvu=str(Decimal(hundredths).scaleb(-2)),
        nonfacility_pe_rvu="0",
        mp_rvu="0",
    )
    exact = hundredths * index * factor
    assert (
        int(physician.fee(of, Indices(work=Decimal(index).scaleb(-3)), "nonfacility") * 100)
        == (exact + 5 * 10**6) // 10**7
    )


def test_half_a_cent_goes_up() -> None:
    assert cents(Decimal("1.005")) == Decimal("1.01")
    assert cents(Decimal("37.074999")) == Decimal("37.07")


# --- several lines --------------------------------------------------------------------------------------------------


def test_surgery_pays_the_dearest_in_full_and_four_more_at_half() -> None:
    lines = [line(str(fee), n) for n, fee in enumerate((100, 300, 200, 50, 40, 30), 1)]
    assert amounts(lines) == ["50.00", "300.00", "100.00", "25.00", "20.00", None]
    assert "by report" in (lines[-1].reason or "")


def test_each_unit_ranks_as_a_procedure() -> None:
    assert amounts([line("100", units=2)]) == ["150.00"]


def test_lines_of_indicator_0_are_never_reduced() -> None:
    assert amounts([line("300", 1), line("100", 2, multiple_procedure="0")]) == ["300.00", "100.00"]


def test_assistant_lines_rank_among_themselves() -> None:
    assert amounts([line("300", 1), line("100", 2, "80")]) == ["300.00", "100.00"]


def test_endoscopies_of_a_family_pay_what_each_costs_above_the_base() -> None:
    family = {"multiple_procedure": "3", "endoscopy_base": "45378"}
    lines = [line("223.45", 1, **family), line("177.69", 2, code="10001", **family)]
    assert amounts(lines, base="164.67") == ["223.45", "13.02"]


def test_base_endoscopy_beside_its_family_is_not_paid() -> None:
    lines = [line("200.00", 1, multiple_procedure="3", endoscopy_base="45378"), line("164.67", 2, code="45378")]
    assert amounts(lines, base="164.67") == ["200.00", "0.00"]


def test_endoscopy_family_ranks_as_one_procedure() -> None:
    family = {"multiple_procedure": "3", "endoscopy_base": "45378"}
    lines = [line("200.00", 1, **family), line("150.00", 2, code="10001", **family), line("300.00", 3, code="20000")]
    assert amounts(lines, base="100.00") == ["100.00", "25.00", "300.00"]


def test_endoscopy_family_without_its_base_fee_is_not_guessed() -> None:
    family = {"multiple_procedure": "3", "endoscopy_base": "45378"}
    assert amounts([line("200.00", 1, **family), line("150.00", 2, **family)]) == ["200.00", None]


IMAGING = {"multiple_procedure": "4", "imaging_family": "88", "pctc": "1"}
PARTS = {("70553", "26"): "105.21", ("70553", "TC"): "211.76", ("70450", "26"): "39.41", ("70450", "TC"): "67.14"}


def test_imaging_halves_further_technical_and_takes_5_percent_of_further_professional_components() -> None:
    lines = [line("316.97", 1, code="70553", **IMAGING), line("106.55", 2, code="70450", **IMAGING)]
    assert amounts(lines, PARTS) == ["316.97", "71.01"]


def test_imaging_in_another_session_is_paid_in_full() -> None:
    lines = [line("316.97", 1, code="70553", **IMAGING), line("106.55", 2, "59", code="70450", **IMAGING)]
    assert amounts(lines, PARTS) == ["316.97", "106.55"]


def test_therapy_halves_the_practice_expense_of_every_further_unit() -> None:
    def therapy(pe: str, number: int, units: int, code: str) -> Line:
        made = line("0", number, code=code, units=units, multiple_procedure="5", work_rvu="10", nonfacility_pe_rvu=pe)
        made.parts = [Part(Decimal(10) + Decimal(pe), units)]
        return made

    assert amounts([therapy("4", 1, 2, "97110"), therapy("3", 2, 1, "97140")]) == ["26.00", "11.50"]
    assert amounts([therapy("4", 1, 1, "97110")]) == ["14.00"]


@pytest.mark.parametrize(("indicator", "second"), [("6", "25.00"), ("7", "26.00")])
def test_diagnostics_reduce_further_technical_components_only(indicator: str, second: str) -> None:
    cells = {"multiple_procedure": indicator, "pctc": "1"}
    parts = {("93306", "26"): "30", ("93306", "TC"): "70", ("93000", "26"): "10", ("93000", "TC"): "20"}
    lines = [line("100", 1, code="93306", **cells), line("30", 2, code="93000", **cells)]
    assert amounts(lines, parts)[1] == second


def test_global_test_whose_technical_part_is_another_code_is_not_guessed() -> None:
    cells = {"multiple_procedure": "6"}
    lines = [line("100", 1, code="93000", pctc="4", **cells), line("30", 2, code="93005", pctc="3", **cells)]
    assert amounts(lines) == [None, "30.00"]


def test_both_sides_on_two_lines_are_paid_as_one_bilateral_line() -> None:
    assert amounts([line("100", 1, "RT"), line("100", 2, "LT")]) == ["150.00", "0.00"]
    assert amounts([line("100", 1, "RT", bilateral="0"), line("100", 2, "LT", bilateral="0")]) == ["100.00", "0.00"]


def test_status_t_is_bundled_beside_any_other_paid_service() -> None:
    assert amounts([line("20", 1, status="T", multiple_procedure="0"), line("90", 2, multiple_procedure="0")]) == [
        "0.00",
        "90.00",
    ]
    assert amounts([line("20", 1, status="T", multiple_procedure="0")]) == ["20.00"]


@given(st.lists(st.integers(1, 500_000), min_size=1, max_size=5), st.randoms())
def test_order_of_surgical_lines_does_not_change_the_total(fees: list[int], shuffle: object) -> None:
    dollars = [str(Decimal(fee).scaleb(-2)) for fee in fees]
    mixed = list(dollars)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    one = amounts([line(fee, n) for n, fee in enumerate(dollars, 1)])
    two = amounts([line(fee, n) for n, fee in enumerate(mixed, 1)])
    assert sum(Decimal(a or 0) for a in one) == sum(Decimal(a or 0) for a in two)
    assert max(Decimal(a or 0) for a in one) == max(Decimal(fee) for fee in dollars)


# --- anesthesia and payment -----------------------------------------------------------------------------------------


def test_anesthesia_time_counts_in_tenths_of_15_minutes() -> None:
    assert anesthesia.time_units(187) == Decimal("12.5")
    assert anesthesia.time_units(1) == Decimal("0.1")
    assert anesthesia.work(Decimal(15), 187, ()).amount(Decimal("20.4976")) == Decimal("563.68")


@pytest.mark.parametrize("modifier", ["QK", "QY", "QX"])
def test_medical_direction_pays_half(modifier: str) -> None:
    assert anesthesia.work(Decimal(4), 60, (modifier,)).amount(Decimal(20)) == Decimal("80.00")


def test_supervision_of_more_than_four_pays_three_units_without_time() -> None:
    assert anesthesia.work(Decimal(15), 600, ("AD",)).amount(Decimal(20)) == Decimal("60.00")


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("2020-04-30", "0.02"),
        ("2020-05-01", "0"),
        ("2022-03-31", "0"),
        ("2022-04-01", "0.01"),
        ("2022-07-01", "0.02"),
        ("2026-01-01", "0.02"),
    ],
)
def test_sequestration_follows_its_suspensions(day: str, rate: str) -> None:
    assert sequestration_rate(date.fromisoformat(day)) == Decimal(rate)


@given(st.integers(1, 10**8))
def test_shares_of_a_payment_add_up_to_the_allowed_amount(hundredths: int) -> None:
    allowed = Decimal(hundredths).scaleb(-2)
    made = split(allowed, DAY, has_coinsurance=True)
    assert Decimal(made["medicare"]) + Decimal(made["coinsurance"]) == allowed
    assert Decimal(made["medicare_pays"]) + Decimal(made["sequestration"]) == Decimal(made["medicare"])
    assert Indices(ONE, ONE, ONE) == NATIONAL

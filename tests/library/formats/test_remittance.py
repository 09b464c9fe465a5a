"""835 to remittances."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest

from codingahead.formats.x12.remittance import read_x12_remittances
from codingahead.words.claims import Rejected
from codingahead.words.remittances import Adjustment, ProviderAdjustment, Remittance, RemittedLine
from tests.library.formats.written import FILES

GOLDEN = (FILES / "remittance.835").read_text()


def read(text: str) -> list[Remittance | Rejected]:
    return list(read_x12_remittances(io.BytesIO(text.encode()), "f.835"))


def golden() -> Remittance:
    (found,) = read(GOLDEN)
    assert isinstance(found, Remittance)
    return found


def test_the_payment_names_payer_payee_check_and_day() -> None:
    paid = golden()
    assert (paid.payer, paid.payee, paid.payee_npi) == ("EXAMPLE PAYER", "EXAMPLE CLINIC", "1234567893")
    assert (paid.check, paid.method, paid.payment, paid.paid_on) == (
        "EFT77",
        "ACH",
        Decimal("946.25"),
        date(2026, 8, 21),
    )


def test_a_claim_keeps_its_own_number_status_amounts_and_remarks() -> None:
    claim = golden().claims[0]
    assert (claim.id, claim.status, claim.charge, claim.paid) == ("A1", "1", Decimal("1500.5"), Decimal("965"))
    assert (claim.patient_responsibility, claim.filing, claim.payer_claim) == (Decimal("40"), "MB", "ICN1")
    assert (claim.first_day, claim.last_day, claim.provider) == (date(2026, 7, 10), date(2026, 7, 11), "1111111112")
    assert claim.remarks == ("MA01", "MA18")


def test_a_line_carries_adjustments_with_group_reason_amount_and_quantity() -> None:
    line = golden().claims[0].lines[1]
    assert line == RemittedLine(
        code="36224",
        charge=Decimal("200"),
        paid=Decimal("0"),
        modifiers=("59", "RT"),
        units=Decimal("0"),
        billed_code="36224",
        billed_units=Decimal("2"),
        date_of_service=date(2026, 7, 11),
        adjustments=(
            Adjustment("CO", "236", Decimal("150"), Decimal("1")),
            Adjustment("CO", "45", Decimal("50"), Decimal("1")),
        ),
        remarks=("N20",),
    )


def test_allowed_amount_and_line_number_are_read() -> None:
    line = golden().claims[0].lines[0]
    assert (line.allowed, line.control) == (Decimal("1005"), "1")


def test_a_reversal_without_lines_carries_its_adjustments_on_the_claim() -> None:
    claim = golden().claims[1]
    assert (claim.status, claim.charge, claim.lines) == ("22", Decimal("-300"), ())
    assert claim.adjustments == (Adjustment("CO", "29", Decimal("-290")),)


def test_money_outside_claims_is_kept_with_its_reference() -> None:
    assert golden().provider_adjustments == (
        ProviderAdjustment("1234567893", "WO", Decimal("10"), "ICN9"),
        ProviderAdjustment("1234567893", "L6", Decimal("-1.25")),
    )


def test_the_payment_balances_with_claims_and_provider_adjustments() -> None:
    paid = golden()
    moved = sum(adjustment.amount for adjustment in paid.provider_adjustments)
    assert sum(claim.paid for claim in paid.claims) - moved == paid.payment
    for line in paid.claims[0].lines:
        assert line.charge - sum(adjustment.amount for adjustment in line.adjustments) == line.paid


def test_no_name_of_a_patient_is_kept() -> None:
    assert not any(name in repr(golden()) for name in ("ROE", "LOE", "1EG4TE5MK73"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("CLP*A1*1*1500.5", "CLP*A1*1*many", "CLP: 'many' is no amount"),
        ("SVC*HC:61624*1200.5", "SVC*HC>61624*1200.5", "SVC: 'HC>61624' is no procedure"),
        ("CAS*CO*45*195.5", "CAS*CO*45*x", "CAS: 'x' is no amount"),
        ("DTM*472*20260710", "DTM*472*20261310", "DTM: '20261310' is no day"),
    ],
)
def test_a_bad_segment_is_rejected_at_its_place_and_the_rest_goes_on(old: str, new: str, words: str) -> None:
    text = GOLDEN.replace(old, new)
    found = read(text)
    (rejected,) = (f for f in found if isinstance(f, Rejected))
    (paid,) = (f for f in found if isinstance(f, Remittance))
    assert words in rejected.reason
    assert new in text.split("~")[rejected.position - 1]
    assert rejected.id == "A1"
    assert paid.claims[-1].id == "A2"


def test_a_line_without_a_day_takes_the_claims_first_day() -> None:
    (paid,) = read(GOLDEN.replace("DTM*472*20260711~", "REF*LU*1~"))
    assert isinstance(paid, Remittance)
    assert paid.claims[0].lines[1].date_of_service == date(2026, 7, 10)


def test_a_file_that_breaks_off_does_not_give_the_claim_it_breaks_off_in() -> None:
    found = read(GOLDEN[: GOLDEN.index("CAS*CO*29")])
    assert any("breaks off inside this claim payment" in f.reason for f in found if isinstance(f, Rejected))
    (paid,) = (f for f in found if isinstance(f, Remittance))
    assert [claim.id for claim in paid.claims] == ["A1"]


def test_a_transaction_without_a_payment_is_rejected() -> None:
    found = read(GOLDEN.replace("BPR*", "XXX*"))
    assert any("no readable payment" in f.reason for f in found if isinstance(f, Rejected))


def test_claims_are_no_remittance() -> None:
    (found,) = read((FILES / "professional.837").read_text())
    assert isinstance(found, Rejected)
    assert "is 837 005010X222A1, no remittance" in found.reason

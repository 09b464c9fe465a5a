"""837I to claims."""

from __future__ import annotations

import io
from datetime import date

import pytest

from codingahead.formats.x12.claims import read_x12_claims
from codingahead.words.claims import Claim, Rejected, Setting
from tests.library.formats.written import FILES

GOLDEN = (FILES / "institutional.837").read_text()


def read(text: str) -> list[Claim | Rejected]:
    return list(read_x12_claims(io.BytesIO(text.encode()), "f.837"))


def golden() -> list[Claim]:
    return [claim for claim in read(GOLDEN) if isinstance(claim, Claim)]


def test_lines_carry_procedure_or_revenue_code_so_that_their_count_equals_the_files() -> None:
    claims = golden()
    assert [[line.code for line in claim.lines] for claim in claims] == [["0250", "99284", "73502"], ["0120", "80053"]]
    assert sum(len(claim.lines) for claim in claims) == GOLDEN.count("SV2*")


def test_conditions_are_read_in_order_and_the_admitting_diagnosis_is_none_of_them() -> None:
    assert [claim.diagnoses for claim in golden()] == [("S72.001A", "I10", "E11.9", "W01.0XXA"), ("I21.09",)]


def test_every_line_is_the_facilitys_and_has_no_place_of_service() -> None:
    for claim in golden():
        for line in claim.lines:
            assert (line.provider, line.group, line.place_of_service) == ("1234567893", "1234567893", None)


@pytest.mark.parametrize(
    ("bill", "setting"),
    [
        ("11", Setting.INPATIENT),
        ("12", Setting.OUTPATIENT),
        ("13", Setting.OUTPATIENT),
        ("14", Setting.OUTPATIENT),
        ("18", Setting.INPATIENT),
        ("21", Setting.INPATIENT),
        ("22", Setting.OUTPATIENT),
        ("34", Setting.OUTPATIENT),
        ("71", Setting.OUTPATIENT),
        ("76", Setting.OUTPATIENT),
        ("83", Setting.ASC),
        ("85", Setting.OUTPATIENT),
    ],
)
def test_the_type_of_bill_decides_the_setting(bill: str, setting: Setting) -> None:
    claim = read(
        GOLDEN.replace("13:A:1", f"{bill}:A:1").replace("DTP*434*RD8*20260710-20260711", "DTP*434*D8*20260710")
    )[0]
    assert isinstance(claim, Claim)
    assert claim.setting is setting


def test_an_uncoded_line_without_a_day_takes_the_first_day_of_the_bill_and_says_so() -> None:
    claim = golden()[0]
    assert claim.lines[0].date_of_service == date(2026, 7, 10)
    assert "line 1: 2026-07-10 to 2026-07-11, the first day is taken" in dict(claim.source)["notes"]


def test_a_procedure_without_a_day_on_an_outpatient_bill_of_several_days_is_rejected() -> None:
    found = read(GOLDEN.replace("DTP*472*D8*20260711~\n", ""))
    rejected = [f for f in found if isinstance(f, Rejected)]
    assert "bill covers several days" in rejected[0].reason
    assert isinstance(found[1], Claim)
    assert dict(found[1].source)["rejected_lines"] == "3"


def test_a_line_without_procedure_and_revenue_code_is_rejected() -> None:
    found = read(GOLDEN.replace("SV2*0250**50", "SV2*ABC**50"))
    assert isinstance(found[0], Rejected)
    assert "neither a procedure nor a revenue code" in found[0].reason


def test_a_bill_without_any_day_rejects_its_lines() -> None:
    found = read(GOLDEN.replace("DTP*434*RD8*20260701-20260705~\n", ""))
    reasons = [f.reason for f in found if isinstance(f, Rejected)]
    assert sum("so are the statement dates" in reason for reason in reasons) == 2
    assert any("no service line" in reason for reason in reasons)

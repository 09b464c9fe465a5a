"""A JSON value to a claim and back; every wrong field is refused by its name."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from codingahead.formats.claim_json import claim_value, parsed, read_claim, read_json_lines
from codingahead.words.claims import Claim, Rejected, Setting
from codingahead.words.errors import BadField
from tests.library.formats.written import claims

CLAIM: dict[str, Any] = {
    "id": "A1",
    "patient": "p1",
    "setting": "practitioner",
    "diagnoses": ["i671", " E11.9 "],
    "lines": [{"code": "j1885", "date_of_service": "2026-07-10"}],
}


def with_line(**fields: object) -> dict[str, Any]:
    return CLAIM | {"lines": [CLAIM["lines"][0] | fields]}


def test_codes_are_upper_case_and_diagnoses_carry_their_dot() -> None:
    claim = read_claim(CLAIM)
    assert claim.diagnoses == ("I67.1", "E11.9")
    assert claim.lines[0].code == "J1885"
    assert claim.lines[0].units == 1
    assert claim.setting is Setting.PRACTITIONER


def test_lines_without_a_number_are_numbered_around_those_that_have_one() -> None:
    day = {"code": "99213", "date_of_service": "2026-07-10"}
    claim = read_claim(CLAIM | {"lines": [day, day | {"line": 1}, day, day | {"line": 9}]})
    assert [line.line for line in claim.lines] == [2, 1, 3, 9]


@pytest.mark.parametrize("given_charge", ["120.50", 120.5, Decimal("120.5")])
def test_money_is_exact_however_it_is_written(given_charge: object) -> None:
    assert read_claim(with_line(charge=given_charge)).lines[0].charge == Decimal("120.50")


def test_a_diagnosis_before_october_2015_is_spelled_as_icd9() -> None:
    value = with_line(date_of_service="2015-09-30") | {"diagnoses": ["E8850", "25000", "V5869"]}
    assert read_claim(value).diagnoses == ("E885.0", "250.00", "V58.69")


def test_null_and_blank_optional_fields_are_absent() -> None:
    line = read_claim(with_line(place_of_service=None, provider=" ", modifiers=None, charge=None)).lines[0]
    assert (line.place_of_service, line.provider, line.modifiers, line.charge) == (None, None, (), None)


REFUSED: list[tuple[object, str, str]] = [
    ([], "claim", "a claim is a JSON object, not an array"),
    ("text", "claim", "a claim is a JSON object, not text"),
    (CLAIM | {"id": None}, "id", "id is missing"),
    (CLAIM | {"patient": ["x"]}, "patient", "patient is"),
    (CLAIM | {"setting": "clinic"}, "setting", "'clinic', expected one of practitioner"),
    (CLAIM | {"lines": []}, "lines", "no lines"),
    (CLAIM | {"lines": [CLAIM["lines"][0]] * 10_000}, "lines", "10,000 lines"),
    (CLAIM | {"diagnoses": "I67.1"}, "diagnoses", "is text, expected a list"),
    (CLAIM | {"diagnoses": ["I67.1, R51"]}, "diagnoses", "expected an ICD-10-CM code"),
    (CLAIM | {"sex": "yes"}, "sex", "expected M, F or U"),
    (CLAIM | {"source": [1]}, "source", "no object of texts"),
    (with_line(code="99213-25"), "code", "line 1: code is '99213-25'"),
    (with_line(code=None), "code", "code is missing"),
    (with_line(date_of_service=None), "date_of_service", "date_of_service is missing"),
    (with_line(date_of_service="2026-02-30"), "date_of_service", "expected a day as 2026-07-15"),
    (with_line(date_of_service="07/10/2026"), "date_of_service", "expected a day as 2026-07-15"),
    (with_line(units=0), "units", "units is 0"),
    (with_line(units=-1), "units", "units is -1"),
    (with_line(units=1.5), "units", "units is 1.5"),
    (with_line(units=100_000_000), "units", "expected a whole number from 1 to 99,999,999"),
    (with_line(units=True), "units", "expected a whole number"),
    (with_line(modifiers=["259"]), "modifiers", "two letters or digits"),
    (with_line(modifiers="25"), "modifiers", "is text, expected a list"),
    (with_line(place_of_service="office"), "place_of_service", "two digits"),
    (with_line(place_of_service="00"), "place_of_service", "two digits"),
    (with_line(pointers=[0]), "pointers", "counted from 1"),
    (with_line(charge="-3"), "charge", "dollars and cents"),
    (with_line(charge="1e3"), "charge", "dollars and cents"),
    (with_line(line="first"), "line", "whole number from 1"),
    (with_line(mods=["25"]), "modifiers", "'mods' is not a field"),
    (with_line(modifer=["25"]), "modifiers", "'modifer' is not a field of a claim"),
    (CLAIM | {"lines": ["99213"]}, "lines", "line 1: a line is a JSON object, not text"),
    (CLAIM | {"lines": [CLAIM["lines"][0] | {"line": 2}] * 2}, "line", "line 2: the number is given to two lines"),
]


@pytest.mark.parametrize(("value", "field", "words"), REFUSED, ids=lambda x: x if isinstance(x, str) else "")
def test_a_wrong_field_is_refused_by_name_with_what_was_expected(value: object, field: str, words: str) -> None:
    with pytest.raises(BadField) as refused:
        read_claim(value)
    assert refused.value.field == field
    assert words in refused.value.message
    assert refused.value.hint


def test_a_refusal_never_quotes_the_day_of_birth() -> None:
    with pytest.raises(BadField) as refused:
        read_claim(CLAIM | {"birth_date": "1950/01/02"})
    assert "1950" not in refused.value.message


def test_keys_of_the_senders_own_are_ignored() -> None:
    assert read_claim(CLAIM | {"batch": 7, "note": "x"}) == read_claim(CLAIM)


def test_a_refused_field_tells_rest_callers_field_and_line() -> None:
    with pytest.raises(BadField) as refused:
        read_claim(with_line(units=0))
    error = refused.value.to_json()["error"]
    assert isinstance(error, dict)
    assert (error["field"], error["line"], error["code"]) == ("units", 1, "bad_input")


def test_a_bad_line_of_json_lines_is_rejected_at_its_place_and_the_rest_goes_on() -> None:
    good = json.dumps(CLAIM)
    text = [good, "", '{"id": ', json.dumps(with_line(units=0)), '{"id": NaN}', "[" * 100_000, good]
    found = list(read_json_lines(text))
    assert [type(f) for f in found] == [Claim, Rejected, Rejected, Rejected, Rejected, Claim]
    rejected = [f for f in found if isinstance(f, Rejected)]
    assert [r.position for r in rejected] == [3, 4, 5, 6]
    assert (rejected[1].field, rejected[1].id) == ("units", "A1")
    assert "NaN is not a number" in rejected[2].reason


def test_a_claim_of_5000_lines_is_read() -> None:
    value = CLAIM | {"lines": [CLAIM["lines"][0]] * 5_000}
    assert len(read_claim(value).lines) == 5_000


@given(claims())
def test_a_claim_written_as_json_is_read_back_unchanged(claim: Claim) -> None:
    assert read_claim(parsed(json.dumps(claim_value(claim)))) == claim


def test_source_survives_the_way_there_and_back() -> None:
    value = CLAIM | {"source": {"file": "a.837", "claim": "A1"}}
    assert read_claim(claim_value(read_claim(value))).source == (("file", "a.837"), ("claim", "A1"))
    assert read_claim(CLAIM).lines[0].date_of_service == date(2026, 7, 10)

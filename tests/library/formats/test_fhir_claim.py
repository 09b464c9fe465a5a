"""FHIR R4 Claim to claims."""

from __future__ import annotations

import copy
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from codingahead.formats.claim_json import parsed
from codingahead.formats.fhir_claim import read_fhir
from codingahead.words.claims import Claim, Rejected, ServiceLine, Setting
from tests.library.formats.written import FILES

TEXT = (FILES / "fhir-bundle.json").read_text()


def bundle() -> dict[str, Any]:
    value: dict[str, Any] = parsed(TEXT)
    return value


def resource(**changed: object) -> dict[str, Any]:
    """The golden Claim alone, what it refers to not at hand."""
    claim: dict[str, Any] = copy.deepcopy(bundle()["entry"][4]["resource"])
    claim["diagnosis"][1] = {"sequence": 2, "diagnosisCodeableConcept": {"coding": [{"code": "I67.1"}]}}
    return claim | changed


def only(value: dict[str, Any]) -> Claim:
    found = list(read_fhir(value))
    assert [type(f) for f in found] == [Claim], found
    assert isinstance(found[0], Claim)
    return found[0]


def refusal(value: dict[str, Any]) -> Rejected:
    (found,) = read_fhir(value)
    assert isinstance(found, Rejected)
    return found


def test_references_inside_the_bundle_are_followed() -> None:
    claim = only(bundle())
    assert (claim.id, claim.setting, claim.payer, claim.sex) == ("A1", Setting.PRACTITIONER, "Example Payer", "F")
    assert claim.birth_date == date(1950, 1, 2)
    assert claim.diagnoses == ("I67.1", "E11.9")
    assert claim.lines[0] == ServiceLine(
        line=1,
        code="61624",
        date_of_service=date(2026, 7, 10),
        modifiers=("59",),
        units=2,
        place_of_service="21",
        provider="1111111112",
        specialty="207T00000X",
        group="1234567893",
        pointers=(1, 2),
        charge=Decimal("1200.50"),
    )
    assert (claim.lines[1].charge, claim.lines[1].units) == (Decimal("30.1"), 1)


def test_no_name_is_kept() -> None:
    assert not any(name in repr(only(bundle())) for name in ("Roe", "Jo", "uuid:pat"))


def test_a_period_counts_as_its_first_day_and_says_so() -> None:
    claim = only(bundle())
    assert claim.lines[1].date_of_service == date(2026, 7, 10)
    assert dict(claim.source)["notes"] == "line 2: 2026-07-10 to 2026-07-12, the first day is taken"


def test_what_is_not_at_hand_is_known_by_its_reference() -> None:
    claim = only(resource())
    assert (claim.lines[0].provider, claim.lines[0].group) == ("urn:uuid:doc", "Organization/org1")
    assert (claim.birth_date, claim.sex) == (None, None)


def test_contained_resources_are_followed() -> None:
    doctor = bundle()["entry"][1]["resource"] | {"id": "d"}
    value = resource(contained=[doctor], careTeam=[{"sequence": 1, "provider": {"reference": "#d"}}])
    assert only(value).lines[0].provider == "1111111112"


def test_an_item_whose_performer_is_not_told_has_no_provider() -> None:
    team = [{"sequence": n, "provider": {"reference": f"Practitioner/{n}"}} for n in (1, 2)]
    assert [line.provider for line in only(resource(careTeam=team)).lines] == ["Practitioner/1", None]
    assert only(resource(careTeam=[])).lines[1].provider == "Organization/org1"


@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({}, Setting.OUTPATIENT),
        ({"subType": {"coding": [{"code": "inpatient"}]}}, Setting.INPATIENT),
        ({"subType": {"coding": [{"code": "outpatient"}]}}, Setting.OUTPATIENT),
        (
            {
                "supportingInfo": [
                    {"category": {"coding": [{"code": "typeofbill"}]}, "code": {"coding": [{"code": "0111"}]}}
                ]
            },
            Setting.INPATIENT,
        ),
        (
            {
                "supportingInfo": [
                    {"category": {"coding": [{"code": "typeofbill"}]}, "code": {"coding": [{"code": "131"}]}}
                ]
            },
            Setting.OUTPATIENT,
        ),
    ],
)
def test_institutional_claims_are_told_by_subtype_or_type_of_bill(changed: dict[str, Any], setting: Setting) -> None:
    assert only(resource(type={"coding": [{"code": "institutional"}]}, **changed)).setting is setting


def unresolved() -> dict[str, Any]:
    value = resource()
    value["diagnosis"][1] = {"sequence": 2, "diagnosisReference": {"reference": "Condition/none"}}
    return value


def item(**changed: object) -> dict[str, Any]:
    entry = resource()["item"][0] | changed
    return resource(item=[{k: v for k, v in entry.items() if v is not None}])


@pytest.mark.parametrize(
    ("value", "field", "words"),
    [
        (resource(status="cancelled"), "status", "is cancelled"),
        (resource(status="entered-in-error"), "status", "in error"),
        (resource(type={"coding": [{"code": "pharmacy"}]}), "setting", "a pharmacy claim"),
        (resource(type={"coding": [{"code": "oral"}]}), "setting", "a dental claim"),
        (resource(item=[]), "lines", "no item"),
        (resource(item=[resource()["item"][0]] * 2), "line", "same sequence"),
        (resource(identifier=[], id=None), "id", "id is missing"),
        (item(servicedDate=None), "date_of_service", "line 1: date_of_service is missing"),
        (item(servicedDate="2026-07"), "date_of_service", "'2026-07'"),
        (item(productOrService={"text": "coil"}), "code", "code is missing"),
        (item(quantity={"value": 0}), "units", "units is 0"),
        (item(diagnosisSequence=[9]), "pointers", "names 9"),
        (item(sequence=0), "line", "whole number from 1"),
        (item(unitPrice={"value": -1}), "charge", "charge is -1"),
        (unresolved(), "diagnoses", "diagnoses is missing"),
    ],
)
def test_a_claim_that_cannot_be_read_is_rejected_by_field(value: dict[str, Any], field: str, words: str) -> None:
    refused = refusal(value)
    assert refused.field == field
    assert words in refused.reason


def test_a_day_outside_items_counts_when_the_claim_is_of_one_day() -> None:
    one = item(servicedDate=None) | {"billablePeriod": {"start": "2026-07-10", "end": "2026-07-10"}}
    assert only(one).lines[0].date_of_service == date(2026, 7, 10)
    several = item(servicedDate=None) | {"billablePeriod": {"start": "2026-07-10", "end": "2026-07-11"}}
    assert "no day of service" in refusal(several).reason


def test_a_preauthorization_says_that_it_is_no_bill() -> None:
    assert "this is a preauthorization" in dict(only(resource(use="preauthorization")).source)["notes"]


def test_a_fraction_of_a_unit_is_counted_up() -> None:
    claim = only(item(quantity={"value": Decimal("12.4")}))
    assert claim.lines[0].units == 13
    assert "12.4 units are counted as 13" in dict(claim.source)["notes"]


def test_a_bad_claim_of_a_bundle_is_rejected_at_its_entry_and_the_next_read() -> None:
    value = bundle()
    bad = copy.deepcopy(value["entry"][4])
    bad["resource"]["item"][0]["quantity"] = {"value": -1}
    value["entry"].insert(0, bad)
    rejected, claim = read_fhir(value)
    assert isinstance(rejected, Rejected)
    assert (rejected.position, rejected.id, rejected.field) == (1, "A1", "units")
    assert isinstance(claim, Claim)


def test_other_resources_are_no_claims() -> None:
    assert "a FHIR Patient is not a claim" in refusal({"resourceType": "Patient"}).reason
    assert (
        "holds no Claim"
        in refusal({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}).reason
    )
    assert json.loads(TEXT)["resourceType"] == "Bundle"

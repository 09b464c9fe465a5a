"""FHIR R4 terminology: the five addresses, their refusals, and their resources by the standard's own model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.parameters import Parameters
from fhir.resources.R4B.terminologycapabilities import TerminologyCapabilities
from fhir.resources.R4B.valueset import ValueSet

from codingahead_web.accounts import keys
from codingahead_web.accounts.models import Scope
from tests.web.people import person

ON = "2026-08-01"
CM, CPT, HCPCS = (
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://www.ama-assn.org/go/cpt",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
)
LOOKUP, VALIDATE = "/fhir/CodeSystem/$lookup", "/fhir/CodeSystem/$validate-code"
EXPAND, TRANSLATE = "/fhir/ValueSet/$expand", "/fhir/ConceptMap/$translate"
OPERATIONS = (LOOKUP, VALIDATE, EXPAND, TRANSLATE)

pytestmark = pytest.mark.django_db


def asked(client: Client, address: str, **told: str) -> Any:
    return client.get(address, told)


def posted(client: Client, address: str, *parameters: dict[str, Any]) -> Any:
    body = {"resourceType": "Parameters", "parameter": list(parameters)}
    return client.post(address, json.dumps(body), content_type="application/fhir+json")


def values(response: Any) -> dict[str, Any]:
    """The simple parameters of an answer that is a valid Parameters resource."""
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("application/fhir+json")
    made = response.json()
    Parameters.model_validate(made)
    return {
        p["name"]: next(v for k, v in p.items() if k.startswith("value")) for p in made["parameter"] if "part" not in p
    }


def properties(response: Any) -> dict[str, Any]:
    found = {}
    for one in response.json()["parameter"]:
        if one["name"] == "property":
            code, value = one["part"][0]["valueCode"], one["part"][1]
            found[code] = next(v for k, v in value.items() if k.startswith("value"))
    return found


def refused(response: Any, status: int, kind: str) -> str:
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/fhir+json")
    OperationOutcome.model_validate(response.json())
    (issue,) = response.json()["issue"]
    assert issue["code"] == kind
    return str(issue["diagnostics"])


def test_lookup_names_the_code_its_edition_and_its_standing(client: Client) -> None:
    response = asked(client, LOOKUP, system=CM, code="I67.1", date=ON)
    told = values(response)
    assert told["name"] == "ICD-10-CM"
    assert told["display"] == "Cerebral aneurysm, nonruptured"
    assert told["version"] == "2026-04-01"
    assert properties(response) == {
        "inactive": False,
        "notSelectable": False,
        "status": "active",
        "billable": True,
        "titleSource": "official",
        "effectiveDate": properties(response)["effectiveDate"],
    }


def test_lookup_by_post_answers_as_by_get(client: Client) -> None:
    coding = {"name": "coding", "valueCoding": {"system": CM, "code": "I671"}}
    by_post = posted(client, LOOKUP, coding, {"name": "date", "valueDateTime": f"{ON}T10:00:00Z"})
    assert by_post.json() == asked(client, LOOKUP, system=CM, code="I67.1", date=ON).json()


def test_lookup_of_a_procedure_speaks_in_own_words_and_shows_facts_when_asked(client: Client) -> None:
    plain = asked(client, LOOKUP, system=CPT, code="61624", date=ON)
    assert properties(plain)["titleSource"] == "codingahead"
    assert "work_rvu" not in properties(plain)
    told = properties(asked(client, LOOKUP, system=CPT, code="61624", date=ON, property="work_rvu"))
    assert told["work_rvu"] == "19.50"


def test_a_version_is_an_edition_and_decides_the_day(client: Client) -> None:
    by_version = asked(client, LOOKUP, system=CPT, code="61624", version="2026-04-01", property="work_rvu")
    assert properties(by_version)["work_rvu"] == "20.00"
    refused(asked(client, LOOKUP, system=CPT, code="61624", version="1999-01-01"), 404, "not-found")
    text = refused(asked(client, LOOKUP, system=CPT, code="61624", version="2026-04-01", date=ON), 422, "business-rule")
    assert "2026-04-01" in text


def test_lookup_of_a_heading_says_that_it_cannot_be_selected(client: Client) -> None:
    response = asked(client, LOOKUP, system=CM, code="E11", date=ON, property="child")
    assert properties(response)["notSelectable"] is True
    assert "child" in properties(response)


@pytest.mark.parametrize(
    ("told", "status", "kind"),
    [
        ({"system": CM, "code": "I67.77", "date": ON}, 404, "not-found"),
        ({"system": CM, "code": "banana", "date": ON}, 404, "not-found"),
        ({"system": "http://snomed.info/sct", "code": "61624"}, 404, "not-found"),
        ({"system": CM}, 400, "required"),
        ({"code": "I67.1"}, 400, "required"),
        ({"system": CM, "code": "I67.1", "date": "soon"}, 400, "value"),
        ({"system": CM, "code": "I67.1", "_format": "xml"}, 406, "not-supported"),
    ],
)
def test_lookup_refuses_with_an_outcome_of_the_right_status(
    client: Client, told: dict[str, str], status: int, kind: str
) -> None:
    refused(client.get(LOOKUP, told), status, kind)


@pytest.mark.parametrize(
    ("code", "more", "result"),
    [
        ("I67.1", {}, True),
        ("I671", {"display": "cerebral aneurysm nonruptured"}, True),
        ("I67.1", {"display": "Broken toe"}, False),
        ("E11", {}, False),
        ("E11", {"abstract": "true"}, True),
        ("I67.77", {}, False),
        ("??", {}, False),
    ],
)
def test_validation_answers_and_never_refuses_a_code(
    client: Client, code: str, more: dict[str, str], result: bool
) -> None:
    told = values(asked(client, VALIDATE, url=CM, code=code, date=ON, **more))
    assert told["result"] is result
    assert ("message" in told) is not result


def test_validation_of_a_concept_takes_the_coding_that_stands(client: Client) -> None:
    concept = {"coding": [{"system": CM, "code": "I67.77"}, {"system": CM, "code": "I67.1"}]}
    told = values(
        posted(
            client,
            VALIDATE,
            {"name": "codeableConcept", "valueCodeableConcept": concept},
            {"name": "date", "valueDate": ON},
        )
    )
    assert told["result"] is True
    assert told["code"] == "I67.1"


def contained(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    ValueSet.model_validate(response.json())
    return [row["code"] for row in response.json()["expansion"].get("contains", [])]


def test_expansion_by_words_gives_the_codes_that_search_finds(client: Client) -> None:
    found = asked(client, EXPAND, url=f"{CM}?fhir_vs", filter="cerebral aneurysm", date=ON, count="5")
    searched = client.get("/api/v1/search", {"q": "cerebral aneurysm", "system": "icd10cm", "on": ON, "limit": 5})
    assert contained(found) == [hit["code"] for hit in searched.json()["results"]]
    assert found.json()["expansion"]["total"] >= 5


def test_expansion_of_a_branch_is_paged(client: Client) -> None:
    every = contained(asked(client, EXPAND, url=f"{CM}?fhir_vs=isa/I67", date=ON, count="100"))
    assert every[0] == "I67"
    assert "I67.1" in every
    assert all(code.startswith("I67") for code in every)
    page = asked(client, EXPAND, url=f"{CM}?fhir_vs=isa/I67", date=ON, count="3", offset="2")
    assert contained(page) == every[2:5]
    assert page.json()["expansion"]["total"] == len(every)


def test_expansion_of_a_sent_value_set_leaves_out_what_it_excludes(client: Client) -> None:
    below = {"system": CM, "filter": [{"property": "concept", "op": "descendent-of", "value": "I67"}]}
    named = {"system": CPT, "concept": [{"code": "61624"}, {"code": "99999"}]}
    less = {"system": CM, "concept": [{"code": "I67.1"}]}
    sent = {"resourceType": "ValueSet", "status": "draft", "compose": {"include": [below, named], "exclude": [less]}}
    codes = contained(posted(client, EXPAND, {"name": "valueSet", "resource": sent}, {"name": "date", "valueDate": ON}))
    assert "61624" in codes
    assert not {"I67", "I67.1", "99999"} & set(codes)


@pytest.mark.parametrize(
    ("told", "status", "kind"),
    [
        ({"url": f"{CM}?fhir_vs"}, 422, "too-costly"),
        ({"url": "http://example.org/vs"}, 404, "not-found"),
        ({}, 400, "required"),
        ({"url": f"{CM}?fhir_vs", "filter": "brain", "count": "many"}, 400, "value"),
        ({"url": f"{CPT}?fhir_vs=isa/61624"}, 422, "not-supported"),
    ],
)
def test_expansion_refuses_what_it_cannot_list(client: Client, told: dict[str, str], status: int, kind: str) -> None:
    refused(client.get(EXPAND, told), status, kind)


def test_translation_names_the_target_and_how_exact_it_is(client: Client) -> None:
    response = asked(client, TRANSLATE, system=CM, code="I67.1", targetsystem="urn:codingahead:ccsr", date=ON)
    found = client.get("/api/v1/crosswalks", {"code": "I67.1", "to": "ccsr", "on": ON}).json()["rows"]
    told = values(response)
    matches = [p["part"] for p in response.json()["parameter"] if p["name"] == "match"]
    assert told["result"] is bool(found)
    assert [m[1]["valueCoding"]["code"] for m in matches] == [row["code"] for row in found]
    assert {m[0]["valueCode"] for m in matches} <= {"wider"}


@pytest.mark.parametrize(
    ("told", "status", "kind"),
    [
        ({"system": CM, "code": "I67.1"}, 400, "required"),
        ({"system": CM, "code": "I67.1", "targetsystem": "http://snomed.info/sct"}, 404, "not-found"),
        ({"system": CM, "code": "I67.1", "url": "http://example.org/map"}, 404, "not-found"),
        ({"system": CM, "code": "I67.1", "targetsystem": CPT, "reverse": "true"}, 422, "not-supported"),
        ({"system": CM, "targetsystem": CPT}, 400, "required"),
        ({"system": CM, "code": "??", "targetsystem": CPT}, 422, "code-invalid"),
    ],
)
def test_translation_refuses_with_an_outcome(client: Client, told: dict[str, str], status: int, kind: str) -> None:
    refused(client.get(TRANSLATE, told), status, kind)


@pytest.mark.parametrize("address", OPERATIONS)
def test_every_operation_refuses_other_forms_methods_and_bodies(client: Client, address: str) -> None:
    assert refused(client.delete(address), 405, "not-supported")
    refused(client.get(address, headers={"accept": "application/fhir+xml"}), 406, "not-supported")
    refused(client.post(address, "<x/>", content_type="application/fhir+xml"), 415, "not-supported")
    refused(client.post(address, "{", content_type="application/fhir+json"), 400, "structure")
    refused(client.post(address, "[]", content_type="application/json"), 400, "structure")
    refused(posted(client, address, {"name": "code"}), 400, "required")


def test_other_addresses_and_bad_keys_have_an_outcome_too(client: Client) -> None:
    refused(client.get("/fhir/Patient/1"), 404, "not-found")
    refused(client.get("/fhir/metadata", headers={"authorization": "Bearer cak_wrong"}), 401, "login")


def test_a_key_made_for_other_work_is_refused_with_an_outcome(client: Client) -> None:
    _, secret = keys.make_key(person("ada"), "Robot", [Scope.CLAIMS])
    asked_with = client.get("/fhir/metadata", headers={"authorization": f"Bearer {secret}"})
    assert "look up" in refused(asked_with, 403, "forbidden")


def test_without_a_pack_the_failure_is_passing(client: Client, no_pack: Path) -> None:
    refused(asked(client, LOOKUP, system=CM, code="I67.1"), 503, "transient")


def test_metadata_names_what_is_served(client: Client) -> None:
    told = client.get("/fhir/metadata").json()
    CapabilityStatement.model_validate(told)
    assert told["fhirVersion"] == "4.0.1"
    operations = {(r["type"], o["name"]) for r in told["rest"][0]["resource"] for o in r["operation"]}
    assert operations == {tuple(a.removeprefix("/fhir/").split("/$")) for a in OPERATIONS}
    terminology = client.get("/fhir/metadata", {"mode": "terminology"}).json()
    TerminologyCapabilities.model_validate(terminology)
    assert {CM, CPT} <= {s["uri"] for s in terminology["codeSystem"]}


def test_hidden_facts_are_not_told_to_a_guest_without_a_view_left(client: Client, settings: Any) -> None:
    settings.METERING = True
    for code in ("61624", "61645", "45378"):
        response = asked(client, LOOKUP, system=CPT, code=code, date=ON, property="work_rvu")
    assert properties(response)["locked"] == "Register to view content"
    assert "work_rvu" not in properties(response)
    assert values(response)["display"]

"""REST: answers, batches, and one shape for every failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from codingahead_web.api import schemas

ON = "2026-08-01"


def post(client: Client, address: str, body: Any) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def assert_error(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    error = response.json()["error"]
    assert set(error) >= {"code", "message", "hint", "retry"}
    assert error["code"] == code
    assert error["message"]
    assert isinstance(error["retry"], bool)
    return dict(error)


@pytest.mark.parametrize(
    "address",
    ["/api/v1/codes/cpt/61624", "/api/v1/codes/61624", "/api/v1/codes/icd10cm/I67.1", "/api/v1/codes/icd10cm/S525"],
)
def test_code_has_the_documented_shape(client: Client, address: str) -> None:
    response = client.get(address, {"on": ON})
    assert response.status_code == 200
    assert schemas.Code.model_validate(response.json()).on.isoformat() == ON


def test_day_comes_from_the_address_and_never_from_a_cookie(client: Client) -> None:
    client.cookies["on"] = "2020-01-01"
    assert client.get("/api/v1/codes/cpt/61624", {"on": ON}).json()["on"] == ON
    assert client.get("/api/v1/codes/cpt/61624").json()["on"] != "2020-01-01"


def test_unknown_code_is_an_error_that_still_says_what_was_asked(client: Client) -> None:
    response = client.get("/api/v1/codes/icd10cm/I67.77", {"on": ON})
    assert_error(response, 404, "not_found")
    assert response.json()["status"] == "unknown"


def test_code_of_several_systems_is_a_conflict_that_names_them(client: Client) -> None:
    error = assert_error(client.get("/api/v1/codes/A0100", {"on": ON}), 409, "ambiguous_code")
    assert set(error["systems"]) == {"hcpcs", "icd10cm"}


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/codes/cpt/banana", 422, "bad_input"),
        ("/api/v1/codes/cpt/61624?on=yesterday", 422, "bad_input"),
        ("/api/v1/codes/snomed/61624", 422, "bad_input"),
        ("/api/v1/search", 422, "bad_input"),
        ("/api/v1/search?q=brain&limit=many", 422, "bad_input"),
        ("/api/v1/search?q=brain&limit=-1", 422, "bad_input"),
        ("/api/v1/search?q=brain&system=snomed", 422, "bad_input"),
        ("/api/v1/releases?on=2026-13-01", 422, "bad_input"),
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/nothing", 404, "not_found"),
    ],
)
def test_failure_has_the_one_shape_and_its_status(client: Client, address: str, status: int, code: str) -> None:
    assert_error(client.get(address), status, code)


def test_wrong_method_has_the_one_shape_and_names_the_right_ones(client: Client) -> None:
    response = client.delete("/api/v1/search")
    assert_error(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("body", ["{", "", "[]", "null", '{"codes": 5}', '{"codes": [{}]}', '{"codes": [{"code": 1}]}'])
def test_body_that_cannot_be_read_has_the_one_shape(client: Client, body: str) -> None:
    response = client.post("/api/v1/codes", body, content_type="application/json")
    assert response.status_code in (400, 422)
    assert_error(response, response.status_code, response.json()["error"]["code"])


def test_body_beyond_the_limit_is_refused_before_it_is_read(client: Client) -> None:
    response = client.post("/api/v1/codes", "x" * (3 * 1024 * 1024), content_type="application/json")
    assert_error(response, 413, "too_large")


def test_without_a_pack_the_failure_may_be_repeated(client: Client, no_pack: Path) -> None:
    assert assert_error(client.get("/api/v1/codes/cpt/61624"), 503, "no_pack")["retry"] is True


def test_batch_answers_every_question_in_order_with_its_id(client: Client) -> None:
    asked = [
        {"id": 1, "code": "I67.1", "on": ON},
        {"id": "b", "code": "???"},
        {"code": "61624", "on": ON},
        {"id": 4, "code": "I67.77", "on": ON},
    ]
    results = post(client, "/api/v1/codes", {"codes": asked}).json()["results"]
    assert [r.get("id") for r in results] == [1, "b", None, 4]
    assert results[0]["title"] == "Cerebral aneurysm, nonruptured"
    assert results[1]["error"]["code"] == "bad_input"
    assert results[2]["status"] == "active"
    assert results[3]["error"]["code"] == "not_found"


def test_batch_beyond_the_limit_is_refused_whole(client: Client) -> None:
    too_many = [{"code": "I67.1"}] * (schemas.MOST_ITEMS + 1)
    assert_error(post(client, "/api/v1/codes", {"codes": too_many}), 422, "bad_input")


def test_search_has_the_documented_shape_and_keeps_to_its_systems(client: Client) -> None:
    for words in ({"system": ["cpt", "hcpcs"]}, {"system": "cpt,hcpcs"}):
        found = client.get("/api/v1/search", {"q": "brain", "on": ON, "limit": 5} | words).json()
        shape = schemas.Search.model_validate(found)
        assert 0 < len(shape.results) <= 5
        assert {hit.system for hit in shape.results} <= {"cpt", "hcpcs"}


def test_search_batch_answers_like_single_searches(client: Client) -> None:
    single = client.get("/api/v1/search", {"q": "brain aneurysm", "on": ON, "limit": 3}).json()
    (batched,) = post(
        client, "/api/v1/search", {"queries": [{"id": 7, "q": "brain aneurysm", "on": ON, "limit": 3}]}
    ).json()["results"]
    assert batched.pop("id") == 7
    assert batched == single


def test_edits_are_filtered_and_paged(client: Client) -> None:
    found = client.get("/api/v1/codes/cpt/61624/edits", {"on": ON, "q": "36224"}).json()
    assert [row["code"] for row in found["rows"]] == ["36224"]


def test_releases_have_the_documented_shape(client: Client) -> None:
    shape = schemas.Releases.model_validate(client.get("/api/v1/releases", {"on": ON}).json())
    assert any(r.kind == "pfs" for r in shape.releases)


def test_description_names_every_operation_and_the_page_draws_them(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    drawn = client.get("/api/docs").content.decode()
    for path in document["paths"]:
        assert f"<code>{path}</code>" in drawn


def test_fault_of_ours_has_the_one_shape_and_tells_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("codingahead_web.api.rest.call", broken)
    error = assert_error(client.get("/api/v1/codes/cpt/61624"), 500, "internal_error")
    assert "secret" not in json.dumps(error)

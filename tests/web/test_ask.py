"""The page of CasePilot."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.pages import words


def test_a_question_is_answered_with_sources_and_the_same_through_rest(site: Client) -> None:
    shown = site.post("/ask", {"question": "MUE for 61624?"})
    api = site.post(
        "/api/v1/ask", {"question": "MUE for 61624?", "on": "2026-08-01"}, content_type="application/json"
    ).json()
    assert api["sentences"]
    for sentence in api["sentences"]:
        assert sentence["text"] in words(shown)
    for source in api["sources"]:
        assert source["release"] in words(shown)


def test_the_box_on_a_code_page_leads_to_the_answer(site: Client) -> None:
    assert "Have a question about CPT 61624?" in words(site.get("/codes/cpt/61624"))
    assert site.get("/ask").status_code == 200


@pytest.mark.parametrize("question", ["", " ", "\x00", "a" * 10_000, "<script>alert(1)</script>", "'; DROP TABLE"])
def test_bad_input_is_answered(site: Client, question: str) -> None:
    response = site.post("/ask", {"question": question})
    assert response.status_code in (200, 422)
    assert "<script>alert" not in response.content.decode()


@pytest.mark.django_db
def test_a_guest_has_a_few_questions_a_day(site: Client, settings: object) -> None:
    settings.METERING = True  # type: ignore[attr-defined]
    codes = [site.post("/ask", {"question": "MUE for 61624?"}).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]

"""The page of the visit worksheet, and the same value through REST."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.web.pages import not_allowed_by_policy, tree, words

ON = "2026-08-01"
FILLED = {"family": "office", "patient": "established", "minutes": "22", "count-stable_chronic": "2", "tests": "2", "historian": "1",
          "risks": "low"}  # fmt: skip
SENT = {"family": "office", "patient": "established", "minutes": 22, "addressed": {"stable_chronic": 2}, "tests": 2, "historian": True,
        "risks": ["low"], "on": ON}  # fmt: skip


def level(site: Client, sent: dict[str, Any]) -> Any:
    return site.post("/api/v1/visits/level", sent, content_type="application/json")


def test_the_empty_worksheet_asks_and_answers_nothing(site: Client) -> None:
    response = site.get("/visits")
    assert response.status_code == 200
    assert len(tree(response).xpath("//select[@name='family']/option")) == 12
    assert not tree(response).xpath("//*[@class='visit-code']")
    assert not_allowed_by_policy(response) == []


def test_the_page_shows_every_sentence_of_the_rest_answer(site: Client) -> None:
    shown = site.get(f"/visits?{urlencode(FILLED)}&on={ON}")
    api = level(site, SENT).json()
    assert (api["code"], api["basis"]) == ("99214", "mdm")
    assert api["code"] in words(shown, "//*[@class='visit-code']")
    page = words(shown).lower()
    said = [
        *(r["text"] for r in api["reasons"]),
        *(n["text"] for n in api["next"]),
        *(a["text"] for a in api["alternatives"]),
        *api["assumptions"],
    ]
    assert [text for text in said if " ".join(text.lower().split()) not in page] == []
    assert not_allowed_by_policy(shown) == []


def test_the_worksheet_is_shown_as_it_was_filled_in(site: Client) -> None:
    page = tree(site.get(f"/visits?{urlencode(FILLED)}"))
    assert page.xpath("//input[@name='count-stable_chronic']/@value") == ["2"]
    assert page.xpath("//input[@name='risks'][@checked]/@value") == ["low"]
    assert page.xpath("//select[@name='patient']/option[@selected]/@value") == ["established"]


def test_htmx_gets_the_answer_alone(site: Client) -> None:
    response = site.get(f"/visits?{urlencode(FILLED)}", headers={"HX-Request": "true", "HX-Target": "visit-answer"})
    assert "99214" in response.content.decode()
    assert "<form" not in response.content.decode()


def test_an_office_visit_without_a_patient_asks_for_one(site: Client) -> None:
    response = site.get("/visits?family=office&minutes=20")
    assert response.status_code == 200
    assert "New or established" in words(response) or "new or established" in words(response)


@pytest.mark.parametrize(
    "query", ["family=surgery", "family=office&patient=x", "family=emergency&minutes=%F0%9F%98%80", "family=emergency&count-x=1", "family=emergency&risks=y"]
)  # fmt: skip
def test_bad_input_is_answered_in_words(site: Client, query: str) -> None:
    response = site.get(f"/visits?{query}")
    assert response.status_code == 422
    assert tree(response).xpath("//*[contains(@class, 'is-review')]")


def test_minutes_of_a_split_visit_count_only_when_it_is_one(site: Client) -> None:
    query = "family=hospital_initial&physician_minutes=50&other_minutes=30"
    assert "no code" in words(site.get(f"/visits?{query}"), "//*[@class='visit-code']")
    assert "99223" in words(site.get(f"/visits?{query}&shared=1"), "//*[@class='visit-code']")


def test_rest_refuses_in_the_one_shape(site: Client) -> None:
    for sent in ({"family": "surgery"}, {"family": "office", "minutes": 20}, {}):
        refused = level(site, sent)
        assert refused.status_code == 422
        assert set(refused.json()["error"]) >= {"code", "message", "hint", "retry"}

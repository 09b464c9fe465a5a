"""The page of fees: one service with its working, a basket, bad input, the file of localities; and the same amounts through REST."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from tests.web.pages import tree, words

ON = "2026-08-01"


def test_the_empty_page_asks_for_codes(site: Client) -> None:
    response = site.get("/fees")
    assert response.status_code == 200
    assert tree(response).xpath("//input[@name='code']")


def test_one_service_shows_amount_steps_and_sources(site: Client) -> None:
    shown = site.get(f"/fees?code=61624&pos=21&on={ON}")
    api = site.get(f"/api/v1/fees?code=61624&pos=21&national=true&on={ON}").json()
    assert api["amount"]
    assert f"${api['amount']}" in words(shown, "//p[@class='amount']")
    assert [s["text"] in words(shown) for s in api["steps"]] == [True] * len(api["steps"])


def test_the_code_answer_holds_the_same_national_amounts(site: Client) -> None:
    code = site.get(f"/api/v1/codes/cpt/61624?on={ON}").json()
    fee = site.get(f"/api/v1/fees?code=61624&pos=21&national=true&on={ON}").json()
    assert code["fees"]["facility"]["amount"] == fee["amount"]
    assert code["sources"][code["fees"]["source"] - 1]["release"] == fee["sources"][0]["release"]


def test_several_services_are_one_session_with_a_total(site: Client) -> None:
    shown = site.get(f"/fees?code=61624+61624-50&pos=21&on={ON}")
    assert shown.status_code == 200
    assert "2 services of one session" in words(shown)


@pytest.mark.parametrize(
    "query",
    [
        "code=hello+world",
        "code=61624&pos=99999",
        "code=61624&where=00000",
        "code=61624&where=x/y",
        "code=%00%F0%9F%98%80",
        "code=" + "61624 " * 500,
    ],
)
def test_bad_input_is_answered_in_words(site: Client, query: str) -> None:
    assert site.get(f"/fees?{query}&on={ON}").status_code in (200, 422)


def test_a_year_without_relative_values_has_no_price_and_says_so(site: Client) -> None:
    code = site.get("/api/v1/codes/cpt/61624?on=2031-01-01").json()
    assert code["fees"]["facility"] == {"amount": None, "reason": "not loaded: no relative value file of 2031"}


def test_localities_come_as_a_file(site: Client) -> None:
    response = site.get(f"/fees/localities.csv?code=61624&on={ON}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert rows[0]["locality"] == "national"
    assert len(rows) > 1


def test_many_services_are_priced_in_one_call(site: Client) -> None:
    sent = {"services": [{"id": 7, "code": "61624", "pos": "21", "on": ON}, {"id": 8, "code": "nonsense", "on": ON}]}
    answers = site.post("/api/v1/fees", sent, content_type="application/json").json()["results"]
    assert (answers[0]["id"], bool(answers[0]["amount"])) == (7, True)
    assert answers[1]["id"] == 8

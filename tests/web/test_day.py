"""The day of service: from the address, from the control, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.web.pages import links, tree, words


def shown_day(page: str, client: Client) -> str:
    return str(tree(client.get(page)).xpath("//input[@id='on']/@value")[0])


def test_day_is_today_until_another_is_chosen(client: Client) -> None:
    assert shown_day("/", client) == date.today().isoformat()


def test_chosen_day_is_kept_and_marked(client: Client) -> None:
    response = client.post("/on", {"on": "2026-05-01", "next": "/codes/cpt/61624"})
    assert (response.status_code, response["Location"]) == (302, "/codes/cpt/61624")
    assert shown_day("/", client) == "2026-05-01"
    assert tree(client.get("/")).xpath("//details[contains(@class,'is-other')]")


def test_today_follows_the_calendar_again(client: Client) -> None:
    client.post("/on", {"on": "2026-05-01"})
    client.post("/on", {"on": "2026-05-01", "today": "1"})
    assert shown_day("/", client) == date.today().isoformat()


def test_day_in_the_address_wins_over_the_kept_one(client: Client) -> None:
    client.cookies["on"] = "2026-05-01"
    assert shown_day("/?on=2026-08-01", client) == "2026-08-01"


def test_links_keep_the_day_of_the_address(client: Client) -> None:
    assert "/codes/icd10cm/I67.0?on=2026-08-01" in links(client.get("/codes/icd10cm/I67.1?on=2026-08-01"))
    client.cookies["on"] = "2026-08-01"
    assert "/codes/icd10cm/I67.0" in links(client.get("/codes/icd10cm/I67.1"))


def test_canonical_address_names_the_day_only_when_one_was_chosen(client: Client) -> None:
    def canonical(address: str) -> str:
        return str(tree(client.get(address)).xpath("//link[@rel='canonical']/@href")[0])

    assert canonical("/codes/icd10cm/I67.1?utm=x") == "http://testserver/codes/icd10cm/I67.1"
    assert canonical("/codes/icd10cm/I67.1?on=2026-08-01") == "http://testserver/codes/icd10cm/I67.1?on=2026-08-01"


@pytest.mark.parametrize("day", ["banana", "2026-02-30", "1"])
def test_address_with_a_day_that_is_none_is_refused_in_words(client: Client, day: str) -> None:
    response = client.get(f"/codes/icd10cm/I67.1?on={day}")
    assert response.status_code == 400
    assert "YYYY-MM-DD" in words(response)


def test_spoilt_cookie_counts_as_not_set(client: Client) -> None:
    client.cookies["on"] = "banana"
    assert shown_day("/", client) == date.today().isoformat()


@pytest.mark.parametrize("day", ["banana", "1001-01-01", "9999-12-31"])
def test_control_refuses_a_day_out_of_reach(client: Client, day: str) -> None:
    assert client.post("/on", {"on": day}).status_code == 400


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_control_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    assert client.post("/on", {"on": "2026-05-01", "next": elsewhere})["Location"] == "/"


def test_control_needs_its_token(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/on", {"on": "2026-05-01"}).status_code == 403


def test_theme_is_kept_and_drawn_by_the_server(client: Client) -> None:
    client.post("/theme", {"theme": "dark", "next": "/"})
    assert tree(client.get("/")).get("data-theme") == "dark"

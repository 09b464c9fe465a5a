"""Search page and suggestions."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from django.http import QueryDict
from django.test import Client

from codingahead_web.lookup.forms import asked
from tests.web.pages import links, tree, words


def test_words_find_the_code_and_say_why(site: Client) -> None:
    response = site.get("/search", {"q": "cerebral aneurysm nonruptured"})
    first = tree(response).xpath("//ol[@data-hits]/li")[0]
    assert "I67.1" in first.text_content()
    assert first.xpath(".//*[@class='why']")[0].text_content().strip()


def test_code_typed_without_its_dot_is_found_first(site: Client) -> None:
    assert links(site.get("/search", {"q": "i671"}), "//ol[@data-hits]/li[1]//a")[0] == "/codes/icd10cm/I67.1"


def test_filter_by_system_keeps_only_that_system(site: Client) -> None:
    response = site.get("/search", {"q": "brain", "system": "cpt"})
    found = links(response, "//ol[@data-hits]//a")
    assert found
    assert all(a.startswith("/codes/cpt/") for a in found)


def test_htmx_gets_the_results_alone(site: Client) -> None:
    response = site.get("/search", {"q": "brain"}, headers={"HX-Request": "true", "HX-Target": "results"})
    assert b"<html" not in response.content
    assert "HX-Request" in response["Vary"]


def test_pages_follow_one_another_without_overlap(site: Client) -> None:
    first = site.get("/search", {"q": "fracture", "system": "icd10cm"})
    after = links(first, "//a[@rel='next']")[0]
    assert parse_qs(urlsplit(after).query)["page"] == ["2"]
    second = site.get(after)
    assert not set(links(first, "//ol[@data-hits]//a")) & set(links(second, "//ol[@data-hits]//a"))


def test_nothing_found_is_said(site: Client) -> None:
    assert "Nothing found" in words(site.get("/search", {"q": "zzqxv"}))


def test_unknown_system_is_refused_in_words(site: Client) -> None:
    response = site.get("/search", {"q": "brain", "system": "snomed"})
    assert response.status_code == 400
    assert "snomed" in words(response)


def test_markup_in_a_query_stays_text(site: Client) -> None:
    response = site.get("/search", {"q": "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


def test_search_pages_are_not_for_robots(site: Client) -> None:
    assert tree(site.get("/search", {"q": "brain"})).xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_suggestions_are_options_that_lead_to_codes(site: Client) -> None:
    options = tree(site.get("/suggest", {"q": "I67"})).xpath("//li[@role='option']/@data-href")
    assert options
    assert all(href.startswith("/codes/icd10cm/I67") for href in options)


def test_no_text_gives_no_suggestion(site: Client) -> None:
    assert site.get("/suggest").content.strip() == b""


def test_page_numbers_that_are_none_mean_the_first_page() -> None:
    for text in ("", "0", "-3", "x", "9" * 40):
        assert asked(QueryDict(f"q=a&page={text}")).page == 1

"""Browsing, index, tables, lists, releases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.web.pages import links, tree, words

PAGES = (
    "/", "/browse/icd10cm/", "/browse/icd10cm/chapter-9", "/browse/icd10cm/I60-I69", "/browse/icd10cm/I67", "/browse/cpt/", "/browse/cpt/61000-64999",
    "/browse/hcpcs/", "/browse/msdrg/", "/index", "/index/external-cause", "/tables/neoplasm", "/tables/drug", "/pcs/", "/modifiers",
    "/places-of-service", "/releases", "/ask", "/consultant", "/api/docs", "/search", "/codes/cpt/61624", "/codes/icd10cm/I67.1",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_page_answers_and_has_one_heading_and_a_title(site: Client, address: str) -> None:
    response = site.get(address)
    assert response.status_code == 200
    page = tree(response)
    assert len(page.xpath("//h1")) + len(page.xpath("//div[contains(@class,'empty')]/h2")) >= 1
    assert page.xpath("//title/text()")[0].strip().endswith("Coding Ahead")


@pytest.mark.parametrize("address", PAGES)
def test_page_holds_no_inline_script_or_style(site: Client, address: str) -> None:
    page = tree(site.get(address))
    assert not page.xpath("//script[not(@src)] | //style | //*[@style] | //*[@onclick or @onload or @onerror]")
    assert not page.xpath("//script[starts-with(@src,'http') or starts-with(@src,'//')]")


def test_chapter_leads_to_block_to_category_to_code(site: Client) -> None:
    assert "/browse/icd10cm/chapter-9" in links(site.get("/browse/icd10cm/"))
    assert "/browse/icd10cm/I60-I69" in links(site.get("/browse/icd10cm/chapter-9"))
    assert "/browse/icd10cm/I67" in links(site.get("/browse/icd10cm/I60-I69"))
    assert "/codes/icd10cm/I67.1" in links(site.get("/browse/icd10cm/I67"))


def test_place_that_does_not_exist_is_not_found(site: Client) -> None:
    assert site.get("/browse/icd10cm/Z00-Z01x").status_code == 404
    assert site.get("/browse/nothing/").status_code == 404


def test_books_that_are_not_loaded_say_how_to_load_them(site: Client) -> None:
    for address, name in (
        ("/index", "Alphabetic Index"),
        ("/tables/neoplasm", "Table of Neoplasms"),
        ("/pcs/", "ICD-10-PCS tables"),
    ):
        text = words(site.get(address), "//main")
        assert f"Not loaded for this day: ICD-10-CM {name}" in text or f"Not loaded for this day: {name}" in text
        assert "codingahead data build --sources DIR" in text


@pytest.mark.parametrize(
    "address",
    ["/index?at=99999999999999999999", "/index?at=%00", "/tables/drug?find=%25&offset=99999999999", "/pcs/%00"],
)
def test_nonsense_in_an_address_is_no_fault_of_ours(site: Client, address: str) -> None:
    assert site.get(address).status_code < 500


def test_releases_mark_the_one_that_speaks(site: Client) -> None:
    rows = tree(site.get("/releases")).xpath("//tr[contains(@class,'is-current')]")
    assert any("July 2026" in row.text_content() for row in rows)


def test_sitemap_lists_pages_that_exist(site: Client) -> None:
    response = site.get("/sitemap.xml")
    addresses = re.findall(r"<loc>(.+?)</loc>", response.content.decode())
    assert "http://testserver/browse/icd10cm/chapter-9" in addresses
    assert all(site.get(a.removeprefix("http://testserver")).status_code in (200, 302) for a in addresses[:12])


def test_robots_keep_out_of_the_search_and_find_the_map(site: Client) -> None:
    text = site.get("/robots.txt").content.decode()
    assert "Disallow: /search" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_static_pages_stand_without_a_pack(site: Client, no_pack: Path) -> None:
    for address in ("/ask", "/api/docs", "/robots.txt", "/api/v1/openapi.json", "/healthz"):
        assert site.get(address).status_code == 200

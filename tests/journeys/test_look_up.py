"""A coder's day at the search box and on the page of a code."""

from __future__ import annotations

from typing import Any

import pytest

browsing = pytest.importorskip("playwright.sync_api")


def test_type_ahead_leads_to_the_code_by_keyboard_alone(open_page: Any) -> None:
    page = open_page("/releases")
    page.keyboard.press("/")
    page.keyboard.type("I67.1")
    option = page.locator("[role=option]").first
    option.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant") == option.get_attribute("id")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/codes/icd10cm/I67.1")
    assert "Cerebral aneurysm" in page.inner_text("h1")


def test_escape_closes_the_suggestions(open_page: Any) -> None:
    page = open_page("/")
    page.fill("#q", "I67")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#q-options").is_hidden()
    assert page.get_attribute("#q", "aria-expanded") == "false"


def test_filter_narrows_the_results_in_place_and_in_the_address(open_page: Any) -> None:
    page = open_page("/search?q=brain")
    page.check("input[name=system][value=cpt]")
    page.wait_for_url("**system=cpt*")
    browsing.expect(page.locator("[data-hit]:not([href^='/codes/cpt/'])")).to_have_count(0)
    assert page.locator("[data-hit]").count() > 0


def test_results_are_walked_with_j_and_k(open_page: Any) -> None:
    page = open_page("/search?q=brain+aneurysm")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-hit]").first
    assert page.evaluate("document.activeElement.href") == first.evaluate("a => a.href")


def test_edits_are_searched_while_typing(open_page: Any) -> None:
    page = open_page("/codes/cpt/61624")
    page.fill("#edits input[name=edit]", "36224")
    browsing.expect(page.locator("#edits-table tbody tr")).to_have_count(1)
    assert "36224" in page.inner_text("#edits-table")
    page.fill("#edits input[name=edit]", "nothing like it")
    page.wait_for_selector("#edits-table .silent")


def test_day_is_set_with_the_control_and_colours_it(open_page: Any) -> None:
    page = open_page("/codes/cpt/61624", day="")
    page.keyboard.press("d")
    page.fill("#on", "2026-05-01")
    page.click("text=Show this day")
    page.wait_for_selector("[data-day].is-other")
    assert "1 May 2026" in page.inner_text("[data-day] summary")
    assert "20.00" in page.inner_text("#facts")


def test_theme_is_switched_at_once_and_kept(open_page: Any) -> None:
    page = open_page("/", scheme="light")
    page.click("[data-theme-form] button")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"


def test_keyboard_help_opens_and_single_keys_can_be_switched_off(open_page: Any) -> None:
    page = open_page("/")
    page.keyboard.press("?")
    page.uncheck("[data-single-keys]")
    page.click("dialog .primary")
    page.keyboard.press("?")
    assert not page.evaluate("document.querySelector('[data-keyboard]').open")


def test_source_of_a_fact_shows_under_the_pointer(open_page: Any) -> None:
    page = open_page("/codes/cpt/61624")
    page.locator("#facts .mark").first.hover()
    assert "fee schedule" in page.inner_text(".source-pop").lower()


def test_sections_fold_on_a_phone_and_a_link_unfolds_its_own(open_page: Any) -> None:
    page = open_page("/codes/icd10cm/I67.1#sources", width=390)
    assert page.evaluate("document.querySelector('#sources details').open")
    assert not page.evaluate("document.querySelector('#notes details').open")
    card, title = page.locator(".card").bounding_box(), page.locator("h1").bounding_box()
    assert card["y"] < title["y"]


@pytest.mark.parametrize("width", [390, 1440])
def test_everything_works_without_scripts(open_page: Any, width: int) -> None:
    page = open_page("/", width=width, scripts=False, day="")
    page.fill("#q", "cerebral aneurysm nonruptured")
    page.keyboard.press("Enter")
    page.click("[data-hits] .chip >> nth=0")
    assert "I67.1" in page.inner_text(".card-code")
    page.click("[data-day] summary")
    page.fill("#on", "2026-08-01")
    page.click("text=Show this day")
    assert "1 Aug 2026" in page.inner_text("[data-day] summary")
    page.goto("/codes/cpt/61624")
    page.fill("#edits input[name=edit]", "36224")
    page.click("#edits button[type=submit]")
    assert "36224" in page.inner_text("#edits-table")

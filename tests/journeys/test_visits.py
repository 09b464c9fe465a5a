"""The visit worksheet under the fingers: the answer follows each change, and a button answers where there are no scripts."""

from __future__ import annotations

from typing import Any

import pytest

browsing = pytest.importorskip("playwright.sync_api")


def test_the_answer_follows_each_change(open_page: Any) -> None:
    page = open_page("/visits")
    page.select_option("[name=patient]", "established")
    page.fill("[name=minutes]", "22")
    browsing.expect(page.locator(".card-code")).to_have_text("99213")
    page.fill("[name=count-worsening_chronic]", "1")
    page.check("[name=risks][value=prescription]")
    browsing.expect(page.locator(".card-code")).to_have_text("99214")
    browsing.expect(page.locator(".visit-next")).to_contain_text("99215")
    page.fill("[name=minutes]", "70")
    browsing.expect(page.locator(".visit-with").first).to_contain_text("G2212")


def test_split_minutes_are_asked_only_for_a_split_visit(open_page: Any) -> None:
    page = open_page("/visits?family=hospital_initial")
    assert page.locator("[name=physician_minutes]").is_hidden()
    page.check("[name=shared]")
    page.fill("[name=physician_minutes]", "50")
    page.fill("[name=other_minutes]", "30")
    browsing.expect(page.locator(".visit-answer")).to_contain_text("the physician bills")


def test_a_button_levels_without_scripts_and_paper_shows_the_worksheet(open_page: Any) -> None:
    page = open_page("/visits", scripts=False, width=390)
    page.select_option("[name=family]", "emergency")
    page.fill("[name=count-threat]", "1")
    page.check("[name=risks][value=hospitalization]")
    page.click("button:has-text('Level')")
    assert page.inner_text(".card-code") == "99285"
    page.emulate_media(media="print")
    assert page.locator(".visit-sign").is_visible()
    assert page.locator(".bar").is_hidden()


def test_a_phone_keeps_the_code_in_sight(open_page: Any) -> None:
    page = open_page("/visits?family=emergency", width=390)
    page.fill("[name=count-threat]", "1")
    page.check("[name=risks][value=hospitalization]")
    browsing.expect(page.locator(".visit-peek")).to_have_text("99285 · High")
    page.click(".visit-peek")
    browsing.expect(page.locator(".visit-code")).to_be_in_viewport()

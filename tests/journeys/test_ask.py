"""A question in a browser: by keyboard, with the look-ups in sight, and the next one from where the first ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.access import faults


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_question_is_asked_by_keyboard_answered_in_place_and_followed_up(
    open_page: Any, width: int, scheme: str
) -> None:
    page = open_page("/ask", width=width, scheme=scheme)
    page.get_by_label("Your question").fill("MUE for 61624?")
    page.keyboard.press("Enter")
    page.locator(".said-sources").first.wait_for()
    assert page.locator(".asked").all_inner_texts() == ["MUE for 61624?"]
    assert page.locator("[data-said]").inner_text() == "The answer is there."
    assert faults(page) == []
    page.locator("[data-ask]").first.click()
    page.locator(".turn").nth(1).locator(".said p").first.wait_for()
    assert page.locator(".turn").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_answer_comes_as_a_whole_page(open_page: Any) -> None:
    page = open_page("/ask", scripts=False)
    page.get_by_label("Your question").fill("MUE for 61624?")
    with page.expect_navigation():
        page.get_by_role("button", name="Ask", exact=True).click()
    assert page.locator(".said-sources li").count() >= 1

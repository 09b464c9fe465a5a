"""A note is reviewed by keyboard alone, and by a plain form where there are no scripts. The phrases of the invented universe stand in for the engine."""

from __future__ import annotations

from typing import Any

import pytest

from codingahead_web.notes import engine
from tests.web import note_engine

browsing = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
TEXT = (
    "Unchanged unruptured aneurysm of the brain; no aneurysm elsewhere, possible type 2 diabetes.\n"
    "Today coil embolization after an angiogram of the internal carotid."
)


@pytest.fixture(autouse=True)
def note_coding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "suggest", note_engine.suggest)


def reviewed(open_page: Any, **how: Any) -> Any:
    page = open_page("/notes", **how)
    page.fill("#text", TEXT)
    page.click("text=Find the codes")
    page.locator(".suggestion").first.wait_for()
    return page


def test_codes_are_accepted_rejected_and_added_without_the_mouse(open_page: Any) -> None:
    page = reviewed(open_page)
    count = page.locator(".panel-count")
    page.keyboard.press("j")
    page.keyboard.press("a")
    browsing.expect(count).to_contain_text("1 stands")
    page.keyboard.press("a")
    browsing.expect(count).to_contain_text("2 stand,")
    page.keyboard.press("r")
    browsing.expect(page.locator(".problem")).to_contain_text("36224 needs a reason")
    page.keyboard.type("not doc")
    page.keyboard.press("Enter")
    browsing.expect(count).to_contain_text("1 rejected")
    page.keyboard.press("+")
    page.keyboard.type("61645")
    page.locator("[data-add]").first.wait_for()
    page.keyboard.press("Enter")
    browsing.expect(count).to_contain_text("3 stand,")
    browsing.expect(page.locator(".panel-findings")).to_contain_text("61645")


def test_evidence_and_suggestion_light_each_other(open_page: Any) -> None:
    page = reviewed(open_page)
    page.keyboard.press("j")
    assert page.inner_text(".evidence.is-lit") == "unruptured aneurysm of the brain"
    page.click(".evidence >> text=coil embolization")
    assert page.evaluate("document.activeElement.id") == "s-1"
    assert page.inner_text(".evidence.is-lit") == "coil embolization"


def test_what_stands_opens_in_the_claim_grid(open_page: Any) -> None:
    page = reviewed(open_page)
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("a")
    browsing.expect(page.locator(".panel-count")).to_contain_text("stand")
    page.click("button:has-text('Claim')")
    page.wait_for_url("**/claims*")
    assert page.input_value("input[name=code] >> nth=0") in ("61624", "36224")
    assert page.input_value("input[name=dx] >> nth=0") == "I67.1"


def test_a_plain_form_reviews_without_scripts(open_page: Any) -> None:
    page = reviewed(open_page, scripts=False, width=390)
    page.check("label.is-accept >> nth=0")
    page.click("text=Check these decisions")
    assert "1 stands" in page.inner_text(".panel-count")
    page.fill("[name=q] >> nth=-1", "61645")
    page.click("button:has-text('Find')")
    page.click("[data-add] >> nth=0")
    assert "2 stand," in page.inner_text(".panel-count")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_the_pages_keep_the_rules_of_access_and_never_scroll_sideways(open_page: Any, width: int, scheme: str) -> None:
    page = open_page("/notes", width=width, scheme=scheme)
    faults = [rule["id"] for rule in axe.Axe().run(page).response["violations"]]
    page.fill("#text", TEXT)
    page.click("text=Find the codes")
    page.locator(".suggestion").first.wait_for()
    page.locator("label.is-accept").first.click()
    page.locator("label.is-reject").nth(1).click()
    browsing.expect(page.locator(".panel-count")).to_contain_text("1 stands")
    found = axe.Axe().run(page).response["violations"]
    faults += [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]
    assert not faults
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

"""A claim typed, pasted and checked with the keyboard alone; a file handed in; every page usable by everybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings

browsing = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
CLAIMS = (
    "id,patient,setting,code,units,date_of_service,diagnoses,charge\n"
    "A1,P1,practitioner,61645,1,2026-08-01,I67.1,4000\nA1,P1,practitioner,61624,1,2026-08-01,I67.1,900\n"
    "B2,P2,practitioner,61624,many,2026-08-01,I67.1,120\n"
)


@pytest.fixture
def site_database(django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """A database for the server's threads, and a folder of its own for uploads.

    Made in a thread: the browser's driver keeps an event loop in this one, where Django asks no database.
    """
    described = connections["default"].settings_dict
    if not described["ENGINE"].endswith("sqlite3"):
        pytest.skip("the journey with a file runs on SQLite")
    kept = described["NAME"]
    with django_db_blocker.unblock(), override_settings(UPLOADS=tmp_path / "uploads"):
        described["NAME"] = str(tmp_path / "journey.sqlite3")
        made = threading.Thread(target=call_command, args=("migrate",), kwargs={"verbosity": 0})
        made.start()
        made.join()
        yield
        described["NAME"] = kept


def cells(page: Any, name: str) -> list[str]:
    return page.eval_on_selector_all(f"[data-lines] [name={name}]", "all => all.map(i => i.value)")


def test_a_claim_is_typed_and_checked_with_the_keyboard_alone(open_page: Any) -> None:
    page = open_page("/claims")
    page.locator("[name=dx]").first.focus()
    page.keyboard.type("I67.1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "code"
    page.keyboard.type("6164")
    page.locator("#claim-options [role=option]").first.wait_for()
    for _ in range(page.locator("#claim-options [role=option]").count()):
        page.keyboard.press("ArrowDown")
        if "61645" in page.inner_text("#claim-options [aria-selected=true]"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-activedescendant')")
    page.keyboard.press("Enter")
    assert cells(page, "code")[0] == "61645"
    page.keyboard.press("Enter")
    page.keyboard.type("61624")
    browsing.expect(page.locator("#said-2 .said.is-deny")).to_have_count(1)
    browsing.expect(page.locator("#verdict")).to_contain_text("Deny.")
    assert cells(page, "date")[1] == "2026-08-01"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.name") == "mod1"
    page.keyboard.type("59")
    browsing.expect(page.locator("#said-2 .said.is-deny")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Modifier 1, line 1"
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.activeElement.id === 'verdict'")


def test_enter_on_the_last_line_adds_one(open_page: Any) -> None:
    page = open_page("/claims")
    lines = page.locator(".claim-line")
    begun = lines.count()
    lines.last.locator("[name=code]").fill("61624")
    lines.last.locator("[name=code]").press("Escape")
    lines.last.locator("[name=code]").press("Enter")
    assert lines.count() == begun + 1
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Code, line {begun + 1}"
    page.locator("[data-remove]").first.click()
    assert lines.count() == begun
    assert page.locator(".line-number").all_inner_texts() == [str(n) for n in range(1, begun + 1)]


def test_rows_of_a_spreadsheet_fill_the_cells(open_page: Any) -> None:
    page = open_page("/claims")
    page.locator("[name=code]").first.focus()
    page.evaluate(PASTE, "61645\t59\n61624\tRT\n45378\t\n99213\t25\n99213\t\n99213\t")
    assert cells(page, "code") == ["61645", "61624", "45378", "99213", "99213", "99213"]
    assert cells(page, "mod1") == ["59", "RT", "", "25", "", ""]
    browsing.expect(page.locator("#said-6")).to_contain_text("stands twice")


def test_a_header_row_says_which_column_is_which(open_page: Any) -> None:
    page = open_page("/claims")
    page.locator("[name=date]").first.focus()
    page.evaluate(PASTE, "Units\tCPT Code\tDOS\tModifiers\n3\t61624\t8/1/2026\t59 RT\n")
    assert [cells(page, n)[0] for n in ("units", "code", "date", "mod1", "mod2")] == [
        "3",
        "61624",
        "2026-08-01",
        "59",
        "RT",
    ]
    browsing.expect(page.locator("#said-1")).to_contain_text("limit 2")


def test_pasted_diagnoses_fill_their_boxes(open_page: Any) -> None:
    page = open_page("/claims")
    page.locator("[name=dx]").first.focus()
    page.evaluate(PASTE, "I67.1, E11.9\nI10")
    assert page.eval_on_selector_all("[name=dx]", "all => all.slice(0, 4).map(i => i.value)") == [
        "I67.1",
        "E11.9",
        "I10",
        "",
    ]


@pytest.mark.parametrize("width", [390, 1440])
def test_the_grid_works_without_scripts(open_page: Any, width: int) -> None:
    page = open_page("/claims", scripts=False, width=width)
    for n, code in enumerate(("61645", "61624")):
        page.locator("[data-lines] [name=code]").nth(n).fill(code)
        page.locator("[data-lines] [name=date]").nth(n).fill("2026-08-01")
    page.click("text=Check the claim")
    assert "Deny." in page.inner_text("#verdict")
    assert "61624 is not paid beside 61645" in page.inner_text("#said-2")
    page.click("text=Add lines")
    assert page.locator(".claim-line").count() == 9


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_handed_in_watched_read_shared_and_dropped(
    open_page: Any, site_database: None, tmp_path: Path, scripts: bool
) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(CLAIMS)
    page = open_page("/claims/files", scripts=scripts)
    page.set_input_files("#file", file)
    page.click("text=Check the file")
    page.wait_for_selector(".tally", timeout=20_000)
    assert "$900.00" in page.inner_text(".tally")
    assert "units cannot be read" in page.inner_text("#rejected")
    page.select_option("[name=rule]", "ncci.ptp")
    if not scripts:
        page.click("#findings button")
    browsing.expect(page.locator("#report-rows tbody tr")).to_have_count(1)
    page.click("text=Make a link to share")
    shared = page.input_value("#share-link")
    faults = faults_of(page) if scripts else []
    page.click("text=Delete this report now")
    assert page.url.endswith("/claims/files")
    page.goto(shared)
    assert "no such page" in page.inner_text("main")
    assert not faults


PAGES = (
    "/claims", "/claims?code=61645&code=61624&code=A0100", "/edits", "/edits?codes=61624+36224+45378+45385+61645", "/edits?codes=1+2",
    "/claims/files", "/claims/rules", "/claims/rules/ncci.ptp?code=36224,61624", "/claims/rules/ncci.mue?code=61624",
)  # fmt: skip


def faults_of(page: Any) -> list[Any]:
    found = axe.Axe().run(page).response["violations"]
    faults: list[Any] = [(page.url, rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append((page.url, "scrolls sideways"))
    return faults


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (900, "light"), (390, "light"), (390, "dark")]
)
def test_claim_pages_keep_the_rules_of_access_and_never_scroll_sideways(
    open_page: Any, width: int, scheme: str
) -> None:
    page = open_page("/claims", width=width, scheme=scheme)
    faults = []
    for path in PAGES:
        page.goto(path)
        if "code=61645" in path:
            page.wait_for_selector(".said.is-deny")
            page.locator("[name=code]").first.fill("6164")
            page.wait_for_selector("#claim-options [role=option]")
        faults += faults_of(page)
    assert not faults

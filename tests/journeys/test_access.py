"""Can everybody use the pages? Automatic accessibility rules, light and dark, on a wide screen and on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from codingahead_web.lookup.forms import PAGE

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PAGES = (
    "/", "/search?q=brain+aneurysm", "/search?q=zzqxv", "/codes/cpt/61624", "/codes/icd10cm/I67.1", "/codes/icd10cm/S52.5", "/codes/cpt/61699", "/codes/A0100",
    "/browse/icd10cm/chapter-9", "/index", "/releases", "/modifiers", "/api/docs", "/ask", "/no/such/page",
    "/visits", "/visits?family=office&patient=established&minutes=70&count-stable_chronic=2&risks=prescription&longitudinal=yes",
)  # fmt: skip


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (900, "light"), (390, "light"), (390, "dark")]
)
def test_pages_keep_the_rules_of_access_and_never_scroll_sideways(open_page: Any, width: int, scheme: str) -> None:
    page = open_page("/", width=width, scheme=scheme)
    faults = []
    for path in PAGES:
        page.goto(path)
        found = axe.Axe().run(page).response["violations"]
        faults += [(path, rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "scrolls sideways", []))
    assert not faults


def test_every_page_of_results_is_numbered_on(open_page: Any) -> None:
    page = open_page("/search?q=fracture&page=2")
    assert page.get_attribute("[data-hits]", "start") == str(PAGE + 1)

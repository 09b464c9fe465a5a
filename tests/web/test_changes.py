"""The pages of changes and crosswalks."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.pages import words


def test_the_page_offers_neighbouring_releases_and_compares_two_days(site: Client) -> None:
    assert "Releases at hand" in words(site.get("/changes"))
    shown = site.get("/changes?from=2025-09-30&to=2026-08-01&system=icd10cm")
    assert shown.status_code == 200
    api = site.get("/api/v1/changes?from=2025-09-30&to=2026-08-01&system=icd10cm").json()
    for row in api["rows"]:
        assert row["code"] in words(shown)


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-01-01&to=2025-01-01",
        "from=x&to=y",
        "from=2026-01-01&to=2026-02-01&system=nonsense",
        "from=0001-01-01&to=9999-12-31",
    ],
)
def test_bad_days_are_answered_in_words(site: Client, query: str) -> None:
    assert site.get(f"/changes?{query}").status_code in (200, 422)


def test_changes_come_as_a_file(site: Client) -> None:
    response = site.get("/changes?from=2025-09-30&to=2026-08-01&format=csv")
    assert response["Content-Type"].startswith("text/csv")
    assert response.content.decode().splitlines()[0] == "kind,code,system,title,name,before,after,amount"


def test_a_column_of_codes_is_mapped_and_bad_ones_are_named(site: Client) -> None:
    shown = site.post("/crosswalk", {"codes": "I67.1\nnonsense99 Q9Q9Q9", "to": "ccsr"})
    assert shown.status_code == 200
    assert "I67.1" in words(shown)
    assert site.post("/crosswalk", {"codes": "I67.1", "to": "nowhere"}).status_code == 200
    assert site.post("/crosswalk", {"codes": "I67.1", "to": "ccsr", "act": "csv"})["Content-Type"].startswith(
        "text/csv"
    )

"""Versions of a national determination: which are loaded, and which sentences changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingahead.build.run import build
from codingahead.codebook import Codebook
from codingahead.reference.policy_versions import difference
from tests.library.reference.test_coverage import TABLES

ON = date(2026, 8, 1)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    folder, packs = tmp_path_factory.mktemp("ncd"), tmp_path_factory.mktemp("packs")
    older = "20.1,A determination,1,2020-01-01 00:00:00,2025-12-31 00:00:00,,Covered once. Never for two.,,\n"
    newer = "20.1,A determination,2,2026-01-01 00:00:00,,,Covered once. Covered for two as well.,,\n"
    for name, content in TABLES.items():
        head = content.splitlines(keepends=True)[0]
        (folder / name).write_text(head + older + newer if name == "ncd.csv" else content, encoding="cp1252")
    build(Path(folder), packs, now=datetime(2026, 8, 1, tzinfo=UTC))
    return Codebook.open(packs)


def test_versions_stand_newest_first_with_the_sentences_that_changed(book: Codebook) -> None:
    newest, oldest = book.determination_versions("20.1", ON)["versions"]
    assert (newest["version"], oldest["version"]) == ("2", "1")
    assert newest["changes"] == [
        {"kind": "dropped", "text": "Never for two."},
        {"kind": "added", "text": "Covered for two as well."},
    ]
    assert oldest["changes"] is None


def test_a_section_that_is_not_loaded_has_no_versions(book: Codebook) -> None:
    assert book.determination_versions("999.9", ON)["versions"] == []


sentences = st.lists(st.sampled_from(["One.", "Two.", "Three.", "Four."]), min_size=1, max_size=8)


@given(sentences, sentences)
def test_what_is_kept_and_added_is_the_new_text(before: list[str], after: list[str]) -> None:
    changes = difference(" ".join(before), " ".join(after))
    added = [c["text"] for c in changes if c["kind"] == "added"]
    dropped = [c["text"] for c in changes if c["kind"] == "dropped"]
    assert sorted([*before, *added]) == sorted([*after, *dropped])


def test_the_same_text_has_no_changes() -> None:
    assert difference("One. Two.", "One. Two.") == []


def test_policies_that_changed_between_two_days_are_told_for_named_codes(book: Codebook) -> None:
    told = book.changes(date(2025, 6, 1), ON, codes=["93000", "93003"], kinds=["coverage"])
    assert [(r["code"], r["name"], r["before"], r["after"]) for r in told["rows"]] == [
        ("93000", "article A1", None, "One list, from 2026-01-01"),
    ]
    assert told["counts"] == {"coverage": 1}
    assert book.changes(date(2026, 2, 1), ON, codes=["93000"], kinds=["coverage"])["rows"] == []

"""Notes of ten specialties coded with the official books, and the figures on notes that coders have coded."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from codingahead.codebook import Codebook
from tests.conftest import BESIDE

DAY = date(2026, 4, 1)
NOTES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "notes.yaml").read_text(encoding="utf-8"))
REPORTED = ("asserted", "history", "uncertain")
CODED_BY_PEOPLE = BESIDE.parent / "eval" / "notes-dev.jsonl"


@pytest.mark.parametrize("note", NOTES, ids=[n["name"] for n in NOTES])
def test_note_comes_to_its_codes_and_never_asserts_what_it_denies(book: Codebook, note: dict[str, Any]) -> None:
    value = book.code_note(note["text"], DAY)
    reported = {s["code"]: s for s in value["suggestions"] if s["status"] in REPORTED}
    asserted = {c for c, s in reported.items() if s["status"] == "asserted"}
    assert set(note["coded"]) <= set(reported), sorted(reported)
    assert not set(note["silent"]) & asserted
    for suggestion in value["suggestions"]:
        for span in suggestion["evidence"]:
            assert note["text"][span["start"] : span["end"]] == span["text"]


def test_codes_of_people_are_found_again(book: Codebook) -> None:
    if not CODED_BY_PEOPLE.is_file():
        pytest.skip(f"no notes with codes: {CODED_BY_PEOPLE} is absent")
    recall = precision = 0.0
    notes = [json.loads(line) for line in CODED_BY_PEOPLE.read_text(encoding="utf-8").splitlines()]
    for note in notes:
        gold, parents = [_plain(c) for c in note["gold"]], {_plain(c) for c in note["gold_parent"]}
        made = [s for s in book.code_note(note["text"], DAY)["suggestions"] if s["status"] in REPORTED]
        found = [_plain(s["code"]) for s in made if s["system"] == "icd10cm"][:10]
        recall += sum(any(c.startswith(g) for c in found) for g in gold) / len(gold)
        precision += sum(c in parents or any(c.startswith(g) for g in gold) for c in found) / max(1, len(found))
    assert recall / len(notes) >= 0.35
    assert precision / len(notes) >= 0.43


def _plain(code: str) -> str:
    return code.replace(".", "")


def test_a_long_note_is_read_in_reasonable_time(book: Codebook) -> None:
    book.code_note("Fever.", DAY)
    two_pages = "\n".join(n["text"] for n in NOTES)
    started = time.perf_counter()
    book.code_note(two_pages, DAY)
    once = time.perf_counter() - started
    started = time.perf_counter()
    book.code_note(two_pages * 8, DAY)
    assert time.perf_counter() - started < 40 * once

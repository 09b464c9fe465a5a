"""Cells of publishers' tables: comparable names, days, and the layouts peeked at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.members import members
from codingahead.build.sources import READERS
from codingahead.build.sources.cells import columns, parsed_day, parsed_day_of_year, peek, squeezed, written
from tests.library.build.support import members_in, workbook


def test_column_names_are_compared_by_letters_and_digits() -> None:
    assert squeezed("HCPCS/\nCPT Code") == squeezed("hcpcs_cpt code")


def test_first_known_name_of_a_field_wins_and_absent_fields_are_left_out() -> None:
    known = {"code": ("hcpcs", "code"), "fee": ("fee",)}
    assert columns(["Code", "HCPCS", "Other"], known) == {"code": 1}


@pytest.mark.parametrize(
    ("text", "day"),
    [("20260701", date(2026, 7, 1)), ("2026-07-01", date(2026, 7, 1)), ("7/1/2026", date(2026, 7, 1)), ("", None)],
)
def test_days_are_parsed_in_the_publishers_spellings(text: str, day: date | None) -> None:
    assert parsed_day(text) == day


@pytest.mark.parametrize("text", ["20261301", "2026", "July 2026", "2026-02-30"])
def test_other_text_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        parsed_day(text)


def test_day_of_a_leap_year_is_counted() -> None:
    assert parsed_day_of_year("2024366") == date(2024, 12, 31)
    with pytest.raises(ValueError, match="no day of a year"):
        parsed_day_of_year("2026366")


def test_workbook_cell_is_written_as_the_text_twin_prints_it() -> None:
    assert [written(cell) for cell in (99213.0, 33.4009, " A1 ", date(2026, 7, 1), "")] == [
        "99213",
        "33.4009",
        "A1",
        "20260701",
        "",
    ]


def test_peek_sees_the_words_of_a_workbook_and_nothing_of_other_files(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", [["MUE Adjudication\nIndicator"]])
    (tmp_path / "b.csv").write_text("MUE Adjudication Indicator")
    book, text = members_in(tmp_path)
    assert "mueadjudicationindicator" in peek(book)
    assert peek(text) == ""


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04broken", b"\xff\xfe\x00", b"\x00" * 100, b"\xef\xbb\xbf", b'"', b"\t\t\t\n", b"%PDF-1.7\n"]
)
def test_no_reader_fails_on_noise(tmp_path: Path, content: bytes) -> None:
    for name in ("noise.txt", "noise.csv", "noise.xlsx"):
        (tmp_path / name).write_bytes(content)
    for member in members(tmp_path, lambda name, reason: None):
        assert [list(reader.recognise(member)) for reader in READERS] == [[] for _ in READERS]

"""Places of service: two-digit codes with their names and their setting."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.places_of_service import READER
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition, read_only

CONTENT = """pos_code,pos_type,pos_name,pos_description
2,Facility,Invented place,"Invented text, of two parts."
11,Non-Facility,Invented Person\u2019s office,Invented text.
28,Unassigned,Unassigned,
"""


def write(
    folder: Path, content: str = CONTENT, encoding: str = "utf-8", name: str = "place_of_service_2026-06.csv"
) -> Path:
    (folder / name).write_text(content, encoding=encoding)
    return folder


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_places_are_listed_with_setting_and_description_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    edition, sink = read_only(READER, write(tmp_path, encoding=encoding))
    assert (edition.id, edition.effective_from, edition.expected_until) == ("pos:2026-06-01", date(2026, 6, 1), None)
    assert sink.record("02").values == ("Facility", "Invented text, of two parts.")
    assert sink.code(System.POS, "11").title == "Invented Person\u2019s office"


def test_unassigned_place_is_not_billable(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path))
    assert [(c.code, c.billable) for c in sink.lists[System.POS]] == [("02", True), ("11", True), ("28", False)]


@pytest.mark.parametrize(
    "row", ["11,Facility,Again,x\n", "123,Facility,Long,x\n", "12,Both,Odd,x\n", "12,Facility,,x\n", "12,Facility\n"]
)
def test_row_that_is_no_new_place_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(Refused, match="line 5"):
        read_only(READER, write(tmp_path, CONTENT + row))


def test_missing_column_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, CONTENT.replace("pos_type", "kind")))
    with pytest.raises(Unreadable, match="lacks the column setting"):
        READER.recognise(member)


def test_name_without_a_date_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, name="places.csv"))
    with pytest.raises(Unreadable, match="cannot tell the date"):
        READER.recognise(member)


def test_other_tables_are_not_taken(tmp_path: Path) -> None:
    assert editions_in(READER, write(tmp_path, "code,name\n11,x\n")) == {}


def test_official_list_of_2024_loads(official: Path) -> None:
    sink = read_edition(READER, official / "reference", "pos:2024-06-01")
    assert len(sink.lists[System.POS]) == 99
    assert sink.record("21").values[0] == "Facility"

"""The ICD-10-CM code list (order file, codes file) and the dating of its editions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.icd10cm_order import READER
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_only, zipped

ROWS = (
    ("I67", "0", "Invented group of vessel diseases"),
    ("I671", "1", "Invented bulge of a vessel"),
    ("T360X1", "0", "Invented poisoning"),
    ("T360X1A", "1", "Invented poisoning, initial encounter"),
    ("Z9999", "1", "Invented status"),
)


def order_line(number: int, code: str, flag: str, title: str) -> str:
    return f"{number:05d} {code:<7} {flag} {title[:60]:<60} {title}"


def order_file(*rows: tuple[str, str, str]) -> str:
    return "".join(order_line(n, *row) + "\r\n" for n, row in enumerate(rows or ROWS, 1))


def codes_file(*rows: tuple[str, str, str]) -> str:
    return "".join(f"{code:<7} {title}\r\n" for code, flag, title in rows or ROWS if flag == "1")


def days(folder: Path) -> list[date]:
    return [e.effective_from for found in editions_in(READER, folder).values() for e, _ in found]


def test_order_file_lists_headings_and_reportable_codes_with_their_parents(tmp_path: Path) -> None:
    zipped(tmp_path / "2027-order.zip", {"Code Descriptions/icd10cm_order_2027.txt": order_file()})
    edition, sink = read_only(READER, tmp_path)
    assert (edition.id, edition.rank, edition.expected_until) == ("icd10cm:2026-10-01", 0, date(2027, 3, 31))
    rows = sink.lists[System.ICD10CM]
    assert [(r.code, r.billable, r.parent, r.row) for r in rows] == [
        ("I67", False, None, 1),
        ("I67.1", True, "I67", 2),
        ("T36.0X1", False, None, 3),
        ("T36.0X1A", True, "T36.0X1", 4),
        ("Z99.99", True, None, 5),
    ]
    assert rows[3].title == rows[3].short == "Invented poisoning, initial encounter"


def test_codes_file_is_the_twin_that_yields_to_the_order_file(tmp_path: Path) -> None:
    (tmp_path / "icd10cm_codes_2027.txt").write_text(codes_file())
    edition, sink = read_only(READER, tmp_path)
    assert (edition.id, edition.rank) == ("icd10cm:2026-10-01", 1)
    assert next((r.code, r.title, r.billable) for r in sink.lists[System.ICD10CM]) == (
        "I67.1",
        "Invented bulge of a vessel",
        True,
    )


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("icd10cm_order_2027.txt", date(2026, 10, 1)),
        ("icd10cm-order-April-2025.txt", date(2025, 4, 1)),
        ("april-1-2026-code-descriptions/icd10cm_order_2026.txt", date(2026, 4, 1)),
        ("2026-10-01/renamed.txt", date(2026, 10, 1)),
        # A day on which no edition begins is the day of a download.
        ("2027-02-11/icd10cm_order_2027.txt", date(2026, 10, 1)),
    ],
)
def test_edition_is_told_by_fiscal_year_unless_a_name_gives_the_month(tmp_path: Path, name: str, day: date) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(order_file())
    assert days(tmp_path) == [day]


@pytest.mark.parametrize(
    ("year", "code", "day"),
    [
        (2020, "U070", date(2020, 4, 1)),
        (2021, "M3581", date(2021, 1, 1)),
        (2022, "Z28310", date(2022, 4, 1)),
        (2023, "Z556", date(2023, 4, 1)),
        # First valid in another fiscal year: says nothing.
        (2024, "Z556", date(2023, 10, 1)),
    ],
)
def test_edition_with_a_code_first_valid_within_the_year_is_the_update(
    tmp_path: Path, year: int, code: str, day: date
) -> None:
    (tmp_path / f"icd10cm_order_{year}.txt").write_text(order_file(*ROWS, (code, "1", "Invented new code")))
    assert days(tmp_path) == [day]


def test_renamed_file_outside_a_dated_folder_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "codes.txt").write_text(order_file())
    with pytest.raises(Unreadable, match="cannot tell which edition"):
        READER.recognise(members_in(tmp_path)[0])


def test_addenda_and_maps_of_codes_are_no_code_list(tmp_path: Path) -> None:
    (tmp_path / "icd10cm_order_addenda_2027.txt").write_text("Add:         1 I671    Invented        Invented\r\n")
    (tmp_path / "icd10cm_codes_addenda_2027.txt").write_text("Add:         I671    Invented bulge\r\n")
    (tmp_path / "2018_I10gem.txt").write_text("A000    0010    00000\r\nA001    0011    00000\r\n")
    (tmp_path / "other.bin").write_bytes(bytes(range(256)) * 300)
    assert editions_in(READER, tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (order_file(*ROWS, ROWS[1]), "lines 2 and 6 both list I671"),
        (order_file() + order_line(7, "Z999A", "1", "Invented") + "\r\n", "order number 00007 does not follow 00005"),
        (order_file() + order_line(6, "Z999A", "1", "Invented")[:40] + "\r\n", "line 6: is no order file record"),
        (order_file() + order_line(6, "Z999A", "1", "Invented tit"), "line 6: has no line end: the file is cut short"),
        (order_file() + order_line(6, "Z999A", "2", "Invented") + "\r\n", "line 6: is no order file record"),
        (order_file(*ROWS, ("I6711", "1", "Invented")), "line 6: I67.11 stands below I67.1, which is marked valid"),
        (codes_file() + "Z999A\r\n", "line 4: is no codes file record"),
    ],
    ids=["twice", "gap", "short", "cut", "flag", "divided", "no title"],
)
def test_list_that_contradicts_itself_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "icd10cm_order_2027.txt").write_text(text)
    with pytest.raises(Refused, match=reason):
        read_only(READER, tmp_path)


def test_official_editions_are_dated_by_their_codes(official: Path) -> None:
    found = editions_in(READER, official / "icd10cm")
    assert sorted(found) == [
        "icd10cm:2019-10-01",
        "icd10cm:2021-01-01",
        "icd10cm:2022-04-01",
        "icd10cm:2023-04-01",
        "icd10cm:2024-04-01",
        "icd10cm:2024-10-01",
        "icd10cm:2025-04-01",
        "icd10cm:2025-10-01",
    ]
    assert all([e.rank for e, _ in twins] == [1, 0] for twins in found.values())

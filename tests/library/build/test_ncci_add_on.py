"""Add-on code edits: pairs of an add-on with its primaries, their types and days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sink import AddOnRow
from codingahead.build.sources.ncci_add_on import READER
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition, read_only, workbook, zipped

LINES = (
    "111046       11043       2011001                     ",
    "20054T       CCCCC       20242742026090invented note ",
    "3G2212202618299205202618220210012026181",
)


def write(folder: Path, *lines: str, name: str = "AOC_V2026Q2-F-MCR.txt") -> Path:
    zipped(
        folder / "add-code-edits-medicare-effective-06012026.zip",
        {name: "".join(f"{line}\r\n" for line in lines or LINES)},
    )
    return folder


def test_line_is_cut_at_its_fixed_columns_and_days_of_the_year_become_days(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path))
    assert (edition.id, edition.cumulative) == ("ncci.add_on:2026-04-01", True)
    assert sink.add_on_rows == [
        AddOnRow("1", "11046", "11043", date(2011, 1, 1), None, row=1),
        AddOnRow("2", "0054T", "CCCCC", date(2024, 9, 30), date(2026, 3, 31), note="invented note", row=2),
        AddOnRow("3", "G2212", "99205", date(2021, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 1), row=3),
    ]


def test_blank_days_are_not_printed(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path, "111046       11043                     ", "20054T       CCCCC"))
    assert [(r.effective, r.deleted) for r in sink.add_on_rows] == [(None, None), (None, None)]


def test_notice_above_the_first_line_is_skipped(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path, "CPT codes are copyright of the American Medical Association.", *LINES))
    assert [r.row for r in sink.add_on_rows] == [2, 3, 4]


def test_edit_printed_twice_is_kept_once(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path, *LINES, LINES[0]))
    assert len(sink.add_on_rows) == 3


def test_workbook_reads_like_the_text(tmp_path: Path) -> None:
    _, text = read_only(READER, write(tmp_path / "txt"))
    columns = [
        "AOC_Edit_Type (1/2/3)",
        "Add-On_Code",
        "AOC_DelDT",
        "Primary_Code",
        "Primary_Code_DelDT",
        "AOC_Edit_EffDT",
        "AOC_Edit_DelDT",
        "Special_Instruction_Notes",
    ]
    rows: list[list[object]] = [["notice of the owner"], list(columns)]
    rows += [
        [1, 11046, None, 11043, None, 2011001, None, None],
        ["2", "0054T", "", "CCCCC", "", "2024274", "2026090", "invented note"],
    ]
    rows += [[3, "G2212", 2026182, 99205, 2026182, 2021001, 2026181, None]]
    workbook(tmp_path / "xlsx" / "AOC_V2026Q2-MCR.xlsx", rows)
    edition, book = read_only(READER, tmp_path / "xlsx")
    assert (edition.id, edition.rank) == ("ncci.add_on:2026-04-01", 1)
    without_row = [
        (r.edit_type, r.add_on, r.primary, r.effective, r.deleted, r.add_on_deleted, r.note) for r in book.add_on_rows
    ]
    assert without_row == [
        (r.edit_type, r.add_on, r.primary, r.effective, r.deleted, r.add_on_deleted, r.note) for r in text.add_on_rows
    ]


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (
            "111046       11043       2026182       ",
            "line 4: takes effect on 2026-07-01, after the quarter that ends on 2026-06-30",
        ),
        ("311046       11043       2011001       ", "line 4: 11046 with 11043 has another edit type than in line 1"),
        ("111047       11043       2026400       ", "line 4: '2026400' is no day of a year"),
        ("411047       11043       2011001       ", "line 4: is no add-on code edit"),
        ("111047       110", "line 4: is no add-on code edit"),
        ("111047       ABCDE       2011001       ", "line 4: is no add-on code edit"),
    ],
    ids=["wrong quarter", "two types", "no day", "type", "cut", "primary"],
)
def test_file_that_contradicts_itself_is_refused(tmp_path: Path, extra: str, reason: str) -> None:
    write(tmp_path, *LINES, extra)
    with pytest.raises(Refused, match=reason):
        read_only(READER, tmp_path)


def test_name_without_a_quarter_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "edits.txt").write_text("\n".join(LINES))
    (member,) = members_in(tmp_path)
    with pytest.raises(Unreadable, match="which quarter"):
        READER.recognise(member)


def test_workbook_without_a_column_is_unreadable(tmp_path: Path) -> None:
    workbook(tmp_path / "AOC_V2026Q2-MCR.xlsx", [["AOC_Edit_Type", "Add-On_Code", "Primary_Code"], [1, 11046, 11043]])
    with pytest.raises(Unreadable, match="lacks the column add_on_deleted"):
        read_only(READER, tmp_path)


@pytest.mark.parametrize("content", ["00001A00    Cholera\n" * 5, "10112   00   ALABAMA    STATEWIDE\n" * 5, "1\n"])
def test_other_text_is_not_taken(tmp_path: Path, content: str) -> None:
    (tmp_path / "icd10cm_order_2026.txt").write_text(content)
    assert editions_in(READER, tmp_path) == {}


def test_official_quarter_has_the_known_counts(official: Path) -> None:
    sink = read_edition(READER, official / "ncci", "ncci.add_on:2024-07-01")
    by_type = [sum(row.edit_type == kind for row in sink.add_on_rows) for kind in "123"]
    assert by_type == [6_860, 36, 569]

"""The list of MS-DRGs: Table 5 of the inpatient rule and the grouper's titles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.msdrg import READER
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, read_edition, read_only, workbook

TITLE = "TABLE 5.-INVENTED LIST OF MS-DRGS, WEIGHTS AND MEAN LENGTHS OF STAY - FY 2027 Final Rule"
HEADER = (
    "MS-DRG",
    "FY 2027 FINAL Post-Acute DRG",
    "FY 2027 FINAL Special Pay DRG",
    "MDC",
    "TYPE",
    "MS-DRG Title",
    "Weights",
    "Geometric mean LOS",
    "Arithmetic mean LOS",
)
ROWS: tuple[tuple[str, ...], ...] = (
    ("001", "No", "No", "PRE", "SURG", '"INVENTED TRANSPLANT, WITH MCC"', "28.7631", "30.1", "38.9"),
    ("52", "No", "No", "01", "MED", "INVENTED NERVE DISORDERS", "1.5000", "4.0", "5.2"),
    ("999", "No", "No", "**", "**", "INVENTED UNGROUPABLE", "0.0000", "0.0", "0.0"),
)
NOTE = ("Invented note below the table",)


def write(folder: Path, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Path:
    lines = ["\t".join(row) for row in ((TITLE,), header, *(rows or ROWS), NOTE)]
    (folder / "table.txt").write_text("\r\n".join(lines), newline="")
    return folder


def test_table_5_gives_titles_categories_weights_and_stays(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path))
    assert (edition.id, edition.rank, edition.effective_from) == ("msdrg:v44", 0, date(2026, 10, 1))
    assert [(c.code, c.title) for c in sink.lists[System.MSDRG]] == [
        ("001", "INVENTED TRANSPLANT, WITH MCC"),
        ("052", "INVENTED NERVE DISORDERS"),
        ("999", "INVENTED UNGROUPABLE"),
    ]
    assert [r.values for r in sink.rows] == [
        ("PRE", "surgical", "28.7631", "30.1", "38.9"),
        ("01", "medical", "1.5000", "4.0", "5.2"),
        ("", "", "0.0000", "0.0", "0.0"),
    ]


def test_workbook_reads_like_the_text(tmp_path: Path) -> None:
    cells = [[cell.strip('"') for cell in row] for row in ROWS]
    workbook(tmp_path / "table.xlsx", [[TITLE], HEADER, *cells, NOTE])
    edition, sink = read_only(READER, tmp_path)
    assert (edition.id, edition.rank) == ("msdrg:v44", 1)
    assert sink.record("052").values == ("01", "medical", "1.5000", "4.0", "5.2")


def test_list_of_titles_has_no_weights_and_is_dated_by_its_version(tmp_path: Path) -> None:
    (tmp_path / "v41_1").mkdir()
    (tmp_path / "v41_1" / "titles.csv").write_text(
        'drg,mdc,drg_abb,drg_description\n001,,P,INVENTED\n052,01,M,"INVENTED, TOO"\n'
    )
    edition, sink = read_only(READER, tmp_path)
    assert (edition.id, edition.rank, edition.effective_from) == ("msdrg:v41.1", 2, date(2024, 4, 1))
    assert sink.record("001").values == ("", "surgical", "", "", "")
    assert sink.record("052").values == ("01", "medical", "", "", "")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROWS[0], "line 6: lists 001 twice"),
        (("998", "No", "No", "01", "MED"), "line 6: 998 is cut short"),
        (("998", "No", "No", "01", "OTHER", "INVENTED", "1", "1", "1"), "has the type 'OTHER'"),
        (("998", "No", "No", "01", "MED", "INVENTED", "1,5", "1", "1"), "has no number where one is due"),
    ],
)
def test_table_that_contradicts_itself_is_refused(tmp_path: Path, row: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_only(READER, write(tmp_path, *ROWS, row))


def test_capped_weight_is_the_one_that_pays(tmp_path: Path) -> None:
    header = (*HEADER[:6], "Weights Before Cap", "Weights - 10% Cap Applied", *HEADER[7:])
    rows = [(*row[:6], "9.9999", *row[6:]) for row in ROWS]
    _, sink = read_only(READER, write(tmp_path, *rows, header=header))
    assert sink.record("052").values == ("01", "medical", "1.5000", "4.0", "5.2")


def test_table_with_two_columns_of_weights_is_unreadable(tmp_path: Path) -> None:
    header = tuple("Weights" if name.endswith("Special Pay DRG") else name for name in HEADER)
    with pytest.raises(Unreadable, match="lacks the column weight, or has it more than once"):
        read_only(READER, write(tmp_path, header=header))


def test_titles_of_version_41_1_load(official: Path) -> None:
    assert list(editions_in(READER, official / "msdrg")) == ["msdrg:v41.1"]
    assert len(read_edition(READER, official / "msdrg", "msdrg:v41.1").lists[System.MSDRG]) == 766

"""The conversion table: which codes stood for a new code before it existed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.icd10cm_conversion import READER
from codingahead.build.sources.icd_editions import midyear_codes
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import Collected, read_edition, read_only, workbook

NOTICE = "Invented notice of an update, which will become effective October 1, 2026. Effective dates are 1 October."
HEADER = ("Current code assignment", "Effective", "Previous Code(s) Assignment")


def read(folder: Path, *rows: tuple[object, ...], header: tuple[str, ...] = HEADER) -> Collected:
    workbook(folder / "conversion.xlsx", [(NOTICE, None, None), header, *rows])
    edition, sink = read_only(READER, folder)
    assert (edition.id, edition.cumulative) == ("icd10cm.conversion:2026-10-01", True)
    return sink


def test_year_means_its_first_of_october_and_a_day_is_itself(tmp_path: Path) -> None:
    sink = read(
        tmp_path, ("A04.71", 2017, "A04.7"), ("Z55.6", date(2023, 4, 1), "Z55.8"), ("W453XXA", 2025, "W45.8XXA")
    )
    assert [(m.code, m.to, m.effective, m.kind, m.flags) for m in sink.mapped] == [
        ("A04.71", "A04.7", date(2017, 10, 1), "predecessor", ""),
        ("Z55.6", "Z55.8", date(2023, 4, 1), "predecessor", ""),
        ("W45.3XXA", "W45.8XXA", date(2025, 10, 1), "predecessor", ""),
    ]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("None", []),
        ("C56.1 and C56.2", ["C56.1", "C56.2"]),
        ("C56.1 AND C56.2", ["C56.1", "C56.2"]),
        ("H02.101-H02.103; H02.109", ["H02.101", "H02.102", "H02.103", "H02.109"]),
        ("H35.051-H35.059", ["H35.051-H35.059"]),
        ("Codes in Categories T15-T19", ["T15-T19"]),
        ("I63.- and P91.88", ["I63.-", "P91.88"]),
    ],
)
def test_cell_with_several_codes_gives_each_and_is_kept_as_printed(
    tmp_path: Path, printed: str, expected: list[str]
) -> None:
    sink = read(tmp_path, ("A04.71", 2017, "A04.7"), ("Z98.890", 2016, printed))
    assert [(m.to, m.flags) for m in sink.mapped if m.code == "Z98.890"] == [(to, printed) for to in expected]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("A04.71", 2027, "A04.7"), "takes effect on 2027-10-01, after the edition's period"),
        (("A04.71", "soon", "A04.7"), "effective date 'soon' is no day"),
        (("A04.71", None, "A04.7"), "has no effective date"),
        (("04.71", 2017, "A04.7"), "'04.71' is no code"),
        (("A04.71", 2017, "unknown"), "names no code"),
    ],
)
def test_row_that_contradicts_the_table_is_refused(tmp_path: Path, row: tuple[object, ...], reason: str) -> None:
    with pytest.raises(Refused, match=f"line 3: .*{reason}"):
        read(tmp_path, row)


def test_csv_twin_without_notice_is_dated_by_the_day_in_its_name_not_by_the_fiscal_year_beside_it(
    tmp_path: Path,
) -> None:
    name = "508-VERSION-ICD-10-CM-CONVERSION-TABLE-FY2027-October 1 2026.csv"
    (tmp_path / name).write_text(",".join(HEADER) + '\nZ98.890,4/1/2020,"Z98.80, Z98.88"\n')
    edition, sink = read_only(READER, tmp_path)
    assert (edition.effective_from, edition.rank) == (date(2026, 10, 1), 0)
    assert [(m.to, m.effective) for m in sink.mapped] == [("Z98.80", date(2020, 4, 1)), ("Z98.88", date(2020, 4, 1))]


def test_table_without_a_column_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="lacks the column effective"):
        read(tmp_path, ("A04.71", 2017, "A04.7"), header=("Current code assignment", "Since", HEADER[2]))


def test_official_table_holds_the_codes_that_date_editions_within_a_year(official: Path) -> None:
    sink = read_edition(READER, official / "icd10cm", "icd10cm.conversion:2025-10-01")
    assert len(sink.mapped) == 6_287
    midyear = {(m.code.replace(".", ""), m.effective) for m in sink.mapped if m.effective and m.effective.month != 10}
    known = {(code, day) for day, codes in midyear_codes(System.ICD10CM).items() for code in codes}
    assert midyear <= known

"""The list of ICD-10-CM codes exempt from present-on-admission reporting."""

from __future__ import annotations

from pathlib import Path

import pytest

from codingahead.build.sources.icd10cm_poa import READER
from codingahead.words.errors import Refused
from tests.library.build.support import editions_in, read_edition, read_only, workbook

HEADER = ("Order27", "POAexemptCode", "Description")
ROWS = (("01238", "B90.0", "Invented sequelae"), ("09000", "I67.1", "Invented"), ("98181", "Z99.89", "Invented status"))


def write(folder: Path, *rows: tuple[str, ...], name: str = "POAexemptCodesFY27.txt") -> Path:
    (folder / name).write_text("".join("\t".join(row) + "\r\n" for row in (HEADER, *(rows or ROWS))), newline="")
    return folder


def test_every_listed_code_is_exempt(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path))
    assert (edition.id, edition.fields) == ("icd10cm.poa:2026-10-01", ("poa_exempt",))
    assert [(r.code, r.values, r.row) for r in sink.rows] == [
        ("B90.0", ("yes",), 2),
        ("I67.1", ("yes",), 3),
        ("Z99.89", ("yes",), 4),
    ]


def test_workbook_is_the_twin_that_yields_to_the_text(tmp_path: Path) -> None:
    workbook(tmp_path / "POAexemptCodesFY27.xlsx", [HEADER, *ROWS])
    edition, sink = read_only(READER, tmp_path)
    assert (edition.id, edition.rank) == ("icd10cm.poa:2026-10-01", 1)
    assert [r.code for r in sink.rows] == ["B90.0", "I67.1", "Z99.89"]


def test_lists_of_changes_are_no_edition(tmp_path: Path) -> None:
    write(tmp_path, name="POAexemptAddCodesFY27.txt")
    (tmp_path / "deleted.txt").write_text("POAexemptCode\tDescription\r\nQ89.8\tInvented\r\n")
    (tmp_path / "revised.txt").write_text(
        "Order27\tAction\tPOAexemptCode\tDescription\r\n30219\tRevise to:\tQ75.001\tInvented\r\n"
    )
    assert editions_in(READER, tmp_path) == {}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (ROWS[1:], "is no whole list"),
        (ROWS[:2], "is no whole list"),
        ((*ROWS, ("98182", "Z99.89", "Invented status")), "line 5: Z99.89 is out of order or listed twice"),
        ((ROWS[0], ("98182", "Z99", "x"), ROWS[1]), "line 4: I67.1 is out of order"),
        ((*ROWS, ("98182",)), "line 5: is no row of the list"),
    ],
    ids=["added codes", "cut", "twice", "out of order", "cut row"],
)
def test_list_that_contradicts_itself_is_refused(
    tmp_path: Path, rows: tuple[tuple[str, ...], ...], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        read_only(READER, write(tmp_path, *rows))


def test_official_list_of_2026_loads(official: Path) -> None:
    assert len(read_edition(READER, official / "icd10cm", "icd10cm.poa:2025-10-01").rows) == 38_349

"""Medically unlikely edits: the value, indicator and rationale of each code, by setting."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.ncci_mue import FIELDS, READER
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition, read_only, workbook

HEAD = '"CPT codes are copyright of the American Medical Association.\nCPT is a registered trademark.",,,\r\n'
COLUMNS = '"HCPCS/\nCPT Code",{} MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n'
ROWS = (
    "0001U,1,2 Date of Service Edit: Policy,Code Descriptor / CPT Instruction\r\n"
    "61624,2,3 Date of Service Edit: Clinical,Clinical: Data\r\n"
    "61640,0,3 Date of Service Edit: Clinical,CMS Policy\r\n"
    'A4206,300,1 Line Edit,"Nature of Service, Procedure"\r\n'
)


def write(folder: Path, rows: str = ROWS, setting: str = "Practitioner Services", name: str = "") -> Path:
    name = name or f"MCR_MUE_{setting.replace(' ', '')}_Eff_10-01-2026.csv"
    (folder / name).write_text(HEAD + COLUMNS.format(setting) + rows, encoding="cp1252", newline="")
    return folder


def test_row_gives_value_indicator_digit_and_rationale(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path))
    assert (edition.id, edition.effective_from, edition.fields) == (
        "ncci.mue.practitioner:2026-10-01",
        date(2026, 10, 1),
        FIELDS,
    )
    assert sink.record("61624").values == ("2", "3", "Clinical: Data")
    assert sink.record("61640").values == ("0", "3", "CMS Policy")
    assert sink.record("A4206").values == ("300", "1", "Nature of Service, Procedure")
    assert sink.record("0001U").row == 5


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Practitioner Services", "ncci.mue.practitioner"),
        ("Outpatient Hospital Services", "ncci.mue.outpatient"),
        ("DME Supplier Services", "ncci.mue.dme"),
    ],
)
def test_setting_comes_from_the_header_not_from_the_name(tmp_path: Path, header: str, kind: str) -> None:
    edition, _ = read_only(READER, write(tmp_path, setting=header, name="table-2026q4.csv"))
    assert (edition.kind, edition.effective_from) == (kind, date(2026, 10, 1))


def test_workbook_reads_like_the_text(tmp_path: Path) -> None:
    columns = ["HCPCS/\nCPT Code", "DME Supplier Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"]
    rows: list[list[object]] = [
        ["notice"],
        list(columns),
        ["A4206", 300, "1 Line Edit", "CMS Policy"],
        [97110, 8, "3 Clinical", "x"],
    ]
    workbook(tmp_path / "MCR_MUE_DMESupplierServices_Eff_10-01-2026.xlsx", rows)
    edition, sink = read_only(READER, tmp_path)
    assert (edition.kind, edition.rank) == ("ncci.mue.dme", 1)
    assert sink.record("A4206").values == ("300", "1", "CMS Policy")
    assert sink.record("97110").values == ("8", "3", "x")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (ROWS + "61624,3,3 Date of Service Edit: Clinical,Clinical: Data\r\n", "line 9: repeats code 61624 of line 6"),
        (ROWS + "61626,two,3 Date of Service Edit,CMS Policy\r\n", "line 9: is no unit limit"),
        (ROWS + "61626,2,4 Unknown Edit,CMS Policy\r\n", "line 9: is no unit limit"),
        (ROWS + "61626,2\r\n", "line 9: is cut short"),
        ("", "holds no codes"),
    ],
    ids=["repeated", "no number", "indicator", "cut", "empty"],
)
def test_table_that_contradicts_itself_is_refused(tmp_path: Path, rows: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_only(READER, write(tmp_path, rows))


def test_missing_rationale_column_is_unreadable(tmp_path: Path) -> None:
    write(tmp_path)
    path = next(tmp_path.iterdir())
    path.write_text(path.read_text().replace(",MUE Rationale", ""))
    (member,) = members_in(tmp_path)
    with pytest.raises(Unreadable, match="lacks the column rationale"):
        READER.recognise(member)


def test_name_without_a_quarter_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, name="limits.csv"))
    with pytest.raises(Unreadable, match="which quarter"):
        READER.recognise(member)


def test_medicaid_table_is_declined_as_another_program(tmp_path: Path) -> None:
    (tmp_path / "MCD_MUE_PRA_Eff_10_01_2026.csv").write_text(
        "notice\nHCPCS/CPT Code,MCD Practitioner MUE Values\n61624,2\n"
    )
    (member,) = members_in(tmp_path)
    with pytest.raises(Unreadable, match="Medicaid"):
        READER.recognise(member)


def test_other_tables_are_not_taken(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("HCPCS,MOD,DESCRIPTION\n61624,,x\n")
    assert editions_in(READER, tmp_path) == {}


@pytest.mark.parametrize(("setting", "count"), [("practitioner", 14_677), ("outpatient", 14_628), ("dme", 2_928)])
def test_official_quarter_has_the_known_counts(official: Path, setting: str, count: int) -> None:
    sink = read_edition(READER, official / "ncci", f"ncci.mue.{setting}:2024-07-01")
    assert len(sink.rows) == count

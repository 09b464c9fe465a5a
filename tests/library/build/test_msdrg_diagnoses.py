"""Tables of the grouper: groups of principal diagnoses, levels of secondary ones, and where both lead in a pack."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from codingahead.build.run import build
from codingahead.build.sources.msdrg_diagnoses import READER
from codingahead.codebook import Codebook
from codingahead.words.errors import Refused
from tests.library.build.support import editions_in, read_edition

GROUPS = (
    "icd_code,mdc,drg_range,drg\nI67.1,01,091-093,091\nI67.1,01,091-093,92\n"
    "A02.1,18,871-872,871\nA02.1,25,974-976,974\nE11,10,637-639,637\nA33,15,794,\n"
    'T20.30,22,"927,933",\nA36.0,Pre,011-013,011\n'
)
LEVELS = "icd_code,cc_mcc,pdx_group,pdx_n\nA02.1,MCC,0001,3\nI67.1,CC,0002,4\nS72.00,CC,0003,1\nS72.00,MCC,0004,1\n"
TITLES = "drg,mdc,drg_abb,drg_description\n091,01,M,INVENTED GROUP WITH MCC\n"


def put(folder: Path) -> Path:
    below = folder / "v41_1"
    below.mkdir(parents=True)
    (below / "index.csv").write_text(GROUPS)
    (below / "levels.csv").write_text(LEVELS)
    (below / "msdrg_41.csv").write_text(TITLES)
    return folder


def test_groups_are_one_row_a_diagnosis_and_category(tmp_path: Path) -> None:
    put(tmp_path)
    assert set(editions_in(READER, tmp_path)) == {"msdrg.diagnosis:v41.1", "msdrg.severity:v41.1"}
    kept = read_edition(READER, tmp_path, "msdrg.diagnosis:v41.1")
    assert kept.record("I67.1", "01").values == ("01", "091 092")
    assert {r.variant for r in kept.rows if r.code == "A02.1"} == {"18", "25"}
    assert kept.record("A33", "15").values == ("15", "794")
    assert kept.record("T20.30", "22").values == ("22", "927 933")
    assert kept.record("A36.0", "00").values == ("00", "011")


def test_a_level_that_a_cut_code_has_twice_is_left_out(tmp_path: Path) -> None:
    kept = read_edition(READER, put(tmp_path), "msdrg.severity:v41.1")
    assert {(r.code, *r.values) for r in kept.rows} == {("A02.1", "MCC"), ("I67.1", "CC")}


@pytest.mark.parametrize(
    "text", [GROUPS.replace("I67.1,01", "I67.1,x"), GROUPS.replace("A02.1,18", "banana,18"), GROUPS.splitlines()[0]]
)
def test_tables_that_name_nothing_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "v41_1").mkdir()
    (tmp_path / "v41_1" / "index.csv").write_text(text)
    with pytest.raises(Refused):
        read_edition(READER, tmp_path, "msdrg.diagnosis:v41.1")


def test_a_diagnosis_leads_to_its_groups_and_level_and_a_heading_to_none(tmp_path: Path) -> None:
    build(put(tmp_path / "sources"), tmp_path / "packs", now=datetime(2026, 8, 1, tzinfo=UTC))
    with Codebook.open(tmp_path / "packs") as codebook:
        on = date(2026, 8, 1)
        rows = codebook.crosswalk("I67.1", "msdrg", on)["rows"]
        assert [(r["code"], r["system"], r["title"]) for r in rows] == [
            ("091", "msdrg", "INVENTED GROUP WITH MCC"),
            ("092", "msdrg", None),
            ("CC", "severity", "Complication or comorbidity"),
        ]
        assert codebook.crosswalk("E11", "msdrg", on)["rows"] == []


def test_services_lead_to_their_outpatient_group_and_drugs_to_packages(codebook: Codebook) -> None:
    on = date(2026, 8, 1)
    (row,) = codebook.crosswalk("45378", "apc", on)["rows"]
    assert (row["code"], row["status"], row["rate"]) == ("5311", "T", "911.71")
    (row,) = codebook.crosswalk("J0585", "ndc", on)["rows"]
    assert row["code"] == "00023114501"
    assert codebook.crosswalk("45378", "ndc", on)["rows"] == []

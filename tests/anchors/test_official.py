"""Facts known of the real official files, asked of a pack built from all of them."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from codingahead.words.codes import System
from codingahead.words.search import SearchQuery

DAY = date(2026, 8, 1)


def facts(answer: dict, modifier: str = "") -> dict[str, str]:
    return {f["name"]: f["value"] for f in answer["facts"] if f.get("modifier", "") == modifier}


def test_every_kind_of_file_at_hand_is_loaded(book: Codebook) -> None:
    kinds = {r["kind"] for r in book.releases(DAY)}
    assert kinds >= {
        "icd10cm",
        "icd10cm.tabular",
        "icd10cm.index",
        "icd10cm.external_cause",
        "icd10cm.neoplasm",
        "icd10cm.drug",
        "icd10cm.conversion",
        "icd10cm.poa",
        "icd10pcs",
        "icd10pcs.tables",
        "icd10pcs.index",
        "icd10pcs.definitions",
        "hcpcs",
        "hcpcs.modifier",
        "pos",
        "pfs",
        "ncci.ptp.practitioner",
        "ncci.ptp.outpatient",
        "ncci.mue.practitioner",
        "ncci.mue.outpatient",
        "ncci.mue.dme",
        "ncci.add_on",
        "ccsr",
        "msdrg",
        "rbcs",
    }


def test_row_counts_are_the_published_ones(book: Codebook) -> None:
    rows = {r["id"]: r["rows"] for r in book.releases(DAY)}
    assert rows["icd10cm:2025-10-01"] == 98_186
    assert rows["pfs:rvu26c"] == 19_356
    assert rows["ncci.ptp.practitioner:v302r0"] == 2_546_017
    assert rows["ncci.ptp.outpatient:v302r0"] == 1_775_818
    assert rows["ncci.mue.practitioner:2024-07-01"] == 14_677


def test_61624_carries_its_published_figures_of_each_year(book: Codebook) -> None:
    now, before = facts(book.lookup("61624", DAY)), facts(book.lookup("61624", date(2025, 8, 1)))
    assert (now["work_rvu"], now["facility_pe_rvu"], now["mp_rvu"], now["facility_total"]) == (
        "19.50",
        "5.41",
        "6.37",
        "31.28",
    )
    assert (before["work_rvu"], before["facility_pe_rvu"], before["facility_total"]) == ("20.12", "8.59", "34.99")
    assert (now["global_days"], now["multiple_procedure"], now["bilateral"], now["assistant_surgeon"], now["pctc"]) == (
        "000",
        "2",
        "0",
        "1",
        "0",
    )
    assert (now["mue_practitioner"], now["mai_practitioner"]) == ("2", "3")


@pytest.mark.parametrize(
    ("code", "on", "status", "billable"),
    [
        ("A00", DAY, "header", False),
        ("A00.0", DAY, "active", True),
        ("S72.001A", DAY, "active", True),
        ("U07.1", date(2020, 1, 15), "future", None),
        ("U07.1", date(2021, 2, 1), "active", True),
        ("I67.1", date(2015, 1, 1), "not_loaded", None),
    ],
)
def test_icd10cm_codes_stand_as_published(
    book: Codebook, code: str, on: date, status: str, billable: bool | None
) -> None:
    answer = book.lookup(code, on)
    assert (answer["status"], answer["billable"]) == (status, billable)


def test_a_replaced_code_names_its_successors(book: Codebook) -> None:
    answer = book.lookup("M54.5", DAY)
    assert answer["status"] == "header"
    ended = book.lookup("G43.839", DAY) if book.lookup("G43.839", DAY)["status"] == "deleted" else None
    assert ended is None or ended["successors"]


def test_no_cpt_or_dental_text_is_in_the_pack(book: Codebook) -> None:
    found = book.pack.rows(
        "SELECT COUNT(*) AS n FROM code_span WHERE system IN ('cpt', 'cdt') AND (title IS NOT NULL OR short IS NOT NULL)"
    )
    assert found[0]["n"] == 0
    assert book.pack.rows("SELECT COUNT(*) AS n FROM descriptor")[0]["n"] == 0


def test_an_hcpcs_drug_has_its_public_text_and_figures(book: Codebook) -> None:
    answer = book.lookup("J1885", date(2024, 8, 1))
    assert answer["title"] == "Injection, ketorolac tromethamine, per 15 mg"
    assert facts(answer)["coverage"]


def test_every_character_of_a_pcs_code_has_its_axis_value_and_definition(book: Codebook) -> None:
    answer = book.lookup("02703DZ", date(2026, 4, 1), "icd10pcs")
    said = {c["axis"]: (c["value"], c["label"]) for c in answer["characters"]}
    assert len(answer["characters"]) == 7
    assert said["Operation"] == ("7", "Dilation")
    assert said["Approach"] == ("3", "Percutaneous")
    operation = next(c for c in answer["characters"] if c["axis"] == "Operation")
    assert operation["definition"].startswith("Expanding an orifice")
    assert answer["sources"][operation["definition_source"] - 1]["release"] == "icd10pcs.definitions:2025-10-01"


def test_a_pcs_code_and_its_table_agree(book: Codebook) -> None:
    table = book.pcs_table("03VG3DZ", DAY)
    assert table["complete"] == "03VG3DZ"
    assert book.lookup("03VG3DZ", DAY)["status"] == "active"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("ruptured brain aneurysm", "I60"),
        ("noevascular glaucoma", "H40"),
        ("type 2 diabetes with kidney disease", "E11"),
        ("nonruptured cerebral aneurysm", "I67.1"),
    ],
)
def test_words_lead_to_the_code(book: Codebook, words: str, code: str) -> None:
    hits = book.search(SearchQuery(words, DAY, (System.ICD10CM,), 5)).hits
    assert any(h.code.startswith(code) for h in hits)


def test_the_pcs_index_leads_to_the_table_builder(book: Codebook) -> None:
    found = book.index_page("pcs", "A", DAY)
    term = next(t for t in found["terms"] if t["title"] == "Abdominohysterectomy")
    assert term["code"] == "0UT9"
    assert book.pcs_table("0UT9", DAY)["axes"]


def test_a_diagnosis_is_mapped_to_icd9_and_to_risk_categories_with_flags_in_words(book: Codebook) -> None:
    mapped = book.crosswalk("E11.9", "icd9cm", DAY)["rows"]
    assert [(r["code"], r["flags"], r["exact"]) for r in mapped] == [("250.00", "approximate", False)]
    back = book.crosswalk("250.00", "icd10cm", DAY, "icd9cm")["rows"]
    assert [r["code"] for r in back] == ["E11.9"]
    risk = {
        r["model"]: (r["code"], r["factor"]) for r in book.crosswalk("E11.22", "hcc", DAY)["rows"] if r["code"] != "139"
    }
    assert risk["CMS-HCC Model V28"] == ("37", "0.166")
    assert risk["CMS-HCC Model V24"] == ("18", "0.302")


def test_a_code_without_an_equivalent_says_so(book: Codebook) -> None:
    (row,) = book.crosswalk("R29.700", "icd9cm", DAY)["rows"]
    assert (row["code"], row["flags"]) == ("", "approximate, no map")


def test_the_changes_of_fiscal_year_2026_are_those_of_the_official_addenda(book: Codebook) -> None:
    counts = book.changes(date(2025, 9, 30), date(2025, 10, 1), system="icd10cm")["counts"]
    assert counts == {"new": 487, "deleted": 28, "revised": 38}


def test_fees_that_changed_are_told_in_money_the_greatest_first(book: Codebook) -> None:
    found = book.changes(date(2025, 12, 31), DAY, codes=["99213", "61624"], kinds=["fee"])["rows"]
    told = {(r["code"], r["name"]): (r["before"], r["after"], r["amount"]) for r in found}
    assert told["99213", "nonfacility national"] == ("88.95", "95.19", "6.24")
    assert [abs(float(r["amount"])) for r in found] == sorted((abs(float(r["amount"])) for r in found), reverse=True)

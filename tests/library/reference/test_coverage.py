"""Coverage by articles with their groups in prose, on an invented export in the layout of the Medicare Coverage Database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from codingahead.build.run import build
from codingahead.codebook import Codebook

ON = date(2026, 8, 1)
TABLES = {
    "article.csv": "article_id,title,article_eff_date,article_end_date,date_retired,display_id,article_version\n"
    "1,One list,2026-01-01 00:00:00,,,A1,3\n2,Two lists in prose,2026-01-01 00:00:00,,,A2,1\n3,Retired,2020-01-01 00:00:00,,2021-01-01 00:00:00,A3,1\n"
    "4,No list,2026-01-01 00:00:00,,,A4,1\n5,Cut,2026-01-01 00:00:00,,,A5,1\n6,Not covered,2026-01-01 00:00:00,,,A6,1\n",
    "codes.csv": "article_id,article_version,hcpc_code_id,hcpc_code_group\n"
    "1,3,93000,1\n2,1,93001,1\n2,1,93002,1\n3,1,93003,1\n4,1,93004,1\n5,1,93005,1\n6,1,93006,1\n6,1,XX000,1\n",
    "covered.csv": "article_id,article_version,icd10_code_id,icd10_covered_group\n"
    "1,3,I10,1\n1,3,S72.00,1\n2,1,I10,1\n2,1,E11.9,2\n3,1,I10,1\n5,1,I10,1\n1,3,XX000,1\n",
    "noncovered.csv": "article_id,article_version,icd10_code_id,icd10_noncovered_group\n6,1,M17.0,1\n",
    "groups.csv": "article_id,article_version,icd10_covered_group,paragraph\n1,3,1,<p>The codes below support the service.</p>\n"
    "2,1,1,For 93001 these codes apply.\n2,1,2,For 93002 one of these must be reported together with Z79.01.\n5,1,1,"
    + "x" * 400
    + "\n",
    "related.csv": "article_id,r_article_id,r_lcd_id\n1,,77\n",
    "lcd_contractor.csv": "lcd_id,contractor_id,contractor_version\n77,9,1\n",
    "contractor.csv": "contractor_id,contractor_version,contractor_bus_name,contractor_number,status\n9,1,Contractor,01112,A\n",
    "jurisdiction.csv": "contractor_id,state_id,term_date\n9,5,\n",
    "states.csv": "state_id,state_abbrev,description\n5,CA,California\n6,NV,Nevada\n",
    "ncd.csv": "NCD_mnl_sect,NCD_mnl_sect_title,NCD_vrsn_num,NCD_efctv_dt,NCD_trmntn_dt,itm_srvc_desc,indctn_lmtn,xref_txt,othr_txt\n"
    "20.1,A determination,2,2026-01-01 00:00:00,,,<p>Covered when 93007 is done. <script>alert(1)</script></p>,,\n",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    folder = tmp_path_factory.mktemp("mcd")
    for name, content in TABLES.items():
        (folder / name).write_text(content, encoding="cp1252")
    packs = tmp_path_factory.mktemp("packs")
    report = build(folder, packs, now=datetime(2026, 8, 1, tzinfo=UTC))
    assert [n for n in report.not_used if n.fault] == []
    return Codebook.open(packs)


@pytest.mark.parametrize(
    ("code", "diagnoses", "result", "why"),
    [
        ("93000", ["I10"], "supported", "listed, and the paragraph asks for nothing more"),
        ("93000", ["S72.001A"], "supported", "the list names the family that the full code belongs to"),
        ("93000", ["E11.9"], "not_supported", "the only list does not hold it"),
        ("93000", ["E11.9", "I10"], "supported", "one of the diagnoses is listed"),
        ("93000", [], "needs_reading", "no diagnosis was given"),
        ("93001", ["I10"], "supported", "its own group names the code"),
        ("93001", ["E11.9"], "needs_reading", "listed in the group of another code"),
        ("93002", ["E11.9"], "needs_reading", "the paragraph asks for a second code"),
        ("93003", ["I10"], "no_policy", "the article was retired"),
        ("93004", ["I10"], "needs_reading", "the article has no list"),
        ("93005", ["I10"], "needs_reading", "the paragraph breaks off"),
        ("93006", ["M17.0"], "not_supported", "on the list of what is not covered"),
        ("93007", ["I10"], "needs_reading", "only a national determination names it"),
        ("99999", ["I10"], "no_policy", "nothing names it"),
    ],
)  # fmt: skip
def test_result_by_code_and_diagnoses(book: Codebook, code: str, diagnoses: list[str], result: str, why: str) -> None:
    assert book.cover(code, diagnoses, ON)["result"] == result, why


def test_a_policy_of_another_contractor_does_not_count(book: Codebook) -> None:
    assert book.cover("93000", ["I10"], ON, state="CA")["result"] == "supported"
    assert book.cover("93000", ["I10"], ON, mac="01112")["result"] == "supported"
    assert book.cover("93000", ["I10"], ON, state="NV")["result"] == "no_policy"


def test_markup_of_a_stored_document_never_comes_out(book: Codebook) -> None:
    found = book.determination("20.1", ON)
    assert found is not None
    assert found["text"].startswith("Covered when 93007 is done.")
    assert "<" not in found["text"]


def test_without_policies_nothing_is_said_to_be_uncovered(codebook: Codebook) -> None:
    answer = codebook.cover("61624", ["I67.1"], ON)
    assert (answer["result"], answer["not_loaded"]) == (None, ["mcd"])

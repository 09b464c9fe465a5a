"""The relative value file as csv: what is kept of a row, which edition it is, and which files are refused."""

from __future__ import annotations

import lzma
import zipfile
from datetime import date
from pathlib import Path

import pytest

from codingahead.build.members import members
from codingahead.build.sources.pfs import FIELDS, READER
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition, read_only, zipped

HEADER_2025 = """\
,,2025 National Physician Fee Schedule Relative Value File October Release,{}
,,CPT codes and descriptions only are copyright 2024 American Medical Association.  All Rights Reserved.,{}
,,RELEASED 09/11/2025,{}
,, , ,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,
,,,,NOT USED,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED
,,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS
,,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,\
CO-,TEAM,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT
HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,\
SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT
""".replace("{}", "," * 27)
ROWS_2025 = """\
45385,,invented,A,,4.57,8.33,,2.38,,0.56,13.46,7.51,0,000,0.00,0.00,0.00,3,0,1,0,0,45378,32.3465,09,0,99,0.00,0.00,0.00
70450,,"invented,",A,,0.85,2.35,,2.35,NA,0.05,3.25,3.25,1,XXX,0.00,0.00,0.00,4,0,0,0,0,,32.3465,09,0,88,3.58,3.58,0.06
70450,26,invented,A,,0.85,0.31,,0.31,,0.04,1.20,1.20,1,XXX,0.00,0.00,0.00,4,0,0,0,0,,32.3465,09,0,88,0.00,0.00,0.00
0001F,,invented,I,,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,0.00,0.00,0.00,9,9,9,9,9,,32.3465,09,0,99,0.00,0.00,0.00
G2211,,invented,A,,0.33,0.14,,0.14,,0.02,0.49,0.49,0,ZZZ,0.00,0.00,0.00,0,0,0,0,0,,32.3465,09,0,99,0.00,0.00,0.00
D0150,,invented,N,+,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,0.00,0.00,0.00,9,9,9,9,9,,32.3465,09,0,99,0.00,0.00,0.00
"""
OFFICIAL = HEADER_2025 + ROWS_2025
EXTRACT = (
    "hcpcs,mod,description,status_code,not_used_for_medicare_payment,work_rvu,non_fac_pe_rvu,non_fac_indicator,facility_pe_rvu,"
    "facility_indicator,mp_rvu,non_facility_total,facility_total,pctc_ind,glob_days,pre_op,intra_op,post_op,mult_proc,bilat_surg,"
    "asst_surg,co_surg,team_surg,endo_base,conv_factor,physician_supervision_of_diagnostic_procedures,calculation_flag,"
    "diagnostic_imaging_family_indicator,non_facility_pe_used_for_opps_payment_amount,facility_pe_used_for_opps_payment_amount,"
    "mp_used_for_opps_payment_amount\n"
    "100,,invented,J,,0,0,,0,,0,0,0,9,XXX,0,0,0,9,9,9,9,9,,36.0896,9,0,99,0,0,0\n"
    "29881,,invented,A,,7.03,8.9,NA,8.9,,1.4,17.33,17.33,0,90,0.1,0.69,0.21,3,1,1,0,0,29870,36.0896,9,0,99,0,0,0\n"
)


def by_name(values: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(FIELDS, values, strict=True))


def official(
    folder: Path, content: str = OFFICIAL, archive: str = "rvu25d.zip", name: str = "PPRRVU2025_Oct.csv"
) -> Path:
    zipped(folder / archive, {name: content.replace("\n", "\r\n")}, encoding="cp1252")
    return folder


def test_row_keeps_every_indicator_as_printed_and_no_description(tmp_path: Path) -> None:
    edition, sink = read_only(READER, official(tmp_path))
    record = sink.record("45385")
    assert edition.fields == FIELDS
    assert by_name(record.values) == {
        **dict.fromkeys(FIELDS, ""),
        "status": "A",
        "work_rvu": "4.57",
        "nonfacility_pe_rvu": "8.33",
        "facility_pe_rvu": "2.38",
        "mp_rvu": "0.56",
        "nonfacility_total": "13.46",
        "facility_total": "7.51",
        "pctc": "0",
        "global_days": "000",
        "preoperative": "0.00",
        "intraoperative": "0.00",
        "postoperative": "0.00",
        "multiple_procedure": "3",
        "bilateral": "0",
        "assistant_surgeon": "1",
        "co_surgeon": "0",
        "team_surgeon": "0",
        "endoscopy_base": "45378",
        "conversion_factor": "32.3465",
        "supervision": "09",
        "calculation_flag": "0",
        "imaging_family": "99",
        "opps_nonfacility_pe": "0.00",
        "opps_facility_pe": "0.00",
        "opps_mp": "0.00",
    }
    assert record.row == 9
    assert not any("invented" in value for row in sink.rows for value in row.values)


def test_modifier_rows_of_one_code_are_kept_apart(tmp_path: Path) -> None:
    _, sink = read_only(READER, official(tmp_path))
    assert by_name(sink.record("70450").values)["facility_na"] == "NA"
    assert by_name(sink.record("70450", "26").values)["nonfacility_total"] == "1.20"


def test_codes_are_listed_by_system_without_titles(tmp_path: Path) -> None:
    _, sink = read_only(READER, official(tmp_path))
    assert [(c.code, c.title) for c in sink.lists[System.CPT]] == [("45385", None), ("70450", None), ("0001F", None)]
    assert [c.code for c in sink.lists[System.HCPCS]] == ["G2211"]
    assert [(c.code, c.title) for c in sink.lists[System.CDT]] == [("D0150", None)]


def test_code_of_status_i_or_n_is_not_billable(tmp_path: Path) -> None:
    _, sink = read_only(READER, official(tmp_path))
    assert sink.code(System.CPT, "45385").billable
    assert not sink.code(System.CPT, "0001F").billable
    assert not sink.code(System.CDT, "D0150").billable


def test_edition_comes_from_the_title_inside_even_in_a_wrongly_named_archive(tmp_path: Path) -> None:
    edition, _ = read_only(READER, official(tmp_path, archive="rvu24a.zip", name="renamed.csv"))
    assert edition.id == "pfs:rvu25d"
    assert (edition.effective_from, edition.expected_until) == (date(2025, 10, 1), date(2025, 12, 31))


def test_extract_without_title_is_dated_by_its_name_and_reads_like_the_official_file(tmp_path: Path) -> None:
    (tmp_path / "pprrvu_rvu20d_oct.csv.xz").write_bytes(lzma.compress(EXTRACT.encode()))
    edition, sink = read_only(READER, tmp_path)
    assert (edition.id, edition.effective_from) == ("pfs:rvu20d", date(2020, 10, 1))
    knee = by_name(sink.record("29881").values)
    assert (knee["nonfacility_pe_rvu"], knee["preoperative"], knee["global_days"]) == ("8.90", "0.10", "090")
    assert by_name(sink.record("00100").values)["work_rvu"] == "0.00"
    assert knee["supervision"] == "09"


def test_extract_under_a_name_without_a_quarter_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "values.csv").write_text(EXTRACT)
    (member,) = members_in(tmp_path)
    with pytest.raises(Unreadable, match="cannot tell which quarter"):
        READER.recognise(member)


def test_reissue_is_a_twin_that_precedes_the_first_issue(tmp_path: Path) -> None:
    corrected = OFFICIAL.replace("October", "January").replace("4.57", "4.58")
    official(tmp_path, corrected, archive="rvu25ar.zip", name="PPRRVU25_JAN.csv")
    official(tmp_path, OFFICIAL.replace("October", "January"), archive="rvu25a.zip", name="PPRRVU25_JAN.csv")
    (edition_id,) = editions_in(READER, tmp_path)
    sink = read_edition(READER, tmp_path, edition_id)
    assert edition_id == "pfs:rvu25a"
    assert by_name(sink.record("45385").values)["work_rvu"] == "4.58"


def test_the_file_with_the_factor_of_march_2024_takes_effect_on_the_day_of_the_law(tmp_path: Path) -> None:
    title = OFFICIAL.replace("2025 National", "2024 National").replace("October", "January")
    official(tmp_path, title.replace("32.3465", "32.7442"), archive="rvu24a.zip")
    official(tmp_path, title.replace("32.3465", "33.2875"), archive="rvu24ar.zip")
    found = editions_in(READER, tmp_path)
    starts = {edition_id: pairs[0][0].effective_from for edition_id, pairs in found.items()}
    assert starts == {"pfs:rvu24a": date(2024, 1, 1), "pfs:rvu24ar": date(2024, 3, 9)}


@pytest.mark.parametrize(("factor", "edition_id"), [("33.4009", "pfs:rvu26c"), ("33.5675", "pfs.qp:rvu26c")])
def test_two_factors_of_2026_are_two_kinds(tmp_path: Path, factor: str, edition_id: str) -> None:
    content = OFFICIAL.replace("2025 National", "2026 National").replace("October", "July").replace("32.3465", factor)
    assert list(editions_in(READER, official(tmp_path, content))) == [edition_id]


def test_later_year_is_told_apart_by_name(tmp_path: Path) -> None:
    content = OFFICIAL.replace("2025 National", "2027 National").replace("October", "January")
    official(tmp_path, content, archive="rvu27a.zip", name="PPRRVU2027_Jan_QPP.csv")
    official(tmp_path, content, archive="rvu27a-2.zip", name="PPRRVU2027_Jan_nonQPP.csv")
    assert sorted(editions_in(READER, tmp_path)) == ["pfs.qp:rvu27a", "pfs:rvu27a"]


def test_later_year_that_names_neither_factor_is_unreadable(tmp_path: Path) -> None:
    content = OFFICIAL.replace("2025 National", "2027 National")
    (member,) = members_in(official(tmp_path, content))
    with pytest.raises(Unreadable, match="QPP"):
        READER.recognise(member)


def test_column_of_2026_is_read_by_its_name(tmp_path: Path) -> None:
    lines = OFFICIAL.replace("2025 National", "2026 National").replace("32.3465", "33.4009").splitlines()
    extra = {6: "PRIC", 7: "IND"}
    widened = [
        ",".join([*(c := line.split(",", 23))[:23], extra.get(i, ""), *c[23:]]) for i, line in enumerate(lines[:8])
    ]
    rows = [line.replace(",,33.4009", ",9,,33.4009").replace(",45378,33", ",9,45378,33") for line in lines[8:]]
    _, sink = read_only(READER, official(tmp_path, "\n".join([*widened, *rows]) + "\n"))
    golden = by_name(sink.record("45385").values)
    assert (golden["price_indicator"], golden["endoscopy_base"], golden["conversion_factor"]) == (
        "9",
        "45378",
        "33.4009",
    )


def test_missing_column_is_unreadable_and_named(tmp_path: Path) -> None:
    lines = OFFICIAL.splitlines()
    without = [",".join(cells[:24] + cells[25:]) for line in lines if (cells := line.replace('"', "").split(","))]
    (member,) = members_in(official(tmp_path, "\n".join(without)))
    with pytest.raises(Unreadable, match="conversion_factor"):
        READER.recognise(member)


def test_placeholder_code_is_a_row_but_no_listed_code(tmp_path: Path) -> None:
    row = "GXXX1,,x,X,,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,0.00,0.00,0.00,9,9,9,9,9,,32.3465,09,0,99,0.00,0.00,0.00\n"
    _, sink = read_only(READER, official(tmp_path, OFFICIAL + row))
    assert sink.record("GXXX1")
    assert [c.code for c in sink.lists[System.HCPCS]] == ["G2211"]


def test_end_of_file_mark_is_no_row(tmp_path: Path) -> None:
    _, sink = read_only(READER, official(tmp_path, OFFICIAL + "\x1a" + "," * 30 + "\n"))
    assert len(sink.rows) == 6


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text + text.splitlines()[-1] + "\n", r"line 15: repeats code D0150"),
        (lambda text: text[:-40], r"line 14: has \d+ columns"),
        (lambda text: text.replace("4.57", "4,57"), r"line 9: has 32 columns"),
        (lambda text: text.replace("8.33", "8.3x"), r"line 9: code 45385: '8.3x' is no number"),
        (lambda text: text.replace("G2211", "G22 1"), r"is no code and modifier"),
        (
            lambda text: text.replace("XXX,0.00,0.00,0.00,4,0,0,0,0,,32.3465", "XXX,0.00,0.00,0.00,4,0,0,0,0,,32.3466"),
            "conversion",
        ),
        (lambda text: text.replace("invented,A,,0.33", "invented,a,,0.33"), "not a value of status"),
        (lambda text: HEADER_2025, "holds no codes"),
    ],
    ids=["repeated key", "last row cut", "comma in a number", "no number", "no code", "two factors", "status", "empty"],
)
def test_file_that_contradicts_itself_is_refused(tmp_path: Path, change: object, reason: str) -> None:
    assert callable(change)
    official(tmp_path, change(OFFICIAL))
    with pytest.raises(Refused, match=reason):
        read_only(READER, tmp_path)


def test_utf16_and_marked_utf8_read_like_the_official_encoding(tmp_path: Path) -> None:
    for name, encoding in (("a", "utf-16"), ("b", "utf-8-sig")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "PPRRVU2025_Oct.csv").write_text(OFFICIAL, encoding=encoding)
        _, sink = read_only(READER, tmp_path / name)
        assert len(sink.rows) == 6


def test_damage_behind_the_head_of_an_archived_file_is_unreadable(tmp_path: Path) -> None:
    many = "".join(ROWS_2025.splitlines(keepends=True)[0].replace("45385", f"{n}") for n in range(45000, 47000))
    path = tmp_path / "rvu25d.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("PPRRVU2025_Oct.csv", HEADER_2025 + many)
    content = bytearray(path.read_bytes())
    content[200_000] ^= 1
    path.write_bytes(content)
    with pytest.raises(Unreadable, match="damaged"):
        read_only(READER, tmp_path)


def test_archive_cut_short_is_reported_and_nothing_is_taken(tmp_path: Path) -> None:
    path = zipped(tmp_path / "rvu25d.zip", {"PPRRVU2025_Oct.csv": OFFICIAL})
    path.write_bytes(path.read_bytes()[:-30])
    reasons: list[str] = []
    assert list(members(tmp_path, lambda name, reason: reasons.append(f"{name}: {reason}"))) == []
    assert [reason.split(" (")[0] for reason in reasons] == ["rvu25d.zip: damaged or cut short"]


@pytest.mark.parametrize(
    "content",
    [
        b"HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\n70450,,A,01112,05,1.00,1.00\n",
        b"\x00\xff" * 4000,
        b'"unclosed,quote\n' * 10,
        b"",
        b"Medicare Administrative Contractor (MAC),State,Locality Number\n",
    ],
    ids=["cap file", "noise", "quotes", "nothing", "localities"],
)
def test_other_files_are_not_taken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.csv").write_bytes(content or b" ")
    assert editions_in(READER, tmp_path) == {}


def test_every_official_edition_loads(official: Path) -> None:
    found = editions_in(READER, official / "pfs")
    assert {"pfs:rvu20a", "pfs:rvu24a", "pfs:rvu24ar", "pfs:rvu25d", "pfs:rvu26c"} <= set(found)
    for edition_id in found:
        sink = read_edition(READER, official / "pfs", edition_id)
        assert len(sink.rows) > 17_000, edition_id


def test_official_july_2026_prints_the_known_values(official: Path) -> None:
    sink = read_edition(READER, official / "pfs", "pfs:rvu26c")
    assert len(sink.rows) == 19_356
    record = sink.record("61624")
    assert by_name(record.values)["nonfacility_na"] == "NA"
    assert by_name(record.values)["facility_pe_rvu"] == by_name(record.values)["nonfacility_pe_rvu"] == "5.41"
    assert sum(by_name(row.values)["status"] == "A" for row in sink.rows) == 9_408

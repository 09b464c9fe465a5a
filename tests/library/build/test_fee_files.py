"""The companions of the fee schedules: what is kept of each file, which edition it is, twins, and which files are refused."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from codingahead.build.editions import Reader
from codingahead.build.sources import (
    READERS,
    anesthesia,
    anesthesia_base_units,
    asc,
    asp,
    asp_ndc,
    clfs,
    dmepos,
    dmepos_rural,
    gpci,
    locco,
    opps,
    opps_cap,
    zip_locality,
)
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition, read_only, workbook, zipped
from tests.world import fees


def put(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="cp1252")
    return folder


def test_every_file_is_read_by_one_reader_only(tmp_path: Path) -> None:
    fees.write(tmp_path / "fees")
    for member in members_in(tmp_path):
        claims = [reader for reader in READERS if reader.recognise(member)]
        assert len(claims) == 1, member.name


def test_indices_are_keyed_by_contractor_and_locality(tmp_path: Path) -> None:
    zipped(tmp_path / "rvu26c.zip", {"GPCI2026.csv": fees.GPCI})
    edition, kept = read_only(gpci.READER, tmp_path)
    assert (edition.id, edition.effective_from, edition.expected_until) == (
        "pfs.gpci:2026-07-01",
        date(2026, 7, 1),
        date(2026, 12, 31),
    )
    assert kept.record("02102/01").values == ("AK", "ALASKA", "1.500", "1.100", "0.600")
    assert len(kept.rows) == 2


def test_indices_alone_are_dated_by_the_year_in_their_heading(tmp_path: Path) -> None:
    assert set(editions_in(gpci.READER, put(tmp_path, "GPCI.csv", fees.GPCI))) == {"pfs.gpci:2026-01-01"}


def test_work_index_with_the_floor_is_kept(tmp_path: Path) -> None:
    both = fees.GPCI.replace(
        "2026 PW GPCI (with 1.0 Floor)", "2026 PW GPCI (without 1.0 Floor),2026 PW GPCI (with 1.0 Floor)"
    )
    both = both.replace("ALABAMA,1,", "ALABAMA,0.9,1,").replace("ALASKA*,1.5,", "ALASKA*,1.5,1.5,")
    _, kept = read_only(gpci.READER, put(tmp_path, "GPCI2026.csv", both))
    assert kept.record("10112/00").values[2] == "1.000"


def test_indices_of_fixed_width_are_a_twin_of_the_csv(tmp_path: Path) -> None:
    head = "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE\n\nMedicare Admi State  Locality   2026 PW GPCI\n"
    rows = "".join(
        f"10112           AL      0{n}   ALABAMA {n}                    1.000       0.875       0.566\n"
        for n in range(5)
    )
    zipped(tmp_path / "rvu26c.zip", {"GPCI2026.txt": head + rows, "GPCI2026.csv": fees.GPCI})
    found = editions_in(gpci.READER, tmp_path)
    assert {edition.rank for edition, _ in found["pfs.gpci:2026-07-01"]} == {10, 11}
    put(tmp_path / "alone", "GPCI2026.txt", head + rows)
    _, kept = read_only(gpci.READER, tmp_path / "alone")
    assert kept.record("10112/04").values == ("AL", "ALABAMA 4", "1.000", "0.875", "0.566")


EXTRACT = (
    "release,mac,locality_number,locality_name,gpci_work,gpci_pe,gpci_mp,gpci_gaf,state\n"
    "RVU24A,10112,00,ALABAMA,1,0.889,0.707,0.86,AL\nRVU24AR,10112,0,ALABAMA,1,0.9,0.7,0.86,AL\nRVU24A,,,,,,,,\n"
)


def test_extract_holds_many_releases(tmp_path: Path) -> None:
    put(tmp_path, "gpci_history.csv", EXTRACT)
    assert set(editions_in(gpci.READER, tmp_path)) == {"pfs.gpci:2024-01-01", "pfs.gpci:2024-03-09"}
    later = read_edition(gpci.READER, tmp_path, "pfs.gpci:2024-03-09")
    assert later.record("10112/00").values == ("AL", "ALABAMA", "1.000", "0.900", "0.700")


@pytest.mark.parametrize(
    ("reader", "name", "content", "column"),
    [
        (gpci.READER, "GPCI2026.csv", fees.GPCI.replace("2026 PE GPCI", "PE"), "pe"),
        (gpci.READER, "gpci.csv", EXTRACT.replace("gpci_mp", "mp"), "mp"),
        (clfs.READER, "CLFS 2026Q3.csv", fees.CLFS.replace(",RATE,", ",AMOUNT,"), "rate"),
        (asp.READER, "ASP July 2026.csv", fees.ASP.replace("Payment Limit", "Limit"), "limit"),
        (asc.READER, "ASC July 2026.csv", fees.ASC_AA.replace("Payment Rate", "Amount"), "rate"),
        (
            anesthesia.READER,
            "rvu26c/ANES.csv",
            fees.ANES.replace("National Anes CF of 20.4976", "Dollars"),
            "conversion factor",
        ),
    ],
)
def test_missing_column_is_named(tmp_path: Path, reader: Reader, name: str, content: str, column: str) -> None:
    put(tmp_path, name, content)
    with pytest.raises(Unreadable, match=column):
        editions_in(reader, tmp_path)


@pytest.mark.parametrize(
    ("reader", "name", "content"),
    [
        (gpci.READER, "GPCI2026.csv", fees.GPCI.replace("02102,AK,01", "10112,AK,00")),
        (gpci.READER, "GPCI2026.csv", fees.GPCI.replace("0.875", "87.5")),
        (clfs.READER, "CLFS 2026Q3.csv", fees.CLFS.replace("80053,QW", "80053,")),
        (clfs.READER, "CLFS 2026Q3.csv", fees.CLFS.replace("2026,0001U", "2025,0001U")),
        (clfs.READER, "CLFS 2026Q3.csv", fees.CLFS.replace("00010.56", "ten")),
        (opps.READER, "2026 July Web Addendum B.csv", fees.ADDENDUM_B.replace("61624", "45378")),
        (opps.READER, "2026 July Web Addendum B.csv", fees.ADDENDUM_B.replace("$911.71", "soon")),
        (asc.READER, "ASC July 2026.csv", fees.ASC_AA.replace("61645", "45378")),
        (asp.READER, "ASP July 2026.csv", fees.ASP.replace("J0897", "J0585")),
        (asp_ndc.READER, "NDC July 2026.csv", fees.NDC.replace("00023-1145-01", "none")),
        (dmepos.READER, "DMEPOS26_JUL.csv", fees.equipment().replace("E0601,RR", "E0601,NU")),
        (anesthesia_base_units.READER, "base 2026.txt", fees.BASE_UNITS.replace("00216", "00100")),
        (zip_locality.READER, "zip.txt", "\n".join([fees.zip5_line("AL", "35203", "10112/00")] * 2)),
    ],
)
def test_file_that_contradicts_itself_is_refused(tmp_path: Path, reader: Reader, name: str, content: str) -> None:
    put(tmp_path, name, content)
    with pytest.raises(Refused):
        read_only(reader, tmp_path)


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        (clfs.READER, fees.CLFS),
        (asp.READER, fees.ASP),
        (opps.READER, fees.ADDENDUM_B),
        (asc.READER, fees.ASC_AA),
        (dmepos.READER, fees.equipment()),
    ],
)
def test_file_of_no_known_quarter_is_not_guessed(tmp_path: Path, reader: Reader, content: str) -> None:
    put(tmp_path, "fees.csv", content)
    with pytest.raises(Unreadable, match="cannot tell"):
        editions_in(reader, tmp_path)


def test_anesthesia_factors_keep_the_national_one_of_their_heading(tmp_path: Path) -> None:
    zipped(tmp_path / "rvu26c.zip", {"ANES2026.csv": fees.ANES})
    _, kept = read_only(anesthesia.READER, tmp_path)
    assert kept.record(anesthesia.NATIONAL).values == ("National", "20.4976")
    assert kept.record("10112/00").values == ("ALABAMA", "19.50")


def test_anesthesia_factors_of_fixed_width_are_in_cents(tmp_path: Path) -> None:
    rows = "".join(
        f"10112       0{n}    ALABAMA                                                1931\n" for n in range(4)
    )
    zipped(tmp_path / "rvu25d.zip", {"ANES2025.txt": rows})
    edition, kept = read_only(anesthesia.READER, tmp_path)
    assert edition.id == "pfs.anesthesia:2025-10-01"
    assert kept.record("10112/03").values == ("ALABAMA", "19.31")


def test_anesthesia_factors_as_workbook_text_are_read_from_utf_16(tmp_path: Path) -> None:
    text = (
        'Locality-Adjusted Anesthesia Conversion Factors\t\t\t\n\t\t\t\nContractor\tLocality\tLocality Name\t"2025 Work GPCI\n*through"\t'
        "National Anes CF of 20.3178\n10112 \t00 \tALABAMA\t1.000 \t19.31 \n"
    )
    (tmp_path / "Anesthesia_CY2025_Sheet1.txt").write_text(text, encoding="utf-16")
    edition, kept = read_only(anesthesia.READER, tmp_path)
    assert edition.effective_from == date(2025, 1, 1)
    assert kept.record("10112/00").values == ("ALABAMA", "19.31")


def test_factors_for_qualifying_participants_are_a_kind_of_their_own(tmp_path: Path) -> None:
    zipped(tmp_path / "rvu26c.zip", {"ANES2026_QPP.csv": fees.ANES, "ANES2026_nonQPP.csv": fees.ANES})
    assert set(editions_in(anesthesia.READER, tmp_path)) == {
        "pfs.anesthesia:2026-07-01",
        "pfs.anesthesia.qp:2026-07-01",
    }


def test_base_units_are_whole_numbers_by_code(tmp_path: Path) -> None:
    edition, kept = read_only(anesthesia_base_units.READER, put(tmp_path, "units.txt", fees.BASE_UNITS))
    assert edition.id == "pfs.anesthesia_base:2026"
    assert kept.record("00216").values == ("15",)


def test_localities_carry_the_state_down_its_group(tmp_path: Path) -> None:
    more = (
        fees.LOCCO
        + '1112,5,CALIFORNIA,BAY,"ONE, TWO"\r\n1112,9,,VALLEY,THREE\r\n*  Payment locality is serviced by two carriers.,,,,\r\n'
    )
    _, kept = read_only(locco.READER, put(tmp_path, "26LOCCO.csv", more))
    assert kept.record("01112/09").values == ("CALIFORNIA", "VALLEY", "THREE")
    assert kept.record("02102/01").values == ("ALASKA", "STATEWIDE", "ALL COUNTIES")


def test_localities_of_fixed_width(tmp_path: Path) -> None:
    text = (
        "COUNTIES INCLUDED IN 2026 LOCALITIES. (ALPHABETICALLY)\n\nMedicare AdmiLocality         State\n\n"
        "    01112       52    CALIFORNIA            MARIN AREA                MARIN\n"
        "    01112       05                          BAY AREA                  ONE/TWO\n"
    )
    _, kept = read_only(locco.READER, put(tmp_path, "26LOCCO.txt", text))
    assert kept.record("01112/05").values == ("CALIFORNIA", "BAY AREA", "ONE/TWO")


CAPS = (
    "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\n0633T,TC,C,01112,05,150.69,150.69\n"
    "0633T,TC,C,01112,09,152.38,152.38\n,,,,,,\n"
)


def test_caps_are_one_row_a_code_with_every_locality(tmp_path: Path) -> None:
    zipped(tmp_path / "rvu26c.zip", {"OPPSCAP_JUL.csv": CAPS})
    edition, kept = read_only(opps_cap.READER, tmp_path)
    assert edition.expected_until == date(2026, 9, 30)
    assert kept.record("0633T", "TC").values == ("C", "01112/05 150.69 150.69;01112/09 152.38 152.38")


def test_caps_of_fixed_width(tmp_path: Path) -> None:
    rows = "0633TTC C 01112  05   150.69    150.69\n71046   A 01112  05    15.69     15.69\n"
    zipped(tmp_path / "rvu26c.zip", {"OPPSCAP_JUL.txt": rows})
    _, kept = read_only(opps_cap.READER, tmp_path)
    assert kept.record("71046").values == ("A", "01112/05 15.69 15.69")


def test_zip_codes_name_their_locality_and_whether_four_more_digits_decide(tmp_path: Path) -> None:
    text = "\r\n".join(
        [fees.zip5_line("AL", "35203", "10112/00"), fees.zip5_line("AK", "99501", "02102/01", plus_four="1"), "\x1a"]
    )
    edition, kept = read_only(zip_locality.READER, put(tmp_path, "ZIP5.txt", text))
    assert (edition.id, edition.expected_until) == ("zip5:2026-07-01", date(2026, 9, 30))
    assert kept.record("99501").values == ("AK", "02102/01", "", "yes")


def test_zip_plus_four_keeps_runs_of_one_locality_as_ranges(tmp_path: Path) -> None:
    lines = [
        fees.zip9_line("AK", "99501", e, p)
        for e, p in (("0002", "02102/01"), ("0001", "02102/01"), ("0004", "02102/01"), ("0005", "10112/00"))
    ]
    edition, kept = read_only(zip_locality.READER, put(tmp_path, "ZIP9.txt", "\n".join(lines)))
    assert edition.kind == "zip9"
    assert kept.record("99501").values == ("AK", "0001-0002 02102/01;0004-0004 02102/01;0005-0005 10112/00")


def test_laboratory_descriptions_are_dropped(tmp_path: Path) -> None:
    worded = fees.CLFS.replace("00010.56,,,", "00010.56,words,more words,all words")
    _, kept = read_only(clfs.READER, put(tmp_path, "PUF_CLFS_CY2026_Q3V1.csv", worded))
    assert kept.record("80053", "QW").values == ("N", "10.56", "2026-01-01")


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_addendum_b_is_read_with_commas_or_tabs(tmp_path: Path, delimiter: str) -> None:
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter).writerows(csv.reader(io.StringIO(fees.ADDENDUM_B)))
    text = made.getvalue()
    edition, kept = read_only(opps.READER, put(tmp_path, "2026 July Web Addendum B.03.23.26.txt", text))
    assert edition.id == "opps:2026-07-01"
    assert kept.record("45378").values == ("T", "5311", "10.2245", "911.71", "", "182.35", "")


def test_final_rule_is_a_kind_of_its_own_dated_by_its_year(tmp_path: Path) -> None:
    text = fees.ADDENDUM_B.replace("2026", "2025")
    assert set(editions_in(opps.READER, put(tmp_path, "2025 NFRM Addendum B.11122024.txt", text))) == {
        "opps.rule:2025-01-01"
    }


def test_addendum_b_as_a_workbook(tmp_path: Path) -> None:
    rows = [
        ["", "Addendum B.- OPPS Payment by HCPCS Code for CY 2026"],
        ["HCPCS Code", "Short Descriptor", "SI", "APC", "Payment Rate"],
        ["45378", "", "T", 5311, 911.71],
    ]
    workbook(tmp_path / "2026 July Web Addendum B.xlsx", rows)
    _, kept = read_only(opps.READER, tmp_path)
    assert kept.record("45378").values[:4] == ("T", "5311", "", "911.71")


def test_addendum_a_is_by_group(tmp_path: Path) -> None:
    text = "APC,Group Title,SI,Relative Weight,Payment Rate\n5311,invented,T,10.2245,$911.71\n,,,,\n"
    edition, kept = read_only(opps.READER, put(tmp_path, "2026 July Web Addendum A.csv", text))
    assert edition.kind == "opps.apc"
    assert kept.record("5311").values[:4] == ("T", "", "10.2245", "911.71")


def test_lists_by_group_and_code_are_not_addendum_b(tmp_path: Path) -> None:
    put(
        tmp_path,
        "2026 July Addendum C.csv",
        "APC,HCPCS,Group Title,Short Descriptor,SI,Relative Weight,Payment Rate\n5311,45378,,,T,1,$1.00\n",
    )
    assert editions_in(opps.READER, tmp_path) == {}


def test_surgical_center_tables_are_told_apart(tmp_path: Path) -> None:
    put(tmp_path, "July 2026 Addendum AA.csv", fees.ASC_AA)
    put(tmp_path, "July 2026 Addendum BB.csv", fees.ASC_BB)
    assert read_edition(asc.READER, tmp_path, "asc:2026-07-01").record("45378").values == (
        "A2",
        "8.9000",
        "480.55",
        "Y",
    )
    assert read_edition(asc.READER, tmp_path, "asc.ancillary:2026-07-01").record("J0585").values == (
        "K2",
        "",
        "6.406",
        "",
    )


def test_payment_limits_keep_three_decimals(tmp_path: Path) -> None:
    _, kept = read_only(asp.READER, put(tmp_path, "July 2026 ASP.csv", fees.ASP))
    assert kept.record("J0585").values == ("1 UNIT", "6.471", "20", "")


def test_package_codes_are_written_with_eleven_digits(tmp_path: Path) -> None:
    _, kept = read_only(
        asp_ndc.READER, put(tmp_path, "July 2026 NDC.csv", fees.NDC.replace("00023-1145-01", "0023-1145-1"))
    )
    assert kept.record("J0585", "00023114501").values[-1] == "100"


def test_equipment_fees_keep_rural_states_apart(tmp_path: Path) -> None:
    edition, kept = read_only(dmepos.READER, put(tmp_path, "DMEPOS26_JUL.csv", fees.equipment()))
    assert edition.id == "dmepos:2026-07-01"
    values = kept.record("E0601", "NU").values
    assert values[:4] == ("D", "IN", "130.00", "90.00")
    assert values[4].startswith("AL 100.00;AL-R 120.00;AZ 100.00")


def test_rural_zip_codes_state_their_quarter(tmp_path: Path) -> None:
    edition, kept = read_only(
        dmepos_rural.READER, put(tmp_path, "rural.csv", "STATE,DMEPOS RURAL ZIP CODE,YEAR/QTR\nAL,36003,2026/3\n")
    )
    assert edition.id == "dmepos.rural:2026-07-01"
    assert kept.record("36003").values == ("AL",)


def test_plain_table_is_none_of_these(tmp_path: Path) -> None:
    put(tmp_path, "list July 2026.csv", "code,name\n99213,words\n")
    ours = (
        gpci,
        locco,
        anesthesia,
        anesthesia_base_units,
        opps_cap,
        zip_locality,
        clfs,
        opps,
        asc,
        asp,
        asp_ndc,
        dmepos,
        dmepos_rural,
    )
    assert [module.__name__ for module in ours if editions_in(module.READER, tmp_path)] == []

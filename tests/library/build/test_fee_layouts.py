"""The fee files as their publishers vary them from year to year: headings, blanks, marks, workbooks, names of files."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from codingahead.build.editions import date_in_name
from codingahead.build.sources import anesthesia, asc, asp, clfs, dmepos, gpci, opps, opps_cap, pfs
from codingahead.words.errors import Refused
from tests.library.build.support import editions_in, read_edition, read_only, workbook, zipped
from tests.library.build.test_fee_files import CAPS, put
from tests.library.build.test_pfs import OFFICIAL
from tests.world import fees


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("HCPC2026_OCT_ANWEB_09232026.txt", date(2026, 10, 1)),
        ("Jul 2020 ASP Pricing File 06102020.csv", date(2020, 7, 1)),
        ("section 508 version of July 2026 Medicare Part B Payment Limit File.csv", date(2026, 7, 1)),
        ("2026 April Web Addendum B.03.23.26.csv", date(2026, 4, 1)),
        ("Separately payable drugs, January 2026.csv", date(2026, 1, 1)),
        ("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", date(2026, 10, 1)),
        ("add-code-edits-medicare-effective-07012024.zip", date(2024, 7, 1)),
        ("PUF_CLFS_CY2026_Q3V1.csv", date(2026, 7, 1)),
        ("marked 2026.csv", None),
    ],
)
def test_the_edition_of_a_name_is_not_the_day_it_was_posted(name: str, day: date | None) -> None:
    assert date_in_name(name) == day


def test_relative_values_with_padded_rows_and_a_byte_order_mark(tmp_path: Path) -> None:
    padded = "\ufeff" + "".join(f"{line},,\n" if "invented" in line else f"{line}\n" for line in OFFICIAL.splitlines())
    zipped(tmp_path / "rvu25d.zip", {"PPRRVU2025_Oct.csv": padded.encode("utf-8")})
    _, kept = read_only(pfs.READER, tmp_path)
    assert kept.record("45385").values == official(tmp_path / "plain").record("45385").values


def official(folder: Path) -> object:
    zipped(folder / "rvu25d.zip", {"PPRRVU2025_Oct.csv": OFFICIAL})
    return read_only(pfs.READER, folder)[1]


def test_relative_values_with_a_row_too_long_are_refused(tmp_path: Path) -> None:
    zipped(tmp_path / "rvu25d.zip", {"PPRRVU2025_Oct.csv": OFFICIAL.replace("0.56,13.46", "0.56,9,13.46")})
    with pytest.raises(Refused, match="columns"):
        read_only(pfs.READER, tmp_path)


def test_relative_values_as_a_workbook_are_a_twin_of_the_csv(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(OFFICIAL)))
    typed = [[_typed(cell) for cell in row] for row in rows]
    workbook(tmp_path / "rvu25d" / "PPRRVU2025_Oct.xlsx", typed)
    _, kept = read_only(pfs.READER, tmp_path)
    plain = official(tmp_path / "plain")
    assert [r.values for r in kept.rows] == [r.values for r in plain.rows]  # type: ignore[attr-defined]


def _typed(cell: str) -> object:
    """Numbers as a spreadsheet keeps them: no trailing zeros."""
    try:
        return float(cell) if "." in cell else cell
    except ValueError:
        return cell


@pytest.mark.parametrize(
    "heading", ["MAC", "Carrier", "Contractor Number", "Medicare Administrative\nContractor (MAC)"]
)
def test_indices_under_another_name_of_the_contractor(tmp_path: Path, heading: str) -> None:
    text = fees.GPCI.replace("Medicare Administrative Contractor (MAC)", f'"{heading}"')
    assert f'"{heading}"' in text
    _, kept = read_only(gpci.READER, put(tmp_path, "GPCI2026.csv", text))
    assert kept.record("10112/00").values[0] == "AL"


def test_indices_with_footnotes_and_blank_columns(tmp_path: Path) -> None:
    text = fees.GPCI + ",,,,,,\n* Work GPCI reflects a 1.5 floor.,,,,,,\n# Another note.\n"
    _, kept = read_only(gpci.READER, put(tmp_path, "GPCI2026.csv", text))
    assert len(kept.rows) == 2


def test_anesthesia_factors_of_both_kinds_in_one_file(tmp_path: Path) -> None:
    text = (
        "Contractor,Locality,Locality Name,2026 Non-Qualifying APM Conversion Factor,2026 Qualifying APM Conversion Factor\n"
        "10112 ,00 ,ALABAMA,19.50,19.60\n02102 ,01 ,ALASKA*,28.10,28.24\n"
    )
    zipped(tmp_path / "rvu26a.zip", {"ANES2026.csv": text})
    assert set(editions_in(anesthesia.READER, tmp_path)) == {
        "pfs.anesthesia:2026-01-01",
        "pfs.anesthesia.qp:2026-01-01",
    }
    plain = read_edition(anesthesia.READER, tmp_path, "pfs.anesthesia:2026-01-01")
    qualifying = read_edition(anesthesia.READER, tmp_path, "pfs.anesthesia.qp:2026-01-01")
    assert (plain.record("10112/00").values[1], qualifying.record("10112/00").values[1]) == ("19.50", "19.60")


def test_caps_below_a_title_with_nothing_for_one_setting(tmp_path: Path) -> None:
    text = "OPPS CAP,,,,,,\n" + CAPS.replace("152.38,152.38", "NA,152.38")
    zipped(tmp_path / "rvu26c.zip", {"OPPSCAP_JUL.csv": text})
    _, kept = read_only(opps_cap.READER, tmp_path)
    assert kept.record("0633T", "TC").values[1].endswith("01112/09 NA 152.38")


def test_laboratory_rows_without_a_rate_and_notes_below(tmp_path: Path) -> None:
    text = fees.CLFS.replace("00010.56", "") + "Rates of blank rows are set by the contractor.\n"
    _, kept = read_only(clfs.READER, put(tmp_path, "26clabq3/PUF_CLFS.csv", text))
    assert kept.record("80053", "QW").values[1] == ""


@pytest.mark.parametrize("printed", ["$-", " $ -   ", "NA", "n/a", ".", "--"])
def test_what_stands_for_no_amount(tmp_path: Path, printed: str) -> None:
    text = fees.ADDENDUM_B.replace('"$911.71"', "$911.71").replace("$911.71", printed)
    _, kept = read_only(opps.READER, put(tmp_path, "2026 July Web Addendum B.csv", text))
    assert kept.record("45378").values[3] == ""


def test_marks_of_footnotes_behind_indicators_are_no_part_of_them(tmp_path: Path) -> None:
    text = fees.ASC_AA.replace(",A2,", ",A2*,")
    _, kept = read_only(asc.READER, put(tmp_path, "July 2026 Addendum AA.csv", text))
    assert kept.record("45378").values[0] == "A2"
    starred = fees.ADDENDUM_B.replace("45378,", "45378,", 1).replace(",T,", ",T*,")
    _, kept = read_only(opps.READER, put(tmp_path / "b", "2026 July Web Addendum B.csv", starred))
    assert kept.record("45378").values[0] == "T"


def test_a_drug_without_a_limit_is_not_priced_at_nothing(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(fees.ASP)))
    header = next(i for i, row in enumerate(rows) if "Payment Limit" in row)
    at = rows[header].index("Payment Limit")
    gone = rows[header + 1][0]
    rows[header + 1][at] = ""
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    _, kept = read_only(asp.READER, put(tmp_path, "July 2026 ASP.csv", made.getvalue()))
    assert gone not in {r.code for r in kept.rows}
    assert kept.rows


def test_equipment_without_a_fee_in_a_state(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(fees.equipment())))
    header = next(i for i, row in enumerate(rows) if row and row[0].upper() == "HCPCS")
    at = next(i for i, cell in enumerate(rows[header]) if cell.startswith("AL"))
    rows[header + 1][at] = "NA"
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    _, kept = read_only(dmepos.READER, put(tmp_path, "DMEPOS26_JUL.csv", made.getvalue()))
    assert not kept.rows[0].values[4].startswith("AL ")

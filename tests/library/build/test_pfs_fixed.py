"""The fixed-width relative value file reads like its csv twin."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources import pfs
from codingahead.build.sources.pfs_fixed import READER
from codingahead.words.errors import Refused
from tests.library.build import test_pfs
from tests.library.build.support import editions_in, read_edition, read_only

HEAD = "HDR CPT CODES AND DESCRIPTIONS ONLY ARE COPYRIGHT \r\n"


def line(
    code: str, modifier: str = "", status: str = "A", work: str = "4.57", na: str = "", factor: str = "32.3465"
) -> str:
    """One row in the layout of RVU25D, 171 columns."""
    text = (
        f"{code}{modifier:<2}{'invented text':<50}{status} {work:>6} {'8.33':>6}{na:<2}"
        f" {'2.38':>6}   {'0.56':>5} {'13.46':>6}"
        f"{'7.51':>6}0090.10.69.2130100{'':>7}{'45378':<5}{factor:>8} 090 99{'':>3}{'0.00':>7}{'0.00':>7}{'0.00':>7}"
    )
    assert len(text) == 171
    return text + "\r\n"


def write(folder: Path, *lines: str, name: str = "PPRRVU2025_Oct.txt") -> Path:
    (folder / name).write_text(HEAD * 3 + "".join(lines), encoding="cp1252", newline="")
    return folder


def test_row_is_cut_at_the_positions_of_the_record_layout(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path, line("45385", na="NA"), line("45378", "53", work="1.63")))
    values = dict(zip(pfs.FIELDS, sink.record("45385").values, strict=True))
    assert (edition.id, edition.effective_from) == ("pfs:rvu25d", date(2025, 10, 1))
    assert (values["nonfacility_na"], values["facility_pe_rvu"], values["endoscopy_base"]) == ("NA", "2.38", "45378")
    assert [values[f"{part}operative"] for part in ("pre", "intra", "post")] == ["0.10", "0.69", "0.21"]
    assert sink.record("45378", "53").row == 5


def test_csv_precedes_the_fixed_width_twin(tmp_path: Path) -> None:
    (tmp_path / "PPRRVU2025_Oct.csv").write_text(test_pfs.OFFICIAL, encoding="cp1252")
    write(tmp_path, line("45385"))
    ranks = {reader: editions_in(reader, tmp_path)["pfs:rvu25d"][0][0].rank for reader in (pfs.READER, READER)}
    assert ranks[pfs.READER] < ranks[READER]


def test_price_indicator_stands_in_the_former_filler(tmp_path: Path) -> None:
    row = line("45385")
    _, sink = read_only(READER, write(tmp_path, row[:120] + "9" + row[121:]))
    assert dict(zip(pfs.FIELDS, sink.rows[0].values, strict=True))["price_indicator"] == "9"


def test_line_cut_short_is_refused(tmp_path: Path) -> None:
    write(tmp_path, line("45385"), line("45378")[:100])
    with pytest.raises(Refused, match="line 5: is cut short at column 100 of 171"):
        read_only(READER, tmp_path)


def test_shifted_layout_is_refused(tmp_path: Path) -> None:
    shifted = line("45378")
    write(tmp_path, *[line(f"{n}") for n in range(45000, 45030)], shifted[:57] + " " + shifted[57:])
    with pytest.raises(Refused, match="code 45378"):
        read_only(READER, tmp_path)


def test_other_text_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "25LOCCO.txt").write_text("10112   00   ALABAMA              STATEWIDE       ALL COUNTIES\n" * 5)
    assert editions_in(READER, tmp_path) == {}


def test_official_twins_of_october_2025_are_identical(official: Path) -> None:
    csv = read_edition(pfs.READER, official / "pfs", "pfs:rvu25d")
    fixed = read_edition(READER, official / "pfs", "pfs:rvu25d")
    assert [(r.code, r.variant, r.values) for r in csv.rows] == [(r.code, r.variant, r.values) for r in fixed.rows]
    assert len(fixed.rows) == 19_090

"""Procedure-to-procedure edits: the arrays they become, the parts they need, and the tables that are refused."""

from __future__ import annotations

import datetime
import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from codingahead.build.sink import PairEdits
from codingahead.build.sources.ncci_ptp import READER
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import Collected, editions_in, members_in, read_edition, read_only, workbook, zipped

HEAD = (
    "CPT codes and other data only are copyright 2025 American Medical Association. All rights reserved.\n\n"
    "Column1/Column2 Edits\n\t\t*=in existence\t\tDeletion\tModifier\t\n"
    "\t\tprior to 1996\tEffective\tDate\t0=not allowed\t\n"
    "Column 1\tColumn 2\t\tDate\t*=no data\t1=allowed 9=not applicable\tPTP Edit Rationale\n"
)
POLICY = "CPT Manual or CMS manual coding instruction"
MISUSE = "Misuse of Column Two code with Column One code"
ROWS = (
    f"0001A\t0591T\t\t20210101\t20231231\t1\t{POLICY}",
    f"00100\t36591\t*\t19960101\t*\t0\t{MISUSE}",
    f"00100\t36592\t\t20260701\t*\t9\t{MISUSE}",
)
PARTS = {f"f{n}": (f"{n}0000\t36591\t\t20200101\t*\t1\t{MISUSE}",) for n in range(1, 5)}


def table(*rows: str) -> str:
    return (HEAD + "".join(f"{row}\n" for row in rows)).replace("\n", "\r\n")


def write(folder: Path, content: str, version: str = "ccipra-v322r0", part: str = "") -> Path:
    name = version + (f"-{part}" if part else "")
    zipped(folder / f"medicare-ncci-2026q3-practitioner-ptp-edits-{name}.zip", {f"{name}.TXT": content}, "cp1252")
    return folder


def first_part(sink: Collected) -> PairEdits:
    return sink.edits[0]


def test_cells_become_arrays_with_days_as_ordinals(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path, table(*ROWS)))
    edits = first_part(sink)
    assert (edition.id, edition.cumulative) == ("ncci.ptp.practitioner:v322r0", True)
    assert edits.column1.dtype == "S5"
    assert edits.column1.tolist() == [b"0001A", b"00100", b"00100"]
    assert edits.column2.tolist() == [b"0591T", b"36591", b"36592"]
    assert edits.effective.tolist() == [
        date(2021, 1, 1).toordinal(),
        date(1996, 1, 1).toordinal(),
        date(2026, 7, 1).toordinal(),
    ]
    assert edits.deleted.tolist() == [date(2023, 12, 31).toordinal(), date.max.toordinal(), date.max.toordinal()]
    assert edits.indicator.tolist() == [1, 0, 9]
    assert [edits.rationales[i] for i in edits.rationale] == [POLICY, MISUSE, MISUSE]
    assert edits.row.tolist() == [7, 8, 9]


def test_blank_effective_date_means_not_printed(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path, table(f"0001A\t0591T\t\t\t20231231\t1\t{POLICY}", *ROWS[1:])))
    assert first_part(sink).effective[0] == 0


@pytest.mark.parametrize(
    ("version", "edition_id", "start"),
    [
        ("ccipra-v302r0", "ncci.ptp.practitioner:v302r0", date(2024, 7, 1)),
        ("ccioph-v313r1", "ncci.ptp.outpatient:v313r1", date(2025, 10, 1)),
        ("ccipra-v330r0", "ncci.ptp.practitioner:v330r0", date(2027, 1, 1)),
    ],
)
def test_setting_and_quarter_come_from_the_version_in_the_name(
    tmp_path: Path, version: str, edition_id: str, start: date
) -> None:
    (tmp_path / f"{version}-f1.txt").write_text(table(*ROWS))
    ((found, pairs),) = editions_in(READER, tmp_path).items()
    assert (found, pairs[0][0].effective_from) == (edition_id, start)


def test_renamed_table_is_told_by_the_folder_around_it(tmp_path: Path) -> None:
    (tmp_path / "2026-07-01" / "practitioner").mkdir(parents=True)
    (tmp_path / "2026-07-01" / "practitioner" / "pairs.txt").write_text(table(*ROWS))
    assert list(editions_in(READER, tmp_path)) == ["ncci.ptp.practitioner:2026-07-01"]


@pytest.mark.parametrize(
    ("name", "reason"), [("pairs-2026-07.txt", "practitioner from hospital"), ("ccipra.txt", "which quarter")]
)
def test_name_that_tells_too_little_is_unreadable(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / name).write_text(table(*ROWS))
    (member,) = members_in(tmp_path)
    with pytest.raises(Unreadable, match=reason):
        READER.recognise(member)


def test_four_parts_are_read_in_order(tmp_path: Path) -> None:
    for part, rows in PARTS.items():
        write(tmp_path, table(*rows), part=part)
    edition, sink = read_only(READER, tmp_path)
    assert edition.parts == ("f1", "f2", "f3", "f4")
    assert [edits.column1.tolist() for edits in sink.edits] == [[b"10000"], [b"20000"], [b"30000"], [b"40000"]]


def test_missing_part_is_refused_by_name(tmp_path: Path) -> None:
    for part in ("f1", "f2", "f4"):
        write(tmp_path, table(*PARTS[part]), part=part)
    with pytest.raises(Refused, match=r"part f3 of 4 is missing"):
        read_only(READER, tmp_path)


def test_part_given_twice_under_another_name_is_refused(tmp_path: Path) -> None:
    for part, rows in (PARTS | {"f3": PARTS["f1"]}).items():
        write(tmp_path, table(*rows), part=part)
    with pytest.raises(Refused, match=r"f3.*begins at 10000, before the part that precedes it ends"):
        read_only(READER, tmp_path)


def test_effective_date_after_the_quarter_is_refused(tmp_path: Path) -> None:
    write(tmp_path, table(*ROWS, f"00102\t36591\t\t20261001\t*\t1\t{MISUSE}"))
    with pytest.raises(Refused, match="line 10: takes effect on 2026-10-01, after the quarter that ends on 2026-09-30"):
        read_only(READER, tmp_path)


def test_same_pair_and_days_with_another_indicator_is_refused(tmp_path: Path) -> None:
    write(tmp_path, table(*ROWS, f"00100\t36591\t*\t19960101\t*\t1\t{MISUSE}"))
    with pytest.raises(Refused, match="line 10: 00100 with 36591 has another indicator than in line 8"):
        read_only(READER, tmp_path)


def test_same_pair_may_return_on_other_days_with_another_indicator(tmp_path: Path) -> None:
    again = f"00100\t36591\t\t20200101\t20201231\t1\t{MISUSE}"
    _, sink = read_only(READER, write(tmp_path, table(*ROWS, again)))
    assert len(first_part(sink).row) == 4


def test_a_few_rows_out_of_shape_are_left_out_and_line_numbers_stay_true(tmp_path: Path) -> None:
    many = [f"{n:05d}\t36591\t\t20200101\t*\t1\t{MISUSE}" for n in range(10_000, 13_000)]
    many[100] = "footnote of one column"
    many[200] = many[200].replace("\t36591", "\t3659")
    many[300] = ""
    _, sink = read_only(READER, write(tmp_path, table(*many)))
    edits = first_part(sink)
    assert len(edits.row) == 2_997
    by_code = dict(zip(edits.column1.tolist(), edits.row.tolist(), strict=True))
    assert (by_code[b"10000"], by_code[b"10101"], by_code[b"10201"], by_code[b"10301"]) == (7, 108, 208, 308)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (f"00102\t36591\t\t20200101\t*\t5\t{MISUSE}", 10),
        (f"00102\t36591\t\t20201301\t*\t1\t{MISUSE}", 10),
        (f"00102\t36591\t\t20200101\t\t1\t{MISUSE}", 10),
        (f"0010 \t36591\t\t20200101\t*\t1\t{MISUSE}", 10),
        (f"00102\t36591\t20200101\t*\t1\t{MISUSE}", 10),
    ],
    ids=["indicator", "no day", "no deletion mark", "code", "six columns"],
)
def test_more_than_one_row_in_a_thousand_out_of_shape_is_refused(tmp_path: Path, row: str, line: int) -> None:
    write(tmp_path, table(*ROWS, row))
    with pytest.raises(Refused, match=f"line {line}: is no pair of seven columns"):
        read_only(READER, tmp_path)


def test_last_row_cut_short_is_refused(tmp_path: Path) -> None:
    many = [f"{n:05d}\t36591\t\t20200101\t*\t1\t{MISUSE}" for n in range(10_000, 13_000)]
    for cut, reason in (
        (table(*many)[:-60], "line 3006: is the last and cut short"),
        (table(*many)[:-20], "line 3006.*Misuse of Column"),
    ):
        write(tmp_path, cut)
        with pytest.raises(Refused, match=reason):
            read_only(READER, tmp_path)


def test_table_without_a_last_line_end_is_whole(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path, table(*ROWS).rstrip()))
    assert len(first_part(sink).row) == 3


def test_medicaid_table_is_declined_as_another_program(tmp_path: Path) -> None:
    (tmp_path / "mcd-practitioner-2026-07.txt").write_text(f"heading\n00100\t36591\t20200101\t\t1\t{MISUSE}\n")
    (member,) = members_in(tmp_path)
    with pytest.raises(Unreadable, match="Medicaid"):
        READER.recognise(member)


def test_workbook_reads_like_the_text(tmp_path: Path) -> None:
    text = first_part(read_edition(READER, write(tmp_path / "txt", table(*ROWS)), "ncci.ptp.practitioner:v322r0"))
    cells: list[list[object]] = [
        ["CPT notice"],
        ["Column1/Column2 Edits"],
        [
            "Column 1",
            "Column 2",
            "*=in existence prior to 1996",
            "Effective Date",
            "Deletion Date\n*=no data",
            "Modifier\n0=not allowed\n1=allowed\n9=not applicable",
            "PTP Edit Rationale",
        ],
        ["0001A", "0591T", None, 20210101, 20231231, 1, POLICY],
        ["00100", "36591", "*", "19960101", "*", "0", MISUSE],
        ["00100", 36592, None, datetime.date(2026, 7, 1), "*", 9, MISUSE],
    ]
    workbook(tmp_path / "xlsx" / "ccipra-v322r0.xlsx", cells)
    book = first_part(read_edition(READER, tmp_path / "xlsx", "ncci.ptp.practitioner:v322r0"))
    for name in ("column1", "column2", "effective", "deleted", "indicator", "rationale"):
        assert np.array_equal(getattr(book, name), getattr(text, name)), name
    assert book.row.tolist() == [4, 5, 6]


def test_damaged_workbook_is_not_taken(tmp_path: Path) -> None:
    good = io.BytesIO(workbook(tmp_path / "x.xlsx", [["Column 1"]]).read_bytes())
    (tmp_path / "x.xlsx").unlink()
    (tmp_path / "ccipra-v322r0.xlsx").write_bytes(good.getvalue()[:300])
    assert editions_in(READER, tmp_path) == {}


def test_official_quarter_has_the_known_counts(official: Path) -> None:
    for edition_id, rows, active in (
        ("ncci.ptp.practitioner:v302r0", 2_546_017, 1_669_820),
        ("ncci.ptp.outpatient:v302r0", 1_775_818, 1_335_857),
    ):
        sink = read_edition(READER, official / "ncci", edition_id)
        assert sum(len(edits.row) for edits in sink.edits) == rows
        assert sum(int((edits.deleted == date.max.toordinal()).sum()) for edits in sink.edits) == active
        assert sum(int((edits.effective != 0).sum()) for edits in sink.edits) == 0

"""The HCPCS contractor record: codes and modifiers with their text joined, their dates and indicators."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.hcpcs import FIELDS, LAYOUT, READER
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition, workbook, zipped

NAME = "HCPC2026_OCT_ANWEB_09232026.txt"


def line(code: str, sequence: int, kind: str, text: str, short: str = "", **cells: str) -> str:
    """One record of 320 columns; `cells` by field name."""
    record = list(f"{code:>5}{sequence:05d}{kind}{text:<80}{short:<28}".ljust(320))
    for name, value in cells.items():
        first = LAYOUT[name][0] - 1
        record[first : first + len(value)] = value
    return "".join(record)


COT = line(
    "E0123",
    100,
    "3",
    "Invented folding cot for use at home, with rails and a frame of",
    "Invented folding cot",
    pricing="3236",
    multiple_pricing="A",
    coverage="C",
    betos="D1E",
    type_of_service="RP",
    date_added="20200101",
    date_effective="20260701",
    action="C",
)
COT_CONTINUED = line("E0123", 200, "4", "light metal, each")
ENDED = line(
    "G0999",
    100,
    "3",
    "Invented service that has ended",
    "Ended service",
    cross_references="G099877777",
    coverage="M",
    date_added="20190401",
    date_effective="20251001",
    date_terminated="20250930",
    action="D",
)
MODIFIER = line("Q9", 100, "7", "Invented modifier described over", "Invented modifier")
MODIFIER_CONTINUED = line("Q9", 200, "8", "two lines")
LINES = (COT, COT_CONTINUED, ENDED, MODIFIER, MODIFIER_CONTINUED)


def write(folder: Path, *lines: str, name: str = NAME) -> Path:
    zipped(
        folder / "october-2026-alpha-numeric-hcpcs-file.zip", {name: "".join(f"{text}\r\n" for text in lines or LINES)}
    )
    return folder


def by_name(values: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(FIELDS, values, strict=True))


def test_file_holds_an_edition_of_codes_and_one_of_modifiers_for_the_quarter_in_its_name(tmp_path: Path) -> None:
    found = editions_in(READER, write(tmp_path))
    assert sorted(found) == ["hcpcs.modifier:2026-10-01", "hcpcs:2026-10-01"]
    edition = found["hcpcs:2026-10-01"][0][0]
    assert (edition.effective_from, edition.expected_until, edition.fields) == (
        date(2026, 10, 1),
        date(2026, 12, 31),
        FIELDS,
    )


def test_long_description_is_joined_over_its_continuation_lines(tmp_path: Path) -> None:
    sink = read_edition(READER, write(tmp_path), "hcpcs:2026-10-01")
    cot = sink.code(System.HCPCS, "E0123")
    assert cot.title == "Invented folding cot for use at home, with rails and a frame of light metal, each"
    assert (cot.short, cot.row, cot.valid_from, cot.valid_to) == ("Invented folding cot", 1, date(2020, 1, 1), None)


def test_record_keeps_repeated_indicators_joined_by_blanks_and_days_as_iso(tmp_path: Path) -> None:
    sink = read_edition(READER, write(tmp_path), "hcpcs:2026-10-01")
    cot = by_name(sink.record("E0123").values)
    assert (cot["pricing"], cot["type_of_service"], cot["coverage"], cot["betos"]) == ("32 36", "R P", "C", "D1E")
    assert (cot["date_added"], cot["date_effective"], cot["date_terminated"]) == ("2020-01-01", "2026-07-01", "")


def test_ended_code_keeps_its_last_day_and_names_its_successors(tmp_path: Path) -> None:
    sink = read_edition(READER, write(tmp_path), "hcpcs:2026-10-01")
    assert sink.code(System.HCPCS, "G0999").valid_to == date(2025, 9, 30)
    assert [(m.code, m.to_system, m.to, m.kind, m.effective) for m in sink.mapped] == [
        ("G0999", System.HCPCS, "G0998", "successor", date(2025, 10, 1)),
        ("G0999", System.CPT, "77777", "successor", date(2025, 10, 1)),
    ]


def test_cross_reference_of_a_code_in_force_is_no_successor(tmp_path: Path) -> None:
    write(tmp_path, line("A0021", 100, "3", "Invented", cross_references="A0030", date_added="19850101", action="N"))
    sink = read_edition(READER, tmp_path, "hcpcs:2026-10-01")
    assert sink.mapped == []
    assert by_name(sink.record("A0021").values)["cross_references"] == "A0030"


def test_modifiers_are_listed_with_their_text(tmp_path: Path) -> None:
    sink = read_edition(READER, write(tmp_path), "hcpcs.modifier:2026-10-01")
    assert [(m.code, m.title) for m in sink.lists[System.MODIFIER]] == [
        ("Q9", "Invented modifier described over two lines")
    ]
    assert sink.rows == []


def test_licensed_text_is_dropped(tmp_path: Path) -> None:
    write(
        tmp_path,
        line("29827", 100, "3", "licensed text", "licensed", action="N"),
        line("D0150", 100, "3", "licensed text", "licensed", action="N"),
        line("25", 100, "7", "licensed text", "licensed"),
        line("E0123", 100, "3", "Invented cot", "Cot", action="N"),
    )
    codes = read_edition(READER, tmp_path, "hcpcs:2026-10-01")
    modifiers = read_edition(READER, tmp_path, "hcpcs.modifier:2026-10-01")
    assert [c.code for c in codes.lists[System.HCPCS]] == ["E0123"]
    assert [(c.code, c.title, c.short) for c in codes.lists[System.CDT]] == [("D0150", None, None)]
    assert [r.code for r in codes.rows] == ["D0150", "E0123"]
    assert [(m.code, m.title, m.short) for m in modifiers.lists[System.MODIFIER]] == [("25", None, None)]


def test_entry_printed_twice_alike_is_kept_once(tmp_path: Path) -> None:
    sink = read_edition(READER, write(tmp_path, MODIFIER, MODIFIER, COT, COT_CONTINUED), "hcpcs.modifier:2026-10-01")
    assert len(sink.lists[System.MODIFIER]) == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((COT, line("E0123", 300, "4", "light metal")), "line 2: E0123 300 does not continue"),
        ((COT, line("E0124", 200, "4", "light metal")), "line 2: E0124 200 does not continue"),
        ((COT_CONTINUED, COT), "line 1: E0123 200 does not continue"),
        ((line("E0123", 200, "3", "Invented", action="N"), COT), "begins with sequence number 200"),
        (
            (COT, COT_CONTINUED, line("E0123", 100, "3", "Other text", action="N")),
            "lines 1 and 3 describe E0123 differently",
        ),
        ((COT, COT_CONTINUED, ENDED[:200]), "line 3: is cut short at column 200"),
        ((COT, COT_CONTINUED, ENDED, "E01"), "line 4: is no HCPCS record"),
        (
            (line("E0123", 100, "3", "Invented", date_added="20270101", action="A"), ENDED),
            "after the quarter that ends on 2026-12-31",
        ),
        ((line("E0123", 100, "3", "Invented", date_added="20261301", action="A"), ENDED), "date_added"),
        ((line("W9999", 100, "3", "Invented", action="A"), ENDED), "'W9999' is no code"),
    ],
    ids=[
        "gap",
        "other code",
        "orphan",
        "late start",
        "two texts",
        "cut",
        "cut at the end",
        "future",
        "no day",
        "no code",
    ],
)
def test_file_that_contradicts_itself_is_refused(tmp_path: Path, lines: tuple[str, ...], reason: str) -> None:
    write(tmp_path, *lines)
    with pytest.raises(Refused, match=reason):
        read_edition(READER, tmp_path, "hcpcs:2026-10-01")


def test_renamed_file_is_dated_by_its_folder_or_unreadable(tmp_path: Path) -> None:
    (tmp_path / "2026-10-01").mkdir()
    (tmp_path / "2026-10-01" / "codes.txt").write_text("\r\n".join(LINES), newline="")
    assert "hcpcs:2026-10-01" in editions_in(READER, tmp_path)
    (tmp_path / "codes.txt").write_text("\r\n".join(LINES), newline="")
    renamed = next(m for m in members_in(tmp_path) if m.name == "codes.txt")
    with pytest.raises(Unreadable, match="cannot tell which quarter"):
        READER.recognise(renamed)


def test_workbook_reads_like_the_text(tmp_path: Path) -> None:
    text = read_edition(READER, write(tmp_path / "txt", COT, COT_CONTINUED, ENDED), "hcpcs:2026-10-01")
    names = ["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION"]
    names += [name for *_, known in LAYOUT.values() for name in known]
    rows: list[list[object]] = [["Invented title"], ["Invented notice"], list(names)]
    for printed in (COT, COT_CONTINUED, ENDED):
        cells: list[object] = [
            printed[:5],
            int(printed[5:10]),
            printed[10],
            printed[11:91].strip(),
            printed[91:119].strip(),
        ]
        for first, _, width, known in LAYOUT.values():
            cells += [
                printed[first - 1 + i * width : first - 1 + (i + 1) * width].strip() or None for i in range(len(known))
            ]
        rows.append(cells)
    workbook(tmp_path / "xlsx" / NAME.replace("txt", "xlsx"), rows)
    book = read_edition(READER, tmp_path / "xlsx", "hcpcs:2026-10-01")
    assert [(c.code, c.title, c.valid_to) for c in book.lists[System.HCPCS]] == [
        (c.code, c.title, c.valid_to) for c in text.lists[System.HCPCS]
    ]
    assert [r.values for r in book.rows] == [r.values for r in text.rows]
    assert editions_in(READER, tmp_path / "xlsx")["hcpcs:2026-10-01"][0][0].rank == 1


def test_workbook_without_a_column_is_unreadable(tmp_path: Path) -> None:
    names = ["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "MULT_PI", "ACTION CD"]
    workbook(tmp_path / NAME.replace("txt", "xlsx"), [names, ["E0123", 100, 3, "Invented", "Invented", "A", "N"]])
    with pytest.raises(Unreadable, match="lacks the column PRICE1"):
        read_edition(READER, tmp_path, "hcpcs:2026-10-01")


def test_official_july_2024_loads(official: Path) -> None:
    codes = read_edition(READER, official / "hcpcs", "hcpcs:2024-07-01")
    modifiers = read_edition(READER, official / "hcpcs", "hcpcs.modifier:2024-07-01")
    assert len(codes.lists[System.HCPCS]) == 8_033
    assert codes.code(System.HCPCS, "A4466").valid_to == date(2016, 12, 31)
    # KX is printed twice in this file.
    assert len(modifiers.lists[System.MODIFIER]) == 377

"""The plain list of HCPCS long names gives titles for a quarter without a contractor record."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.hcpcs_names import READER
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition, read_only

CONTENT = """code,plain_name,source
A0021,"Invented ride, per mile",cms_hcpcs_l2
J1885,Invented drug,cms_hcpcs_l2
29881,licensed text,ama
D0150,licensed text,cms_hcpcs_l2
"""


def write(folder: Path, content: str = CONTENT, name: str = "hcpcs_level2_2025-07_long_names.csv") -> Path:
    (folder / name).write_text(content)
    return folder


def test_only_level_ii_rows_of_cms_are_listed(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path))
    assert (edition.id, edition.effective_from, edition.fields) == ("hcpcs:2025-07-01", date(2025, 7, 1), ())
    assert {c.code: c.title for c in sink.lists[System.HCPCS]} == {
        "A0021": "Invented ride, per mile",
        "J1885": "Invented drug",
    }
    assert sink.code(System.HCPCS, "A0021").row == 2
    assert list(sink.lists) == [System.HCPCS]


def test_name_that_fills_its_line_is_marked_as_one_that_may_go_on(tmp_path: Path) -> None:
    long = "Invented device of many parts, described to the end of the printed line, with"
    _, sink = read_only(READER, write(tmp_path, CONTENT + f'E0123,"{long}",cms_hcpcs_l2\n'))
    assert sink.code(System.HCPCS, "E0123").title == f"{long} \u2026"


@pytest.mark.parametrize("extra", ["A0021,again,cms_hcpcs_l2\n", "A0022,,cms_hcpcs_l2\n", "A0023,cut"])
def test_repeated_nameless_or_cut_row_is_refused(tmp_path: Path, extra: str) -> None:
    with pytest.raises(Refused, match="line 6"):
        read_only(READER, write(tmp_path, CONTENT + extra))


def test_missing_source_column_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, "code,plain_name\nA0021,cms_hcpcs_l2\n"))
    with pytest.raises(Unreadable, match="lacks the column source"):
        READER.recognise(member)


def test_name_without_a_date_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, name="names.csv"))
    with pytest.raises(Unreadable, match="cannot tell which quarter"):
        READER.recognise(member)


def test_other_lists_of_names_are_not_taken(tmp_path: Path) -> None:
    assert editions_in(READER, write(tmp_path, CONTENT.replace("cms_hcpcs_l2", "elsewhere"))) == {}


def test_official_names_of_july_2025_load(official: Path) -> None:
    sink = read_edition(READER, official / "hcpcs", "hcpcs:2025-07-01")
    assert len(sink.lists[System.HCPCS]) == 8_387

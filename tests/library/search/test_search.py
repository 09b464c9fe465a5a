"""What a question finds, in which order, and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codingahead.search.index import SearchIndex
from codingahead.words.codes import System
from codingahead.words.errors import PackProblem
from codingahead.words.search import SearchResults

from .conftest import ENDED, RENEWED, TODAY, codes

Search = Callable[..., SearchResults]


def test_words_of_an_index_entry_find_its_code_and_the_reason_names_it(search: Search) -> None:
    found = search("ruptured cerebral aneurysm", System.ICD10CM)
    assert found.hits[0].code == "I80.2"
    assert "index entry" in found.hits[0].why


def test_words_of_a_see_reference_find_the_code_of_its_target(search: Search) -> None:
    assert codes(search("brain hemorrhage", System.ICD10CM))[0] == "I80.2"


def test_a_misspelt_word_is_repaired_and_the_repair_is_told(search: Search) -> None:
    found = search("neovasular change of macula", System.ICD10CM)
    assert found.hits[0].code == "H36.1"
    assert found.corrected and "neovascular" in found.corrected
    assert "spelling: neovascular" in found.hits[0].why


def test_british_spelling_finds_the_american_title(search: Search) -> None:
    assert codes(search("haemorrhage from cerebral aneurysm", System.ICD10CM))[0] == "I80.2"


def test_the_least_specific_fitting_code_stands_first_unless_a_side_is_said(search: Search) -> None:
    assert codes(search("neovascular change of macula", System.ICD10CM))[0] == "H36.1"
    assert codes(search("neovascular change of macula left eye", System.ICD10CM))[0] == "H36.12"


def test_seventh_character_forms_come_only_when_the_encounter_is_said(search: Search) -> None:
    assert not any(len(code) == 8 for code in codes(search("fracture of lower end of right radius", System.ICD10CM)))
    assert codes(search("fracture lower end right radius subsequent encounter", System.ICD10CM))[0] == "S52.501D"


def test_a_code_counts_only_on_its_days(search: Search) -> None:
    assert "H36.2" in codes(search("leopard fundus", System.ICD10CM, on=ENDED))
    assert "H36.2" not in codes(search("leopard fundus", System.ICD10CM, on=RENEWED))
    assert codes(search("H36.2", on=RENEWED)) == []


@pytest.mark.parametrize("typed", ["I80.1", "i801", " i80.1 "])
def test_a_code_is_found_however_it_is_typed(search: Search, typed: str) -> None:
    assert codes(search(typed))[0] == "I80.1"


def test_a_code_prefix_lists_the_code_then_all_below_it(search: Search) -> None:
    assert codes(search("S52.501")) == ["S52.501", "S52.501A", "S52.501D"]


def test_a_range_lists_the_codes_in_it(search: Search) -> None:
    assert codes(search("61623-61651")) == ["61623", "61624", "61651"]


def test_diagnoses_and_procedures_share_the_first_page(search: Search) -> None:
    assert {"61624", "I80.1"} <= set(codes(search("cerebral aneurysm"))[:5])


def test_icd10pcs_is_silent_unless_meant(search: Search) -> None:
    assert "03VG3DZ" not in codes(search("artery aneurysm"))
    assert codes(search("restriction of intracranial artery", System.ICD10PCS)) == ["03VG3DZ"]
    assert codes(search("intraluminal device")) == ["03VG3DZ"]


def test_filters_keep_their_chapter_and_billable_codes(search: Search) -> None:
    assert codes(search("aneurysm", System.ICD10CM, chapter="7")) == []
    billable = search("neovascular change of macula", System.ICD10CM, billable=True)
    assert billable.hits and all(hit.billable for hit in billable.hits)
    assert billable.hits[0].code == "H36.19"


def test_pages_follow_one_another_without_repeating(search: Search) -> None:
    whole = codes(search("cerebral aneurysm", limit=20))
    assert codes(search("cerebral aneurysm", limit=2)) + codes(search("cerebral aneurysm", limit=20, offset=2)) == whole


def test_facets_count_the_matches_of_each_system(search: Search) -> None:
    systems = dict(dict(search("cerebral aneurysm").facets)["system"])
    assert systems["cpt"] == 1
    assert systems["icd10cm"] >= 2


@pytest.mark.parametrize(
    "text", ["", "   ", "of the", "???", "\x00", "x" * 10_000, "aneurysm " * 1_200, "٣٤٥", "A-B-C", "1-1", "'; --"]
)
def test_any_text_is_answered(search: Search, text: str) -> None:
    assert len(search(text).hits) <= 20


def test_nonsense_finds_nothing_and_near_words_are_offered(search: Search) -> None:
    assert search("zzqqxx wvbbtt").hits == ()
    offered = search("anerxx").suggestions
    assert search("anerxx").hits or "aneurysm" in offered


def test_typing_ahead_finds_codes_by_the_starts_of_words(index: SearchIndex) -> None:
    assert "I80.1" in codes(index.suggest("cereb aneu", TODAY, (System.ICD10CM,), 5))
    assert codes(index.suggest("H36.1", TODAY, (), 3))[0] == "H36.1"
    assert index.suggest("", TODAY, (), 5) == ()


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackProblem):
        SearchIndex.open(tmp_path)

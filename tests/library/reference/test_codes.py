"""What the Code value says on a day, in the invented universe (tests/world/README.md)."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from codingahead.words.errors import AmbiguousCode, BadInput

JULY, APRIL, LATER = date(2026, 8, 1), date(2026, 5, 1), date(2026, 11, 23)


def facts(answer: dict, modifier: str = "") -> dict[str, str]:
    return {f["name"]: f["value"] for f in answer["facts"] if f.get("modifier", "") == modifier}


def test_figures_come_from_the_release_in_force_on_the_day(codebook: Codebook) -> None:
    assert facts(codebook.lookup("61624", APRIL))["work_rvu"] == "20.00"
    assert facts(codebook.lookup("61624", JULY))["work_rvu"] == "19.50"


def test_every_fact_names_a_source_with_its_row(codebook: Codebook) -> None:
    answer = codebook.lookup("61624", JULY)
    sources = {s["n"]: s for s in answer["sources"]}
    work = next(f for f in answer["facts"] if f["name"] == "work_rvu")
    assert sources[work["source"]]["release"] == "pfs:rvu26c"
    assert sources[work["source"]]["row"] == 4
    assert all(f["source"] in sources for f in answer["facts"])


def test_a_day_before_the_first_release_is_not_loaded(codebook: Codebook) -> None:
    answer = codebook.lookup("61624", date(2019, 1, 1))
    assert answer["status"] == "not_loaded"
    assert "pfs" in answer["not_loaded"]
    assert answer["facts"] == []


def test_a_day_after_the_successor_was_due_is_answered_and_marked_stale(codebook: Codebook) -> None:
    answer = codebook.lookup("61624", LATER)
    assert answer["status"] == "active"
    assert {"release": "pfs:rvu26c", "expected_until": "2026-09-30"}.items() <= next(
        s for s in answer["stale"] if s["release"] == "pfs:rvu26c"
    ).items()
    assert "pfs:rvu26c" not in {s["release"] for s in codebook.lookup("61624", JULY)["stale"]}


def test_a_code_missing_from_the_next_full_list_is_deleted(codebook: Codebook) -> None:
    assert codebook.lookup("61699", APRIL)["status"] == "active"
    ended = codebook.lookup("61699", JULY)
    assert (ended["status"], ended["valid_to"]) == ("deleted", "2026-06-30")


def test_a_code_of_a_later_list_is_future_before_it(codebook: Codebook) -> None:
    assert codebook.lookup("61645", APRIL)["status"] == "future"


def test_a_code_no_list_holds_is_unknown(codebook: Codebook) -> None:
    answer = codebook.lookup("99998", JULY)
    assert (answer["status"], answer["title"], answer["facts"]) == ("unknown", None, [])


@pytest.mark.parametrize("typed", ["I67.1", "i671", " I 67.1 ", "i67-1"])
def test_a_code_is_accepted_with_or_without_dot_in_any_case_with_stray_blanks(codebook: Codebook, typed: str) -> None:
    answer = codebook.lookup(typed, JULY)
    assert (answer["code"], answer["system"], answer["billable"]) == ("I67.1", "icd10cm", True)


def test_a_heading_says_which_characters_are_missing(codebook: Codebook) -> None:
    answer = codebook.lookup("E11", JULY)
    assert (answer["status"], answer["billable"]) == ("header", False)
    (missing,) = answer["missing_characters"]
    assert missing["position"] == 4
    assert {"value": "9", "meaning": "Type 2 diabetes mellitus without complications"} in missing["values"]


def test_a_fracture_heading_offers_its_seventh_characters(codebook: Codebook) -> None:
    (missing,) = codebook.lookup("S72.001", JULY)["missing_characters"]
    assert missing["position"] == 7
    assert {"A", "D", "S"} <= {v["value"] for v in missing["values"]}


def test_notes_of_every_level_above_say_where_they_come_from(codebook: Codebook) -> None:
    notes = codebook.lookup("I67.1", JULY)["notes"]
    assert {"I67.1", "I60-I69"} <= {n["from"] for n in notes}
    assert "I60.7" in {code for n in notes if n["kind"] == "excludes1" and n["from"] == "I67.1" for code in n["codes"]}


def test_unit_limits_carry_their_adjudication_indicator(codebook: Codebook) -> None:
    found = facts(codebook.lookup("61624", JULY))
    assert (found["mue_practitioner"], found["mai_practitioner"]) == ("2", "3")


def test_edits_stand_in_both_directions_and_ended_ones_do_not(codebook: Codebook) -> None:
    edits = codebook.lookup("61624", JULY)["edits"]["practitioner"]
    assert (edits["total"], edits["column1"], edits["column2"]) == (2, 1, 1)
    assert {(r["column"], r["code"], r["indicator"]) for r in edits["rows"]} == {(1, "36224", "1"), (2, "61645", "1")}


def test_an_edit_is_in_force_on_its_deletion_date_and_not_the_day_after(codebook: Codebook) -> None:
    def codes(on: date) -> set[str]:
        return {r["code"] for r in codebook.partners("61624", on)["rows"]}

    assert "36227" in codes(date(2024, 3, 31))
    assert "36227" not in codes(date(2024, 4, 1))


def test_partners_can_be_searched_by_rationale(codebook: Codebook) -> None:
    found = codebook.partners("61624", JULY, query="mutually")
    assert [r["code"] for r in found["rows"]] == ["61645"]
    assert found["total"] == 1


def test_history_tells_what_changed_between_releases(codebook: Codebook) -> None:
    told = codebook.lookup("61624", JULY)["history"]
    assert any(e["date"] == "2026-07-01" and "20.00 → 19.50" in e["text"] for e in told)


def test_modifiers_follow_the_indicators(codebook: Codebook) -> None:
    allowed = {m["modifier"]: m["allowed"] for m in codebook.lookup("61624", JULY)["modifiers"]}
    assert (allowed["26"], allowed["50"], allowed["62"], allowed["80"]) == ("no", "no", "no", "no")
    assert {m["modifier"]: m["allowed"] for m in codebook.lookup("61645", JULY)["modifiers"]}["50"] == "yes"


def test_text_that_is_no_code_is_refused_with_a_hint(codebook: Codebook) -> None:
    for typed in ("", "   ", "hello world", "9" * 500, "'; DROP TABLE"):
        with pytest.raises(BadInput) as refused:
            codebook.lookup(typed, JULY)
        assert refused.value.hint


def test_a_code_of_two_systems_asks_which(codebook: Codebook) -> None:
    with pytest.raises(AmbiguousCode) as asked:
        codebook.lookup("A0100", JULY)
    assert set(asked.value.systems) == {"icd10cm", "hcpcs"}
    assert codebook.lookup("A0100", JULY, "hcpcs")["system"] == "hcpcs"
    assert codebook.lookup("A01.00", JULY)["title"] == "Typhoid fever, unspecified"


def test_an_unknown_system_is_refused_naming_the_known_ones(codebook: Codebook) -> None:
    with pytest.raises(BadInput, match="icd10cm"):
        codebook.lookup("I67.1", JULY, "snomed")

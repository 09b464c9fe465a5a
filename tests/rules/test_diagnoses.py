"""Diagnoses of a claim: validity, what excludes what, order, side, age and sex, on the Tabular List of April 2026."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from tests.rules.claims import ask, claim, line, said, unchecked

Found = set[tuple[str, str]]

CASES: dict[str, tuple[tuple[str, ...], Found]] = {
    "valid": (("E11.9",), set()),
    "a heading": (("E11",), {("code.not_billable", "deny")}),
    "a code without its 7th character": (("T36.0X1",), {("code.not_billable", "deny")}),
    "a 7th character that the category does not have": (("S72.001Z",), {("icd10cm.seventh_character", "deny")}),
    "a 7th character without placeholders": (("T36.1",), {("code.not_billable", "deny")}),
    "placeholders forgotten": (("T07A",), {("icd10cm.seventh_character", "deny")}),
    "unknown": (("E11.7X",), {("code.unknown", "deny")}),
    "ended": (("M54.5",), {("code.not_billable", "deny")}),
    "Excludes1 at the category": (("E10.9", "E11.9"), {("icd10cm.excludes1", "review")}),
    "Excludes1 in the other order": (("E11.9", "E10.9"), {("icd10cm.excludes1", "review")}),
    "Excludes1 at the block, by a range": (("N73.9", "O02.1"), {("icd10cm.excludes1", "review")}),
    "Excludes1 at the chapter": (("O26.11", "Z34.01"), {("icd10cm.excludes1", "review")}),
    "two that may stand together": (("E11.9", "I10"), set()),
    "a list of conditions asks for nothing that is not there": (("I50.9",), set()),
    "nor does 'any associated'": (("N18.30",), set()),
    "but what is there belongs first": (("I50.9", "I11.0"), {("icd10cm.code_first", "review")}),
    "in the right order": (("I11.0", "I50.9"), set()),
    "an underlying condition is missing": (("D63.1",), {("icd10cm.code_first", "review")}),
    "an underlying condition stands before": (("N18.4", "D63.1"), set()),
    "an underlying condition stands behind": (("D63.1", "N18.4"), {("icd10cm.code_first", "review")}),
    "a manifestation first": (("F02.80", "G30.9"), {("icd10cm.manifestation_first", "deny"), ("icd10cm.code_first", "review")}),
    "a manifestation behind its cause": (("G30.9", "F02.80"), set()),
    "how it happened may not stand first": (("W01.0XXA", "S72.001A"), {("icd10cm.external_cause_first", "deny")}),
    "it may stand second": (("S72.001A", "W01.0XXA"), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_diagnoses(name: str, rules: Codebook) -> None:
    codes, expected = CASES[name]
    (report,) = ask(rules, claim("99213", dx=codes))
    assert {(rule, severity) for rule, severity, _ in said(report)} == expected


def test_a_heading_says_which_characters_may_follow(rules: Codebook) -> None:
    (finding,) = ask(rules, claim("99213", dx=("I60.0",)))[0].findings
    assert "character 5" in finding.fix and "0, 1, 2" in finding.fix


def test_forgotten_placeholders_are_shown_filled_in(rules: Codebook) -> None:
    (finding,) = ask(rules, claim("99213", dx=("T07A",)))[0].findings
    assert "T07.XXXA" in finding.fix


@pytest.mark.parametrize(
    ("modifier", "diagnosis", "expected"),
    [
        ("LT", "M17.11", {"icd10cm.laterality"}),
        ("RT", "M17.11", set()),
        ("LT", "M17.0", set()),
        ("LT", "M17.9", set()),
        # The weak side of the body is not the side that is treated.
        ("LT", "G81.91", set()),
    ],
)
def test_side_of_line_and_diagnosis(modifier: str, diagnosis: str, expected: set[str], rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("20610", modifier, pointers=(1,)), dx=(diagnosis,)))
    assert {f.rule for f in report.findings} == expected


@pytest.mark.parametrize(
    ("diagnosis", "born", "sex", "expected"),
    [
        ("N40.1", date(1950, 1, 1), "M", set()),
        ("N40.1", date(1950, 1, 1), "F", {"icd10cm.sex"}),
        ("O26.11", date(1996, 1, 1), "F", set()),
        ("O26.11", date(1996, 1, 1), "M", {"icd10cm.sex"}),
        ("O26.11", date(1926, 1, 1), "F", {"icd10cm.age"}),
        ("P07.14", date(2026, 7, 30), None, set()),
        ("P07.14", date(1990, 7, 30), None, {"icd10cm.age"}),
        ("P07.14", None, None, set()),
    ],
)
def test_age_and_sex_are_asked_about_never_denied(
    diagnosis: str, born: date | None, sex: str | None, expected: set[str], rules: Codebook
) -> None:
    (report,) = ask(rules, claim("99213", dx=(diagnosis,), birth_date=born, sex=sex))
    assert {f.rule for f in report.findings} == expected
    assert {f.severity.value for f in report.findings} <= {"review"}


def test_before_the_first_list_diagnoses_are_unchecked(rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("99213", on=date(2020, 1, 1)), dx=("E11.9", "E10.9")))
    assert {"code.unknown", "icd10cm.excludes1", "icd10cm.code_first"} <= unchecked(report)


def test_a_code_of_the_next_edition_is_asked_about_while_that_edition_is_not_loaded(rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("99213", on=date(2026, 11, 1)), dx=("E11.7X",)))
    (finding,) = [f for f in report.findings if f.rule == "code.unknown"]
    assert (finding.severity.value, finding.stale) == ("review", True)

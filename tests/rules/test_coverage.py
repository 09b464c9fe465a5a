"""Claims against coverage policies: an invented export of the Medicare Coverage Database, all in force in August 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from codingahead.build.run import build
from codingahead.codebook import Codebook
from tests.library.reference.test_coverage import TABLES
from tests.rules.claims import ask, claim, line, said, unchecked

RULE = "coverage.diagnosis"
MAC, OTHER = "01112", "99999"
DENY, REVIEW, NOTHING, UNCHECKED = {(RULE, "deny", (1,))}, {(RULE, "review", (1,))}, set(), None


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    folder, packs = tmp_path_factory.mktemp("mcd"), tmp_path_factory.mktemp("packs")
    for name, content in TABLES.items():
        (folder / name).write_text(content, encoding="cp1252")
    build(folder, packs, now=datetime(2026, 8, 1, tzinfo=UTC))
    return Codebook.open(packs)


CASES = {
    "a listed diagnosis": (claim("93000", dx=("I10",), mac=MAC), NOTHING),
    "a diagnosis that the only list does not hold": (claim("93000", dx=("E11.9",), mac=MAC), DENY),
    "the same without a contractor": (claim("93000", dx=("E11.9",)), REVIEW),
    "the policy of another contractor": (claim("93000", dx=("E11.9",), mac=OTHER), NOTHING),
    "the pointed diagnosis counts": (claim(line("93000", pointers=(2,)), dx=("I10", "E11.9"), mac=MAC), DENY),
    "any pointed diagnosis supports": (claim(line("93000", pointers=(2, 1)), dx=("I10", "E11.9"), mac=MAC), NOTHING),
    "on the list of what is not covered": (claim("93006", dx=("M17.0",), mac=MAC), DENY),
    "tied to more in prose": (claim("93002", dx=("E11.9",)), UNCHECKED),
    "an article without a list": (claim("93004", dx=("I10",)), UNCHECKED),
    "a national determination in words": (claim("93007", dx=("I10",)), UNCHECKED),
    "a retired article": (claim("93003", dx=("E11.9",)), NOTHING),
    "no policy names it": (claim("99213", dx=("E11.9",), mac=MAC), NOTHING),
    "before the policy began": (claim(line("93000", on=date(2025, 6, 1)), dx=("E11.9",), mac=MAC), NOTHING),
    "another payer": (claim("93000", dx=("E11.9",), payer="Blue Plan"), NOTHING),
}


@pytest.mark.parametrize("name", CASES)
def test_coverage_of_the_pointed_diagnoses(name: str, policies: Codebook) -> None:
    asked, expected = CASES[name]
    (report,) = ask(policies, asked)
    assert said(report, RULE) == (expected or set())
    assert (RULE in unchecked(report)) is (expected is UNCHECKED)


def test_a_finding_names_the_policy_and_never_a_diagnosis_that_would_pay(policies: Codebook) -> None:
    (report,) = ask(policies, claim("93000", dx=("E11.9",), mac=MAC))
    (finding,) = (f for f in report.findings if f.rule == RULE)
    assert (finding.carc, finding.indicator, finding.release) == ("CO-50", "A1", "mcd.article:export")
    assert "A1" in finding.message
    assert "I10" not in finding.message + finding.fix


def test_what_was_left_unchecked_names_the_policy_to_read(policies: Codebook) -> None:
    (report,) = ask(policies, claim("93002", dx=("E11.9",)))
    (reason,) = (u.reason for u in report.unchecked if u.rule == RULE)
    assert "A2" in reason


def test_without_policies_in_the_pack_nothing_is_said_of_coverage(rules: Codebook) -> None:
    (report,) = ask(rules, claim("99213", dx=("E11.9",)))
    assert RULE not in unchecked(report)

"""Pairs, units and add-on codes: a table of claims for each, with what must be said of them."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from codingahead.words.claims import Claim, Setting, Verdict
from tests.rules.claims import ask, claim, line, said, unchecked

LATE = date(2026, 12, 1)
BEFORE = date(2026, 5, 1)

PAIRS: dict[str, tuple[Claim, set[tuple[str, str, tuple[int, ...]]]]] = {
    "column 2 is denied without a modifier": (claim("11042", "97597"), {("ncci.ptp", "deny", (2, 1))}),
    "the order of lines changes nothing": (claim("97597", "11042"), {("ncci.ptp", "deny", (1, 2))}),
    "XS on column 2 parts the pair": (claim("11042", line("97597", "XS")), {("ncci.ptp", "info", (2, 1))}),
    "59 on column 1 parts it too since July 2019": (claim(line("11042", "59"), "97597"), {("ncci.ptp", "info", (2, 1))}),
    "51 is no NCCI modifier": (claim("11042", line("97597", "51")), {("ncci.ptp", "deny", (2, 1))}),
    "76 is no NCCI modifier": (claim("11042", line("97597", "76")), {("ncci.ptp", "deny", (2, 1))}),
    "indicator 0 is denied even with a modifier": (claim("45378", line("45385", "59")), {("ncci.ptp", "deny", (2, 1))}),
    "different sides part the pair": (claim(line("27447", "RT"), line("20610", "LT")), {("ncci.ptp", "info", (2, 1))}),
    "the same side does not": (claim(line("27447", "RT"), line("20610", "RT")), {("ncci.ptp", "deny", (2, 1))}),
    "one anatomic modifier is enough": (claim("27447", line("20610", "LT")), {("ncci.ptp", "info", (2, 1))}),
    "25 counts on a visit": (claim(line("27447", pos="21"), line("99213", "25", pos="22")), {("ncci.ptp", "info", (2, 1))}),
    "59 does not count on a visit": (claim(line("27447", pos="21"), line("99213", "59", pos="22")), {("ncci.ptp", "deny", (2, 1))}),
    "25 does not count on a procedure": (claim("11042", line("97597", "25")), {("ncci.ptp", "deny", (2, 1))}),
    "indicator 9 is no edit": (claim(line("61624", pos="21"), line("76000", pos="21")), set()),
    "an edit ends with its last day": (claim(line("61624", pos="21"), line("36227", pos="21")), set()),
    "on its last day it stands": (
        claim(line("61624", pos="21", on=date(2026, 7, 31)), line("36227", pos="21", on=date(2026, 7, 31))),
        {("ncci.ptp", "deny", (2, 1))},
    ),
    "two days are two visits": (claim("11042", line("97597", on=date(2026, 8, 2))), set()),
    "another practitioner is not bundled": (claim("11042", line("97597", provider="ben")), set()),
    "the same group and specialty is": (
        claim(line("11042", group="g", specialty="08"), line("97597", provider="ben", group="g", specialty="08")),
        {("ncci.ptp", "deny", (2, 1))},
    ),
    "another specialty of the group is not": (
        claim(line("11042", group="g", specialty="08"), line("97597", provider="ben", group="g", specialty="20")),
        set(),
    ),
    "one practitioner in two groups is one": (
        claim(line("11042", group="g", specialty="08"), line("97597", group="h", specialty="08")),
        {("ncci.ptp", "deny", (2, 1))},
    ),
    "a column 1 line that is itself denied leaves a doubt": (
        claim(line("11042", "ZZ"), "97597"),
        {("ncci.ptp", "review", (2, 1))},
    ),
    "a column 1 line over its units leaves a doubt": (
        claim(line("11042", units=5), "97597"),
        {("ncci.ptp", "review", (2, 1))},
    ),
    "one finding for a line and a code, however many lines have that code": (
        claim("27447", line("27447", "76"), "20610"),
        {("ncci.ptp", "deny", (3, 1))},
    ),
    "where one of several lines is not parted the pair stands": (
        claim(line("27447", "RT"), line("27447", "LT"), line("20610", "LT")),
        {("ncci.ptp", "deny", (3, 2))},
    ),
    "of two undated periods the one that ends first speaks": (
        claim(line("36224", pos="21", on=date(2026, 7, 10)), line("45378", "59", pos="21", on=date(2026, 7, 10))),
        {("ncci.ptp", "deny", (2, 1))},
    ),
    "after it the later one": (
        claim(line("36224", pos="21"), line("45378", "59", pos="21")),
        {("ncci.ptp", "info", (2, 1))},
    ),
    "hospitals have their own table": (
        claim("11042", line("97597", "59"), setting=Setting.OUTPATIENT),
        {("ncci.ptp", "deny", (2, 1))},
    ),
    "surgical centers use the practitioners' table": (
        claim(line("11042", pos="24"), line("97597", "59", pos="24"), setting=Setting.ASC),
        {("ncci.ptp", "info", (2, 1))},
    ),
    "suppliers have none": (claim("11042", "97597", setting=Setting.DME), set()),
}  # fmt: skip

UNITS: dict[str, tuple[list[Claim], list[set[tuple[str, str, tuple[int, ...]]]]]] = {
    "at the limit": ([claim(line("61624", units=2, pos="21"))], [set()]),
    "above it": ([claim(line("61624", units=3, pos="21"))], [{("ncci.mue", "deny", (1,))}]),
    "indicator 3 adds up the lines of the day, whatever the modifier": (
        [claim(line("61624", pos="21"), line("61624", "59", units=2, pos="21"))],
        [{("ncci.mue", "deny", (1,)), ("ncci.mue", "deny", (2,))}],
    ),
    "and the claims of the day": (
        [claim(line("61624", pos="21"), id="a"), claim(line("61624", "59", units=2, pos="21"), id="b")],
        [{("ncci.mue", "deny", (1,))}, {("ncci.mue", "deny", (1,))}],
    ),
    "of one practitioner": (
        [claim(line("61624", units=2, pos="21"), id="a"), claim(line("61624", units=2, pos="21", provider="ben"), id="b")],
        [set(), set()],
    ),
    "of one patient": (
        [claim(line("61624", units=2, pos="21"), id="a"), claim(line("61624", units=2, pos="21"), id="b", patient="other")],
        [set(), set()],
    ),
    "indicator 1 tests each line alone": ([claim(line("36415", units=2), line("36415", "59", units=2))], [set()]),
    "and denies the line that is over": (
        [claim(line("36415", units=3), line("36415", "59", units=1))],
        [{("ncci.mue", "deny", (1,))}],
    ),
    "one line with 50 and one unit meets a limit of one": ([claim(line("11042", "50"))], [set()]),
    "units of a line that a pair denies do not count": (
        [claim("11042", "97597", line("97597", "59"))],
        [set()],
    ),
    "hospitals have their own limits": (
        [claim(line("61624", units=2, pos="22"), setting=Setting.OUTPATIENT)],
        [{("ncci.mue", "deny", (1,))}],
    ),
    "a code without a published limit is not limited": ([claim(line("99214", units=40))], [set()]),
}  # fmt: skip

ADD_ONS: dict[str, tuple[Claim, set[tuple[str, str, tuple[int, ...]]]]] = {
    "type 1 with its primary passes": (claim(line("36224", pos="21"), line("36227", pos="21")), set()),
    "type 1 alone is denied": (claim(line("36227", pos="21")), {("ncci.add_on", "deny", (1,))}),
    "another service is no primary": (claim(line("36227", pos="21"), "99213"), {("ncci.add_on", "deny", (1,))}),
    "the primary of another day does not count": (
        claim(line("36224", pos="21", on=date(2026, 7, 30)), line("36227", pos="21")), {("ncci.add_on", "deny", (2,))},
    ),
    "it falls with its primary": (
        claim(line("61624", pos="21"), line("36224", pos="21"), line("36227", pos="21")), {("ncci.add_on", "deny", (3,))},
    ),
    "an add-on code on an add-on code falls with it": (
        claim("11045", "11046"), {("ncci.add_on", "deny", (1,)), ("ncci.add_on", "deny", (2,))},
    ),
    "and passes with it": (claim("11042", "11045", "11046"), set()),
    "a colleague of group and specialty may have given the first hour of critical care": (
        claim(
            line("99291", provider="ben", group="g", specialty="11", pos="21"), line("99292", group="g", specialty="11", pos="21")
        ), set(),
    ),
    "type 2 beside another service is left to the contractor's list": (
        claim(line("0715T"), "99214"), {("ncci.add_on", "info", (1,))},
    ),
    "type 2 alone is denied": (claim(line("0715T")), {("ncci.add_on", "deny", (1,))}),
    "two add-on codes are no company for each other": (
        claim("0715T", "36227"), {("ncci.add_on", "deny", (1,)), ("ncci.add_on", "deny", (2,))},
    ),
    "whatever their order": (claim("36227", "0715T"), {("ncci.add_on", "deny", (1,)), ("ncci.add_on", "deny", (2,))}),
    "type 3 with a listed primary passes": (claim("96368", "99214"), set()),
    "type 3 with another service is named": (claim("96368", "99213"), {("ncci.add_on", "info", (1,))}),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_pairs(name: str, rules: Codebook) -> None:
    asked, expected = PAIRS[name]
    (report,) = ask(rules, asked)
    assert said(report, "ncci.ptp") == expected


@pytest.mark.parametrize("name", UNITS)
def test_units(name: str, rules: Codebook) -> None:
    asked, expected = UNITS[name]
    assert [said(report, "ncci.mue") for report in ask(rules, *asked)] == expected


@pytest.mark.parametrize("name", ADD_ONS)
def test_add_on_codes(name: str, rules: Codebook) -> None:
    asked, expected = ADD_ONS[name]
    (report,) = ask(rules, asked)
    assert said(report, "ncci.add_on") == expected


def test_a_pair_without_a_printed_first_day_says_so(rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("36224", pos="21"), line("45378", pos="21")))
    (finding,) = [f for f in report.findings if f.rule == "ncci.ptp"]
    assert "no first day" in finding.message
    assert (finding.carc, finding.indicator, finding.release) == ("CO-236", "1", "ncci.ptp.practitioner:v322r0")
    assert finding.codes == ("45378", "36224")


def test_a_clean_claim_after_the_next_release_was_due_is_not_checked(rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("99213", on=LATE)))
    assert report.verdict is Verdict.NOT_CHECKED
    assert "ncci.ptp.practitioner:v322r0" in report.stale


def test_findings_after_that_day_are_marked(rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("11042", on=LATE), line("97597", on=LATE)))
    assert report.verdict is Verdict.DENY
    assert all(f.stale for f in report.findings if f.rule == "ncci.ptp")


def test_units_before_the_first_table_are_unchecked_and_pairs_answer_from_their_own_dates(rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("61624", units=9, on=BEFORE, pos="21"), line("36224", on=BEFORE, pos="21")))
    assert "ncci.mue" in unchecked(report)
    assert said(report, "ncci.ptp") == {("ncci.ptp", "deny", (2, 1))}


def test_a_line_on_another_claim_is_named_with_its_claim(rules: Codebook) -> None:
    first, second = ask(rules, claim("11042", id="a"), claim("97597", id="b"))
    assert first.findings == ()
    (finding,) = second.findings
    assert (finding.lines, finding.codes, finding.claims) == ((1, 1), ("97597", "11042"), ("b", "a"))

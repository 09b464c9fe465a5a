"""What only shows when the lines of one patient stand together: repetition and global periods."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.checks.rules.repeated import last_day
from codingahead.codebook import Codebook
from codingahead.words.claims import Claim, Setting
from tests.rules.claims import ask, claim, line, said

SURGERY = date(2026, 7, 6)


def knee(*modifiers: str, **more: object) -> Claim:
    return claim(line("27447", *modifiers, on=SURGERY, pos="21", **more), id="knee")  # type: ignore[arg-type]


def visit(on: date, *modifiers: str, code: str = "99213", **more: object) -> Claim:
    return claim(line(code, *modifiers, on=on, pos=None, **more), id="later")  # type: ignore[arg-type]


DENIED, ASKED = {("global.period", "deny", (1, 1))}, {("global.period", "review", (1, 1))}

PACKAGES = {
    "a visit in the 90 days": (knee(), visit(date(2026, 8, 3)), DENIED),
    "on the last of them": (knee(), visit(date(2026, 10, 4)), DENIED),
    "on the day after": (knee(), visit(date(2026, 10, 5)), set()),
    "for something unrelated": (knee(), visit(date(2026, 8, 3), "24"), set()),
    "critical care unrelated": (knee(), visit(date(2026, 8, 3), "FT", code="99291"), set()),
    "by another practitioner": (knee(), visit(date(2026, 8, 3), provider="ben"), set()),
    "by a colleague of group and specialty": (
        knee(group="g", specialty="20"), visit(date(2026, 8, 3), provider="ben", group="g", specialty="20"), DENIED,
    ),
    "a visit the day before": (knee(), visit(date(2026, 7, 5)), DENIED),
    "that led to the decision": (knee(), visit(date(2026, 7, 5), "57"), set()),
    "two days before": (knee(), visit(date(2026, 7, 4)), set()),
    "a visit that is no part of the package": (knee(), visit(date(2026, 8, 3), code="99406"), set()),
    "a test is no part of the package": (knee(), visit(date(2026, 8, 3), code="71046"), set()),
    "another operation": (knee(), visit(date(2026, 8, 3), code="27130"), ASKED),
    "another operation that says what it was": (knee(), visit(date(2026, 8, 3), "79", code="27130"), set()),
    "the assistant's line opens no period": (knee("AS"), visit(date(2026, 8, 3)), set()),
    "nor does care after surgery": (knee("55"), visit(date(2026, 8, 3)), set()),
    "ten days": (claim(line("12001", on=SURGERY), id="w"), visit(date(2026, 7, 16)), DENIED),
    "are over on the eleventh": (claim(line("12001", on=SURGERY), id="w"), visit(date(2026, 7, 17)), set()),
    "a visit on the day of a small procedure": (claim(line("20610", on=SURGERY), id="w"), visit(SURGERY), DENIED),
    "separately identifiable": (claim(line("20610", on=SURGERY), id="w"), visit(SURGERY, "25"), set()),
    "of another patient": (knee(), claim(line("99213", on=date(2026, 8, 3)), id="later", patient="other"), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_global_period(name: str, rules: Codebook) -> None:
    first, second, expected = PACKAGES[name]
    before, after = ask(rules, first, second)
    assert (said(before, "global.period"), said(after, "global.period")) == (set(), expected)


@pytest.mark.parametrize(
    ("surgery", "days", "last"),
    [
        (date(2026, 11, 2), "090", date(2027, 1, 31)),
        (date(2026, 1, 5), "090", date(2026, 4, 5)),
        (date(2028, 1, 5), "090", date(2028, 4, 4)),
        (date(2026, 3, 10), "010", date(2026, 3, 20)),
        (date(2026, 3, 10), "000", date(2026, 3, 10)),
    ],
)
def test_last_day_of_a_global_period(surgery: date, days: str, last: date) -> None:
    assert last_day(surgery, days) == last


REPEATED = {
    "the same line twice": (claim("99213", "99213"), {("line.duplicate", "deny", (2, 1))}),
    "with the same charge": (
        claim(line("99213", charge="90"), line("99213", charge="90")), {("line.duplicate", "deny", (2, 1))},
    ),
    "with another charge": (
        claim(line("99213", charge="90"), line("99213", charge="95")), {("line.duplicate", "review", (2, 1))},
    ),
    "with other units": (claim(line("97597"), line("97597", units=2)), set()),
    "said to be repeated": (claim("71046", line("71046", "76")), set()),
    "on the other side": (claim(line("20610", "RT"), line("20610", "LT")), set()),
    "on another day": (claim("99213", line("99213", on=date(2026, 8, 2))), set()),
    "by another practitioner": (claim("99213", line("99213", provider="ben")), set()),
    "another package of the drug": (claim(line("J0585", ndc="1"), line("J0585", ndc="2")), set()),
    "a revenue code alone": (claim(line("0250"), line("0250"), setting=Setting.OUTPATIENT), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", REPEATED)
def test_repetition(name: str, rules: Codebook) -> None:
    asked, expected = REPEATED[name]
    assert said(ask(rules, asked)[0], "line.duplicate") == expected


def test_the_same_line_on_a_second_claim_names_the_first(rules: Codebook) -> None:
    first, second = ask(rules, claim("99213", id="a"), claim("99213", id="b"))
    assert first.findings == ()
    assert second.findings[0].claims == ("b", "a")

"""What one line alone can have wrong: its code, modifiers, status, place, pointers."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from codingahead.words.claims import Claim, Setting, Verdict
from tests.rules.claims import ask, claim, line, said, unchecked

SPRING = date(2026, 5, 1)
GAP = date(2026, 12, 1)

CASES: dict[str, tuple[Claim, set[tuple[str, str, tuple[int, ...]]]]] = {
    # codes
    "a code of the schedule stands": (claim("99213"), set()),
    "a code no list knows is unknown": (claim("99999"), {("code.unknown", "deny", (1,))}),
    "a code of no known form is unknown": (claim("9921"), {("code.unknown", "deny", (1,))}),
    "a code that has ended is not active": (claim("61699"), {("code.not_active", "deny", (1,))}),
    "before its end it was": (claim(line("61699", on=SPRING, pos=None)), set()),
    "a code before its first day is not active": (claim(line("20610", on=SPRING)), {("code.not_active", "deny", (1,))}),
    "a laboratory analysis that another table lists is known": (claim("0001U"), set()),
    "a dental code of the schedule is known": (claim("D0120"), {("status.not_payable", "review", (1,))}),
    "a revenue code alone is no code to check": (claim(line("0250"), setting=Setting.OUTPATIENT), set()),
    # modifiers
    "a modifier that does not exist": (claim(line("99213", "ZZ")), {("modifier.unknown", "deny", (1,))}),
    "26 with a test of two components": (claim(line("71046", "26")), set()),
    "26 with a physician service": (claim(line("20610", "26")), {("modifier.not_allowed", "deny", (1,))}),
    "TC with a code that is the technical part already": (claim(line("93005", "TC")), {("modifier.not_allowed", "deny", (1,))}),
    "26 with TC": (claim(line("71046", "26", "TC")), {("modifier.conflict", "deny", (1,))}),
    "50 where both sides are paid": (claim(line("20610", "50")), set()),
    "50 where the adjustment does not apply": (claim(line("45378", "50")), {("modifier.not_allowed", "deny", (1,))}),
    "50 with RT": (claim(line("20610", "50", "RT")), {("modifier.conflict", "deny", (1,))}),
    "RT with LT": (claim(line("20610", "RT", "LT")), {("modifier.conflict", "deny", (1,))}),
    "two modifiers of the distinct kind": (claim(line("20610", "59", "XS")), {("modifier.conflict", "deny", (1,))}),
    "an assistant where the law forbids one": (claim(line("45378", "AS")), {("modifier.not_allowed", "deny", (1,))}),
    "an assistant where one is paid": (claim(line("27447", "80", pos="21")), set()),
    "25 on a visit": (claim(line("99213", "25")), set()),
    "25 on an eye examination": (claim(line("92014", "25")), set()),
    "25 on a procedure": (claim(line("20610", "25")), {("modifier.not_allowed", "deny", (1,))}),
    "25 on what may count as a visit": (claim(line("71046", "25")), {("modifier.not_allowed", "review", (1,))}),
    "59 on a visit": (claim(line("99213", "59")), {("modifier.not_allowed", "deny", (1,))}),
    "54 without a global period": (claim(line("20610", "54")), {("modifier.not_allowed", "deny", (1,))}),
    "73 on a practitioner's bill": (claim(line("45378", "73")), {("modifier.not_allowed", "deny", (1,))}),
    "73 on a surgical center's": (claim(line("45378", "73", pos="24"), setting=Setting.ASC), set()),
    "an anesthesia modifier on a visit": (claim(line("99213", "QK")), {("modifier.not_allowed", "review", (1,))}),
    "an anesthesia modifier on anesthesia": (claim(line("00216", "QK", pos="21")), set()),
    "50 on a surgical center's bill": (claim(line("20610", "50", pos="24"), setting=Setting.ASC), {("modifier.not_allowed", "review", (1,))}),
    "51 on an add-on code is idle": (
        claim(line("11042"), line("11045", "51")), {("modifier.not_allowed", "info", (2,))},
    ),
    # status
    "not valid for Medicare": (claim("99243"), {("status.not_payable", "deny", (1,))}),
    "bundled": (claim("99000"), {("status.not_payable", "deny", (1,))}),
    "a payer who is not Medicare may see it otherwise": (claim("99243", payer="Blue Plan"), {("status.not_payable", "review", (1,))}),
    "Medicare in words": (claim("99243", payer="Medicare Part B"), {("status.not_payable", "deny", (1,))}),
    "paid by another schedule": (claim("80053"), set()),
    # places
    "a technical part in a hospital": (claim(line("71046", "TC", pos="22")), {("pos.mismatch", "deny", (1,)), ("pos.mismatch", "review", (1,))}),
    "the professional part there": (claim(line("93010", pos="22")), set()),
    "a code without an office price": (claim(line("61624")), {("pos.mismatch", "review", (1,))}),
    "and in the hospital": (claim(line("61624", pos="21")), set()),
    "no place given": (claim(line("61624", pos=None)), set()),
    # pointers
    "a pointer to nothing": (claim(line("99213", pointers=(2,))), {("claim.pointer", "deny", (1,))}),
    "five pointers": (
        claim(line("99213", pointers=(1, 2, 3, 4, 5)), dx=("I10", "E78.5", "M54.50", "J02.9", "R05.9")), {("claim.pointer", "deny", (1,))},
    ),
    "pointers that stand": (claim(line("99213", pointers=(1,))), set()),
}  # fmt: skip
LINE_RULES = (
    "code.unknown", "code.not_active", "modifier.unknown", "modifier.not_allowed", "modifier.conflict", "status.not_payable", "pos.mismatch", "claim.pointer",
)  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_line(name: str, rules: Codebook) -> None:
    asked, expected = CASES[name]
    (report,) = ask(rules, asked)
    assert said(report, *LINE_RULES) == expected


def test_a_claim_with_nothing_wrong_is_clean(rules: Codebook) -> None:
    (report,) = ask(rules, claim("99213"))
    assert (report.verdict, report.findings, report.unchecked) == (Verdict.CLEAN, (), ())


def test_a_claim_without_a_diagnosis_is_not_called_clean(rules: Codebook) -> None:
    (report,) = ask(rules, claim("99213", dx=()))
    assert (report.verdict, unchecked(report)) == (Verdict.NOT_CHECKED, {"claim.pointer"})


def test_a_laboratory_analysis_no_table_lists_is_not_called_unknown(rules: Codebook) -> None:
    (report,) = ask(rules, claim("0999U"))
    assert (said(report, "code.unknown"), unchecked(report)) == (set(), {"code.unknown"})


@pytest.mark.parametrize("code", ["99999", "20699"])
def test_a_list_past_its_time_asks_for_review_of_a_code_it_does_not_know(code: str, rules: Codebook) -> None:
    (report,) = ask(rules, claim(line(code, on=GAP)))
    (finding,) = [f for f in report.findings if f.rule == "code.unknown"]
    assert (finding.severity.value, finding.stale) == ("review", True)
    assert "past its time" in finding.message


def test_a_procedure_code_of_an_inpatient_stay_is_sought_in_its_own_list(rules: Codebook) -> None:
    (report,) = ask(rules, claim(line("02703DZ", pos=None), setting=Setting.INPATIENT))
    assert (said(report, "code.unknown"), unchecked(report)) == (set(), {"code.unknown"})


def test_every_finding_has_words_for_what_is_wrong_and_what_to_do(rules: Codebook) -> None:
    for asked, _ in CASES.values():
        for finding in ask(rules, asked)[0].findings:
            assert finding.message.endswith((".", ")")), finding
            assert len(finding.fix) > 10, finding

"""Findings belong to claims, not to the order in which claims and lines arrive, nor to what other patients' claims arrive with them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codingahead.codebook import Codebook
from codingahead.words.claims import Claim, Report
from tests.rules.claims import claim, line
from tests.rules.world import FEE_ROWS

CODES = sorted({row.split(",")[0] for row in FEE_ROWS})
MODIFIERS = ("59", "XS", "25", "RT", "LT", "76", "51", "50")

lines = st.builds(
    line, st.sampled_from(CODES), units=st.integers(1, 3), provider=st.sampled_from(["ada", "ben", None]),
    group=st.sampled_from(["g", "h", None]), specialty=st.sampled_from(["08", "20", None]),
)  # fmt: skip
with_modifier = st.builds(
    lambda one, m: replace(one, modifiers=m), lines, st.lists(st.sampled_from(MODIFIERS), max_size=2).map(tuple)
)
batches = st.lists(
    st.tuples(st.sampled_from(["pat", "other"]), st.lists(with_modifier, min_size=1, max_size=6)),
    min_size=1,
    max_size=4,
)


def _claims(batch: list[tuple[str, list[object]]]) -> list[Claim]:
    return [claim(*made, id=f"c{n}", patient=patient) for n, (patient, made) in enumerate(batch)]  # type: ignore[arg-type]


def _told(reports: list[Report]) -> dict[str, tuple[object, ...]]:
    """Which of two equal lines repeats the other, or which line of a code a pair names, does depend on their order."""
    return {
        r.id: (r.verdict, r.unchecked, r.releases, sorted((f.rule, f.severity, f.lines[0], f.codes, f.message) for f in r.findings))
        for r in reports
    }  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=batches, seed=st.randoms(use_true_random=False))
def test_the_order_of_claims_and_lines_changes_no_finding(
    batch: list[tuple[str, list[object]]], seed: object, rules: Codebook
) -> None:
    claims = _claims(batch)
    shuffled = []
    for one in claims:
        own = list(one.lines)
        seed.shuffle(own)  # type: ignore[attr-defined]
        shuffled.append(replace(one, lines=tuple(own)))
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _told(rules.check(shuffled)) == _told(rules.check(claims))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=batches)
def test_claims_of_other_patients_change_no_finding(batch: list[tuple[str, list[object]]], rules: Codebook) -> None:
    claims = _claims(batch)
    alone = [r for patient in ("pat", "other") for r in rules.check([c for c in claims if c.patient == patient])]
    assert _told(rules.check(claims)) == _told(alone)

"""Claims against the real tables: the worked examples of the manuals, and a slow second opinion on random claims."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from codingahead.codebook import Codebook
from codingahead.reference.modifiers import is_visit
from codingahead.store import queries
from codingahead.words.claims import Claim, ServiceLine, Setting, Verdict
from tests.rules.claims import claim, line, said, unchecked
from tests.rules.oracle import Tables, judge

# The loaded NCCI tables are those of the third quarter of 2024.
DAY = date(2024, 8, 1)
CLAIMS = 20_000
MODIFIERS = ("59", "XS", "25", "RT", "LT", "51", "76", "91", "57", "78", "F1", "F2", "T5", "XU", "22")


def day(code: str, *modifiers: str, **more: object) -> ServiceLine:
    return line(code, *modifiers, on=more.pop("on", DAY), pos=more.pop("pos", None), **more)  # type: ignore[arg-type]


WORKED = {
    "units over two claims": (
        [claim(day("61624"), id="a"), claim(day("61624", "59", units=2), id="b")], ("ncci.mue", "deny", (1,)),
    ),
    "a pair with indicator 0 and 59": ([claim(day("45378"), day("45385", "59"))], ("ncci.ptp", "deny", (1, 2))),
    "a pair with indicator 1 and 51": ([claim(day("11042"), day("97597", "51"))], ("ncci.ptp", "deny", (2, 1))),
    "an add-on code alone": ([claim(day("G2211"))], ("ncci.add_on", "deny", (1,))),
    "a diagnosis without its 7th character": ([claim(day("99213"), dx=("T36.0X1",))], ("code.not_billable", "deny", (1,))),
    "a diagnosis that is a heading": ([claim(day("99213"), dx=("E11",))], ("code.not_billable", "deny", (1,))),
    "a consultation billed to Medicare": ([claim(day("99243"))], ("status.not_payable", "deny", (1,))),
    "an assistant that the law forbids": ([claim(day("61624", "AS"))], ("modifier.not_allowed", "deny", (1,))),
    "the day before a 90-day procedure": (
        [claim(day("27447"), id="a"), claim(day("99213", on=date(2024, 7, 31)), id="b")], ("global.period", "deny", (1, 1)),
    ),
    "a place of service that does not exist": ([claim(day("99213", pos="88"))], ("pos.mismatch", "deny", (1,))),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKED)
def test_worked_example(name: str, book: Codebook) -> None:
    claims, expected = WORKED[name]
    assert expected in said(book.check(claims)[-1])


@pytest.mark.parametrize(
    "asked",
    [
        claim(day("92014", "25"), day("92250")),
        claim(day("0001U")),
        claim(day("J1885", units=2), day("96372")),
        claim(day("99213"), dx=("I50.9", "N18.30", "J44.9")),
        claim(day("20610", "RT"), day("20610", "LT"), dx=("M17.0",)),
        claim(day("02703DZ"), setting=Setting.INPATIENT),
    ],
)  # fmt: skip
def test_everyday_claims_are_not_denied(asked: Claim, book: Codebook) -> None:
    (report,) = book.check([asked])
    assert report.verdict is not Verdict.DENY, report.findings


def test_a_code_of_january_2026_is_not_denied_while_only_the_july_schedule_is_loaded(book: Codebook) -> None:
    """37256 began on 1 January 2026; the loaded schedules are of October 2025 and July 2026."""
    (report,) = book.check([claim(day("37256", on=date(2026, 2, 3)))])
    assert [f.severity.value for f in report.findings if f.rule == "code.not_active"] == ["review"]


def test_units_have_no_table_before_july_2024(book: Codebook) -> None:
    (report,) = book.check([claim(day("61624", units=9, on=date(2023, 5, 2)))])
    assert "ncci.mue" in unchecked(report)


@pytest.fixture(scope="module")
def tables(book: Codebook) -> tuple[Tables, list[str], list[tuple[str, str]]]:
    """Real rows about a sample of codes, the sample, and pairs that have edits."""
    chance = random.Random(11)
    pack = book.pack
    found = pack.in_force("ncci.ptp.practitioner", DAY)
    table = pack.edit_table(found[1].id) if found else None
    limits, added, fees = (pack.in_force(kind, DAY) for kind in ("ncci.mue.practitioner", "ncci.add_on", "pfs"))
    if not (table and limits and added and fees) or not limits[1].covers(DAY):
        pytest.skip("the NCCI tables of the third quarter of 2024 are not among the official files")
    codes = np.array([c.decode() for c in table.codes.tolist()])
    first, second = np.divmod(np.asarray(table.key), np.uint64(len(codes)))
    repeated = np.flatnonzero(table.key[1:] == table.key[:-1])
    rows = [*chance.sample(range(len(first)), 1_200), *(int(r) for r in chance.sample(list(repeated), 400))]
    pairs = [(str(codes[first[r]]), str(codes[second[r]])) for r in rows]
    made = Tables()
    add_ons = defaultdict(list)
    for row in queries.add_on_edits(pack, added[0], DAY.isoformat()):
        add_ons[row["add_on"]].append((row["edit_type"], row["primary_code"]))
    made.add_ons = dict(add_ons)
    some = chance.sample(sorted(add_ons), 100)
    busiest = codes[np.argsort(-np.bincount(np.concatenate([first, second]).astype("i8")))[:60]]
    pool = {c for pair in pairs for c in pair} | {str(c) for c in busiest} | set(some) | {"99213"}
    pool |= {p for code in some for _, p in add_ons[code] if p != "CCCCC"}
    inside = np.isin(codes, sorted(pool))
    for r in np.flatnonzero(inside[first] & inside[second]).tolist():
        begins = date.fromordinal(int(table.effective[r])) if table.effective[r] else date.min
        period = (begins, date.fromordinal(int(table.deleted[r])), int(table.indicator[r]))
        made.pairs.setdefault((str(codes[first[r]]), str(codes[second[r]])), []).append(period)
    made.limits = {
        r.code: (int(r.cells["value"]), int(r.cells["mai"])) for r in queries.release_records(pack, limits[0])
    }
    made.marked = frozenset(
        r.code for r in queries.release_records(pack, fees[0]) if not r.variant and r.cells["global_days"] == "ZZZ"
    )
    made.visits = frozenset(c for c in pool if is_visit(c))
    return made, sorted(pool), pairs


def _random_claim(
    number: int, tables: Tables, pool: list[str], pairs: list[tuple[str, str]], on: date, chance: random.Random
) -> Claim:
    held = set(pool)
    add_ons = [c for c in pool if c in tables.add_ons]
    codes: list[str] = []
    while len(codes) < chance.randint(1, 7):
        lot = chance.random()
        if lot < 0.45:
            codes += chance.choice(pairs)
        elif lot < 0.6:
            code = chance.choice(add_ons)
            primary = chance.choice(tables.add_ons[code])[1]
            codes += [code, primary if primary in held else "99213"]
        else:
            codes.append(chance.choice(pool))
    chance.shuffle(codes)
    lines = tuple(
        ServiceLine(
            n, code, on, tuple(dict.fromkeys(chance.choices(MODIFIERS, k=chance.choice([0, 0, 0, 1, 1, 2])))), chance.choice([1, 1, 1, 2, 3, 5, 20]),
            provider="ada", charge=Decimal(n),
        )
        for n, code in enumerate(codes, 1)
    )  # fmt: skip
    return Claim(f"c{number}", f"p{number}", Setting.PRACTITIONER, lines, ("I10",))


@pytest.mark.parametrize("on", [DAY, date(2018, 10, 2)])
def test_a_slow_second_opinion_agrees_on_random_claims(
    on: date, book: Codebook, tables: tuple[Tables, list[str], list[tuple[str, str]]]
) -> None:
    made, pool, pairs = tables
    if on < DAY:
        made = Tables(made.pairs, {}, made.add_ons, made.visits, made.marked)
    chance = random.Random(on.toordinal())
    asked = [_random_claim(n, made, pool, pairs, on, chance) for n in range(CLAIMS if on == DAY else CLAIMS // 4)]
    seen = 0
    for start in range(0, len(asked), 2_000):
        batch = asked[start : start + 2_000]
        for one, report in zip(batch, book.check(batch), strict=True):
            other = {
                f.lines[0]
                for f in report.findings
                if f.severity == "deny" and f.rule.startswith(("code", "modifier", "status", "line", "pos", "global"))
            }
            told = {
                (f.rule, f.severity.value, f.lines[0], f.lines[1] if len(f.lines) > 1 else None, f.indicator)
                for f in report.findings if f.rule.startswith("ncci")
            }  # fmt: skip
            assert told == judge(one.lines, made, frozenset(other)), one
            seen += len(told)
    assert seen > CLAIMS // 10

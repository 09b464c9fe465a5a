"""How many claim lines a second are checked: pairs, units and add-on codes over arrays, the pair edits as a DuckDB join, all rules on claims?

The same lines in every measure: codes drawn from the pair table itself, half of them as pairs that have an edit, a patient's day of one to
eight lines. DuckDB is asked only where it is installed, on one thread as the kernel is.
"""

from __future__ import annotations

import random
import time
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bench.lookups import percentiles
from codingahead.checks import kernel
from codingahead.checks.book import Pairs, RuleBook
from codingahead.checks.kernel import Lines
from codingahead.codebook import Codebook
from codingahead.words.claims import Claim, ServiceLine, Setting

LINES, CLAIM_LINES, SEED = 1_000_000, 60_000, 5
COMMON = (
    "99213",
    "99214",
    "36415",
    "80053",
    "85025",
    "93000",
    "71046",
    "20610",
    "J1885",
    "81002",
    "90471",
    "97110",
    "97140",
    "45378",
    "66984",
    "99232",
)
DIAGNOSES = ("E11.9", "I10", "J02.9", "M54.50", "N39.0", "R05.9", "F41.1", "E78.5", "K21.9")


def run(codebook: Codebook, on: date) -> None:
    book = RuleBook(codebook.pack)
    day = book.day(on)
    pairs = day.pairs(Setting.PRACTITIONER)
    if pairs is None:
        print("claims: not measured, no NCCI pair table in this pack")
        return
    lines = _lines(pairs, on)
    _kernel(book, pairs, lines, on)
    _join(pairs, lines)
    _claims(codebook, on)


def _lines(pairs: Pairs, on: date) -> Lines:
    chance = np.random.default_rng(SEED)
    n = pairs.arrays.codes
    rows = chance.integers(0, len(pairs.arrays.key), LINES // 4)
    column1, column2 = np.divmod(pairs.arrays.key[rows].astype(np.int64), n)
    codes = np.concatenate([np.stack([column1, column2], 1).ravel(), chance.integers(0, n, LINES - 2 * len(rows))])
    # Pairs stay neighbours; blocks of two are dealt over the patients.
    codes = codes.reshape(-1, 2)[chance.permutation(len(codes) // 2)].ravel()
    group = np.repeat(np.arange(LINES), chance.integers(1, 9, LINES))[:LINES]
    modifiers = chance.choice(np.array([0, kernel.DISTINCT], np.int32), LINES, p=[0.9, 0.1])
    return Lines(
        group.astype(np.int64), np.full(LINES, on.toordinal(), np.int32), codes, chance.integers(1, 4, LINES), modifiers, np.zeros(LINES, np.uint32),
    )  # fmt: skip


def _kernel(book: RuleBook, pairs: Pairs, lines: Lines, on: date) -> None:
    day = book.day(on)
    found, added = day.limits(Setting.PRACTITIONER), day.add_ons
    names = [code.decode() for code in pairs.table.codes.tolist()]
    limit, kind = np.zeros(len(names), np.int32), np.zeros(len(names), np.int8)
    for code, held in (found[1] if found else {}).items():
        if (at := pairs.table.index_of(code)) >= 0:
            limit[at], kind[at] = held.units, held.adjudication
    is_add_on, keys = _add_on_keys(pairs, added.primaries if added else {}, len(names))
    start = time.perf_counter()
    hits = kernel.pair_edits(pairs.arrays, lines)
    denied = np.zeros(LINES, np.bool_)
    denied[hits.column2[~hits.bypassed]] = True
    over, _ = kernel.unit_edits(lines, limit[lines.code], kind[lines.code])
    alone = is_add_on[lines.code]
    alone &= ~kernel.with_partner(lines, alone, keys, len(names), ~denied & ~over)
    taken = time.perf_counter() - start
    print(
        f"kernel: pairs, units, add-ons {LINES / taken:12,.0f} lines/s   {denied.sum():,} denied by a pair, {over.sum():,} over, {alone.sum():,} alone"
    )


def _add_on_keys(
    pairs: Pairs, primaries: dict[str, tuple[tuple[str, str], ...]], n: int
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    is_add_on = np.zeros(n, np.bool_)
    keys = []
    for code, rows in primaries.items():
        at = pairs.table.index_of(code)
        if at >= 0 and {kind for kind, _ in rows} == {"1"}:
            is_add_on[at] = True
            keys += [at * n + beside for _, primary in rows if (beside := pairs.table.index_of(primary)) >= 0]
    return is_add_on, np.array(sorted(keys), np.int64)


def _join(pairs: Pairs, lines: Lines) -> None:
    start = time.perf_counter()
    hits = kernel.pair_edits(pairs.arrays, lines)
    own = time.perf_counter() - start
    print(f"kernel: pairs alone           {LINES / own:12,.0f} lines/s   {len(hits.row):,} edits")
    try:
        import duckdb
        import pyarrow as pa
    except ImportError:
        print("duckdb: not measured, it is not installed")
        return
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("SET enable_progress_bar = false")
        t = pairs.arrays
        column1, column2 = np.divmod(np.asarray(t.key), np.uint64(t.codes))
        database.register(
            "edit_in",
            pa.table(
                {
                    "c1": column1.astype("i4"),
                    "c2": column2.astype("i4"),
                    "first": t.effective,
                    "last": t.deleted,
                    "mi": t.indicator,
                }
            ),
        )
        places = np.arange(LINES, dtype="i4")
        database.register(
            "line_in", pa.table({"at": places, "grp": lines.group, "code": lines.code.astype("i4"), "day": lines.day})
        )
        database.execute("CREATE TABLE edit AS FROM edit_in; CREATE TABLE line AS FROM line_in")
        # As the kernel: of several rows of one pair the one that ends soonest.
        question = (
            "SELECT a.at, b.at, arg_min(e.mi, e.last) FROM line a JOIN line b ON a.grp = b.grp AND a.at <> b.at "
            "JOIN edit e ON e.c1 = a.code AND e.c2 = b.code AND a.day BETWEEN e.first AND e.last WHERE e.mi <> 9 GROUP BY a.at, b.at"
        )
        start = time.perf_counter()
        found = len(database.sql(question).to_arrow_table())
        taken = time.perf_counter() - start
    print(
        f"duckdb: the same as a join    {LINES / taken:12,.0f} lines/s   {found:,} edits, the kernel is {taken / own:.1f} times as fast"
    )


def _claims(codebook: Codebook, on: date) -> None:
    chance = random.Random(SEED)
    claims = [_claim(n, on, chance) for n in range(CLAIM_LINES // 4)]
    count = sum(len(c.lines) for c in claims)
    codebook.check(claims[:2_000])
    start = time.perf_counter()
    for at in range(0, len(claims), 5_000):
        codebook.check(claims[at : at + 5_000])
    print(f"all rules, claims as values   {count / (time.perf_counter() - start):12,.0f} lines/s")
    six = _claim(0, on, chance, lines=6)
    p50, p95 = percentiles(lambda: codebook.check([six]))
    print(f"all rules, one claim of six   p50 {p50:7.3f} ms   p95 {p95:7.3f} ms")


def _claim(number: int, on: date, chance: random.Random, lines: int = 0) -> Claim:
    codes = chance.sample(COMMON, lines or chance.randint(1, 7))
    made = tuple(ServiceLine(n, code, on, (), 1, "11", "1", pointers=(1,)) for n, code in enumerate(codes, 1))
    return Claim(f"c{number}", f"p{number // 2}", Setting.PRACTITIONER, made, tuple(chance.sample(DIAGNOSES, 3)))

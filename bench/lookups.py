"""How long does a whole code answer take, beside one bare read of a row by its key on the same pack?"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from codingahead.codebook import Codebook
from codingahead.store import queries
from codingahead.words.codes import System

CODES = ("I67.1", "E11.9", "S72.001A", "61624", "45385", "99213", "J1885", "E11")
ROUNDS = 300


def percentiles(act: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """p50 and p95 of the act, in milliseconds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1e3)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


def run(codebook: Codebook, on: date) -> None:
    bare = percentiles(lambda: queries.spans(codebook.pack, "I67.1", System.ICD10CM))
    print(f"one bare row                 p50 {bare[0]:7.3f} ms   p95 {bare[1]:7.3f} ms")
    for code in CODES:
        made = percentiles(lambda code=code: codebook.lookup(code, on))
        print(
            f"code answer {code:<10}       p50 {made[0]:7.3f} ms   p95 {made[1]:7.3f} ms   {made[0] / bare[0]:5.1f} bare rows"
        )
    opened = percentiles(lambda: Codebook.open(codebook.folder).close(), 20)
    print(f"opening the pack             p50 {opened[0]:7.3f} ms   p95 {opened[1]:7.3f} ms")

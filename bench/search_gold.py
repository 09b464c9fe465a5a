"""Gold questions and their scores: how often does the right code stand first, among five, among ten?

Lenient: a right code, one below it, or its parent inside the category. Strict: exactly a right code.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codingahead.words.codes import bare

DEPTHS = (1, 5, 10)
Ask = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    text: str
    right: frozenset[str]
    parents: frozenset[str]

    def fits(self, code: str, *, strict: bool) -> bool:
        plain = bare(code)
        if strict:
            return plain in self.right
        return plain in self.parents or any(plain.startswith(right) for right in self.right)

    def place(self, codes: Iterable[str], *, strict: bool) -> int | None:
        """Where the first fitting code stands, from 1; repeated codes count once."""
        distinct = dict.fromkeys(codes)
        return next((i for i, code in enumerate(distinct, 1) if self.fits(code, strict=strict)), None)


def questions(path: Path) -> list[Question]:
    """The lines of a gold file: {"set", "query", "gold": [codes], "gold_parent": [codes]}."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [
        Question(line.get("set", path.stem), line["query"], frozenset(map(bare, line["gold"])), frozenset(map(bare, line.get("gold_parent", ()))))
        for line in lines
    ]  # fmt: skip


def table(name: str, gold: Sequence[Question], ask: Ask) -> Iterator[str]:
    """One line a set, then the time a question took."""
    yield f"{name:<28}    n   lenient @1   @5  @10    strict @1   @5  @10"
    places: dict[str, list[tuple[int | None, int | None]]] = {}
    times = []
    for question in gold:
        begin = time.perf_counter()
        codes = ask(question.text)
        times.append(time.perf_counter() - begin)
        both = question.place(codes, strict=False), question.place(codes, strict=True)
        places.setdefault(question.name, []).append(both)
    for each, found in places.items():
        lenient, strict = (_shares([p[i] for p in found]) for i in (0, 1))
        yield f"  {each:<26}{len(found):>5}       {lenient}        {strict}"
    times.sort()
    yield f"  milliseconds a question: p50 {1000 * times[len(times) // 2]:.1f}, p95 {1000 * times[int(len(times) * 0.95)]:.1f}"


def _shares(places: Sequence[int | None]) -> str:
    return " ".join(f"{sum(p is not None and p <= depth for p in places) / len(places):.2f}" for depth in DEPTHS)


@contextmanager
def without_module(name: str) -> Iterator[None]:
    """As if the package `name` were not installed."""
    held = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if held is None:
            del sys.modules[name]
        else:
            sys.modules[name] = held

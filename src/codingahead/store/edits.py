"""Procedure-to-procedure edits as sorted, memory-mapped arrays: which pairs stand for a code, in either column?

`key` = index of column 1 code * number of codes + index of column 2 code, sorted, then by effective day. `back` lists the positions sorted
by column 2. `bits` marks which keys exist at all, so that most pairs of a claim are dismissed by one look.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codingahead.words.edits import PairEdits

ALWAYS = 0
NEVER = 3_652_059
ARRAYS = ("codes", "key", "key_at", "back", "back_at", "effective", "deleted", "indicator", "rationale", "row", "bits")


@dataclass(frozen=True, slots=True)
class PairEdit:
    """One edit row. Days are proleptic ordinals; `effective` 0: not printed, in force from the start; `deleted` NEVER: still in force."""

    column1: str
    column2: str
    effective: int
    deleted: int
    indicator: int
    rationale: str
    row: int


class EditTable:
    """One release of one setting's table."""

    def __init__(self, arrays: dict[str, NDArray[Any]], rationales: Sequence[str]) -> None:
        self.codes: NDArray[np.bytes_] = arrays["codes"]
        self.key, self.back = arrays["key"], arrays["back"]
        self.effective, self.deleted = arrays["effective"], arrays["deleted"]
        self.indicator, self.rationale, self.row = arrays["indicator"], arrays["rationale"], arrays["row"]
        self.bits = arrays["bits"]
        # Where the rows of each code begin, in `key` and in `back`; one more than there are codes.
        self.key_at, self.back_at = arrays["key_at"], arrays["back_at"]
        self.rationales = tuple(rationales)
        self._index = {code.decode(): i for i, code in enumerate(self.codes.tolist())}

    @classmethod
    def open(cls, path: Path) -> EditTable:
        arrays = {name: np.load(path / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in ARRAYS}
        return cls(arrays, json.loads((path / "rationales.json").read_text(encoding="utf-8")))

    def __len__(self) -> int:
        return len(self.key)

    def index_of(self, code: str) -> int:
        """The number of a code in the keys; -1 for a code without edits."""
        return self._index.get(code, -1)

    def partners(self, code: str) -> list[PairEdit]:
        """Every edit row with `code` in either column, whatever its dates; column 1 rows first."""
        first, second = self._positions(code)
        return self.at([*first.tolist(), *second.tolist()])

    def in_force(self, code: str, day: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of the rows in force on `day` with `code` in column 1, and in column 2; read them with `at`."""
        at = self._index.get(code)
        if at is None:
            return np.empty(0, "i8"), np.empty(0, "i8")
        begins = int(self.key_at[at])
        first = np.flatnonzero(self._stands(slice(begins, int(self.key_at[at + 1])), day)) + begins
        second = self.back[int(self.back_at[at]) : int(self.back_at[at + 1])]
        return first, second[self._stands(second, day)].astype("i8")

    def at(self, positions: Sequence[int]) -> list[PairEdit]:
        chosen = np.asarray(positions, "i8")
        column1, column2 = np.divmod(self.key[chosen], np.uint64(len(self.codes)))
        return [
            PairEdit(c1.decode(), c2.decode(), effective, deleted, indicator, self.rationales[rationale], row)
            for c1, c2, effective, deleted, indicator, rationale, row in zip(
                self.codes[column1].tolist(),
                self.codes[column2].tolist(),
                self.effective[chosen].tolist(),
                self.deleted[chosen].tolist(),
                self.indicator[chosen].tolist(),
                self.rationale[chosen].tolist(),
                self.row[chosen].tolist(),
                strict=True,
            )
        ]

    def _stands(self, positions: NDArray[Any] | slice, day: int) -> NDArray[np.bool_]:
        """Both end days count; indicator 9 marks an edit that was deleted on its effective date."""
        made: NDArray[np.bool_] = (
            (self.effective[positions] <= day) & (day <= self.deleted[positions]) & (self.indicator[positions] != 9)
        )
        return made

    def _positions(self, code: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        at = self._index.get(code)
        if at is None:
            return np.empty(0, "i8"), np.empty(0, "i8")
        first = np.arange(int(self.key_at[at]), int(self.key_at[at + 1]))
        return first, self.back[int(self.back_at[at]) : int(self.back_at[at + 1])].astype("i8")


def write_edits(path: Path, parts: Sequence[PairEdits]) -> int:
    """Sorts the parts of one table into arrays below `path`; returns the number of rows."""
    path.mkdir(parents=True)
    column1 = np.concatenate([p.column1 for p in parts])
    column2 = np.concatenate([p.column2 for p in parts])
    codes = np.unique(np.concatenate([np.unique(column1), np.unique(column2)]))
    n = len(codes)
    key = np.searchsorted(codes, column1).astype("u8") * np.uint64(n) + np.searchsorted(codes, column2).astype("u8")
    del column1, column2
    effective = np.concatenate([p.effective for p in parts])
    order = np.lexsort((effective, key))
    key = key[order]
    rationales = sorted({text for p in parts for text in p.rationales})
    rationale = np.concatenate(
        [np.array([rationales.index(t) for t in p.rationales] or [0], "i2")[p.rationale] for p in parts]
    )
    bits = np.zeros((n * n + 7) // 8, "u1")
    np.bitwise_or.at(
        bits, (key >> np.uint64(3)).astype("i8"), np.left_shift(1, (key & np.uint64(7)).astype("u1")).astype("u1")
    )
    second = key % np.uint64(n)
    back = np.argsort(second, kind="stable").astype("i4")
    arrays = {
        "codes": codes,
        "key": key,
        "back": back,
        "effective": effective[order],
        "key_at": np.searchsorted(key, np.arange(n + 1, dtype="u8") * np.uint64(n)).astype("i8"),
        "back_at": np.searchsorted(second[back], np.arange(n + 1, dtype="u8")).astype("i8"),
        "deleted": np.concatenate([p.deleted for p in parts])[order],
        "indicator": np.concatenate([p.indicator for p in parts])[order],
        "rationale": rationale[order],
        "row": np.concatenate([p.row for p in parts])[order],
        "bits": bits,
    }
    for name, array in arrays.items():
        np.save(path / f"{name}.npy", array)
    (path / "rationales.json").write_text(json.dumps(rationales), encoding="utf-8")
    return len(key)

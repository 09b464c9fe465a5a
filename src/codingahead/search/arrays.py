"""How are the arrays of an index kept in a folder, and read back without loading them?

Numbers are .npy files, strings one UTF-8 file with an array of offsets. Reading maps memory: processes on one machine share it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
META = "search.json"

Array = NDArray[Any]
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


class Strings:
    """A sequence of strings in one mapped file."""

    def __init__(self, text: Array, starts: Array) -> None:
        self._text = text
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: int) -> str:
        return bytes(self._text[self._starts[at] : self._starts[at + 1]]).decode("utf-8")


def write_array(folder: Path, name: str, values: Array) -> None:
    np.save(folder / f"{name}.npy", np.ascontiguousarray(values))


def write_strings(folder: Path, name: str, values: Iterable[str]) -> None:
    encoded = [v.encode("utf-8") for v in values]
    starts = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(v) for v in encoded], out=starts[1:])
    write_array(folder, f"{name}_text", np.frombuffer(b"".join(encoded), np.uint8))
    write_array(folder, f"{name}_starts", starts)


def read_array(folder: Path, name: str) -> Array:
    path = folder / f"{name}.npy"
    try:
        mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:  # an empty array cannot be mapped
        mapped = np.load(path, allow_pickle=False)
    # A plain view: the memmap class itself makes every small slice slower.
    return mapped.view(np.ndarray)


def read_strings(folder: Path, name: str) -> Strings:
    return Strings(read_array(folder, f"{name}_text"), read_array(folder, f"{name}_starts"))


def write_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    (folder / META).write_text(json.dumps({"format": FORMAT, **meta}, sort_keys=True), encoding="utf-8")


def read_meta(folder: Path) -> dict[str, Any]:
    """Raises OSError or ValueError when `folder` holds no index of this format."""
    meta: dict[str, Any] = json.loads((folder / META).read_text(encoding="utf-8"))
    if meta.get("format") != FORMAT:
        raise ValueError(f"search index has format {meta.get('format')}; this program reads format {FORMAT}")
    return meta


def starts_of(sizes: Sequence[int] | Array) -> Ints:
    """Where each of consecutive runs starts, and where the last one ends."""
    starts = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=starts[1:])
    return starts


def gathered(starts: Array, rows: Array) -> tuple[Ints, Ints]:
    """Positions of all members of the runs `rows`, and which of `rows` each belongs to (its place in `rows`)."""
    sizes = starts[rows + 1] - starts[rows]
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), sizes)
    first = np.repeat(starts[rows] - starts_of(sizes)[:-1], sizes)
    return (first + np.arange(len(owner))).astype(np.int32), owner

"""Arrays and lists of texts as files of a folder, opened without being read: memory-mapped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def save(folder: Path, name: str, values: NDArray[Any]) -> None:
    np.save(folder / f"{name}.npy", np.ascontiguousarray(values))


def load(folder: Path, name: str) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    # An empty file cannot be memory-mapped.
    try:
        mapped: NDArray[Any] = np.load(path, mmap_mode="r")
    except ValueError:
        mapped = np.load(path)
    return np.asarray(mapped)


def save_texts(folder: Path, name: str, texts: Sequence[str]) -> None:
    encoded = [t.encode() for t in texts]
    save(folder, f"{name}_at", starts(len(e) for e in encoded))
    save(folder, name, np.frombuffer(b"".join(encoded), np.uint8))


def starts(sizes: Iterable[int]) -> Longs:
    """Where each of consecutive runs begins, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.fromiter(sizes, np.int64))])


class Texts:
    """A list of texts on disk."""

    def __init__(self, folder: Path, name: str) -> None:
        self._bytes = load(folder, name)
        self._at = load(folder, f"{name}_at")

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, at: int) -> str:
        return self._bytes[self._at[at] : self._at[at + 1]].tobytes().decode()


def spread(at: Longs, which: Longs) -> tuple[Longs, Longs]:
    """The members of the runs `which` one after another, and where each run starts among them; `at` as made by `starts`."""
    first = at[which]
    sizes = at[which + 1] - first
    begins = np.cumsum(sizes) - sizes
    members = np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(first - begins, sizes)
    return members, begins

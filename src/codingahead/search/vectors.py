"""Search by meaning: a vector for every wording and a centroid for every code, and which of them lie nearest to a question.

The scan compares the signs of components, one bit each, and the nearest are measured again in full.
ICD-10-PCS has none: its titles are built from a small fixed set of words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codingahead.search.arrays import Floats, Longs, Texts, load, save
from codingahead.search.embed import DIMENSIONS, Encoder, VectorsUnavailable, require, write_encoder
from codingahead.words.search import TERM_KINDS

__all__ = ["PartVectors", "VectorsUnavailable", "build_vectors", "has_vectors"]

WITH_VECTORS = ("diagnoses", "procedures")
BATCH = 64
# Names of substances: the letters decide, and their meaning is unknown to a general encoder.
BY_NAME_ONLY = ("drug",)
CENTROID_KINDS = ("inclusion", "includes", "short", "synonym", "content")
OWN_WORDINGS, EACH_LEVEL_UP, NEXT_LEVEL = 0.7, 0.35, 0.6
READY = "vectors.json"
Progress = Callable[[str, float], None]


def has_vectors(folder: Path) -> bool:
    return (folder / READY).is_file()


def build_vectors(folder: Path, *, earlier: Sequence[Path] = (), progress: Progress | None = None) -> int:
    """Adds vectors to the index in `folder`; returns how many different texts have one. Texts that an index in `earlier` knows are not encoded again.

    Raises VectorsUnavailable naming the packages when the optional parts are not installed.
    """
    require(writing=True)
    (folder / READY).unlink(missing_ok=True)
    write_encoder(folder)
    texts = {name: _texts(folder / name) for name in WITH_VECTORS}
    known = _Known(earlier)
    vectors = _encode(folder, sorted({t for own in texts.values() for t in own}), known, progress)
    for name, own in texts.items():
        _write_part(folder / name, own, vectors)
    (folder / READY).write_text(json.dumps({"parts": WITH_VECTORS, "texts": len(vectors)}), encoding="utf-8")
    return len(vectors) - 1


def _texts(part: Path) -> list[str]:
    """The wordings, then the titles of the codes, as they are encoded; blank where a vector would say nothing."""
    wordings, titles = Texts(part, "texts"), Texts(part, "titles")
    seventh = load(part, "flags") & 2
    by_name = np.isin(load(part, "term_kinds"), [TERM_KINDS.index(k) for k in BY_NAME_ONLY])
    own = ["" if by_name[i] else wordings[i] for i in range(len(wordings))]
    return [_normal(t) for t in (*own, *("" if seventh[i] else titles[i] for i in range(len(titles))))]


def _normal(text: str) -> str:
    return " ".join(text.lower().split())


class _Known:
    """Vectors of earlier indexes by the digest of their text."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._at: dict[bytes, tuple[Any, Any, int]] = {}
        for folder in folders:
            for name in WITH_VECTORS:
                if has_vectors(folder) and (folder / name / "vector_keys.npy").is_file():
                    keys, codes, scales = (
                        load(folder / name, f"vector_{part}") for part in ("keys", "codes", "scales")
                    )
                    self._at.update({bytes(key): (codes, scales, row) for row, key in enumerate(keys)})

    def get(self, text: str) -> Floats | None:
        found = self._at.get(_digest(text))
        return None if found is None else found[0][found[2]].astype(np.float32) * found[1][found[2]]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=12).digest().replace(b"\0", b"\1")


def _encode(folder: Path, texts: list[str], known: _Known, progress: Progress | None) -> dict[str, Floats]:
    # What is never compared by meaning stands as an empty text.
    vectors: dict[str, Floats] = {"": np.zeros(DIMENSIONS, np.float32)}
    missing = []
    for text in texts:
        vector = known.get(text) if text else vectors[""]
        if vector is None:
            missing.append(text)
        else:
            vectors[text] = vector
    encoder = Encoder(folder)
    missing.sort(key=len)
    for at in range(0, len(missing), BATCH):
        batch = missing[at : at + BATCH]
        vectors.update(zip(batch, encoder.encode(batch), strict=True))
        if progress and at % (BATCH * 20) == 0:
            progress("search vectors", at / len(missing))
    return vectors


def _write_part(part: Path, texts: list[str], vectors: dict[str, Floats]) -> None:
    count = len(load(part, "term_entries"))
    full = np.array([vectors[t] for t in texts], np.float32).reshape(-1, DIMENSIONS)
    wordings, titles = full[:count], full[count:]
    middle = wordings.mean(axis=0) if len(wordings) else np.zeros(DIMENSIONS, np.float32)
    save(part, "vector_middle", middle)
    save(part, "vector_signs", _signs(wordings, middle))
    _save_coarse(part, "vector", wordings)
    _save_coarse(part, "centroid", _centroids(part, wordings, titles))
    save(part, "vector_keys", np.array([_digest(t) for t in texts[:count]], "S12"))


def _signs(vectors: Floats, middle: Floats) -> NDArray[np.uint64]:
    """Which components lie above the middle, 64 to a word; one row for each word."""
    bits = np.packbits(vectors > middle, axis=1)
    return np.ascontiguousarray(bits.view(np.uint64).T)


def _save_coarse(part: Path, name: str, vectors: Floats) -> None:
    """One byte a number with a scale for each vector: a quarter of the size, cosines right to about 0.002."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127 if len(vectors) else np.zeros(0)
    codes = np.rint(vectors / scales[:, None]) if len(vectors) else vectors
    save(part, f"{name}_codes", codes.astype(np.int8))
    save(part, f"{name}_scales", scales.astype(np.float32))


def _centroids(part: Path, wordings: Floats, titles: Floats) -> Floats:
    """Title, its inclusion terms, and the titles above with falling weight."""
    entries = load(part, "term_entries")
    own_kind = np.isin(load(part, "term_kinds"), [TERM_KINDS.index(k) for k in CENTROID_KINDS])
    sums = np.zeros_like(titles)
    np.add.at(sums, entries[own_kind], wordings[own_kind])
    counts = np.bincount(entries[own_kind], minlength=len(titles))
    centroids = titles + OWN_WORDINGS * sums / np.maximum(counts, 1)[:, None]
    parents = load(part, "parents").astype(np.int64)
    above, weight = parents, EACH_LEVEL_UP
    while (above >= 0).any():
        held = above >= 0
        centroids[held] += weight * titles[above[held]]
        above, weight = np.where(held, parents[above], -1), weight * NEXT_LEVEL
    result: Floats = centroids / np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-9)
    return result


class PartVectors:
    """The vectors of one part, memory-mapped."""

    def __init__(self, part: Path) -> None:
        self._middle = load(part, "vector_middle")
        self._signs = load(part, "vector_signs")
        self._codes, self._scales = load(part, "vector_codes"), load(part, "vector_scales")
        self._centroid_codes, self._centroid_scales = load(part, "centroid_codes"), load(part, "centroid_scales")

    def nearest(self, query: Floats, keep: NDArray[np.bool_] | None, count: int, pool: int) -> Longs:
        """The wordings nearest to `query`, best first: `pool` by the signs of their components, of these `count` in full."""
        apart = np.zeros(self._signs.shape[1], np.uint16)
        for own, asked in zip(self._signs, _signs(query[None, :], self._middle)[:, 0], strict=True):
            apart += np.bitwise_count(own ^ asked)
        if keep is not None:
            apart[~keep] = DIMENSIONS + 1
        near = np.flatnonzero(apart <= _pool_limit(apart, pool))
        return near[np.argsort(-self.cosines(query, near), kind="stable")[:count]]

    def cosines(self, query: Floats, terms: Longs) -> Floats:
        return _cosines(self._codes, self._scales, query, terms)

    def centroid_cosines(self, query: Floats, entries: Longs) -> Floats:
        return _cosines(self._centroid_codes, self._centroid_scales, query, entries)


def _pool_limit(apart: NDArray[np.uint16], pool: int) -> int:
    """The distance up to which about `pool` lie."""
    held = np.cumsum(np.bincount(apart, minlength=DIMENSIONS + 2)[: DIMENSIONS + 1])
    return max(int(np.searchsorted(held, pool, "right")) - 1, 0)


def _cosines(codes: NDArray[Any], scales: NDArray[Any], query: Floats, rows: Longs) -> Floats:
    result: Floats = (codes[rows].astype(np.float32) @ query) * scales[rows]
    return result


def best_by_entry(values: Floats, begins: Longs, sizes: Longs) -> Floats:
    """The highest value of each run, 0 for an empty one."""
    best = np.zeros(len(sizes), np.float32)
    filled = np.flatnonzero(sizes)
    if len(filled):
        best[filled] = np.maximum.reduceat(values, begins[filled])
    return best

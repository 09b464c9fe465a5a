"""Which wordings mean something near the question? A scan over all of them that is exact for the nearest, in about two milliseconds.

Each wording's vector is kept as 384 signed bytes and as 384 signs. A question is first compared by signs (six machine words a
wording), then exactly with the nearest few thousand. Inpatient procedure titles have no vectors: they say everything in words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from codingahead.search.arrays import Array, Floats, Ints, gathered, read_array, starts_of, write_array
from codingahead.search.embed import DIMENSIONS, Encoder, VectorsUnavailable, require, write_encoder
from codingahead.search.index import Index
from codingahead.search.index_build import SEGMENTS
from codingahead.words.search import TERM_KINDS

__all__ = ["Vectors", "VectorsUnavailable", "build_vectors"]

SHORTLIST = 3000
BATCH = 64
CENTRE_KINDS = ("short", "inclusion", "includes", "synonym", "official")
_OWN_WORDINGS = 0.7
_ANCESTOR_WEIGHTS = (0.35, 0.21, 0.126, 0.076)
_INPATIENT = list(SEGMENTS).index("inpatient")

Progress = Callable[[str, float], None]


def build_vectors(folder: Path, *, earlier: Sequence[Path] = (), progress: Progress | None = None) -> int:
    """Adds vectors to the index in `folder`; returns how many texts had to be encoded anew.

    Vectors of texts that an `earlier` index folder holds are taken from there. Raises VectorsUnavailable when the extra is absent.
    """
    require(writing=True)
    say = progress or (lambda _step, _share: None)
    write_encoder(folder)
    index = Index(folder)
    used = np.arange(index.segment_terms(_INPATIENT)[0])
    texts: dict[str, int] = {}
    term_vector = np.full(len(index.term_code), -1, np.int32)
    for term in used:
        term_vector[term] = texts.setdefault(index.term_texts[int(term)].lower(), len(texts))
    values, encoded = _values(folder, list(texts), earlier, say)
    write_array(folder, "vector_keys", text_keys(texts))
    write_array(folder, "vectors", values)
    write_array(folder, "vector_signs", np.ascontiguousarray(signs(values).T))
    write_array(folder, "term_vector", term_vector)
    order = np.argsort(term_vector[used], kind="stable")
    write_array(folder, "vector_term_starts", starts_of(np.bincount(term_vector[used], minlength=len(texts))))
    write_array(folder, "vector_terms", used[order].astype(np.int32))
    write_array(folder, "centres", quantised(_centres(index, values, term_vector)))
    say("vectors", 1.0)
    return encoded


def text_keys(texts: Iterable[str]) -> Array:
    keys = [hashlib.blake2b(t.encode(), digest_size=8).digest() for t in texts]
    return np.frombuffer(b"".join(keys), np.uint64)


def quantised(vectors: Floats) -> Array:
    """Vectors as signed bytes, each row scaled to its own largest value: only directions are compared."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    return np.round(vectors * (127 / largest)).astype(np.int8)


def signs(values: Array) -> Array:
    return np.packbits(values > 0, axis=1).view(np.uint64)


def cosines(values: Array, queries: Floats) -> Floats:
    """The best cosine of each row of signed bytes with any of the unit `queries`."""
    rows = values.astype(np.float32)
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    best: Floats = (rows @ queries.T).max(axis=1) / np.maximum(length, 1e-6)
    return best


def _values(folder: Path, texts: list[str], earlier: Sequence[Path], say: Progress) -> tuple[Array, int]:
    values = np.zeros((len(texts), DIMENSIONS), np.int8)
    keys = text_keys(texts)
    missing = np.ones(len(texts), np.bool_)
    for place in earlier:
        if (place / "vector_keys.npy").exists():
            _take(values, keys, missing, read_array(place, "vector_keys"), read_array(place, "vectors"))
    todo = sorted(np.flatnonzero(missing).tolist(), key=lambda i: len(texts[i]))
    encoder = Encoder(folder)
    for start in range(0, len(todo), BATCH):
        rows = todo[start : start + BATCH]
        values[rows] = quantised(encoder.encode([texts[i] for i in rows]))
        say("vectors", start / len(todo))
    return values, len(todo)


def _take(values: Array, keys: Array, missing: Array, old_keys: Array, old_values: Array) -> None:
    if not len(old_keys):
        return
    order = np.argsort(old_keys)
    at = np.minimum(np.searchsorted(old_keys, keys, sorter=order), len(order) - 1)
    same = (old_keys[order[at]] == keys) & missing
    values[same] = old_values[order[at[same]]]
    missing[same] = False


def _centres(index: Index, values: Array, term_vector: Ints) -> Floats:
    """Where each code lies: its titles, 0.7 of the mean of its inclusion terms, and less and less of the codes above."""
    own_kind = np.isin(index.term_kind, [TERM_KINDS.index(k) for k in CENTRE_KINDS]) & (term_vector >= 0)
    is_title = (index.term_kind == TERM_KINDS.index("title")) & (term_vector >= 0)
    titles = _sums(index, values, term_vector, np.flatnonzero(is_title))
    counts = np.bincount(index.term_code[own_kind], minlength=len(titles))
    own = _sums(index, values, term_vector, np.flatnonzero(own_kind)) / np.maximum(counts, 1)[:, None]
    centres: Floats = titles + _OWN_WORDINGS * own
    above = index.code_parent.astype(np.int64)
    for weight in _ANCESTOR_WEIGHTS:
        has = above >= 0
        centres[has] += weight * titles[above[has]]
        above = np.where(has, index.code_parent[above], -1)
    return centres


def _sums(index: Index, values: Array, term_vector: Ints, terms: Array) -> Floats:
    rows = values[term_vector[terms]].astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    sums = np.zeros((len(index.code_system), DIMENSIONS), np.float32)
    np.add.at(sums, index.term_code[terms], rows)
    return sums


class Vectors:
    """The vectors of one index folder. The encoder is loaded at the first question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._values = read_array(folder, "vectors")
        self._signs = read_array(folder, "vector_signs")
        self._centres = read_array(folder, "centres")
        self._term_vector = read_array(folder, "term_vector")
        self._term_starts = read_array(folder, "vector_term_starts")
        self._terms = read_array(folder, "vector_terms")
        self._encoder: Encoder | None = None

    @staticmethod
    def present(folder: Path) -> bool:
        return (folder / "centres.npy").exists()

    def encode(self, texts: Sequence[str]) -> Floats:
        if self._encoder is None:
            self._encoder = Encoder(self._folder)
        return self._encoder.encode([t.lower() for t in texts])

    def nearest(self, queries: Floats, allowed: Array, most: int) -> Ints:
        """Terms nearest to any of `queries`, `most` vectors deep, among those `allowed`."""
        shortlist = np.unique(np.concatenate([self._shortlist(q) for q in queries]))
        best = cosines(self._values[shortlist], queries)
        if len(shortlist) > most:
            shortlist = shortlist[np.argpartition(-best, most)[:most]]
        terms = self._terms[gathered(self._term_starts, shortlist)[0]]
        near: Ints = terms[allowed[terms]]
        return near

    def _shortlist(self, query: Floats) -> Array:
        bits = signs(query[None, :])[0]
        distance = np.zeros(self._signs.shape[1], np.uint16)
        for column, word in zip(self._signs, bits, strict=True):
            distance += np.bitwise_count(column ^ word)
        if len(distance) <= SHORTLIST:
            return np.arange(len(distance))
        return np.argpartition(distance, SHORTLIST)[:SHORTLIST]

    def term_cosines(self, terms: Array, queries: Floats) -> Floats:
        """Best cosine of each term; 0 for terms without a vector."""
        at = self._term_vector[terms]
        return np.where(at >= 0, cosines(self._values[np.maximum(at, 0)], queries), 0).astype(np.float32)

    def code_cosines(self, codes: Array, queries: Floats) -> Floats:
        return cosines(self._centres[codes], queries)

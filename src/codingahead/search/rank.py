"""Which codes fit best? Every wording's coverage and meaning, gathered per code into one score.

    score = words + context + meaning of the nearest wording + meaning of the code as a whole - small habits of coders

One segment at a time: scores of one segment are comparable, and nearly so across segments. Stops at numbers; `run` makes hits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from codingahead.search.arrays import Array, Bools, Floats, gathered
from codingahead.search.index import Index, Standing
from codingahead.search.index_build import MANIFESTATION, MATERNAL, OTHER, SEGMENTS, UNSPECIFIED
from codingahead.search.lexical import Postings, Totals, totals
from codingahead.search.query import Group
from codingahead.search.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign counts. Chosen coarsely on open query sets; see docs/why."""

    words: float = 1.0
    context: float = 0.2
    nearest: float = 3.0
    centre: float = 2.0
    external: float = 0.12
    other: float = 0.06
    unspecified: float = 0.0
    maternal: float = 0.03
    obstetric: float = 0.04
    perinatal: float = 0.03
    manifestation: float = 0.0
    lexical_candidates: int = 250
    vector_candidates: int = 200


@dataclass(frozen=True, slots=True)
class Ranked:
    """Codes of one segment, best first. `term`: the wording that speaks for each; `covered`: its share of the question."""

    codes: Array
    scores: Floats
    terms: Array
    covered: Floats
    cosine: Floats


def rank(
    index: Index,
    vectors: Vectors | None,
    groups: Sequence[Group],
    queries: Floats | None,
    *,
    segment: int,
    standing: Standing,
    allowed: Bools,
    weights: Weights,
) -> Ranked:
    """The codes of `segment` that fit, among those `allowed`. `queries`: the question's vectors, None to go by words alone."""
    postings = index.segment_postings(segment)
    first, last = index.segment_terms(segment)
    terms_allowed = standing.terms[first:last] & allowed[index.term_code[first:last]]
    found = totals(postings, groups)
    terms = found.best(postings, terms_allowed, weights.lexical_candidates) + first
    if vectors is not None and queries is not None:
        near = vectors.nearest(queries, standing.terms, weights.vector_candidates)
        near = near[(near >= first) & (near < last)]
        terms = np.concatenate([terms, near[terms_allowed[near - first]]])
    codes = np.unique(index.term_code[terms])
    if not len(codes):
        none = np.zeros(0, np.float32)
        return Ranked(codes, none, codes, none, none)
    return _rank_codes(index, vectors, groups, queries, codes, found, postings, standing, weights)


def _rank_codes(
    index: Index,
    vectors: Vectors | None,
    groups: Sequence[Group],
    queries: Floats | None,
    codes: Array,
    found: Totals,
    postings: Postings,
    standing: Standing,
    weights: Weights,
) -> Ranked:
    terms, owner = gathered(index.code_terms, codes)
    keep = standing.terms[terms]
    terms, owner = terms[keep], owner[keep]
    lexical = found.scores(postings, terms - postings.first_term)
    evidence = weights.words * lexical
    score = weights.words * _best(lexical, owner, len(codes))
    cosine = np.zeros(len(codes), np.float32)
    if vectors is not None and queries is not None:
        near = vectors.term_cosines(terms, queries)
        evidence = evidence + weights.nearest * near
        cosine = _best(near, owner, len(codes))
        score = score + weights.nearest * cosine + weights.centre * vectors.code_cosines(codes, queries)
    score = score + weights.context * _context(index, groups, postings, codes) - _habits(index, codes, weights)
    speaker = _speakers(evidence, owner, terms, len(codes))
    covered = _best(found.values[terms - postings.first_term] / found.whole, owner, len(codes))
    order = np.argsort(-score, kind="stable")
    return Ranked(codes[order], score[order].astype(np.float32), speaker[order], covered[order], cosine[order])


def _best(values: Floats, owner: Array, size: int) -> Floats:
    best = np.zeros(size, np.float32)
    np.maximum.at(best, owner, values)
    return best


def _speakers(evidence: Floats, owner: Array, terms: Array, size: int) -> Array:
    """For each code the wording with the strongest evidence."""
    order = np.argsort(evidence, kind="stable")
    speaker = np.full(size, -1, np.int64)
    speaker[owner[order]] = terms[order]
    return speaker


def _context(index: Index, groups: Sequence[Group], postings: Postings, codes: Array) -> Floats:
    """The share of the question found in the titles of each code and of everything above it."""
    places, owner = gathered(index.context_starts, codes)
    stems = index.context_stems[places]
    total = np.zeros(len(codes), np.float32)
    whole = 0.0
    for group in groups:
        best = 0.0
        values = np.zeros(len(codes), np.float32)
        for option in group.options[:2]:
            share = np.zeros(len(codes), np.float32)
            for part in option.parts:
                rarity = next((r for r in (postings.rarity(s) for s, _ in part) if r > 0), 0.0)
                best = max(best, rarity)
                hit = np.zeros(len(codes), np.float32)
                for stem, weight in part:
                    at = owner[stems == stem]
                    hit[at] = np.maximum(hit[at], weight)
                share += hit / len(option.parts)
            values = np.maximum(values, share * option.weight)
        weight = best or 9.0
        total += values * weight
        whole += weight
    share = total / max(whole, 1e-6)
    return share.astype(np.float32)


def _habits(index: Index, codes: Array, weights: Weights) -> Floats:
    """What coders rarely mean unless they say so."""
    flags = index.code_flags[codes]
    letter = index.code_bare.view(np.uint8).reshape(len(index.code_bare), -1)[codes, 0]
    diagnosis = index.code_system[codes] == 0
    cost = weights.other * ((flags & OTHER) > 0) + weights.unspecified * ((flags & UNSPECIFIED) > 0)
    cost = cost + weights.manifestation * ((flags & MANIFESTATION) > 0)
    external = (letter >= ord("V")) & (letter <= ord("Y"))
    obstetric = letter == ord("O")
    maternal = ((flags & MATERNAL) > 0) | obstetric
    own = weights.external * external + weights.obstetric * obstetric + weights.maternal * maternal
    own = own + weights.perinatal * (letter == ord("P"))
    total: Floats = (cost + own * diagnosis).astype(np.float32)
    return total


assert len(SEGMENTS) == 3

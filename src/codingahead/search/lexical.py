"""How well does each wording cover the question's words? Rarity-weighted coverage over groups, both ways.

A wording scores the best alternative of each group, once. Stops at wordings: codes are ranked in `rank`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from codingahead.search.arrays import Array, Floats, Ints
from codingahead.search.query import Group, Option, Stems

UNKNOWN_WORD = 9.0  # what a word that nothing matches weighs in the question
LENGTH = 0.12
_WORTH_KEEPING = 0.3  # of the best total; wordings below cannot reach the candidates


@dataclass(frozen=True, slots=True)
class Postings:
    """One segment's view of the posting arrays; term numbers are counted from the segment's first term."""

    postings: Array
    starts: Array
    idf: Array
    term_idf: Array
    term_words: Array
    segment: int
    segments: int
    first_term: int

    def of(self, stem: int) -> Ints:
        cell = stem * self.segments + self.segment
        found: Ints = self.postings[self.starts[cell] : self.starts[cell + 1]]
        return found - self.first_term

    def rarity(self, stem: int) -> float:
        cell = stem * self.segments + self.segment
        return float(self.idf[stem, self.segment]) if self.starts[cell + 1] > self.starts[cell] else 0.0


@dataclass(frozen=True, slots=True)
class Totals:
    """What each term of a segment covers of the question, and the question's whole weight."""

    values: Floats
    whole: float

    def scores(self, postings: Postings, terms: Array) -> Floats:
        """Lexical score of `terms`: density plus the harmonic mean of both coverages; at most about 2."""
        total = self.values[terms]
        length = postings.term_words[terms].astype(np.float32)
        covered = total / self.whole
        dense = np.minimum(1, total / np.maximum(postings.term_idf[terms], 1e-6))
        both = 2 * covered * dense / np.maximum(covered + dense, 1e-6)
        score: Floats = covered / np.sqrt(1 + LENGTH * length) + both
        return score

    def best(self, postings: Postings, allowed: Array, most: int) -> Array:
        """The `most` best terms among those `allowed`, in no order."""
        top = float(self.values.max(initial=0))
        if top <= 0:
            return np.zeros(0, np.int64)
        terms = np.flatnonzero((self.values > _WORTH_KEEPING * top) & allowed)
        if len(terms) > most:
            scores = self.scores(postings, terms)
            terms = terms[np.argpartition(-scores, most)[:most]]
        return terms


def totals(postings: Postings, groups: Sequence[Group]) -> Totals:
    size = len(postings.term_idf)
    values = np.zeros(size, np.float32)
    whole = 0.0
    scratch = np.zeros(size, np.float32)
    for group in groups:
        weight = group_weight(postings, group)
        whole += weight
        if len(group.options) == 1 and len(group.options[0].parts) == 1:
            option = group.options[0]
            base = _part_weight(postings, option.parts[0])
            _add_part(values, scratch, postings, option.parts[0], base=base, factor=option.weight * weight / max(base, 1e-6))
        elif group.options:
            values += _best_option(postings, group, weight, scratch)
    return Totals(values, max(whole, 1e-6))


def group_weight(postings: Postings, group: Group) -> float:
    """The rarity of the group as typed, or of its best reading when the index does not know the words as typed."""
    sizes = [sum(_part_weight(postings, p) for p in option.parts) for option in group.options[:1]]
    return max([*sizes, 0.0]) or UNKNOWN_WORD


def _part_weight(postings: Postings, part: Stems) -> float:
    return next((r for r in (postings.rarity(s) for s, _ in part) if r > 0), 0.0)


def _add_part(values: Floats, scratch: Floats, postings: Postings, part: Stems, *, base: float, factor: float) -> None:
    """Adds to `values` the best stem of `part` in each term. `scratch` is all zero before and after."""
    found = [(min(postings.rarity(s), base) * w * factor, postings.of(s)) for s, w in part]
    found = [f for f in found if f[0] > 0]
    if len(found) == 1:
        values[found[0][1]] += found[0][0]
        return
    # Ascending, so that of several stems in one term the heaviest is written last.
    for value, terms in sorted(found, key=lambda f: f[0]):
        scratch[terms] = value
    values += scratch
    for _, terms in found:
        scratch[terms] = 0


def _best_option(postings: Postings, group: Group, weight: float, scratch: Floats) -> Floats:
    best = np.zeros_like(scratch)
    for option in group.options:
        np.maximum(best, _option_values(postings, option, weight, scratch), out=best)
    return best


def _option_values(postings: Postings, option: Option, weight: float, scratch: Floats) -> Floats:
    values = np.zeros_like(scratch)
    bases = [_part_weight(postings, p) for p in option.parts]
    whole = sum(bases)
    if whole > 0:
        for part, base in zip(option.parts, bases, strict=True):
            _add_part(values, scratch, postings, part, base=base, factor=option.weight * weight / whole)
    return values

"""Which of our articles speak about a question? A small BM25 over their titles, search words and statements.

Stops at the ranking; whether an answer uses them is the composer's matter.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from codingahead.content.articles import Article, articles
from codingahead.search.analysis import stems

K1, B = 1.2, 0.6
TITLE, WORDS = 2, 3  # how often a word of the title and of the search words counts
_ASKING = frozenset(
    stem
    for stem in stems(
        "what when which how do does did can could should would i we you my our is are was were a an the if not no yes"
        " code codes coding cpt bill billed billing report reported please tell me about explain mean means use used"
        " need needed get have has there with same any patient doctor doc right"
    )
)


@dataclass(frozen=True, slots=True)
class Match:
    """`score` is BM25; `share` the part of the question's weight that the article's own search words and title cover, 0 to 1."""

    article: Article
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class _Base:
    counts: tuple[Counter[str], ...]
    keys: tuple[frozenset[str], ...]
    lengths: tuple[int, ...]
    mean: float
    weight: dict[str, float]


@lru_cache(maxsize=1)
def _base() -> _Base:
    counts, keys = [], []
    for one in articles():
        head = stems(one.title) * TITLE + stems(one.words) * WORDS
        counts.append(Counter(head + [s for told in one.statements for s in stems(told.text)]))
        keys.append(frozenset(head))
    lengths = tuple(sum(c.values()) for c in counts)
    many = Counter(word for c in counts for word in c)
    weight = {w: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for w, n in many.items()}
    return _Base(tuple(counts), tuple(keys), lengths, sum(lengths) / max(1, len(lengths)), weight)


def matches(text: str, limit: int = 3) -> list[Match]:
    """The best articles first; a word that no article has weighs as much as the rarest."""
    base = _base()
    asked = [s for s in dict.fromkeys(stems(text)) if s not in _ASKING]
    rarest = max(base.weight.values(), default=1.0)
    whole = sum(base.weight.get(s, rarest) for s in asked)
    found = []
    for at, one in enumerate(articles()):
        score = sum(_gain(base, at, s) for s in asked)
        if score:
            share = sum(base.weight[s] for s in asked if s in base.keys[at]) / whole
            found.append(Match(one, score, share))
    found.sort(key=lambda m: (-m.score * (0.5 + m.share), m.article.id))
    return found[:limit]


def _gain(base: _Base, at: int, stem: str) -> float:
    often = base.counts[at].get(stem, 0)
    if not often:
        return 0.0
    return base.weight[stem] * often * (K1 + 1) / (often + K1 * (1 - B + B * base.lengths[at] / base.mean))


def about_modifiers(modifiers: tuple[str, ...]) -> list[Article]:
    """The articles that tell the rules of these modifiers, in the order asked."""
    return list(dict.fromkeys(a for m in modifiers for a in articles() if m in a.modifiers))

"""Which medical words are built of a plain word? 'kidney' stands in 'nephritis', 'inflammation' does too.

Medical words are made of Greek and Latin blocks. A word of the index that splits into known blocks is an alternative for the plain
words of each block. Stops at one word; the blocks are our own list.
"""

from __future__ import annotations

BLOCK = 0.6


class Morphemes:
    """Plain stem -> stems of medical words in which it stands."""

    def __init__(self, built: dict[str, tuple[tuple[str, float], ...]] | None = None) -> None:
        self._built = built or {}

    def built_of(self, plain: str) -> tuple[tuple[str, float], ...]:
        return self._built.get(plain, ())

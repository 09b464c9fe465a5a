"""Which transactions stand in an X12 stream, and are they whole?

Walks interchanges, functional groups and transactions, and hands each segment of a transaction to the reader that knows its kind.
A transaction nobody reads, an unfinished one or a wrong segment count is a Rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Generic, Protocol, TypeVar

from codingahead.formats.x12.elements import element
from codingahead.formats.x12.segments import Batch, Separators, batches
from codingahead.words.claims import Rejected
from codingahead.words.errors import BadInput

T = TypeVar("T", covariant=True)
V = TypeVar("V")
Act = Callable[[str, int], None]


class Reader(Protocol[T]):
    """Reads one transaction. `acts` by the first three characters of a segment; `out` is emptied by the walker."""

    acts: dict[str, Act]

    def end(self, at: int, whole: bool) -> None:
        """The transaction is over at segment `at`; not `whole` when its SE never came."""


# The reader of a transaction by its set identifier (ST01) and version (ST03 or GS08), or the sentence why there is none.
Opener = Callable[[str, str, Separators, str, list[V | Rejected]], "Reader[V] | str"]


def walked(stream: IO[bytes], opener: Opener[V]) -> Iterator[V | Rejected]:
    """What the readers found, in file order. Raises BadInput where the stream is no X12 or breaks off in its archive."""
    walk = _Walk(opener)
    found = batches(stream)
    while True:
        try:
            batch = next(found, None)
        except BadInput:
            walk.finish()
            yield from walk.emptied()
            raise
        if batch is None:
            break
        if isinstance(batch, Rejected):
            walk.out.append(batch)
        else:
            walk.take(batch)
        yield from walk.emptied()
    walk.finish()
    yield from walk.emptied()


class _Walk(Generic[V]):
    def __init__(self, opener: Opener[V]) -> None:
        self.opener = opener
        self.out: list[V | Rejected] = []
        self.reader: Reader[V] | None = None
        self.acts: dict[str, Act] = {}
        self.version = self.transaction = ""
        self.started = self.at = 0

    def emptied(self) -> list[V | Rejected]:
        out = self.out[:]
        self.out.clear()
        return out

    def take(self, batch: Batch) -> None:
        self.separators = batch.separators
        acts = self.acts
        if not acts:
            self._close()
        get = acts.get
        at = batch.first
        for at, segment in enumerate(batch.segments, batch.first):
            act = get(segment[:3])
            if act is not None:
                act(segment, at)
        self.at = at

    def finish(self) -> None:
        """The stream is over."""
        self._unfinished(self.at, "the file ends")

    def _close(self) -> None:
        """Between transactions: only envelopes mean something. The same mapping is kept, because `take` holds on to it."""
        short = self.separators.element
        self.reader = None
        self.started = 0
        self.acts.clear()
        self.acts |= {f"GS{short}": self._group, f"ST{short}": self._transaction, "ISA": self._interchange}

    def _interchange(self, segment: str, at: int) -> None:
        self._unfinished(at, "a new interchange starts")
        self._close()

    def _group(self, segment: str, at: int) -> None:
        self.version = element(segment.split(self.separators.element), 8).strip()

    def _transaction(self, segment: str, at: int) -> None:
        self._unfinished(at, "a new transaction starts")
        self._close()
        parts = segment.split(self.separators.element)
        kind, self.transaction = element(parts, 1).strip(), element(parts, 2).strip()
        self.started = at
        version = element(parts, 3).strip() or self.version
        opened = self.opener(kind, version, self.separators, self.transaction, self.out)
        short = self.separators.element
        ends: dict[str, Act] = {f"SE{short}": self._over, f"ST{short}": self._transaction, "ISA": self._interchange}
        ends |= {f"GE{short}": self._group_over, "IEA": self._group_over}
        if isinstance(opened, str):
            self.out.append(Rejected(at, opened, id=self.transaction or None))
            self.acts |= ends
            return
        self.reader = opened
        self.acts |= opened.acts | ends

    def _over(self, segment: str, at: int) -> None:
        if self.reader is not None:
            self.reader.end(at, True)
            counted = element(segment.split(self.separators.element), 1).strip()
            there = at - self.started + 1
            if counted.isdigit() and int(counted) != there:
                reason = (
                    f"transaction {self.transaction} says it has {counted} segments but has {there}: some may be lost"
                )
                self.out.append(Rejected(at, reason, id=self.transaction or None))
        self._close()

    def _group_over(self, segment: str, at: int) -> None:
        self._unfinished(at, "its group ends")
        self._close()

    def _unfinished(self, at: int, why: str) -> None:
        if self.reader is not None:
            self.reader.end(at, False)
            reason = f"{why} before transaction {self.transaction} does: its SE segment is missing"
            self.out.append(Rejected(at, reason, id=self.transaction or None))
        self.reader = None

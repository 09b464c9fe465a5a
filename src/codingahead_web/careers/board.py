"""Which open postings does a query ask for, how many of each kind are there, in which order? Answered from columns in memory.

A process keeps a bit for each fact of each open posting, and takes in from the database what has changed since it last looked, so that a list
with all its counts costs a few milliseconds on either database. Words are looked up in the table of words. Texts are not kept here.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from codingahead_web.careers import tables, words
from codingahead_web.careers.models import Posting, PostingWord
from codingahead_web.careers.query import CHOICES, Asked

Bits = npt.NDArray[np.bool_]
_LOOK_BACK = timedelta(seconds=60)  # a slow transaction may bring an older change later
_LOOK_AGAIN = 60.0
_WORDS_KEPT = 512
_FIELDS = (
    "pk", "status", "opens", "expires", "changed", "pay_year_max", "credentials", "or_equivalent", "specialty", "setting", "kind", "place", "states",
)  # fmt: skip
_COLUMNS = [(name, value) for name, (_, values) in CHOICES.items() for value in values]
_EQUIVALENT, _ANYWHERE = len(_COLUMNS), len(_COLUMNS) + 1
_COLUMN = {pair: at for at, pair in enumerate(_COLUMNS)}


@dataclass(frozen=True, slots=True)
class Found:
    """`ids` of one page, best first; `counts` by filter and value: how many there would be if it were chosen in place of its neighbours."""

    total: int
    ids: list[int]
    counts: dict[str, dict[str, int]]


class Board:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._at: dict[int, int] = {}
        self._bits = np.zeros((len(_COLUMNS) + 2, 1024), dtype=np.bool_)
        self._ids = np.zeros(1024, dtype=np.int64)
        self._opens, self._expires, self._pay = (np.zeros(1024) for _ in range(3))
        self._live = np.zeros(1024, dtype=np.bool_)
        self._seen: tuple[datetime | None, int] | None = None
        self._looked = 0.0
        self._by_word: OrderedDict[str, tuple[Any, Any]] = OrderedDict()

    def find(
        self, asked: Asked, *, limit: int, offset: int = 0, counted: bool = True, after: datetime | None = None
    ) -> Found:
        """`after`: only what opened later, for alerts."""
        with self._lock:
            self._refresh()
            n, now = len(self._at), timezone.now().timestamp()
            base = self._live[:n] & (self._opens[:n] <= now) & (self._expires[:n] > now)
            scores = self._scores(asked.q, n)
            base &= self._plain(asked, n, now, after) & (scores > 0 if scores is not None else True)
            sides = {name: self._side(name, asked.chosen.get(name, ()), asked.exact, n) for name in CHOICES}
            hit = base.copy()
            for side in sides.values():
                if side is not None:
                    hit &= side
            counts = self._counts(base, hit, sides, asked.exact, n) if counted else {}
            return Found(int(hit.sum()), self._page(hit, scores, asked.sort, limit, offset, n), counts)

    def _plain(self, asked: Asked, n: int, now: float, after: datetime | None) -> Bits:
        kept = np.ones(n, dtype=np.bool_)
        if asked.pay:
            kept &= self._pay[:n] >= asked.pay
        if asked.since:
            kept &= self._opens[:n] >= now - asked.since * 86_400
        if after:
            kept &= self._opens[:n] > after.timestamp()
        return kept

    def _side(self, name: str, values: tuple[str, ...], exact: bool, n: int) -> Bits | None:
        """Postings with one of the values of a filter; None when it is not set."""
        if not values:
            return None
        kept: Bits = self._bits[[_COLUMN[name, v] for v in values], :n].any(axis=0)
        if name == "credential" and not exact:
            taken = [_COLUMN[name, asks] for v in values for asks in tables.stands_for(v)]
            if taken:
                kept |= self._bits[taken, :n].any(axis=0) & self._bits[_EQUIVALENT, :n]
        if name == "state":
            kept |= self._bits[_ANYWHERE, :n]
        return kept

    def _counts(
        self, base: Bits, hit: Bits, sides: dict[str, Bits | None], exact: bool, n: int
    ) -> dict[str, dict[str, int]]:
        told = {}
        for name, (_, values) in CHOICES.items():
            mask = hit
            if sides[name] is not None:
                mask = base.copy()
                for other, side in sides.items():
                    if side is not None and other != name:
                        mask &= side
            first = _COLUMN[name, next(iter(values))]
            sums = np.count_nonzero(self._bits[first : first + len(values), :n] & mask, axis=1)
            if name == "credential" and not exact:
                sums = np.array([np.count_nonzero(self._side(name, (value,), exact, n) & mask) for value in values])
            elif name == "state":
                sums = sums + np.count_nonzero(self._bits[_ANYWHERE, :n] & mask)
            told[name] = {value: int(total) for value, total in zip(values, sums, strict=True) if total}
        return told

    def _page(self, hit: Bits, scores: Any, sort: str, limit: int, offset: int, n: int) -> list[int]:
        at = np.flatnonzero(hit)
        keys = [self._ids[at], self._opens[at]]
        if sort == "pay":
            keys.append(self._pay[at])
        elif sort != "new" and scores is not None:
            keys.append(scores[at])
        if len(at) > 4 * (offset + limit):
            # Only the best need a full order.
            cut = np.argpartition(-keys[-1], offset + limit)
            worst = keys[-1][cut[offset + limit]]
            kept = keys[-1] >= worst
            at, keys = at[kept], [key[kept] for key in keys]
        order = np.lexsort(keys)[::-1][offset : offset + limit]
        return [int(i) for i in self._ids[at[order]]]

    def _scores(self, q: str, n: int) -> npt.NDArray[np.int64] | None:
        """The weight of each posting that has every word; None when no word counts."""
        asked = words.asked(q)
        if not asked:
            return None
        total = np.zeros(n, dtype=np.int64)
        every = np.ones(n, dtype=np.bool_)
        for word in asked:
            at, weights = self._with_word(word)
            one = np.zeros(n, dtype=np.int64)
            one[at] = weights
            every &= one > 0
            total += one
        return np.where(every, total, 0)

    def _with_word(self, word: str) -> tuple[Any, Any]:
        kept = self._by_word.get(word)
        if kept is None:
            rows = np.array(_rows_of(word), dtype=np.int64).reshape(-1, 2)
            known = np.array([self._at.get(pk, -1) for pk in rows[:, 0].tolist()], dtype=np.int64)
            kept = self._by_word[word] = (known[known >= 0], rows[known >= 0, 1])
            if len(self._by_word) > _WORDS_KEPT:
                self._by_word.popitem(last=False)
        else:
            self._by_word.move_to_end(word)
        return kept

    def _refresh(self) -> None:
        """Takes in what has changed; everything anew when the number of open postings does not come out."""
        told = Posting.objects.filter(status=Posting.Status.OPEN).aggregate(newest=Max("changed"), total=Count("pk"))
        seen = (told["newest"], told["total"])
        if seen == self._seen and time.monotonic() - self._looked < _LOOK_AGAIN:
            return
        before = self._seen[0] if self._seen else None
        if before is not None:
            self._take(Posting.objects.filter(changed__gte=before - _LOOK_BACK))
        if before is None or int(self._live[: len(self._at)].sum()) != seen[1]:
            self._forget()
            self._take(Posting.objects.filter(status=Posting.Status.OPEN))
        self._seen, self._looked = seen, time.monotonic()

    def _take(self, postings: Any) -> None:
        rows = list(postings.order_by("pk").values_list(*_FIELDS))
        if rows:
            self._by_word.clear()
        for row in rows:
            self._put(row)

    def _put(self, row: tuple[Any, ...]) -> None:
        pk, status, opens, expires, _, pay, credentials, equivalent, specialty, setting, kind, place, states = row
        at = self._at.get(pk)
        if at is None:
            at = self._at[pk] = len(self._at)
            if at == len(self._ids):
                self._grow()
        else:
            self._bits[:, at] = False
        self._ids[at] = pk
        self._live[at] = status == Posting.Status.OPEN and opens is not None and expires is not None
        self._opens[at] = opens.timestamp() if opens else 0
        self._expires[at] = expires.timestamp() if expires else 0
        self._pay[at] = pay or 0
        pairs = [("specialty", specialty), ("setting", setting), ("type", kind), ("place", place)]
        pairs += [("credential", c) for c in credentials] + [("state", s) for s in states]
        columns = [_COLUMN[pair] for pair in pairs if pair in _COLUMN]
        columns += ([_EQUIVALENT] if equivalent else []) + ([] if states else [_ANYWHERE])
        self._bits[columns, at] = True

    def _grow(self) -> None:
        more = len(self._ids)
        self._bits = np.pad(self._bits, ((0, 0), (0, more)))
        self._ids, self._opens, self._expires, self._pay, self._live = (
            np.pad(column, (0, more)) for column in (self._ids, self._opens, self._expires, self._pay, self._live)
        )


def _rows_of(word: str) -> Iterable[tuple[int, int]]:
    return list(PostingWord.objects.filter(word=word).values_list("posting_id", "weight"))


_boards: dict[str, Board] = {}
_making = threading.Lock()


def board() -> Board:
    """The board of the database that this process works on."""
    with _making:
        return _boards.setdefault(str(connection.settings_dict["NAME"]), Board())

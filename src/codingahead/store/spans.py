"""From one list of codes per edition to the days on which each code stood, with its text.

Editions of one kind arrive oldest first. A code that keeps its text runs on; one that is missing from the next list ended the day before.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from codingahead.words.rows import CodeRow

CUT_MARK = " …"


@dataclass(slots=True)
class Span:
    """Days from `valid_from` to `valid_to` (None: still so) on which a code stood with this text; `rid` first said so, `last_rid` last."""

    code: str
    valid_from: date
    valid_to: date | None
    title: str | None
    short: str | None
    billable: bool
    parent: str | None
    rid: int
    last_rid: int
    row: int | None


class Spans:
    """The codes of one system as one kind of file lists them."""

    def __init__(self) -> None:
        self._open: dict[str, Span] = {}
        self._closed: list[Span] = []

    def add(self, rows: Sequence[CodeRow], rid: int, start: date) -> None:
        """Takes the list of an edition that begins on `start`."""
        before = start - timedelta(days=1)
        going = self._open
        self._open = {}
        for row in rows:
            span = _fresh(row, rid, start)
            old = going.pop(row.code, None)
            if old is None:
                self._open[row.code] = span
                continue
            if (
                span.title
                and span.title.endswith(CUT_MARK)
                and old.title
                and old.title.startswith(span.title[: -len(CUT_MARK)])
            ):
                span.title = old.title
            span.short = span.short or old.short
            if _same(old, span):
                old.title = span.title
                old.last_rid = rid
                self._open[row.code] = old
            else:
                self._end(old, before)
                self._open[row.code] = span
        for ended in going.values():
            self._end(ended, before)

    def _end(self, span: Span, last: date) -> None:
        span.valid_to = last if span.valid_to is None else min(span.valid_to, last)
        if span.valid_to >= span.valid_from:
            self._closed.append(span)

    def all(self) -> Iterator[Span]:
        yield from self._closed
        yield from self._open.values()


def _fresh(row: CodeRow, rid: int, start: date) -> Span:
    begins = max(start, row.valid_from) if row.valid_from else start
    # A termination before the edition began is kept: the code is listed in order to say that it ended.
    if row.valid_to and row.valid_to < begins:
        begins = min(row.valid_from or row.valid_to, row.valid_to)
    return Span(row.code, begins, row.valid_to, row.title, row.short, row.billable, row.parent, rid, rid, row.row)


def _same(old: Span, new: Span) -> bool:
    texts = (_plain(old.title) == _plain(new.title), _plain(old.short) == _plain(new.short))
    return all(texts) and (old.billable, old.parent, old.valid_to) == (new.billable, new.parent, new.valid_to)


def _plain(text: str | None) -> str | None:
    """Without accents: the order files are plain ASCII where the books print Ménière."""
    if text is None or text.isascii():
        return text
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()

"""Which dated edition of which publisher's file did a statement come from?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Release:
    """One dated edition of one kind of official file.

    `effective_to` is the day before the next loaded release of the same kind, None while no successor is loaded.
    `expected_until` is the last day before the publisher's rhythm brings a successor: later days are answered and marked stale.
    `complete`: whether a code this release does not list is thereby unknown (a full code list) or merely not covered.
    `cumulative`: rows carry their own dates, so the table also answers days before it was published.
    """

    id: str
    kind: str
    publisher: str
    title: str
    effective_from: date
    effective_to: date | None
    expected_until: date | None
    file: str
    sha256: str
    rows: int
    complete: bool = True
    cumulative: bool = False

    def covers(self, on: date) -> bool:
        """Both end days count. A release without a last day is still running."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def is_stale(self, on: date) -> bool:
        """Whether `on` lies past the day a successor was due, so that the answer may be out of date."""
        return self.expected_until is not None and on > self.expected_until


@dataclass(frozen=True, slots=True)
class Source:
    """The place a cell was read from. `n` numbers the sources of one answer from 1; `row` is the line in the file, if known."""

    n: int
    release: str
    row: int | None
    where: str
    quote: str | None = None

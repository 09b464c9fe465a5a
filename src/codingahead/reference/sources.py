"""Numbers the places an answer was read from, and notes which of them may be out of date or are missing."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.store.pack import Pack
from codingahead.words.releases import Release, Source


class Citations:
    """The sources of one answer for one day. `cite` returns the number printed beside a cell."""

    def __init__(self, pack: Pack, on: date) -> None:
        self.pack, self.on = pack, on
        self._numbers: dict[tuple[str, int | None, str], int] = {}
        self._sources: list[Source] = []
        self._used: dict[str, Release] = {}
        self._missing: list[str] = []

    def release(self, kind: str) -> tuple[int, Release] | None:
        """The release of `kind` in force; noted as not loaded when there is none."""
        found = self.pack.in_force(kind, self.on)
        if found is None:
            self.missing(kind)
        return found

    def cite(self, release: Release, where: str = "", row: int | None = None, *, past: bool = False) -> int:
        """The number of this place. `past`: it is cited for what it said in its own time, so it cannot be out of date."""
        key = (release.id, row, where)
        if key not in self._numbers:
            file = release.file.replace("!", "/").rsplit("/", 1)[-1]
            self._numbers[key] = len(self._sources) + 1
            self._sources.append(Source(len(self._sources) + 1, release.id, row, f"{file}, {where}" if where else file))
        if not past:
            self._used.setdefault(release.id, release)
        return self._numbers[key]

    def missing(self, kind: str) -> None:
        if kind not in self._missing:
            self._missing.append(kind)

    def to_json(self) -> dict[str, Any]:
        return {
            "sources": [
                {"n": s.n, "release": s.release, "row": s.row, "where": s.where, "quote": s.quote}
                for s in self._sources
            ],
            "not_loaded": list(self._missing),
            "stale": stale(self._used.values(), self.on),
        }


def stale(used: Any, on: date) -> list[dict[str, str]]:
    """The releases whose successor was due before `on` and is not loaded."""
    return [
        {"release": r.id, "title": r.title, "expected_until": r.expected_until.isoformat()}
        for r in used
        if r.is_stale(on) and r.expected_until
    ]

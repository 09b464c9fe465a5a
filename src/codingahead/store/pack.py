"""Opens a finished pack read-only: its calendar of releases, its rows, its arrays.

Which release speaks for a day is decided here and nowhere else. What the rows mean is `reference`'s question.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Hashable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from codingahead.store import folder as folders
from codingahead.store.edits import EditTable
from codingahead.words.errors import PackProblem
from codingahead.words.releases import Release

DATABASE = "reference.sqlite"
SEARCH = "search"
EDITS = "edits"

MOST_KEPT = 20_000

Row = sqlite3.Row
Value = TypeVar("Value")


class Pack:
    """One immutable folder. Safe to share between threads; each thread gets its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._by_kind: dict[str, list[tuple[int, Release]]] = {}
        self._fields: dict[int, tuple[str, ...]] = {}
        self._rid_release: dict[int, Release] = {}
        self._edit_tables: dict[str, EditTable] = {}
        self._kept: dict[Hashable, Any] = {}
        for row in self.rows("SELECT * FROM release ORDER BY effective_from"):
            release = _release(row)
            self._by_kind.setdefault(release.kind, []).append((row["rid"], release))
            self._fields[row["rid"]] = tuple(json.loads(row["fields"]))
            self._rid_release[row["rid"]] = release

    @classmethod
    def open(cls, folder: Path) -> Pack:
        """The pack that `folder` points to, or `folder` itself when it is one. Raises PackProblem."""
        path = folder if (folder / folders.MANIFEST).exists() else folders.current(folder)
        if not (path / DATABASE).exists():
            raise PackProblem(
                f"the reference pack {path} has no {DATABASE}", "build it again with `codingahead data build`"
            )
        return cls(path)

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.path / folders.MANIFEST).read_text(encoding="utf-8"))
        return content

    def keep(self, asked: Hashable, look_up: Callable[[], Value]) -> Value:
        """What `look_up` gave the first time `asked` was put. A pack never changes, so nothing kept can be out of date."""
        try:
            kept: Value = self._kept[asked]
        except KeyError:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            kept = self._kept[asked] = look_up()
        return kept

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows of a query written in `store`."""
        return self._connection().execute(sql, parameters).fetchall()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            try:
                uri = (self.path / DATABASE).absolute().as_uri() + "?mode=ro&immutable=1"
                connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            except sqlite3.Error as error:
                raise PackProblem(f"the reference pack {self.path} cannot be opened ({error})") from error
            connection.row_factory = sqlite3.Row
            self._connections.append(connection)
            self._local.connection = connection
        return connection

    def kinds(self) -> tuple[str, ...]:
        return tuple(self._by_kind)

    def releases(self, kind: str | None = None) -> tuple[Release, ...]:
        """All releases, or those of one kind, oldest first."""
        chosen = [kind] if kind else list(self._by_kind)
        return tuple(release for k in chosen for _, release in self._by_kind.get(k, ()))

    def release_of(self, rid: int) -> Release:
        return self._rid_release[rid]

    def fields_of(self, rid: int) -> tuple[str, ...]:
        return self._fields[rid]

    def in_force(self, kind: str, on: date) -> tuple[int, Release] | None:
        """The release of `kind` that speaks for `on`: the newest begun by then; a cumulative table also answers days before it."""
        found: tuple[int, Release] | None = None
        for rid, release in self._by_kind.get(kind, ()):
            if release.effective_from <= on:
                found = (rid, release)
            elif found is None and release.cumulative:
                return rid, release
        return found

    def newest(self, kind: str) -> tuple[int, Release] | None:
        loaded = self._by_kind.get(kind)
        return loaded[-1] if loaded else None

    def edit_table(self, release_id: str) -> EditTable | None:
        """The procedure-to-procedure arrays of one release, memory-mapped; None when it has none."""
        if release_id not in self._edit_tables:
            path = self.path / EDITS / release_id.replace(":", "-")
            if not path.exists():
                return None
            self._edit_tables[release_id] = EditTable.open(path)
        return self._edit_tables[release_id]


def _release(row: Row) -> Release:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    return Release(
        id=row["id"],
        kind=row["kind"],
        publisher=row["publisher"],
        title=row["title"],
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=day(row["effective_to"]),
        expected_until=day(row["expected_until"]),
        file=row["file"],
        sha256=row["sha256"],
        rows=row["rows"],
        complete=bool(row["complete"]),
        cumulative=bool(row["cumulative"]),
    )

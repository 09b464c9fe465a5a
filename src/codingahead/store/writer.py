"""Writes a new pack: rows edition by edition, each taken back whole if it is refused, then the calendar and the indexes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from codingahead.store.edits import write_edits
from codingahead.store.pack import DATABASE, EDITS
from codingahead.store.schema import INDEXES, TABLES
from codingahead.store.spans import Spans
from codingahead.words.codes import System
from codingahead.words.edits import PairEdits
from codingahead.words.errors import Refused
from codingahead.words.icd import IndexEntry, PcsDefinition, PcsTable, TableEntry, TabularNode
from codingahead.words.rows import AddOnRow, CodeRow, Descriptor, MapRow, Record

SEPARATOR = "\x1f"
# A cumulative table also answers days before it was published.
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """What is recorded of an edition before its rows are written."""

    id: str
    kind: str
    publisher: str
    title: str
    effective_from: date
    expected_until: date | None
    complete: bool
    cumulative: bool
    fields: tuple[str, ...]


class PackWriter:
    """Fulfils the importers' Sink. Between `begin` and `keep` or `drop` everything belongs to one edition."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._db = sqlite3.connect(place / DATABASE, isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192; PRAGMA cache_size=-100000;"
            + TABLES
        )
        # One edition is taken back by deleting its rows: with the journal off, SQLite cannot roll back.
        self._rid = 0
        self._release: ReleaseRow | None = None
        self._pairs: list[PairEdits] = []
        self._lists: list[tuple[System, Sequence[CodeRow]]] = []
        self._pending: list[tuple[str, list[tuple[object, ...]]]] = []
        self._spans: dict[tuple[System, str], Spans] = {}
        self._notice = ""

    def begin(self, release: ReleaseRow) -> int:
        self._rid += 1
        self._release = release
        self._pairs, self._lists, self._pending, self._notice = [], [], [], ""
        return self._rid

    def drop(self) -> None:
        """Forgets everything since `begin`."""
        self._pairs, self._lists, self._pending = [], [], []
        self._release = None

    def keep(self, *, file: str, sha256: str, rows: int) -> None:
        """Writes everything since `begin`. Raises sqlite3.OperationalError or OSError when the disk is full."""
        release = self._release
        assert release is not None, "keep without begin"
        expected = release.expected_until.isoformat() if release.expected_until else None
        self._db.execute("BEGIN")
        self._db.execute(
            "INSERT INTO release VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                self._rid,
                release.id,
                release.kind,
                release.publisher,
                release.title,
                release.effective_from.isoformat(),
                None,
                expected,
                file,
                sha256,
                rows,
                release.complete,
                release.cumulative,
                json.dumps(release.fields),
                self._notice,
            ),
        )
        try:
            for table, values in self._pending:
                self._insert(table, values)
        except sqlite3.IntegrityError as error:
            self._db.execute("ROLLBACK")
            raise Refused(f"{file}: holds two rows with one key ({error})") from error
        self._db.execute("COMMIT")
        for system, listed in self._lists:
            start = EARLIEST if release.cumulative else release.effective_from
            self._spans.setdefault((system, release.kind), Spans()).add(listed, self._rid, start)
        if self._pairs:
            write_edits(self.place / EDITS / release.id.replace(":", "-"), self._pairs)
        self.drop()

    def _insert(self, table: str, values: list[tuple[object, ...]]) -> None:
        if values:
            self._db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(values[0]))})", values)

    # --- Sink ---------------------------------------------------------------------------------------------------------

    def code_list(self, system: System, rows: Sequence[CodeRow]) -> None:
        self._lists.append((system, rows))

    def records(self, rows: Iterable[Record]) -> None:
        rid = self._rid
        self._pending.append(("record", [(r.code, rid, r.variant, r.row, SEPARATOR.join(r.values)) for r in rows]))

    def tabular(self, nodes: Sequence[TabularNode]) -> None:
        rid = self._rid
        self._pending.append(("node", [(rid, n.code, n.level, n.title, n.parent, i) for i, n in enumerate(nodes)]))
        self._pending.append(
            ("note", [(rid, n.code, i, note.kind, note.text) for n in nodes for i, note in enumerate(n.notes)])
        )
        self._pending.append(("seventh", [(rid, n.code, c, m) for n in nodes for c, m in dict(n.seventh).items()]))

    def index(self, entries: Sequence[IndexEntry]) -> None:
        self._pending.append(
            (
                "index_entry",
                [
                    (
                        self._rid,
                        e.position,
                        e.level,
                        _letter(e.path[0]),
                        json.dumps(e.path, ensure_ascii=False),
                        json.dumps(e.modifiers, ensure_ascii=False),
                        e.code,
                        e.manifestation,
                        e.see,
                        e.see_also,
                        e.parent,
                    )
                    for e in entries
                ],
            )
        )

    def table(self, entries: Sequence[TableEntry]) -> None:
        self._pending.append(
            (
                "table_entry",
                [
                    (
                        self._rid,
                        e.position,
                        e.level,
                        _letter(e.path[0]),
                        json.dumps(e.path, ensure_ascii=False),
                        json.dumps(e.modifiers, ensure_ascii=False),
                        json.dumps(e.cells),
                        e.see,
                        e.parent,
                    )
                    for e in entries
                ],
            )
        )

    def pcs_tables(self, tables: Sequence[PcsTable]) -> None:
        def axis(a: object) -> list[object]:
            return [a.position, a.title, a.values]  # type: ignore[attr-defined]

        merged: dict[str, list[PcsTable]] = {}
        for t in tables:
            merged.setdefault(t.prefix, []).append(t)
        self._pending.append(
            (
                "pcs_table",
                [
                    (
                        self._rid,
                        prefix,
                        json.dumps(
                            {
                                "head": [axis(a) for a in same[0].head],
                                "definition": same[0].definition,
                                "rows": [[axis(a) for a in row] for t in same for row in t.rows],
                            },
                            ensure_ascii=False,
                        ),
                    )
                    for prefix, same in merged.items()
                ],
            )
        )

    def pcs_definitions(self, definitions: Sequence[PcsDefinition]) -> None:
        self._pending.append(
            (
                "pcs_definition",
                [
                    (
                        self._rid,
                        d.section,
                        d.axis,
                        d.label,
                        d.definition,
                        d.explanation,
                        json.dumps(d.includes, ensure_ascii=False),
                    )
                    for d in definitions
                ],
            )
        )

    def add_ons(self, rows: Iterable[AddOnRow]) -> None:
        self._pending.append(
            (
                "add_on",
                [
                    (
                        self._rid,
                        r.edit_type,
                        r.add_on,
                        r.primary,
                        _iso(r.effective),
                        _iso(r.deleted),
                        _iso(r.add_on_deleted),
                        _iso(r.primary_deleted),
                        r.note,
                        r.row,
                    )
                    for r in rows
                ],
            )
        )

    def maps(self, rows: Iterable[MapRow]) -> None:
        self._pending.append(
            (
                "mapping",
                [
                    (
                        self._rid,
                        r.system.value,
                        r.code,
                        r.to_system.value,
                        r.to,
                        r.kind,
                        _iso(r.effective),
                        r.flags,
                        r.row,
                    )
                    for r in rows
                ],
            )
        )

    def descriptors(self, system: System, rows: Iterable[Descriptor], notice: str) -> None:
        self._notice = notice
        self._pending.append(
            (
                "descriptor",
                [
                    (self._rid, system.value, d.code, d.short, d.medium, d.long, d.consumer, json.dumps(d.clinician))
                    for d in rows
                ],
            )
        )

    def pairs(self, edits: PairEdits) -> None:
        self._pairs.append(edits)

    # --- the end ------------------------------------------------------------------------------------------------------

    def content(self, records: Iterable[tuple[System, str, str]]) -> None:
        """Our own texts, as (system, code, JSON)."""
        self._pending.append(("content", [(system.value, code, self._rid, data) for system, code, data in records]))

    def finish(self) -> None:
        """Writes the code spans, the ends of the releases and the indexes; the database is then complete."""
        self._db.execute("BEGIN")
        for (system, kind), spans in sorted(self._spans.items()):
            unique = {(s.code, s.valid_from): s for s in spans.all()}
            self._insert(
                "code_span",
                [
                    (
                        system.value,
                        s.code,
                        kind,
                        s.valid_from.isoformat(),
                        _iso(s.valid_to),
                        s.title,
                        s.short,
                        s.billable,
                        s.parent,
                        s.rid,
                        s.last_rid,
                        s.row,
                    )
                    for _, s in sorted(unique.items())
                ],
            )
        releases = self._db.execute(
            "SELECT rid, kind, effective_from FROM release ORDER BY kind, effective_from DESC"
        ).fetchall()
        later: dict[str, str] = {}
        for rid, kind, start in releases:
            if kind in later:
                last = (date.fromisoformat(later[kind]) - timedelta(days=1)).isoformat()
                self._db.execute("UPDATE release SET effective_to = ? WHERE rid = ?", (last, rid))
            later[kind] = start
        self._db.execute("COMMIT")
        self._db.executescript(INDEXES)
        self._db.close()

    def abandon(self) -> None:
        self._db.close()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _letter(title: str) -> str:
    first = title.lstrip("'\"([ ")[:1].upper()
    return first if first.isalpha() else "0-9"

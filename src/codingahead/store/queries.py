"""The questions that may be put to a pack's rows. Dates in, plain row values out; meaning is added in `reference`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from codingahead.store.pack import Pack, Row
from codingahead.store.writer import SEPARATOR as SEPARATOR
from codingahead.words.codes import System


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """Days on which a code stood with one text, by one kind of file."""

    system: System
    code: str
    kind: str
    valid_from: date
    valid_to: date | None
    title: str | None
    short: str | None
    billable: bool
    parent: str | None
    rid: int
    last_rid: int
    row: int | None

    def covers(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class StoredRecord:
    """One row of a file about a code: its release, the line it stands on and its cells by field name."""

    rid: int
    variant: str
    row: int | None
    fields: tuple[str, ...]
    data: str
    code: str = ""

    @cached_property
    def cells(self) -> dict[str, str]:
        return dict(zip(self.fields, self.data.split(SEPARATOR), strict=False))


def spans(pack: Pack, code: str, system: System | None = None) -> tuple[StoredSpan, ...]:
    """Every span of `code`, of one system or of all, oldest first."""
    return pack.keep(("spans", code, system), lambda: tuple(_spans(pack, code, system)))


def _spans(pack: Pack, code: str, system: System | None) -> list[StoredSpan]:
    if system:
        found = pack.rows(
            "SELECT * FROM code_span WHERE system = ? AND code = ? ORDER BY kind, valid_from", (system.value, code)
        )
    else:
        found = pack.rows("SELECT * FROM code_span WHERE code = ? ORDER BY kind, valid_from", (code,))
    return [_span(row) for row in found]


def children(pack: Pack, system: System, parent: str) -> list[StoredSpan]:
    sql = "SELECT * FROM code_span WHERE system = ? AND parent = ? ORDER BY code, valid_from"
    return pack.keep(("children", system, parent), lambda: [_span(r) for r in pack.rows(sql, (system.value, parent))])


def spans_touched(pack: Pack, system: System, kind: str, first: str, last: str) -> list[StoredSpan]:
    """Spans that begin after `first` and by `last`, or end from `first` on before `last` (ISO days)."""
    sql = (
        "SELECT * FROM code_span WHERE system = ? AND kind = ? AND ((valid_from > ? AND valid_from <= ?) OR (valid_to >= ? AND valid_to < ?)) "
        "ORDER BY code, valid_from"
    )
    return [_span(r) for r in pack.rows(sql, (system.value, kind, first, last, first, last))]


def codes_between(pack: Pack, system: System, first: str, last: str, limit: int) -> list[StoredSpan]:
    sql = "SELECT * FROM code_span WHERE system = ? AND code BETWEEN ? AND ? ORDER BY code, valid_from LIMIT ?"
    return [_span(r) for r in pack.rows(sql, (system.value, first, last, limit))]


def all_spans(pack: Pack) -> Iterable[StoredSpan]:
    return (_span(row) for row in pack.rows("SELECT * FROM code_span ORDER BY system, code, kind, valid_from"))


def records(pack: Pack, code: str, kind: str) -> list[StoredRecord]:
    """Every row of `kind` about `code` in all releases, oldest release first."""
    sql = (
        "SELECT r.* FROM record r JOIN release e ON e.rid = r.rid WHERE r.code = ? AND e.kind = ? "
        "ORDER BY e.effective_from, r.variant"
    )
    return [_record(pack, row) for row in pack.rows(sql, (code, kind))]


def records_of(pack: Pack, code: str, rid: int) -> list[StoredRecord]:
    """The rows of one release about `code`, by variant."""
    sql = "SELECT * FROM record WHERE code = ? AND rid = ? ORDER BY variant"
    return pack.keep(("records", code, rid), lambda: [_record(pack, row) for row in pack.rows(sql, (code, rid))])


def release_records(pack: Pack, rid: int) -> list[StoredRecord]:
    """Every row of one release."""
    return [_record(pack, row) for row in pack.rows("SELECT * FROM record WHERE rid = ?", (rid,))]


def nodes(pack: Pack, rid: int, parent: str | None) -> list[Row]:
    if parent is None:
        return pack.rows("SELECT * FROM node WHERE rid = ? AND parent IS NULL ORDER BY position", (rid,))
    return pack.rows("SELECT * FROM node WHERE rid = ? AND parent = ? ORDER BY position", (rid, parent))


def node(pack: Pack, rid: int, code: str) -> Row | None:
    found = pack.rows("SELECT * FROM node WHERE rid = ? AND code = ?", (rid, code))
    return found[0] if found else None


def all_nodes(pack: Pack, rid: int) -> list[Row]:
    return pack.rows("SELECT * FROM node WHERE rid = ? ORDER BY position", (rid,))


def all_notes(pack: Pack, rid: int) -> list[Row]:
    return pack.rows("SELECT code, kind, text FROM note WHERE rid = ? ORDER BY code, position", (rid,))


def notes(pack: Pack, rid: int, code: str) -> list[Row]:
    """Kind and text of the notes printed at `code`, in book order."""
    sql = "SELECT kind, text FROM note WHERE rid = ? AND code = ? ORDER BY position"
    return pack.keep(("notes", rid, code), lambda: pack.rows(sql, (rid, code)))


def seventh(pack: Pack, rid: int, code: str) -> list[Row]:
    return pack.rows(
        "SELECT character, meaning FROM seventh WHERE rid = ? AND code = ? ORDER BY character", (rid, code)
    )


def index_entries_for(pack: Pack, rids: Iterable[int], codes: Iterable[str], limit: int) -> list[Row]:
    """Index lines that print one of `codes` (as printed, so 'S52.50-' is asked for as such)."""
    wanted, from_ = list(codes), list(rids)
    sql = (
        f"SELECT * FROM index_entry WHERE code IN ({','.join('?' * len(wanted))}) AND rid IN ({','.join('?' * len(from_))}) "
        "ORDER BY rid, position LIMIT ?"
    )
    return pack.rows(sql, (*wanted, *from_, limit)) if wanted and from_ else []


def index_terms(pack: Pack, rid: int, letter: str) -> list[Row]:
    return pack.rows(
        "SELECT * FROM index_entry WHERE rid = ? AND letter = ? AND parent IS NULL ORDER BY position", (rid, letter)
    )


def index_below(pack: Pack, rid: int, position: int) -> list[Row]:
    """The main term at `position` and every line below it, in book order."""
    sql = (
        "SELECT * FROM index_entry WHERE rid = ? AND position >= ? AND position < COALESCE("
        "(SELECT MIN(position) FROM index_entry WHERE rid = ? AND position > ? AND parent IS NULL), 1 << 40) ORDER BY position"
    )
    return pack.rows(sql, (rid, position, rid, position))


def index_letters(pack: Pack, rid: int) -> list[str]:
    return [
        r["letter"] for r in pack.rows("SELECT DISTINCT letter FROM index_entry WHERE rid = ? ORDER BY letter", (rid,))
    ]


def index_all(pack: Pack, rid: int) -> list[Row]:
    return pack.rows("SELECT * FROM index_entry WHERE rid = ? ORDER BY position", (rid,))


def table_all(pack: Pack, rid: int) -> list[Row]:
    return pack.rows("SELECT * FROM table_entry WHERE rid = ? ORDER BY position", (rid,))


def table_rows(pack: Pack, rid: int, words: str, limit: int, offset: int) -> tuple[list[Row], int]:
    """Lines of the neoplasm or drug table whose path holds `words`, with the total."""
    pattern = f"%{words.strip().lower()}%"
    total = pack.rows("SELECT COUNT(*) AS n FROM table_entry WHERE rid = ? AND LOWER(path) LIKE ?", (rid, pattern))[0][
        "n"
    ]
    found = pack.rows(
        "SELECT * FROM table_entry WHERE rid = ? AND LOWER(path) LIKE ? ORDER BY position LIMIT ? OFFSET ?",
        (rid, pattern, limit, offset),
    )
    return found, total


def pcs_table(pack: Pack, rid: int, prefix: str) -> dict[str, object] | None:
    found = pack.rows("SELECT data FROM pcs_table WHERE rid = ? AND prefix = ?", (rid, prefix))
    return json.loads(found[0]["data"]) if found else None


def pcs_prefixes(pack: Pack, rid: int, start: str) -> list[Row]:
    return pack.rows(
        "SELECT prefix, data FROM pcs_table WHERE rid = ? AND prefix LIKE ? ORDER BY prefix", (rid, start + "%")
    )


def pcs_definitions(pack: Pack, rid: int, label: str) -> list[Row]:
    return pack.rows("SELECT * FROM pcs_definition WHERE rid = ? AND label = ?", (rid, label))


def add_on_rows(pack: Pack, rid: int, code: str) -> list[Row]:
    return pack.rows(
        "SELECT * FROM add_on WHERE rid = ? AND (add_on = ? OR primary_code = ?) ORDER BY add_on, primary_code",
        (rid, code, code),
    )


def add_on_edits(pack: Pack, rid: int, day: str) -> list[Row]:
    """Every add-on code edit in force on `day` (ISO); blank dates are always in force."""
    sql = (
        "SELECT edit_type, add_on, primary_code, row FROM add_on WHERE rid = ? AND (effective IS NULL OR effective <= ?) "
        "AND (deleted IS NULL OR deleted >= ?) ORDER BY add_on, edit_type, primary_code"
    )
    return pack.rows(sql, (rid, day, day))


def mapped_from(pack: Pack, code: str, kind: str) -> list[Row]:
    return pack.rows("SELECT * FROM mapping WHERE code = ? AND kind = ? ORDER BY effective", (code, kind))


def mapped_to(pack: Pack, code: str, kind: str) -> list[Row]:
    return pack.rows("SELECT * FROM mapping WHERE to_code = ? AND kind = ? ORDER BY effective", (code, kind))


def descriptor(pack: Pack, system: System, code: str, rid: int) -> Row | None:
    found = pack.rows("SELECT * FROM descriptor WHERE system = ? AND code = ? AND rid = ?", (system.value, code, rid))
    return found[0] if found else None


def notice(pack: Pack, rid: int) -> str:
    return str(pack.rows("SELECT notice FROM release WHERE rid = ?", (rid,))[0]["notice"])


def content(pack: Pack, system: System, code: str) -> dict[str, object] | None:
    found = pack.rows("SELECT data FROM content WHERE system = ? AND code = ?", (system.value, code))
    return json.loads(found[0]["data"]) if found else None


def own_titles(pack: Pack, system: System) -> dict[str, str]:
    rows = pack.rows(
        "SELECT code, json_extract(data, '$.title') AS title FROM content WHERE system = ?", (system.value,)
    )
    return {row["code"]: row["title"] for row in rows}


def all_content(pack: Pack) -> list[Row]:
    return pack.rows("SELECT system, code, rid, data FROM content ORDER BY system, code")


def all_descriptors(pack: Pack) -> list[Row]:
    return pack.rows("SELECT * FROM descriptor ORDER BY system, code, rid")


def _span(row: Row) -> StoredSpan:
    return StoredSpan(
        System(row["system"]),
        row["code"],
        row["kind"],
        date.fromisoformat(row["valid_from"]),
        date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        row["title"],
        row["short"],
        bool(row["billable"]),
        row["parent"],
        row["rid"],
        row["last_rid"],
        row["row"],
    )


def _record(pack: Pack, row: Row) -> StoredRecord:
    return StoredRecord(row["rid"], row["variant"], row["row"], pack.fields_of(row["rid"]), row["data"], row["code"])

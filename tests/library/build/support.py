"""Collects what a source reader hands over, and writes small invented files in the publishers' layouts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from codingahead.build.editions import Edition, Reader
from codingahead.build.members import Member, members
from codingahead.build.sink import AddOnRow, CodeRow, Descriptor, MapRow, PairEdits, Record
from codingahead.words.codes import System
from codingahead.words.icd import IndexEntry, PcsDefinition, PcsTable, TableEntry, TabularNode


class Collected:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.lists: dict[System, list[CodeRow]] = {}
        self.rows: list[Record] = []
        self.nodes: list[TabularNode] = []
        self.entries: list[IndexEntry] = []
        self.cells: list[TableEntry] = []
        self.grids: list[PcsTable] = []
        self.definitions: list[PcsDefinition] = []
        self.add_on_rows: list[AddOnRow] = []
        self.mapped: list[MapRow] = []
        self.texts: dict[System, list[Descriptor]] = {}
        self.notices: dict[System, str] = {}
        self.edits: list[PairEdits] = []

    def code_list(self, system: System, rows: Sequence[CodeRow]) -> None:
        assert system not in self.lists, f"{system} is listed twice"
        self.lists[system] = list(rows)

    def records(self, rows: Iterable[Record]) -> None:
        self.rows += rows

    def tabular(self, nodes: Sequence[TabularNode]) -> None:
        self.nodes += nodes

    def index(self, entries: Sequence[IndexEntry]) -> None:
        self.entries += entries

    def table(self, entries: Sequence[TableEntry]) -> None:
        self.cells += entries

    def pcs_tables(self, tables: Sequence[PcsTable]) -> None:
        self.grids += tables

    def pcs_definitions(self, definitions: Sequence[PcsDefinition]) -> None:
        self.definitions += definitions

    def add_ons(self, rows: Iterable[AddOnRow]) -> None:
        self.add_on_rows += rows

    def maps(self, rows: Iterable[MapRow]) -> None:
        self.mapped += rows

    def descriptors(self, system: System, rows: Iterable[Descriptor], notice: str) -> None:
        self.texts[system] = list(rows)
        self.notices[system] = notice

    def pairs(self, edits: PairEdits) -> None:
        self.edits.append(edits)

    def code(self, system: System, code: str) -> CodeRow:
        """The one row of the code list for `code`."""
        (row,) = [row for row in self.lists[system] if row.code == code]
        return row

    def record(self, code: str, variant: str = "") -> Record:
        """The one record of `code` and `variant`."""
        (row,) = [row for row in self.rows if (row.code, row.variant) == (code, variant)]
        return row


def members_in(folder: Path) -> list[Member]:
    """Every file below the folder; a file that cannot be opened fails the test."""

    def unreadable(name: str, reason: str) -> None:
        raise AssertionError(f"{name}: {reason}")

    return list(members(folder, unreadable))


def editions_in(reader: Reader, folder: Path) -> dict[str, list[tuple[Edition, Member]]]:
    """What the reader recognises below the folder, by edition."""
    found: dict[str, list[tuple[Edition, Member]]] = {}
    for member in members_in(folder):
        for edition in reader.recognise(member):
            found.setdefault(edition.id, []).append((edition, member))
    return found


def read_edition(reader: Reader, folder: Path, edition_id: str) -> Collected:
    """Reads one edition as the builder does: each part from its twin of lowest rank."""
    found = editions_in(reader, folder)[edition_id]
    best: dict[str, tuple[Edition, Member]] = {}
    for edition, member in sorted(found, key=lambda pair: pair[0].rank):
        best.setdefault(edition.part, (edition, member))
    sink = Collected()
    chosen = [best[part] for part in sorted(best)]
    count = reader.read([member for _, member in chosen], chosen[0][0], sink)
    assert count > 0
    return sink


def read_only(reader: Reader, folder: Path) -> tuple[Edition, Collected]:
    """Reads the only edition below the folder."""
    found = editions_in(reader, folder)
    (edition_id,) = found
    return found[edition_id][0][0], read_edition(reader, folder, edition_id)


def zipped(path: Path, files: dict[str, str | bytes], encoding: str = "utf-8") -> Path:
    """Writes an archive of the named files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content.encode(encoding) if isinstance(content, str) else content)
    return path


def workbook(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """Writes a workbook of one sheet."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path

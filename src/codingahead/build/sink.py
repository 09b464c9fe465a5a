"""Where source readers put what they read. The pack's writer fulfils it; tests may collect instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from codingahead.words.codes import System
from codingahead.words.edits import PairEdits
from codingahead.words.icd import IndexEntry, PcsDefinition, PcsTable, TableEntry, TabularNode
from codingahead.words.rows import AddOnRow, CodeRow, Descriptor, MapRow, Record

__all__ = ["AddOnRow", "CodeRow", "Descriptor", "MapRow", "PairEdits", "Record", "Sink"]


class Sink(Protocol):
    """All calls belong to the edition being read."""

    def code_list(self, system: System, rows: Sequence[CodeRow]) -> None:
        """The codes the edition lists for `system`; what an earlier edition listed and this one lacks has ended."""

    def records(self, rows: Iterable[Record]) -> None: ...

    def tabular(self, nodes: Sequence[TabularNode]) -> None: ...

    def index(self, entries: Sequence[IndexEntry]) -> None: ...

    def table(self, entries: Sequence[TableEntry]) -> None: ...

    def pcs_tables(self, tables: Sequence[PcsTable]) -> None: ...

    def pcs_definitions(self, definitions: Sequence[PcsDefinition]) -> None: ...

    def add_ons(self, rows: Iterable[AddOnRow]) -> None: ...

    def maps(self, rows: Iterable[MapRow]) -> None: ...

    def descriptors(self, system: System, rows: Iterable[Descriptor], notice: str) -> None: ...

    def pairs(self, edits: PairEdits) -> None: ...

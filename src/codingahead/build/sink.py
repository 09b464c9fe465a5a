"""Where source readers put what they read. The pack's writer fulfils it; tests may collect instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from codingahead.words.codes import System
from codingahead.words.icd import IndexEntry, PcsDefinition, PcsTable, TableEntry, TabularNode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code listed by an edition. `title` None where the file's own text is licensed and was dropped.

    `valid_from`/`valid_to` only where the row itself dates the code (HCPCS add and termination dates); `valid_to` is the last usable day.
    `row`: line in the file, from 1.
    """

    code: str
    title: str | None
    billable: bool
    short: str | None = None
    row: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One row of values about a code, in the order of the edition's `fields`; '' where the file is blank.

    `variant` keeps rows of one code apart (modifier, category number); '' when there is one row a code.
    """

    code: str
    values: tuple[str, ...]
    variant: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class AddOnRow:
    """One add-on code edit. `primary` is 'CCCCC' where the contractor defines the list. Dates None where the file prints none."""

    edit_type: str
    add_on: str
    primary: str
    effective: date | None
    deleted: date | None
    add_on_deleted: date | None = None
    primary_deleted: date | None = None
    note: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class MapRow:
    """A code and the code it maps to: kind 'predecessor' (to was replaced by code on `effective`), 'gem', 'reference' ...; flags as printed."""

    system: System
    code: str
    to_system: System
    to: str
    kind: str
    effective: date | None = None
    flags: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Licensed text of one code, from the operator's own files. Never written without a licence."""

    code: str
    short: str | None = None
    medium: str | None = None
    long: str | None = None
    consumer: str | None = None
    clinician: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairEdits:
    """One part of a procedure-to-procedure table, as equally long arrays.

    `column1`, `column2`: 'S5'; `effective`, `deleted`: int32 proleptic day ordinals (0 and 3652059 stand for 'not printed': always, never);
    `indicator`: int8 0, 1, 9; `rationale`: int16 index into `rationales`; `row`: int32 line in the file.
    """

    column1: NDArray[np.bytes_]
    column2: NDArray[np.bytes_]
    effective: NDArray[np.int32]
    deleted: NDArray[np.int32]
    indicator: NDArray[np.int8]
    rationale: NDArray[np.int16]
    rationales: tuple[str, ...]
    row: NDArray[np.int32]


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

"""One row of an official file, in our words, on its way from a reader to the pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from codingahead.words.codes import System


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

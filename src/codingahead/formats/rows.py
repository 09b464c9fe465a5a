"""What does one row of a claim table say, once its columns are known? One row is one service line with its claim's fields."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from codingahead.formats import cells, fields
from codingahead.formats.cells import Cell
from codingahead.formats.header import Layout
from codingahead.words.claims import ServiceLine, Setting
from codingahead.words.errors import BadField


@dataclass(frozen=True, slots=True)
class Row:
    """`line.line` is 0 where the row has no number; `setting` None where it does not say."""

    position: int
    id: str
    patient: str | None
    setting: Setting | None
    line: ServiceLine
    diagnoses: tuple[str, ...]
    birth_date: date | None
    sex: str | None
    payer: str | None
    notes: tuple[str, ...] = ()


def _optional(cell: Cell) -> str | None:
    return cells.plain(cell) or None


def _through(cell: Cell) -> date | None:
    return cells.day("date_of_service", cell) if cells.plain(cell) else None


def _birth(cell: Cell) -> tuple[date | None, bool]:
    """A day of birth that cannot be read costs the rules about age, not the row."""
    try:
        found = cells.birth_day(cell)
    except BadField:
        found = None
    return found, found is None and bool(cells.plain(cell))


_READ: dict[str, Callable[[Cell], Any]] = {
    "id": lambda cell: fields.text("id", cells.plain(cell), "the claim's own number"),
    "setting": lambda cell: cells.setting(cell) if cells.plain(cell) else None,
    "line": cells.line_number,
    "code": cells.code_and_modifiers,
    "units": cells.units,
    "date_of_service": lambda cell: cells.day("date_of_service", cell),
    "through": _through,
    "place_of_service": cells.place,
    "provider": _optional,
    "group": _optional,
    "specialty": _optional,
    "charge": lambda cell: cells.money("charge", cell),
    "ndc": _optional,
    "birth_date": _birth,
    "sex": lambda cell: fields.sex(cells.plain(cell)) if cells.plain(cell) else None,
    "payer": _optional,
}
_REMEMBERED = 1 << 16
_TOTAL = re.compile(r"(?:grand )?totals?:?", re.IGNORECASE)


class RowReader:
    """Reads the rows of one table. A table repeats the same cells over and over, so what a cell means is remembered."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._known: dict[str, dict[Any, Any]] = defaultdict(dict)

    def id_of(self, row: Sequence[Cell]) -> str:
        position = self.layout.one["id"]
        return cells.plain(row[position]) if position < len(row) else ""

    def read(self, position: int, row: Sequence[Cell]) -> Row:
        """Raises BadField for the first field that cannot be read."""
        if len(row) < self.layout.width:
            row = [*row, *[None] * (self.layout.width - len(row))]
        notes: list[str] = []
        of = partial(self._of, row)
        day: date = of("date_of_service")
        diagnoses = self._diagnoses(row, day)
        birth_date, unread = of("birth_date") or (None, False)
        if unread:
            notes.append("the day of birth cannot be read")
        line = self._line(row, day, len(diagnoses), notes)
        return Row(
            position,
            of("id"),
            self._patient(row),
            of("setting"),
            line,
            diagnoses,
            birth_date,
            of("sex"),
            of("payer"),
            tuple(notes),
        )

    def _of(self, row: Sequence[Cell], field: str) -> Any:
        """What the cell of the field says, None without such a column."""
        position = self.layout.one.get(field)
        return None if position is None else self._remembered(field, row[position], _READ[field])

    def _remembered(self, field: str, key: Any, read: Callable[[Any], Any]) -> Any:
        known = self._known[field]
        try:
            return known[key]
        except KeyError:
            if len(known) >= _REMEMBERED:
                known.clear()
            value = known[key] = read(key)
            return value
        except TypeError:  # a list is no key
            return read(key)

    def _many(self, row: Sequence[Cell], field: str) -> tuple[Cell, ...]:
        return tuple([row[p] for p in self.layout.many.get(field, ())])

    def _diagnoses(self, row: Sequence[Cell], day: date) -> tuple[str, ...]:
        def read(key: tuple[tuple[Cell, ...], bool]) -> tuple[str, ...]:
            codes = [word for cell in key[0] for word in cells.words(cell)]
            return tuple(dict.fromkeys(fields.diagnosis(code, day) for code in codes))

        found: tuple[str, ...] = self._remembered(
            "diagnoses", (self._many(row, "diagnoses"), day < fields.ICD10_STARTS), read
        )
        return found

    def _line(self, row: Sequence[Cell], day: date, diagnoses: int, notes: list[str]) -> ServiceLine:
        of = partial(self._of, row)
        code, beside = of("code")
        units, fraction = of("units") or (1, None)
        if fraction:
            notes.append(f"{fraction} units are counted as {units}")
        self._range(day, of("through"), notes)
        modifiers = (*beside, *self._many(row, "modifiers"))
        pointers = (self._many(row, "pointers"), diagnoses)
        return ServiceLine(
            of("line") or 0,
            code,
            day,
            self._remembered("modifiers", modifiers, cells.modifiers),
            units,
            of("place_of_service"),
            of("provider"),
            of("specialty"),
            of("group"),
            self._remembered("pointers", pointers, lambda key: cells.pointers(*key)),
            of("charge"),
            of("ndc"),
        )

    @staticmethod
    def _range(day: date, last: date | None, notes: list[str]) -> None:
        if last is None or last == day:
            return
        if last < day:
            raise BadField(
                "date_of_service", f"the service ends on {last}, before its first day {day}", "correct the days"
            )
        notes.append(f"{day} to {last}, the first day is taken")

    def _patient(self, row: Sequence[Cell]) -> str | None:
        parts = [cells.plain(row[p]) for p in self.layout.patient]
        if not any(parts):
            return None
        return parts[0] if self.layout.opaque else fields.patient_key(parts)


def with_number(line: ServiceLine, number: int, pointers: tuple[int, ...]) -> ServiceLine:
    return line if line.line == number and line.pointers == pointers else replace(line, line=number, pointers=pointers)


def is_blank(row: Sequence[Cell]) -> bool:
    return not any(cell if isinstance(cell, list) else cells.plain(cell) for cell in row)


def looks_like_header(row: Sequence[Cell], names: Sequence[str]) -> bool:
    """A header that stands again further down, where exports were put together."""
    return row[0] == names[0] and [cells.plain(cell) for cell in row] == list(names)


def looks_like_total(row: Sequence[Cell]) -> bool:
    """A closing line of a report: 'Total' in one of its first cells."""
    return any(isinstance(cell, str) and "total" in cell.lower() and _TOTAL.fullmatch(cell.strip()) for cell in row[:3])

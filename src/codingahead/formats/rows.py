"""What does one row of a claim table say, once its columns are known? One row is one service line with its claim's fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

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


class RowReader:
    """Reads the rows of one table."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def cell(self, row: Sequence[Cell], field: str) -> Cell:
        position = self.layout.one.get(field)
        return row[position] if position is not None and position < len(row) else None

    def _all(self, row: Sequence[Cell], field: str) -> list[Cell]:
        return [row[p] for p in self.layout.many.get(field, ()) if p < len(row)]

    def id_of(self, row: Sequence[Cell]) -> str:
        return cells.plain(self.cell(row, "id"))

    def read(self, position: int, row: Sequence[Cell]) -> Row:
        """Raises BadField for the first field that cannot be read."""
        notes: list[str] = []
        day = cells.day("date_of_service", self.cell(row, "date_of_service"))
        codes = [word for cell in self._all(row, "diagnoses") for word in cells.words(cell)]
        diagnoses = tuple(dict.fromkeys(fields.diagnosis(code, day) for code in codes))
        setting, sex = self.cell(row, "setting"), self.cell(row, "sex")
        return Row(
            position,
            fields.text("id", self.id_of(row), "the claim's own number"),
            self._patient(row),
            cells.setting(setting) if cells.plain(setting) else None,
            self._line(row, day, len(diagnoses), notes),
            diagnoses,
            self._birth_date(row, notes),
            fields.sex(cells.plain(sex)) if cells.plain(sex) else None,
            cells.plain(self.cell(row, "payer")) or None,
            tuple(notes),
        )

    def _line(self, row: Sequence[Cell], day: date, diagnoses: int, notes: list[str]) -> ServiceLine:
        code, beside = cells.code_and_modifiers(self.cell(row, "code"))
        units, fraction = cells.units(self.cell(row, "units"))
        if fraction:
            notes.append(f"{fraction} units are counted as {units}")
        through = self.cell(row, "through")
        if cells.plain(through) and (last := cells.day("date_of_service", through)) != day:
            if last < day:
                raise BadField(
                    "date_of_service", f"the service ends on {last}, before its first day {day}", "correct the days"
                )
            notes.append(f"{day} to {last}, the first day is taken")
        place = cells.place(self.cell(row, "place_of_service"))
        return ServiceLine(
            cells.line_number(self.cell(row, "line")) or 0,
            code,
            day,
            cells.modifiers([*beside, *self._all(row, "modifiers")]),
            units,
            place,
            cells.plain(self.cell(row, "provider")) or None,
            cells.plain(self.cell(row, "specialty")) or None,
            cells.plain(self.cell(row, "group")) or None,
            cells.pointers(self._all(row, "pointers"), diagnoses),
            cells.money("charge", self.cell(row, "charge")),
            cells.plain(self.cell(row, "ndc")) or None,
        )

    def _patient(self, row: Sequence[Cell]) -> str | None:
        parts = [cells.plain(row[p]) for p in self.layout.patient if p < len(row)]
        if not any(parts):
            return None
        return parts[0] if self.layout.opaque else fields.patient_key(parts)

    def _birth_date(self, row: Sequence[Cell], notes: list[str]) -> date | None:
        """A day of birth that cannot be read costs the rules about age, not the row."""
        cell = self.cell(row, "birth_date")
        try:
            found = cells.birth_day(cell)
        except BadField:
            found = None
        if found is None and cells.plain(cell):
            notes.append("the day of birth cannot be read")
        return found


def with_number(line: ServiceLine, number: int, pointers: tuple[int, ...]) -> ServiceLine:
    return line if line.line == number and line.pointers == pointers else replace(line, line=number, pointers=pointers)


def is_blank(row: Sequence[Cell]) -> bool:
    return not any(cells.plain(cell) if not isinstance(cell, list) else cell for cell in row)


def looks_like_total(row: Sequence[Cell]) -> bool:
    """A closing line of a report: 'Total' in one of its first cells."""
    return any(re.fullmatch(r"(?:grand )?totals?:?", cells.plain(cell), re.IGNORECASE) for cell in row[:3])

"""What does one cell of a claim table mean, typed by a person, exported by a program or stored with a type?

More shapes are taken than in JSON: days as 7/15/2026, money with a dollar sign, lists as text. Raises `BadField`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from codingahead.formats import fields
from codingahead.words.claims import Setting
from codingahead.words.errors import BadField

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?: .*)?", re.ASCII)
_NAMED = re.compile(r"(?:(\d{1,2})[- ]([A-Za-z]{3})[a-z]*|([A-Za-z]{3})[a-z]* (\d{1,2}),?)[- ](\d{4})", re.ASCII)
_CODE_AND_MODIFIERS = re.compile(r"([A-Za-z0-9]{5})[-\s,:/]+([A-Za-z0-9]{2}(?:[-\s,:/]+[A-Za-z0-9]{2})*)")
_SETTINGS = {
    "professional": Setting.PRACTITIONER,
    "physician": Setting.PRACTITIONER,
    "hospital outpatient": Setting.OUTPATIENT,
}

Cell = object


def plain(cell: Cell) -> str:
    """The cell as trimmed text; whole numbers without the decimal point that a spreadsheet added."""
    if isinstance(cell, str):
        trimmed = cell.strip()
        return trimmed[:-2] if trimmed.endswith(".0") and trimmed[:-2].isdigit() else trimmed
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace").strip()
    return str(cell).strip()


def words(cell: Cell) -> list[str]:
    """The entries of a list, or of text that separates them by anything that is no letter, digit or point."""
    if isinstance(cell, list | tuple):
        return [word for item in cell for word in words(item)]
    return re.findall(r"[A-Za-z0-9.]+", cell if isinstance(cell, str) else plain(cell))


def day(field: str, cell: Cell) -> date:
    """Raises BadField for a day-first or otherwise ambiguous order: month/day/year is read, and year-first."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _day(plain(cell))
    if found is None:
        shown = "not a day" if field == "birth_date" and plain(cell) else cell
        fields.refuse(field, shown, "a day as 2026-07-15 or 7/15/2026", "write days year first, or month/day/year")
    return found


@lru_cache(1 << 15)
def _day(text: str) -> date | None:
    try:
        numbers = _day_numbers(text)
        found = date(*numbers) if numbers else _serial_day(text)
    except ValueError:
        return None
    return found if found and 1850 <= found.year <= 2199 else None


def _day_numbers(text: str) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _MONTH_FIRST.fullmatch(text):
        year = int(found[3])
        return year + 2000 if year < 100 else year, int(found[1]), int(found[2])
    if len(text) == 8 and text.isascii() and text.isdigit():
        if 1850 <= int(text[:4]) <= 2199 and 1 <= int(text[4:6]) <= 12:
            return int(text[:4]), int(text[4:6]), int(text[6:])
        return int(text[4:]), int(text[:2]), int(text[2:4])
    if found := _NAMED.fullmatch(text):
        month = (found[2] or found[3]).lower()
        if month in _MONTHS:
            return int(found[5]), _MONTHS.index(month) + 1, int(found[1] or found[4])
    return None


def _serial_day(text: str) -> date | None:
    """A day as spreadsheets count them (days since 1899-12-30), from 1982 to 2064."""
    if len(text) == 5 and text.isascii() and text.isdigit() and 30_000 <= int(text) < 60_000:
        return _EXCEL_DAY_ZERO + timedelta(days=int(text))
    return None


def birth_day(cell: Cell) -> date | None:
    """None for a year of two digits: its century cannot be told."""
    shape = plain(cell)
    if not shape or re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", shape):
        return None
    return day("birth_date", cell)


def code_and_modifiers(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """The code, and the modifiers when they stand in the same cell as in 99213-25."""
    shape = plain(cell)
    found = _CODE_AND_MODIFIERS.fullmatch(shape)
    if found:
        return fields.procedure(found[1]), tuple(words(found[2]))
    return fields.procedure(shape), ()


def modifiers(cells: Sequence[Cell]) -> tuple[str, ...]:
    """'25', '25,59', '2559' and lists of them; a modifier given twice counts once."""
    found = []
    for word in (word for cell in cells for word in words(plain(cell) if not isinstance(cell, list | tuple) else cell)):
        pieces = [word[i : i + 2] for i in range(0, len(word), 2)] if len(word) in (4, 6, 8) else [word]
        found += [fields.modifier(piece) for piece in pieces]
    return tuple(dict.fromkeys(found))


def units(cell: Cell) -> tuple[int, str | None]:
    """Units, and the fraction they were counted up from. Blank is 1."""
    shape = plain(cell).replace(",", "")
    if not shape:
        return 1, None
    if re.fullmatch(r"\d{1,9}\.\d+|\.\d+", shape, re.ASCII):
        exact = Decimal(shape)
        whole = math.ceil(exact)
        return fields.units(whole), None if whole == exact else shape
    return fields.units(shape), None


def place(cell: Cell) -> str | None:
    """'11', '11.0' or '11 - Office'."""
    shape = plain(cell)
    named = re.fullmatch(r"(\d{1,2})\s*[-:]\s*\D.*", shape, re.ASCII)
    return fields.place(named[1] if named else shape) if shape else None


def money(field: str, cell: Cell) -> Decimal | None:
    if isinstance(cell, float) and not math.isnan(cell):
        return fields.money(field, cell)
    shape = plain(cell).replace("$", "").replace(",", "").strip()
    return fields.money(field, shape) if shape else None


def setting(cell: Cell) -> Setting:
    word = plain(cell).lower()
    if word in _SETTINGS:
        return _SETTINGS[word]
    try:
        return Setting(word)
    except ValueError:
        fields.refuse("setting", cell, "one of " + ", ".join(s.value for s in Setting))


def pointers(cells: Sequence[Cell], diagnoses: int) -> tuple[int, ...]:
    """Positions from 1, also as the letters A to L of the CMS-1500. Run together, '12' is 1 and 2 unless there are 12 diagnoses."""
    found: list[int] = []
    for word in (word for cell in cells for word in words(plain(cell) if not isinstance(cell, list | tuple) else cell)):
        if word.isalpha() and all("A" <= letter <= "Z" for letter in word.upper()):
            found += [ord(letter) - ord("A") + 1 for letter in word.upper()]
        elif word.isascii() and word.isdigit() and int(word[:9]) > max(diagnoses, 9):
            found += [fields.pointer(digit) for digit in word]
        else:
            found.append(fields.pointer(word))
    return tuple(dict.fromkeys(found))


def line_number(cell: Cell) -> int | None:
    shape = plain(cell)
    if not shape:
        return None
    if shape.isascii() and shape.isdigit() and 1 <= int(shape[:9]) <= 999_999:
        return int(shape)
    raise BadField(
        "line", f"line is {shape[:20]!r}, expected a whole number from 1", "number the lines of a claim from 1"
    )

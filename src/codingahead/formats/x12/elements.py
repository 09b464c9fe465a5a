"""What do the elements of X12 segments mean: days, amounts, quantities, composite procedures?

Each answer is remembered, because a file repeats the same few thousand texts millions of times. Raises ValueError with the
sentence that says what is wrong.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from codingahead.formats.fields import MOST_UNITS, spelled_diagnosis

_REMEMBERED = 1 << 16
_NUMBER = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,6})?|\.\d{1,6})", re.ASCII)


@lru_cache(_REMEMBERED)
def day(text: str) -> date:
    """CCYYMMDD (date format qualifier D8)."""
    try:
        if len(text) == 8 and text.isascii() and text.isdigit():
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        pass
    raise ValueError(f"{text[:20]!r} is no day as CCYYMMDD")


@lru_cache(_REMEMBERED)
def days(qualifier: str, text: str) -> tuple[date, date]:
    """First and last day of a date element: D8 one day, RD8 a range."""
    if qualifier == "RD8":
        first, dash, last = text.partition("-")
        if not dash:
            raise ValueError(f"{text[:20]!r} is no range of days as CCYYMMDD-CCYYMMDD")
        span = day(first), day(last)
        if span[0] > span[1]:
            raise ValueError(f"the range {text[:20]!r} ends before it starts")
        return span
    if qualifier == "DT":
        return day(text[:8]), day(text[:8])
    return day(text), day(text)


@lru_cache(_REMEMBERED)
def amount(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no amount" if text else "the amount is missing")
    return Decimal(text)


@lru_cache(_REMEMBERED)
def whole_units(text: str) -> tuple[int, bool]:
    """Units of a line, and whether they were a fraction and counted up to the next whole unit."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no number of units" if text else "the units are missing")
    exact = Decimal(text)
    units = math.ceil(exact)
    if not 0 < exact <= MOST_UNITS:
        raise ValueError(f"{text[:20]} units is impossible: a number above 0 and up to {MOST_UNITS:,} is expected")
    return units, exact != units


@lru_cache(_REMEMBERED)
def procedure(text: str, component: str) -> tuple[str, tuple[str, ...]]:
    """Code and modifiers of a composite medical procedure identifier such as HC:99213:25."""
    parts = text.split(component)
    if len(parts) < 2 or not parts[1].strip():
        raise ValueError(
            f"{text[:20]!r} is no procedure: a qualifier, {component!r} and a code are expected, such as HC{component}99213"
        )
    code = parts[1].strip().upper()
    if not (code.isalnum() and code.isascii()):
        raise ValueError(f"the procedure code {code[:20]!r} holds more than letters and digits")
    modifiers = tuple(m.strip().upper() for m in parts[2:6] if m.strip())
    for modifier in modifiers:
        if len(modifier) != 2 or not (modifier.isalnum() and modifier.isascii()):
            raise ValueError(f"the modifier {modifier[:20]!r} is not two letters or digits")
    return code, modifiers


@lru_cache(_REMEMBERED)
def pointers(text: str, component: str) -> tuple[int, ...]:
    try:
        found = tuple(int(part) for part in text.split(component) if part)
    except ValueError:
        found = (0,)
    if any(not 0 < position < 100 for position in found):
        raise ValueError(f"{text[:20]!r} is no list of diagnosis pointers")
    return found


@lru_cache(_REMEMBERED)
def diagnosis(code: str, ninth: bool) -> str:
    """With the dot that X12 leaves out."""
    return spelled_diagnosis(code.strip().upper(), ninth)


@lru_cache(_REMEMBERED)
def place(text: str) -> str | None:
    """A place of service of two digits, None where there is none."""
    digits = text.strip()
    return digits.zfill(2) if digits.isascii() and digits.isdigit() and len(digits) <= 2 else None


def element(parts: list[str], position: int) -> str:
    """The element, '' where the segment is shorter."""
    return parts[position] if position < len(parts) else ""


def npi(parts: list[str]) -> str | None:
    """NM109 or N104 of a segment whose qualifier says it is a National Provider Identifier."""
    return (parts[9].strip() or None) if len(parts) > 9 and parts[8] == "XX" else None

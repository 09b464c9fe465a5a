"""What does a stranger's value mean as one field of a claim?

Every shape of input asks here, so that a code, a day or an amount means the same in JSON, a spreadsheet or FHIR. Form only:
whether a code exists on a day is a rule's question. Each function raises `BadField` saying what was found and expected.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NoReturn

from codingahead.words.codes import System, spelled
from codingahead.words.errors import BadField

# An 837 counts at most eight digits of units (005010X222, SV104); more is a slip of the keyboard.
MOST_UNITS = 99_999_999
# The 837P ends at 50 service lines, the 837I at 999; a claim past this is several claims under one number.
MOST_LINES = 9_999
# Services from this day on are reported in ICD-10 (45 CFR 162.1002(c)); earlier ones in ICD-9-CM.
ICD10_STARTS = date(2015, 10, 1)

_CODE = re.compile(r"[A-Z0-9]{1,12}")
_DIAGNOSIS = re.compile(r"[A-Z0-9]{1,4}\.?[A-Z0-9]{0,5}")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_MONEY = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d*)?|\.\d+)")
_UNKNOWN_SEX = {"", "U", "X", "O", "UN", "UNK", "UNKNOWN", "OTHER"}


def refuse(field: str, value: object, expected: str, hint: str = "") -> NoReturn:
    written = str(value)
    quoted = written if len(written) <= 40 else written[:37] + "..."
    seen = "missing" if value is None or not written.strip() else repr(quoted) if isinstance(value, str) else quoted
    raise BadField(
        field, f"{field} is {seen}, expected {expected}", hint or f"correct {field} and send the claim again"
    )


def text(field: str, value: object, expected: str = "text") -> str:
    """Trimmed text that is not empty; whole numbers are taken as written."""
    if isinstance(value, str):
        trimmed = value.strip()
        if 0 < len(trimmed) <= 200 and trimmed.isprintable():
            return trimmed
    elif isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    refuse(field, value, expected)


def procedure(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        code = str(value).strip().upper()
        if _CODE.fullmatch(code):
            return code
    refuse("code", value, "a code of letters and digits such as 99213", "give modifiers in their own field")


def modifier(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        code = str(value).strip().upper()
        if _MODIFIER.fullmatch(code):
            return code
    refuse("modifiers", value, "two letters or digits such as 25 or RT")


def diagnosis(value: object, on: date) -> str:
    """With its dot, whether or not it came with one; services before October 2015 carry ICD-9-CM."""
    if isinstance(value, str):
        code = value.strip().upper()
        if _DIAGNOSIS.fullmatch(code):
            return spelled_diagnosis(code, on < ICD10_STARTS)
    refuse("diagnoses", value, "an ICD-10-CM code such as I67.1 or I671", "give one code for each entry of the list")


@lru_cache(maxsize=1 << 15)
def spelled_diagnosis(code: str, ninth: bool = False) -> str:
    return spelled(System.ICD9CM if ninth else System.ICD10CM, code)


def place(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        digits = str(value).strip()
        if digits.isascii() and digits.isdigit() and len(digits) <= 2 and int(digits):
            return digits.zfill(2)
    refuse("place_of_service", value, "two digits such as 11 or 22")


def units(value: object) -> int:
    """A whole number from 1; '2' and 2.0 count as 2."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()) if len(value.strip()) <= 12 else MOST_UNITS + 1
    elif isinstance(value, float | Decimal) and value == value and value.__trunc__() == value:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_UNITS:
        return value
    refuse("units", value, f"a whole number from 1 to {MOST_UNITS:,}", "give how many times the service was done")


def money(field: str, value: object) -> Decimal:
    """Dollars, not negative. A binary fraction is rounded to cents: its further digits are noise."""
    if isinstance(value, float):
        value = f"{value:.2f}"
    if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
        shape = str(value).strip()
        try:
            amount = Decimal(shape) if isinstance(value, Decimal) or _MONEY.fullmatch(shape) else None
        except InvalidOperation:
            amount = None
        if amount is not None and amount.is_finite() and Decimal(0) <= amount < Decimal(10) ** 12:
            return amount
    refuse(field, value, "dollars and cents such as 120.50")


def iso_day(field: str, value: object) -> date:
    """A calendar day as 2026-07-15."""
    if isinstance(value, str):
        found = _iso(value.strip())
        if found is not None:
            return found
    refuse(field, None if field == "birth_date" and value is None else _hidden(field, value), "a day as 2026-07-15")


@lru_cache(maxsize=1 << 15)
def _iso(day: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
        return None
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return found if found.year >= 1850 else None


def _hidden(field: str, value: object) -> object:
    """What may be quoted in a refusal: a day of birth may not."""
    return "not a day" if field == "birth_date" and value is not None else value


def sex(value: object) -> str | None:
    """'M', 'F', or None for everything a rule about sex cannot use."""
    if isinstance(value, str):
        word = value.strip().upper()
        if word in ("M", "MALE"):
            return "M"
        if word in ("F", "FEMALE"):
            return "F"
        if word in _UNKNOWN_SEX:
            return None
    refuse("sex", value, "M, F or U")


def pointer(value: object) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:9])
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 99:
        return value
    refuse("pointers", value, "positions of diagnoses, counted from 1")


def patient_key(identifiers: Iterable[str]) -> str:
    """An opaque key that is the same wherever the same identifiers stand; the identifiers themselves are not kept."""
    joined = "\x1f".join(" ".join(part.upper().split()) for part in identifiers)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]

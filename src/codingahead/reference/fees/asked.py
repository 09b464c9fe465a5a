"""A stranger's words about a price to a FeeQuestion: the one place where they are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from codingahead.reference.fees.payment import practitioner_share
from codingahead.reference.fees.places import basis_of
from codingahead.words.codes import bare
from codingahead.words.errors import BadInput
from codingahead.words.fees import FeeLine, FeeQuestion, Place

SCHEDULES = ("pfs", "clfs", "opps", "asc", "asp", "dmepos")
MOST_LINES, MOST_UNITS, MOST_MINUTES = 200, 9_999, 10_000


def question(arguments: Mapping[str, Any], on: date) -> FeeQuestion:
    """Raises BadInput for what is missing, or is no code, place, number or amount."""
    given = arguments.get("lines")
    if given is not None and (not isinstance(given, list) or not given or len(given) > MOST_LINES):
        raise BadInput(
            f"lines: give a list of 1 to {MOST_LINES} lines", 'such as [{"code": "45385"}, {"code": "45380"}]'
        )
    lines = tuple(_line(item) for item in given) if given is not None else (_line(arguments),)
    schedule, practitioner = (
        _text(arguments, "schedule").lower(),
        _text(arguments, "practitioner").lower() or "physician",
    )
    if schedule and schedule not in SCHEDULES:
        raise BadInput(f"schedule: {schedule!r} is not known", f"name one of {', '.join(SCHEDULES)}")
    practitioner_share(practitioner)
    return FeeQuestion(
        lines,
        _pos(arguments),
        on,
        _place(arguments),
        bool(arguments.get("qp")),
        practitioner,
        schedule,
        _amount(arguments, "wage_index"),
        given is not None,
    )


def _line(item: Any) -> FeeLine:
    if not isinstance(item, Mapping):
        raise BadInput("lines: a line is not an object", 'write {"code": "99213", "units": 1}')
    code = bare(_text(item, "code"))
    if not re.fullmatch(r"[0-9A-Z]{5}", code):
        raise BadInput(
            f"code: {_text(item, 'code')[:20]!r} is not a CPT or HCPCS code", "give a code of five characters"
        )
    units = _whole(item, "units", MOST_UNITS)
    return FeeLine(
        code,
        _modifiers(item.get("modifiers", item.get("modifier"))),
        1 if units is None else units,
        _whole(item, "minutes", MOST_MINUTES),
        _amount(item, "charge"),
    )


def _modifiers(value: Any) -> tuple[str, ...]:
    """A list, or text joined by blanks, commas or hyphens."""
    parts = re.split(r"[\s,\-]+", value) if isinstance(value, str) else value or ()
    if not isinstance(parts, (list, tuple)):
        raise BadInput("modifiers: give a list", 'such as ["26", "50"]')
    found = tuple(dict.fromkeys(str(part).strip().upper() for part in parts if str(part).strip()))
    if bad := [m for m in found if not re.fullmatch(r"[0-9A-Z]{2}", m)]:
        raise BadInput(f"modifiers: {bad[0][:10]!r} is not a modifier", "give two characters")
    return found


def _pos(arguments: Mapping[str, Any]) -> str:
    pos = _text(arguments, "pos")
    if not pos:
        raise BadInput("pos: no place of service given", "give two digits, such as 11 for office or 22 for hospital")
    pos = pos.zfill(2)
    basis_of(pos)
    return pos


def _place(arguments: Mapping[str, Any]) -> Place:
    mac, locality, code = (_text(arguments, name) for name in ("mac", "locality", "zip"))
    if "/" in locality and not mac:
        mac, locality = (part.strip() for part in locality.split("/", 1))
    state, rural = _text(arguments, "state").upper(), arguments.get("rural")
    if arguments.get("national") and (mac or locality or code):
        raise BadInput("national: a locality or ZIP code is named too", "name one place, or say national")
    if code and (mac or locality):
        raise BadInput("zip: a locality is named too", "name one of the two")
    if bool(mac) is not bool(locality):
        raise BadInput("locality: needs the contractor and the number", "such as 10112/00")
    if mac and not (re.fullmatch(r"\d{4,5}", mac) and re.fullmatch(r"\d{1,2}", locality)):
        raise BadInput(f"locality: {mac[:10]}/{locality[:10]} is not one", "such as 10112/00")
    if state and not re.fullmatch(r"[A-Z]{2}", state):
        raise BadInput(f"state: {state[:10]!r} is not a state", "give two letters")
    return Place(mac, locality, code, state, None if rural is None else bool(rural))


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    return "" if value is None else str(value).strip()


def _whole(arguments: Mapping[str, Any], name: str, most: int) -> int | None:
    text = _text(arguments, name)
    if not text:
        return None
    if not re.fullmatch(r"\d+", text) or not 1 <= int(text) <= most:
        raise BadInput(f"{name}: {text[:20]!r} is not a number from 1 to {most}", "give a whole number")
    return int(text)


def _amount(arguments: Mapping[str, Any], name: str) -> Decimal | None:
    text = _text(arguments, name)
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < 10**9:
        raise BadInput(f"{name}: {text[:20]!r} is not an amount", "give a decimal number, such as 120.50")
    return value

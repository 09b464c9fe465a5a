"""What claim does a JSON value describe, and how is a claim written as JSON?

Strict: a field of the wrong kind is refused by name, and so is a key that looks like a misspelt field, because a modifier or date
that is silently dropped would change the answer. Other keys are the sender's own and are ignored.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from codingahead.formats import fields
from codingahead.words.claims import Claim, Rejected, ServiceLine, Setting
from codingahead.words.errors import BadField

T = TypeVar("T")

CLAIM_KEYS = ("id", "patient", "birth_date", "sex", "setting", "payer", "mac", "diagnoses", "lines", "source")
LINE_KEYS = (
    "line",
    "code",
    "modifiers",
    "units",
    "date_of_service",
    "place_of_service",
    "provider",
    "specialty",
    "group",
    "pointers",
    "charge",
    "ndc",
)
# What other programs call these fields; similar spellings are found without being listed.
OTHER_NAMES = {
    "dob": "birth_date",
    "gender": "sex",
    "dx": "diagnoses",
    "icd10": "diagnoses",
    "service_lines": "lines",
    "cpt": "code",
    "hcpcs": "code",
    "procedure": "code",
    "procedure_code": "code",
    "mods": "modifiers",
    "qty": "units",
    "quantity": "units",
    "dos": "date_of_service",
    "date": "date_of_service",
    "service_date": "date_of_service",
    "pos": "place_of_service",
    "npi": "provider",
    "taxonomy": "specialty",
    "charges": "charge",
}


def read_claim(value: object) -> Claim:
    """Raises BadField naming the field, what was found and what was expected."""
    if not isinstance(value, Mapping):
        raise BadField("claim", f"a claim is a JSON object, not {_kind(value)}", 'send {"id": ..., "lines": [...]}')
    _known(value, CLAIM_KEYS)
    lines = _lines(value.get("lines"))
    first = min(line.date_of_service for line in lines)
    return Claim(
        id=fields.text("id", value.get("id"), "the claim's own number"),
        patient=fields.text("patient", value.get("patient"), "a key that is the same for all claims of one patient"),
        setting=_setting(value.get("setting")),
        lines=lines,
        diagnoses=tuple(fields.diagnosis(code, first) for code in _list("diagnoses", value.get("diagnoses"))),
        birth_date=_optional(value, "birth_date", lambda v: fields.iso_day("birth_date", v)),
        sex=_optional(value, "sex", fields.sex),
        payer=_optional(value, "payer", lambda v: fields.text("payer", v)),
        source=_source(value.get("source")),
        mac=_optional(value, "mac", lambda v: fields.text("mac", v)),
    )


def claim_value(claim: Claim) -> dict[str, Any]:
    """The claim as `read_claim` takes it; what it does not hold is left out."""
    value: dict[str, Any] = {"id": claim.id, "patient": claim.patient}
    if claim.birth_date:
        value["birth_date"] = claim.birth_date.isoformat()
    if claim.sex:
        value["sex"] = claim.sex
    value["setting"] = claim.setting.value
    if claim.payer:
        value["payer"] = claim.payer
    if claim.mac:
        value["mac"] = claim.mac
    value["diagnoses"] = list(claim.diagnoses)
    value["lines"] = [_line_value(line) for line in claim.lines]
    if claim.source:
        value["source"] = dict(claim.source)
    return value


def read_json_lines(lines: Iterable[str | bytes]) -> Iterator[Claim | Rejected]:
    """One claim a line; blank lines are passed over. `Rejected.position` is the line, from 1."""
    return read_values(lines, read_claim)


def read_values(lines: Iterable[str | bytes], read: Callable[[object], Claim]) -> Iterator[Claim | Rejected]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield read_text(line, number, read)


def read_text(text: str | bytes, position: int, read: Callable[[object], Claim]) -> Claim | Rejected:
    """The claim in one piece of JSON text, or why there is none."""
    try:
        value = parsed(text)
    except (ValueError, RecursionError) as error:
        return Rejected(position, f"this is not JSON: {error}; write one whole JSON object")
    return read_or_reject(value, position, read)


def read_or_reject(value: object, position: int, read: Callable[[object], Claim]) -> Claim | Rejected:
    try:
        return read(value)
    except BadField as error:
        named = value.get("id") if isinstance(value, Mapping) else None
        return rejected(position, error, named if isinstance(named, str) else None)


def rejected(position: int, error: BadField, claim: str | None = None) -> Rejected:
    """The refusal of one field as the rejection of what stands at `position`."""
    reason = f"{error.message}; {error.hint}" if error.hint else error.message
    return Rejected(position, reason, error.field, claim)


def parsed(text: str | bytes) -> Any:
    """JSON with exact decimals. Raises ValueError, also for NaN and Infinity, which are not JSON."""
    return json.loads(text, parse_float=Decimal, parse_constant=_no_number)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "an array", str: "text", bool: "true or false"}.get(type(value), "a number")


def _setting(value: object) -> Setting:
    known = [setting.value for setting in Setting]
    if isinstance(value, str) and value.strip().lower() in known:
        return Setting(value.strip().lower())
    fields.refuse("setting", value, "one of " + ", ".join(known), "say whose bill it is: practitioner, outpatient ...")


def _lines(value: object) -> tuple[ServiceLine, ...]:
    entries = _list("lines", value)
    if not entries:
        raise BadField("lines", "the claim has no lines", "give at least one service line")
    if len(entries) > fields.MOST_LINES:
        raise BadField(
            "lines", f"the claim has {len(entries):,} lines, more than {fields.MOST_LINES:,}", "split the claim"
        )
    numbers = _numbers(entries)
    return tuple(_line(entry, number) for entry, number in zip(entries, numbers, strict=True))


def _numbers(entries: list[Any]) -> list[int]:
    """The lines' numbers; a line without one gets its place in the list, or the next number nobody has."""
    given = [entry.get("line") if isinstance(entry, Mapping) else None for entry in entries]
    taken: set[int] = set()
    for place, number in enumerate(given, 1):
        if number is None:
            continue
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 999_999:
            raise BadField("line", f"line is {number!r}, expected a whole number from 1", "number the lines", place)
        if number in taken:
            raise BadField("line", "the number is given to two lines", "number each line once", number)
        taken.add(number)
    numbers = []
    spare = 1
    for place, number in enumerate(given, 1):
        if number is None:
            while spare in taken:
                spare += 1
            number = place if place not in taken else spare
            taken.add(number)
        numbers.append(number)
    return numbers


def _line(entry: object, number: int) -> ServiceLine:
    try:
        if not isinstance(entry, Mapping):
            raise BadField("lines", f"a line is a JSON object, not {_kind(entry)}", 'send {"code": ..., "units": 1}')
        return _read_line(entry, number)
    except BadField as error:
        if error.line is not None:
            raise
        raise BadField(error.field, error.message, error.hint, number) from None


def _read_line(entry: Mapping[str, Any], number: int) -> ServiceLine:
    _known(entry, LINE_KEYS)
    given_units = entry.get("units")
    return ServiceLine(
        line=number,
        code=fields.procedure(entry.get("code")),
        date_of_service=fields.iso_day("date_of_service", entry.get("date_of_service")),
        modifiers=tuple(fields.modifier(m) for m in _list("modifiers", entry.get("modifiers")) if m != ""),
        units=1 if given_units is None else fields.units(given_units),
        place_of_service=_optional(entry, "place_of_service", fields.place),
        provider=_optional(entry, "provider", lambda v: fields.text("provider", v, "the NPI of who did it")),
        specialty=_optional(entry, "specialty", lambda v: fields.text("specialty", v, "a specialty or taxonomy code")),
        group=_optional(entry, "group", lambda v: fields.text("group", v, "the NPI of the group that bills")),
        pointers=tuple(fields.pointer(p) for p in _list("pointers", entry.get("pointers"))),
        charge=_optional(entry, "charge", lambda v: fields.money("charge", v)),
        ndc=_optional(entry, "ndc", lambda v: fields.text("ndc", v, "a National Drug Code")),
    )


def _list(field: str, value: object) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return list(value)
    raise BadField(field, f"{field} is {_kind(value)}, expected a list", f'write "{field}": [...]')


def _optional(value: Mapping[str, Any], field: str, read: Callable[[Any], T]) -> T | None:
    """None when the field is absent, null or blank."""
    found = value.get(field)
    return None if found is None or (isinstance(found, str) and not found.strip()) else read(found)


def _source(value: object) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        return tuple(value.items())
    raise BadField("source", "source is no object of texts", 'write "source": {"file": ...} or leave it out')


def _known(value: Mapping[Any, Any], keys: tuple[str, ...]) -> None:
    for key in value:
        if key not in keys and isinstance(key, str) and (meant := _meant(key, keys)) and meant not in value:
            raise BadField(meant, f"{key!r} is not a field of a claim", f"write it as {meant!r}")


@lru_cache(maxsize=4096)
def _meant(key: str, keys: tuple[str, ...]) -> str | None:
    """The field a foreign key seems to mean."""
    plain = key.lower().replace("-", "_").replace(" ", "_")
    named = OTHER_NAMES.get(plain)
    if named in keys:
        return named
    close = difflib.get_close_matches(plain, keys, 1, 0.8)
    return close[0] if close else None


def _line_value(line: ServiceLine) -> dict[str, Any]:
    value: dict[str, Any] = {"line": line.line, "code": line.code, "modifiers": list(line.modifiers)}
    value["units"] = line.units
    value["date_of_service"] = line.date_of_service.isoformat()
    for field in ("place_of_service", "provider", "specialty", "group", "ndc"):
        if (held := getattr(line, field)) is not None:
            value[field] = held
    if line.pointers:
        value["pointers"] = list(line.pointers)
    if line.charge is not None:
        value["charge"] = format(line.charge, "f")
    return value

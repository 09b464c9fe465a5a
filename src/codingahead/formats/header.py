"""Which column of a table of claims holds which field?

Knows the column names of the contract and those that practice management exports and the CMS-1500 form use; an explicit mapping
goes before both. Names are compared by their letters and digits only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codingahead.words.errors import BadInput

_KNOWN = [
    line.split("\t") for line in (Path(__file__).parent / "data" / "column_names.tsv").read_text("utf-8").splitlines()
]
# The first name of each is the contract's own; of several columns present the earlier name wins.
NAMES = {field: tuple(names.split()) for kind, field, names in _KNOWN if kind == "one"}
LISTS = {field: tuple(names.split()) for kind, field, names in _KNOWN if kind == "list"}
# What tells patients apart when no column is named `patient`: the first of these, or name and day of birth together.
PATIENT_NUMBERS, PATIENT_NAMES = (tuple(names.split()) for kind, _, names in _KNOWN if kind == "patient")
NUMBERED: dict[str, re.Pattern[str]] = {
    "modifiers": re.compile(r"(?:cpt|proc|procedure|hcpcs|line)?(?:modifier|mod|m)(?:code|cd)?0?([1-9])"),
    "diagnoses": re.compile(
        r"(?:claim|line|patient)?(?:dx|diag|diagnosis|icd10cm|icd10code|icd10dx|icd10(?=\d)|icdcode|icddgns|icddx|icd|diagcd)(?:code|cd)?0?([1-9]|[12]\d)"
    ),
    "pointers": re.compile(r"(?:dx|diag|diagnosis|icd)?(?:pointer|ptr)0?([1-9])"),
}
REQUIRED = ("id", "code", "date_of_service")

ColumnMapping = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of columns from 0. `opaque`: the patient column is used as it is; else what stands in `patient` is digested."""

    one: dict[str, int]
    many: dict[str, tuple[int, ...]]
    patient: tuple[int, ...] = ()
    opaque: bool = False
    width: int = 0
    names: tuple[str, ...] = field(default=(), compare=False)


def squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def layout_of(header: Sequence[str], mapping: ColumnMapping | None = None) -> Layout:
    """Raises BadInput when a claim number, a code or a date of service is in no column, or the mapping names what is not there."""
    places: dict[str, int] = {}
    for position, name in enumerate(header):
        places.setdefault(squeezed(name), position)
    given = _given(places, header, mapping or {})
    taken = {position for positions in given.values() for position in positions}
    free = {name: position for name, position in places.items() if position not in taken}
    one = {f: positions[0] for f, positions in given.items() if f in NAMES}
    many = {f: positions for f, positions in given.items() if f in LISTS}
    for name, names in NAMES.items():
        found = next((free[n] for n in names if n in free), None)
        if name not in one and found is not None:
            one[name] = found
    for name in LISTS:
        if name not in many and (columns := _columns_of(name, free)):
            many[name] = columns
    _require(one, header)
    opaque = "patient" in one and squeezed(header[one["patient"]]) == "patient"
    return Layout(one, many, _patient_columns(one, free, opaque), opaque, len(header), tuple(header))


def known_columns(header: Sequence[str]) -> int:
    """How many columns have a name known here: a table of claims has at least a code and a day."""
    names = {squeezed(name) for name in header}
    return sum(1 for known in NAMES.values() if names & set(known)) + sum(
        1 for f in LISTS if _columns_of(f, dict.fromkeys(names, 0))
    )


def _columns_of(name: str, free: Mapping[str, int]) -> tuple[int, ...]:
    """The columns of a list field, numbered ones in the order of their numbers, after the one that holds all."""
    numbered: dict[int, int] = {}
    for column, position in free.items():
        found = NUMBERED[name].fullmatch(column)
        # Alone, a column 'ICD10' holds ICD-10 codes; beside ICD1 and ICD2 it is the tenth.
        if found and not (column == "icd10" and "icd1" not in free) and column not in LISTS[name][:1]:
            numbered.setdefault(int(found[1]), position)
    whole = [free[n] for n in LISTS[name] if n in free and free[n] not in numbered.values()][:1]
    return tuple(whole + [numbered[n] for n in sorted(numbered)])


def _patient_columns(one: Mapping[str, int], free: Mapping[str, int], opaque: bool) -> tuple[int, ...]:
    if "patient" in one:
        return (one["patient"],)
    number = next((free[n] for n in PATIENT_NUMBERS if n in free), None)
    if number is not None:
        return (number,)
    names = [free[n] for n in PATIENT_NAMES if n in free]
    born = [one["birth_date"]] if "birth_date" in one else []
    return tuple(names + born) if names else ()


def _given(places: Mapping[str, int], header: Sequence[str], mapping: ColumnMapping) -> dict[str, tuple[int, ...]]:
    """What the explicit mapping says, as field to positions."""
    given = {}
    for name, columns in mapping.items():
        if name not in NAMES and name not in LISTS:
            fields = ", ".join([*NAMES, *LISTS])
            raise BadInput(f"the mapping names {name!r}, which is no field of a claim", f"fields are: {fields}")
        wanted = [columns] if isinstance(columns, str) else list(columns)
        absent = [column for column in wanted if squeezed(column) not in places]
        if absent or not wanted:
            there = ", ".join(header)
            raise BadInput(
                f"the file has no column {', '.join(map(repr, absent))} for {name}", f"its columns are: {there}"
            )
        given[name] = tuple(places[squeezed(column)] for column in wanted)
    return given


def _require(one: Mapping[str, int], header: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in one]
    if missing:
        there = ", ".join(name for name in header if name)[:300]
        raise BadInput(
            f"no column is known to hold {', '.join(missing)}",
            f"name it in a mapping such as {missing[0]}=COLUMN; the columns are: {there}",
        )

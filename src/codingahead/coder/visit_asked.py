"""What was asked about a visit, made ours: a question from the arguments of any door, or BadInput that names the argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from codingahead.coder.visit_tables import LEVELS, PATIENTS, PAYERS, Kind, tables
from codingahead.words.errors import BadInput

FAMILIES = tuple(tables().families)
ELEMENTS = ("problems", "data", "risk")
MOST_MINUTES = 1_440
MOST_COUNTED = 50
_YES = (True, 1, "1", "true", "yes", "on")
_NO = (None, False, 0, "", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class VisitQuestion:
    """One visit. Levels of elements are 1 to 4, None where nothing was said; `addressed`, `tests`, `risks` and the marks are the worksheet."""

    family: str
    patient: str | None = None
    payer: str | None = None
    problems: int | None = None
    data: int | None = None
    risk: int | None = None
    minutes: int | None = None
    addressed: tuple[tuple[str, int], ...] = ()
    risks: tuple[str, ...] = ()
    tests: int | None = None
    historian: bool = False
    interpretation: bool = False
    discussion: bool = False
    last_seen: date | None = None
    longitudinal: bool | None = None
    modifier_25: bool = False
    preventive: bool = False
    shared: bool = False
    physician_minutes: int | None = None
    other_minutes: int | None = None

    @property
    def total(self) -> int | None:
        """The minutes told, else both practitioners' of a shared visit."""
        if self.minutes is not None or self.physician_minutes is None or self.other_minutes is None:
            return self.minutes
        return self.physician_minutes + self.other_minutes


def visit_question(told: Mapping[str, Any]) -> VisitQuestion:
    """Raises BadInput for an unknown family, level, kind or number."""
    return VisitQuestion(
        family=_one_of("family", told.get("family"), FAMILIES, needed=True) or "",
        patient=_one_of("patient", told.get("patient"), PATIENTS),
        payer=_one_of("payer", told.get("payer"), PAYERS),
        problems=_level("problems", told.get("problems")),
        data=_level("data", told.get("data")),
        risk=_level("risk", told.get("risk")),
        minutes=_number("minutes", told.get("minutes"), MOST_MINUTES),
        addressed=_counted(told.get("addressed")),
        risks=_kinds("risks", told.get("risks"), tables().risks),
        tests=_number("tests", told.get("tests"), MOST_COUNTED),
        historian=bool(_yes("historian", told.get("historian"))),
        interpretation=bool(_yes("interpretation", told.get("interpretation"))),
        discussion=bool(_yes("discussion", told.get("discussion"))),
        last_seen=_day(told.get("last_seen")),
        longitudinal=_yes("longitudinal", told.get("longitudinal")),
        modifier_25=bool(_yes("modifier_25", told.get("modifier_25"))),
        preventive=bool(_yes("preventive", told.get("preventive"))),
        shared=bool(_yes("shared", told.get("shared"))),
        physician_minutes=_number("physician_minutes", told.get("physician_minutes"), MOST_MINUTES),
        other_minutes=_number("other_minutes", told.get("other_minutes"), MOST_MINUTES),
    )


def _one_of(name: str, value: Any, known: tuple[str, ...], *, needed: bool = False) -> str | None:
    if value in (None, "") and not needed:
        return None
    wanted = str(value or "").strip().lower().replace("-", "_").replace(" ", "_")
    if wanted not in known:
        raise BadInput(f"{name}: {str(value or '')[:40]!r} is not known", f"give one of {', '.join(known)}")
    return wanted


def _level(name: str, value: Any) -> int | None:
    found = _one_of(name, value, LEVELS)
    return None if found is None else LEVELS.index(found) + 1


def _number(name: str, value: Any, most: int) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) <= 6) or int(text) > most:
        raise BadInput(
            f"{name}: {str(value)[:20]!r} is not a whole number up to {most}", f"give a number from 0 to {most}"
        )
    return int(text)


def _yes(name: str, value: Any) -> bool | None:
    """None where nothing was said."""
    said = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(said, str | bool | int | None) or said not in (*_YES, *_NO):
        raise BadInput(f"{name}: {str(value)[:20]!r} is neither true nor false", "give true or false")
    return None if said in (None, "") else said in _YES


def _counted(value: Any) -> tuple[tuple[str, int], ...]:
    """{"stable_chronic": 2} or ["stable_chronic", "minor"]."""
    if isinstance(value, Mapping):
        names = _kinds("addressed", list(value), tables().problems)
        counts = [
            (name, _number(f"addressed.{name}", value[key], MOST_COUNTED))
            for name, key in zip(names, value, strict=True)
        ]
        return tuple((name, count) for name, count in counts if count)
    names = _kinds("addressed", value, tables().problems)
    return tuple((name, names.count(name)) for name in dict.fromkeys(names))


def _kinds(name: str, value: Any, known: Mapping[str, Kind]) -> tuple[str, ...]:
    if value in (None, ""):
        return ()
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, Iterable):
        raise BadInput(f"{name}: not a list", f"give some of {', '.join(known)}")
    return tuple(_one_of(name, one, tuple(known), needed=True) or "" for one in list(value)[:MOST_COUNTED])


def _day(value: Any) -> date | None:
    if value in (None, "") or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise BadInput(f"last_seen: {str(value)[:40]!r} is not a date", "write the day as YYYY-MM-DD") from None

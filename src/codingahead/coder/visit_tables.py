"""The tables of evaluation and management: families of visits with their codes, levels and minutes, prolonged services, what raises a level.

Read once from `data/visits.yaml`. What they come to for one visit is `visit`'s question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

LEVELS = ("straightforward", "low", "moderate", "high")
PATIENTS = ("new", "established")
PAYERS = ("medicare", "cpt")
ANY = "any"


@dataclass(frozen=True, slots=True)
class Row:
    """One code of a family. `levels`: 1 to 4, none where only time counts; `minutes`: the least number, by the day it holds from."""

    code: str
    levels: tuple[int, ...]
    minutes: tuple[tuple[date, int], ...]

    def least(self, on: date) -> int | None:
        """Minutes that must be met or exceeded on the day; None for codes without a time."""
        return next((minutes for start, minutes in reversed(self.minutes) if start <= on), None)


@dataclass(frozen=True, slots=True)
class Note:
    """A rule to be told beside the code; `payer` None: it holds for all."""

    text: str
    document: str
    payer: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """Codes of one kind of visit, lowest first; `start` is the first day that these rules hold for. `medicare`: the family it takes instead."""

    name: str
    title: str
    start: date
    document: str
    needs_patient: bool
    is_facility: bool
    only: str | None
    rows: Mapping[str, tuple[Row, ...]]
    besides: Mapping[str, tuple[tuple[str, str], ...]]
    notes: tuple[Note, ...]
    medicare: tuple[str, str, str] | None

    def codes(self, patient: str | None) -> tuple[Row, ...]:
        return self.rows[(patient or PATIENTS[0]) if self.needs_patient else ANY]


@dataclass(frozen=True, slots=True)
class Prolonged:
    """`starts`: total minutes at which the first unit may be reported; each further full 15 minutes is one more. `days`: over which time counts."""

    base: str
    payer: str
    code: str
    starts: int
    first: date
    last: date | None
    days: str
    document: str

    def units(self, minutes: int) -> int:
        return 0 if minutes < self.starts else 1 + (minutes - self.starts) // 15


@dataclass(frozen=True, slots=True)
class Kind:
    """A problem or a risk: the level that one gives, and two or more of the kind."""

    text: str
    level: int
    two: int


@dataclass(frozen=True, slots=True)
class Tables:
    families: Mapping[str, Family]
    prolonged: tuple[Prolonged, ...]
    problems: Mapping[str, Kind]
    risks: Mapping[str, Kind]
    data: Mapping[int, str]
    documents: Mapping[str, Mapping[str, str]]
    longitudinal: Mapping[str, Any]
    shared: Mapping[str, Any]
    new_patient: Mapping[str, Any]

    def prolonged_after(self, base: str, payer: str, on: date) -> Prolonged | None:
        """The prolonged service that a payer knows for a code on the day."""
        return next(
            (
                p
                for p in self.prolonged
                if (p.base, p.payer) == (base, payer) and p.first <= on and (p.last is None or on <= p.last)
            ),
            None,
        )

    def criteria(self, element: str, level: int) -> str:
        """What reaches this level of an element, in words."""
        if element == "data":
            return self.data[level]
        kinds = (self.problems if element == "problems" else self.risks).values()
        one = [k.text for k in kinds if k.level == level]
        two = [f"two or more of: {k.text}" for k in kinds if k.two == level > k.level]
        return "; ".join((*one, *two))


@lru_cache(maxsize=1)
def tables() -> Tables:
    read = yaml.safe_load((resources.files(__package__) / "data" / "visits.yaml").read_text(encoding="utf-8"))
    return Tables(
        families={name: _family(name, told) for name, told in read["families"].items()},
        prolonged=tuple(
            Prolonged(
                p["base"], p["payer"], p["code"], p["starts"], p["from"], p.get("until"), p["days"], p["document"]
            )
            for p in read["prolonged"]
        ),
        problems={name: _kind(told) for name, told in read["problems"].items()},
        risks={name: _kind(told) for name, told in read["risks"].items()},
        data=read["data"],
        documents=read["documents"],
        longitudinal=read["longitudinal"],
        shared=read["shared"],
        new_patient=read["new_patient"],
    )


def _family(name: str, told: dict[str, Any]) -> Family:
    instead = told.get("medicare")
    return Family(
        name,
        told["title"],
        told["from"],
        told["document"],
        bool(told.get("patient")),
        bool(told.get("facility")),
        told.get("only"),
        {patient: tuple(_row(row) for row in rows) for patient, rows in told["rows"].items()},
        {p: tuple((one["code"], one["text"]) for one in some) for p, some in (told.get("besides") or {}).items()},
        tuple(Note(n["text"], n["document"], n.get("payer")) for n in told.get("notes") or ()),
        (instead["family"], instead["text"], instead["document"]) if instead else None,
    )


def _row(told: dict[str, Any]) -> Row:
    return Row(told["code"], tuple(told["levels"]), tuple(sorted((told.get("minutes") or {}).items())))


def _kind(told: dict[str, Any]) -> Kind:
    return Kind(told["text"], told["level"], told.get("two", told["level"]))


def sheet() -> dict[str, Any]:
    """The choices of a worksheet, for forms: families, problems and risks in words, with the level that each gives."""
    known = tables()
    return {
        "families": [
            {"name": f.name, "title": f.title, "only": f.only, "patient": f.needs_patient}
            for f in known.families.values()
        ],
        "problems": [
            {
                "name": n,
                "text": k.text,
                "level": LEVELS[k.level - 1],
                "two": LEVELS[k.two - 1] if k.two > k.level else None,
            }
            for n, k in known.problems.items()
        ],
        "risks": [{"name": n, "text": k.text, "level": LEVELS[k.level - 1]} for n, k in known.risks.items()],
        "levels": list(LEVELS),
    }

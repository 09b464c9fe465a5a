"""The worksheet as it was filled in, made into arguments of `level_visit`; and its boxes as they are to be shown again.

It holds no date but the day of service and no name, so it may stand in an address.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

TOLD = (
    "family",
    "patient",
    "payer",
    "problems",
    "data",
    "risk",
    "minutes",
    "tests",
    "physician_minutes",
    "other_minutes",
)
MARKS = ("historian", "interpretation", "discussion", "modifier_25", "preventive", "shared")
COUNT = "count-"


def arguments(query: QueryDict) -> dict[str, Any]:
    """Nothing is checked here: the library names what it cannot read."""
    made: dict[str, Any] = {name: value for name in TOLD if (value := query.get(name, "").strip())}
    made |= {name: True for name in MARKS if query.get(name)}
    if query.get("longitudinal") in ("yes", "no"):
        made["longitudinal"] = query["longitudinal"] == "yes"
    if made.get("shared") is None:
        made = {name: value for name, value in made.items() if name not in ("physician_minutes", "other_minutes")}
    counted = {
        name.removeprefix(COUNT): value
        for name, value in query.items()
        if name.startswith(COUNT) and str(value).strip(" 0")
    }
    if counted:
        made["addressed"] = counted
    if query.getlist("risks"):
        made["risks"] = query.getlist("risks")
    return made


def boxes(query: QueryDict, sheet: dict[str, Any]) -> dict[str, Any]:
    """The choices with what was chosen."""
    chosen = query.getlist("risks")
    return {
        "families": sheet["families"],
        "levels": sheet["levels"],
        "problem_boxes": [kind | {"count": query.get(COUNT + kind["name"], "")} for kind in sheet["problems"]],
        "risk_boxes": [kind | {"chosen": kind["name"] in chosen} for kind in sheet["risks"]],
        "told": {name: query.get(name, "") for name in (*TOLD, *MARKS, "longitudinal")},
    }

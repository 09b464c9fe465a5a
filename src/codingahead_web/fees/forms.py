"""What was asked about a fee, made ours: lines of a basket, a place, a place of service."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict

LINE = re.compile(r"([0-9A-Za-z]{5})((?:-[0-9A-Za-z]{2})*)(?:[xX*](\d{1,4}))?")
PLACES = (("11", "11 Office"), ("22", "22 Outpatient hospital"), ("21", "21 Inpatient hospital"), ("23", "23 Emergency room"), ("24", "24 Surgical center"),
          ("12", "12 Home"), ("31", "31 Skilled nursing facility"), ("02", "02 Telehealth, not at home"), ("10", "10 Telehealth at home"))  # fmt: skip
MOST_LINES = 40


def lines(text: str) -> list[dict[str, Any]]:
    """'99213-25 97110x2' and rows of a column; what is no code is passed on for the library to refuse by name."""
    made = []
    for part in re.split(r"[\s,;]+", text.strip())[:MOST_LINES]:
        found = LINE.fullmatch(part)
        if found:
            made.append(
                {
                    "code": found[1].upper(),
                    "modifiers": [m.upper() for m in found[2].split("-") if m],
                    "units": int(found[3] or 1),
                }
            )
        elif part:
            made.append({"code": part[:12].upper(), "modifiers": [], "units": 1})
    return made


def arguments(query: QueryDict) -> dict[str, Any]:
    """Arguments of the tool `price_service`."""
    made: dict[str, Any] = {"pos": query.get("pos") or "11", "lines": lines(query.get("code", ""))}
    where = query.get("where", "").strip()
    if re.fullmatch(r"\d{5}(-?\d{4})?", where):
        made["zip"] = where
    elif "/" in where:
        made["locality"] = where
    else:
        made["national"] = True
    if query.get("qp"):
        made["qp"] = True
    if query.get("minutes", "").isdecimal():
        made["lines"] = [line | {"minutes": int(query["minutes"])} for line in made["lines"]]
    if len(made["lines"]) == 1:
        made |= made.pop("lines")[0]
    return made

"""What do the postings of this board pay? Medians and middle halves by credential, setting, state and experience, with the number of postings."""

from __future__ import annotations

from collections import defaultdict
from statistics import median, quantiles
from typing import Any

from django.core.cache import cache
from django.db.models import F

from codingahead_web.careers import tables
from codingahead_web.careers.models import Posting
from codingahead_web.careers.queries import open_postings

FEWEST = 5  # postings of which a median is told
KEPT = 600  # seconds
LOW, HIGH = 20_000, 160_000  # dollars a year between which the chart is drawn
WIDTH = 400  # of the chart, in its own units
_GROUPS = ("Credential", "Setting", "Experience", "Work place", "State")


def statistics() -> dict[str, Any]:
    """`groups`: name and rows; each row with count, quartiles and median in dollars a year. Pay by the chart and pay not stated do not count."""
    told: dict[str, Any] | None = cache.get("careers.pay")
    if told is None:
        told = _counted()
        cache.set("careers.pay", told, KEPT)
    return told


def _counted() -> dict[str, Any]:
    paid = open_postings().filter(pay_year_min__isnull=False, pay_year_max__isnull=False)
    rows = paid.values_list(
        (F("pay_year_min") + F("pay_year_max")) / 2, "credentials", "setting", "experience_years", "place", "states"
    )
    settings, places = dict(Posting.Setting.choices), dict(Posting.Place.choices)
    sorted_in: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in _GROUPS}
    every = []
    for pay, credentials, setting, years, place, states in rows.iterator(chunk_size=5000):
        every.append(pay)
        labels = [("Setting", settings[setting]), ("Experience", _years(years)), ("Work place", places[place])]
        labels += [("Credential", c) for c in credentials]
        labels += [("State", tables.STATES[states[0]])] if len(states) == 1 and states[0] in tables.STATES else []
        for group, label in labels:
            sorted_in[group][label].append(pay)
    groups = []
    for name in _GROUPS:
        made = [_row(label, pays) for label, pays in sorted_in[name].items() if len(pays) >= FEWEST]
        key = (lambda row: row["label"]) if name in ("State", "Experience") else (lambda row: -row["median"])
        if made:
            groups.append({"name": name, "rows": sorted(made, key=key)})
    return {
        "total": len(every),
        "all": _row("All", every) if len(every) >= FEWEST else None,
        "groups": groups,
        "fewest": FEWEST,
    }


def _row(label: str, pays: list[int]) -> dict[str, Any]:
    low, _, high = quantiles(pays, n=4)
    middle = median(pays)
    return {
        "label": label, "count": len(pays), "low": round(low), "median": round(middle), "high": round(high), "x": _at(low),
        "width": max(2, _at(high) - _at(low)), "middle": _at(middle),
    }  # fmt: skip


def _at(pay: float) -> int:
    """Where an amount stands in the chart."""
    return round(WIDTH * min(max((pay - LOW) / (HIGH - LOW), 0), 1))


def _years(years: int) -> str:
    return (
        "0, entry level"
        if not years
        else "1 to 2 years"
        if years < 3
        else "3 to 4 years"
        if years < 5
        else "5 years and more"
    )

"""What does the address of a list ask for? One reading for the pages, the feed, the alerts and REST. Unknown values are dropped, not refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from codingahead_web.careers import tables
from codingahead_web.careers.models import Posting

# Filters with a set of values: name in the address, words above it, values with their words.
CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "credential": ("Credential", tables.credentials()),
    "place": ("Work place", dict(Posting.Place.choices)),
    "setting": ("Setting", dict(Posting.Setting.choices)),
    "type": ("Type", dict(Posting.Kind.choices)),
    "specialty": ("Specialty", tables.SPECIALTIES),
    "state": ("State", tables.STATES),
}
SINCE = {"1": "Last day", "7": "Last 7 days", "30": "Last 30 days"}
PAYS = {"40000": "$40,000", "50000": "$50,000", "60000": "$60,000", "75000": "$75,000", "90000": "$90,000"}
SORTS = {"": "Best match", "new": "Newest", "pay": "Pay"}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """`pay`: dollars a year at least; `since`: days; `exact`: postings that take an equivalent credential are left out."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pay: int | None = None
    since: int | None = None
    exact: bool = False
    sort: str = ""

    def __bool__(self) -> bool:
        return bool(self.q or any(self.chosen.values()) or self.pay or self.since)

    def pairs(self) -> list[tuple[str, str]]:
        told = [("q", self.q)] if self.q else []
        told += [(name, value) for name in CHOICES for value in self.chosen.get(name, ())]
        told += [("pay", str(self.pay))] if self.pay else []
        told += [("since", str(self.since))] if self.since else []
        told += [("exact", "1")] if self.exact else []
        return told + ([("sort", self.sort)] if self.sort else [])

    def address(self) -> str:
        """The query of the address, always in the same order: what is canonical and what is saved."""
        return urlencode(self.pairs())

    def words(self) -> str:
        """What the search is called unless its owner says otherwise."""
        labels = [CHOICES[n][1][v] for n in CHOICES for v in self.chosen.get(n, ())]
        labels += [f"from ${self.pay:,} a year"] if self.pay else []
        labels += [SINCE.get(str(self.since), f"last {self.since} days")] if self.since else []
        return ", ".join(([self.q] if self.q else []) + labels)[:120] or "All jobs"


def read(query: QueryDict) -> Asked:
    chosen = {}
    for name, (_, values) in CHOICES.items():
        given = [v for value in query.getlist(name)[:60] for v in value.split(",")]
        low = {value.lower(): value for value in values}
        chosen[name] = tuple(dict.fromkeys(low[v.strip().lower()] for v in given if v.strip().lower() in low))
    sort = query.get("sort", "")
    return Asked(
        q=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST], chosen=chosen, pay=_number(query.get("pay"), 10_000_000),
        since=_number(query.get("since"), 3650), exact=query.get("exact") == "1", sort=sort if sort in SORTS else "",
    )  # fmt: skip


def _number(value: Any, most: int) -> int | None:
    text = str(value or "").strip()
    return min(int(text), most) or None if text.isascii() and text.isdigit() and len(text) < 12 else None

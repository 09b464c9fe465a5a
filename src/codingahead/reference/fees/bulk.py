"""Prices by the hundred thousand: the fee schedule of a day as whole numbers, one vectorised pass over many lines.

Relative values are hundredths, indices millionths and factors ten-thousandths, so that every product is exact and is
rounded once, half up, as the single price is. Speaks of fees only: a line with a modifier other than a component, or
one that needs the rules for several services, is priced by `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codingahead.reference.fees.physician import PAYABLE
from codingahead.reference.fees.places import FACILITY, NONFACILITY
from codingahead.reference.fees.tables import Schedule, localities
from codingahead.reference.fees.values import NATIONAL, Indices
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.errors import NotFound

NATIONWIDE = ""
NO_PRICE = -1
# Hundredths of a value times millionths of an index times ten-thousandths of a factor, to cents.
TO_CENTS = 10 ** (2 + 6 + 4 - 2)
VALUES = ("work_rvu", "mp_rvu", "opps_mp")
Ints = NDArray[np.int64]


class PriceTable:
    """Values of every payable row, by code and component, and indices of every locality. Build it once a day and share it."""

    def __init__(
        self, rows: Mapping[tuple[str, str], Mapping[str, str]], places: Mapping[str, Indices], factor: Decimal
    ) -> None:
        self.rows = {key: i for i, key in enumerate(rows)}
        self.places = {key: i for i, key in enumerate(places)}
        self.factor = _whole(factor, 4)
        cells = list(rows.values())
        self.values = {name: _column(cells, name) for name in VALUES}
        self.pe = {basis: _column(cells, f"{basis}_pe_rvu") for basis in ("facility", "nonfacility")}
        self.opps_pe = {basis: _column(cells, f"opps_{basis}_pe") for basis in ("facility", "nonfacility")}
        self.open = {basis: np.array([c.get(f"{basis}_na") != "NA" for c in cells], bool) for basis in self.pe}
        self.indices = np.array([[_whole(v, 6) for v in (p.work, p.pe, p.mp)] for p in places.values()], np.int64)

    @classmethod
    def of(cls, pack: Pack, on: date, *, qp: bool = False) -> PriceTable:
        """Raises NotFound when the pack holds no fee schedule of the day's year."""
        citations = Citations(pack, on)
        schedule = Schedule(citations, qp=qp)
        if schedule.trouble or schedule.release is None:
            raise NotFound(schedule.trouble or "no fee schedule", "load the relative value file of that year")
        rows: dict[tuple[str, str], Mapping[str, str]] = {}
        factor = Decimal(0)
        for record in queries.release_records(pack, schedule.release[0]):
            cells = record.cells
            if cells["status"] in PAYABLE and Decimal(cells["nonfacility_total"]) + Decimal(cells["facility_total"]):
                rows[record.code, record.variant] = cells
                factor = factor or schedule.own_factor or Decimal(cells["conversion_factor"] or 0)
        places = {NATIONWIDE: NATIONAL} | localities(pack, on)
        return cls(rows, places, factor)

    def row_numbers(self, codes: Sequence[str], components: Sequence[str] | None = None) -> Ints:
        """Where each code and component ('', '26', 'TC', '53') stands; -1 for what has no price."""
        known = self.rows
        pairs = zip(codes, components or [""] * len(codes), strict=True)
        return np.fromiter((known.get(pair, -1) for pair in pairs), np.int64, len(codes))

    def place_numbers(self, places: Sequence[str]) -> Ints:
        """Where each 'MAC/LOC' stands, '' being national; -1 for an unknown one."""
        known = self.places
        return np.fromiter((known.get(place, -1) for place in places), np.int64, len(places))

    def cents(self, rows: Ints, places: Ints, is_facility: NDArray[np.bool_]) -> Ints:
        """The fee of each line in cents; NO_PRICE where the row, the place or the setting has none."""
        made = np.full(len(rows), NO_PRICE, np.int64)
        if not self.rows:
            return made
        for basis, chosen in (("facility", is_facility), ("nonfacility", ~is_facility)):
            at = np.flatnonzero(chosen & (rows >= 0) & (places >= 0))
            at = at[self.open[basis][rows[at]]]
            made[at] = self._fee(rows[at], self.indices[places[at]], basis)
        return made

    def _fee(self, rows: Ints, indices: Ints, basis: str) -> Ints:
        work = self.values["work_rvu"][rows] * indices[:, 0]
        own = work + self.pe[basis][rows] * indices[:, 1] + self.values["mp_rvu"][rows] * indices[:, 2]
        most = work + self.opps_pe[basis][rows] * indices[:, 1] + self.values["opps_mp"][rows] * indices[:, 2]
        is_capped = self.opps_pe[basis][rows] > 0
        least = np.where(is_capped, np.minimum(own, most), own)
        rounded: Ints = (least * self.factor + TO_CENTS // 2) // TO_CENTS
        return rounded

    def price_many(
        self, codes: Sequence[str], pos: Sequence[str], places: Sequence[str], components: Sequence[str] | None = None
    ) -> list[Decimal | None]:
        """The fee of each line, None where there is none; `places` as 'MAC/LOC' or '' for national."""
        is_facility = np.fromiter((p in FACILITY for p in pos), bool, len(pos))
        is_known = np.fromiter((p in FACILITY or p in NONFACILITY for p in pos), bool, len(pos))
        rows = np.where(is_known, self.row_numbers(codes, components), -1)
        found = self.cents(rows, self.place_numbers(places), is_facility)
        return [None if c == NO_PRICE else Decimal(c).scaleb(-2) for c in found.tolist()]

    def every_place(self, code: str, component: str = "") -> list[dict[str, Any]]:
        """One code in every locality: what a table or a chart of places shows."""
        count = len(self.places)
        rows = np.repeat(self.row_numbers([code], [component]), count)
        places = np.arange(count, dtype=np.int64)
        sides = {
            b: self.cents(rows, places, np.full(count, b == "facility")).tolist() for b in ("facility", "nonfacility")
        }
        return [
            {
                "locality": key,
                **{b: None if sides[b][i] == NO_PRICE else f"{Decimal(sides[b][i]).scaleb(-2)}" for b in sides},
            }
            for key, i in self.places.items()
        ]


def _whole(value: Decimal, places: int) -> int:
    scaled = value.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than {places} decimals")
    return int(scaled)


def _column(cells: Sequence[Mapping[str, str]], name: str) -> Ints:
    return np.array([_whole(Decimal(c.get(name) or 0), 2) for c in cells], np.int64)

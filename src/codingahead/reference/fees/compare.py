"""Why does a service pay more or less than it did? The fee of two days, and the share of each factor in the change.

Work, practice expense, malpractice, the indices of the place and the conversion factor are changed one after another, in this order; each share is
the difference in cents that its own step makes, so that the shares add up to the change. Another order gives slightly other shares.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from codingahead.reference.fees.physician import fee, obstacle
from codingahead.reference.fees.places import FACILITY, NONFACILITY
from codingahead.reference.fees.tables import Schedule, Somewhere
from codingahead.reference.fees.values import Indices, Relative, cents
from codingahead.reference.sources import Citations
from codingahead.store.pack import Pack
from codingahead.words.errors import BadInput, NotFound
from codingahead.words.fees import Place

# Modifiers with relative values of their own.
COMPONENTS = ("26", "TC", "53")
STEPS = (
    ("work", "work relative value", ("work_rvu",)),
    (
        "practice_expense",
        "practice expense relative value",
        ("facility_pe_rvu", "nonfacility_pe_rvu", "opps_facility_pe", "opps_nonfacility_pe"),
    ),
    ("malpractice", "malpractice relative value", ("mp_rvu", "opps_mp")),
)


def compare(
    pack: Pack, code: str, first: date, last: date, *, pos: str, modifier: str, place: Place, qp: bool
) -> dict[str, Any]:
    """The Comparison value. Raises BadInput for a day or place of service that cannot be, NotFound for a code of neither schedule."""
    if last <= first:
        raise BadInput(f"to: {last} is not after {first}", "give the earlier day first")
    basis = _basis(pos)
    after = _Day(pack, last, code, modifier, place, qp)
    # A ZIP code is looked up once: both days are compared in the locality that it names on the later one.
    mac, _, locality = after.place.key.partition("/")
    before = _Day(pack, first, code, modifier, Place(mac, locality) if after.place.key else place, qp)
    if before.row is None and after.row is None and not (before.trouble or after.trouble):
        raise NotFound(f"neither day's fee schedule holds {code}", "check the code")
    sides = [one.side(basis) for one in (before, after)]
    made: dict[str, Any] = {
        "code": code, "modifier": modifier, "pos": pos, "basis": basis, "place": after.place.to_json(), "from": sides[0], "to": sides[1],
        "change": None, "percent": None, "parts": [],
    }  # fmt: skip
    if sides[0]["amount"] and sides[1]["amount"] and before.row and after.row:
        was, now = Decimal(sides[0]["amount"]), Decimal(sides[1]["amount"])
        made |= {"change": str(now - was), "percent": str(cents((now / was - 1) * 100)) if was else None}
        made["parts"] = _parts(before.row, before.place.indices, after.row, after.place.indices, basis)
    return made


class _Day:
    """One of the two days: the row, the place, and why there is no price."""

    def __init__(self, pack: Pack, on: date, code: str, modifier: str, place: Place, qp: bool) -> None:
        self.citations = Citations(pack, on)
        self.schedule = Schedule(self.citations, qp=qp)
        self.place = Somewhere(self.citations, place)
        self.trouble = self.schedule.trouble or self.place.trouble
        self.row: Relative | None = None if self.schedule.trouble else self.schedule.row(code, modifier)

    def side(self, basis: str) -> dict[str, Any]:
        row, reason = self.row, self.trouble
        if reason is None:
            reason = obstacle(row, basis) if row else "not in the fee schedule of that day"
        made: dict[str, Any] = {"on": self.citations.on.isoformat(), "amount": None, "reason": reason}
        if row:
            indices = self.place.indices
            self.schedule.cite(row)
            made |= {
                "work": row.says("work_rvu"), "pe": row.says(f"{basis}_pe_rvu"), "mp": row.says("mp_rvu"), "conversion_factor": str(row.factor),
                "gpci": {"work": str(indices.work), "pe": str(indices.pe), "mp": str(indices.mp)},
                "amount": None if reason else str(fee(row, indices, basis)),
            }  # fmt: skip
        return made | self.citations.to_json()


def _basis(pos: str) -> str:
    if pos in FACILITY:
        return "facility"
    if pos in NONFACILITY:
        return "nonfacility"
    raise BadInput(
        f"pos: {pos[:10]!r} is no place of service with a known setting", "give two digits, such as 11 or 22"
    )


def _parts(was: Relative, was_at: Indices, now: Relative, now_at: Indices, basis: str) -> list[dict[str, Any]]:
    """What each factor adds when the old row is turned into the new one step by step."""
    made = []
    at, amount = was, fee(was, was_at, basis)

    def share(name: str, said: str, before: str, after: str, reached: Decimal) -> None:
        nonlocal amount
        made.append({"name": name, "text": said, "before": before, "after": after, "amount": str(reached - amount)})
        amount = reached

    for name, said, fields in STEPS:
        at = replace(at, cells={**at.cells, **{field: now.says(field) for field in fields}})
        shown = f"{basis}_pe_rvu" if name == "practice_expense" else fields[0]
        share(name, said, was.says(shown), now.says(shown), fee(at, was_at, basis))
    share("place", "indices of the place", _said(was_at), _said(now_at), fee(at, now_at, basis))
    at = replace(at, factor=now.factor)
    share("conversion_factor", "conversion factor", str(was.factor), str(now.factor), fee(at, now_at, basis))
    return made


def _said(indices: Indices) -> str:
    return f"{indices.work} / {indices.pe} / {indices.mp}"

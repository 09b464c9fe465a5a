"""The rows that prices are made of, for one day: relative values, indices, factors, localities. Money stays within its calendar year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from codingahead.reference.fees.values import NATIONAL, Indices, Relative
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.queries import StoredRecord
from codingahead.words.errors import BadInput, NotFound
from codingahead.words.fees import Place
from codingahead.words.releases import Release

NAMES = {
    "pfs": "physician fee schedule",
    "pfs.gpci": "geographic practice cost indices",
    "pfs.anesthesia": "anesthesia conversion factors",
    "pfs.anesthesia.qp": "anesthesia conversion factors for qualifying participants",
    "pfs.anesthesia_base": "anesthesia base units",
    "clfs": "clinical laboratory fee schedule",
    "opps": "hospital outpatient addendum B",
    "asc": "ambulatory surgical center addendum AA",
    "asp": "Part B drug payment limits",
    "dmepos": "equipment fee schedule (DMEPOS)",
    "zip5": "ZIP code to locality file",
}
FIRST_QP_YEAR = 2026


def money_release(citations: Citations, kind: str) -> tuple[int, Release] | str:
    """The release of the day's own year, or the reason why there is none: amounts are not carried over a calendar year."""
    found = citations.pack.in_force(kind, citations.on)
    if found and found[1].effective_from.year == citations.on.year:
        return found
    citations.missing(kind)
    name = NAMES.get(kind, kind)
    if found is None:
        return f"not loaded: no {name} for {citations.on.year} in the pack"
    newest = f"{found[1].title} is the newest before the day"
    return (
        f"not loaded: the {name} of {citations.on.year}; {newest}, and amounts are never carried over a calendar year"
    )


class Schedule:
    """The physician fee schedule on one day. `trouble` says why it cannot price, when it cannot."""

    def __init__(self, citations: Citations, *, qp: bool) -> None:
        self.citations, self.pack, self.qp = citations, citations.pack, qp
        self.trouble: str | None = None
        self.factor_source: int | None = None
        self.own_factor: Decimal | None = None
        self._rows: dict[str, dict[str, StoredRecord]] = {}
        self.release: tuple[int, Release] | None = None
        found = self._own_file() or money_release(citations, "pfs")
        if isinstance(found, str):
            self.trouble = found
        else:
            self.release = found
            self._qualifying()

    @property
    def has_qp_factor(self) -> bool:
        return self.qp and self.citations.on.year >= FIRST_QP_YEAR

    def _own_file(self) -> tuple[int, Release] | None:
        """The relative value file for qualifying participants, if that was loaded for the day's year."""
        found = self.pack.in_force("pfs.qp", self.citations.on) if self.has_qp_factor else None
        return found if found and found[1].effective_from.year == self.citations.on.year else None

    def _qualifying(self) -> None:
        """The two files of a year differ only in the factor, so the published factor serves where the second file is not loaded."""
        assert self.release is not None, "asked after the release was found"
        if not self.has_qp_factor or self.release[1].kind == "pfs.qp":
            return
        found = published(self.citations, "PFS.QP")
        if found is None:
            self.trouble = "not loaded: the conversion factor for qualifying participants of this year"
        else:
            self.own_factor, self.factor_source = found

    def rows(self, code: str) -> dict[str, StoredRecord]:
        """The rows about a code by modifier."""
        if code not in self._rows:
            assert self.release is not None, "a schedule in trouble is not asked for rows"
            self._rows[code] = {r.variant: r for r in queries.records_of(self.pack, code, self.release[0])}
        return self._rows[code]

    def row(self, code: str, variant: str = "") -> Relative | None:
        record = self.rows(code).get(variant)
        if record is None or self.release is None:
            return None
        cells = record.cells
        factor = self.own_factor if self.own_factor is not None else Decimal(cells["conversion_factor"] or 0)
        return Relative(code, variant, cells, factor, self.release[1].id, record.row)

    def cite(self, row: Relative) -> int:
        assert self.release is not None, "a row comes from a release"
        where = f"HCPCS={row.code}" + (f", MOD={row.variant}" if row.variant else "")
        return self.citations.cite(self.release[1], where, row.row)


def published(citations: Citations, name: str) -> tuple[Decimal, int] | None:
    """A national factor as the final rule of the day's year prints it, with its source."""
    found = citations.pack.in_force("pfs.factors", citations.on)
    if found is None or found[1].effective_from.year != citations.on.year:
        return None
    for record in queries.records_of(citations.pack, name, found[0]):
        return Decimal(record.cells["factor"]), citations.cite(
            found[1], f"{name}: {record.cells['citation']}", record.row
        )
    return None


class Somewhere:
    """The place of the question, resolved to a locality. `trouble` says why there are no indices, when there are none."""

    def __init__(self, citations: Citations, place: Place) -> None:
        self.citations, self.asked = citations, place
        self.key = ""
        self.name, self.state = "national", place.state.upper()
        self.notes: list[str] = []
        self.trouble: str | None = None
        self.source: int | None = None
        self.indices: Indices = NATIONAL
        self.is_rural: bool | None = place.rural
        if place.zip:
            self._by_zip(place.zip)
        elif place.mac:
            self.key = f"{place.mac.zfill(5)}/{place.locality.zfill(2)}"
        if self.key:
            self._indices()

    def _by_zip(self, text: str) -> None:
        digits = "".join(c for c in text if c.isdigit())
        if len(digits) not in (5, 9):
            raise BadInput(f"zip: {text!r} is not a ZIP code", "give five digits, or nine")
        found = self.citations.release("zip5")
        if found is None:
            self.trouble = f"not loaded: no {NAMES['zip5']} for this day"
            return
        rows = queries.records_of(self.citations.pack, digits[:5], found[0])
        if not rows:
            raise NotFound(f"zip: {digits[:5]} is not in {found[1].title}", "check the ZIP code, or name the locality")
        cells = rows[0].cells
        self.key, self.state = cells["locality"], cells["state"]
        self.source = self.citations.cite(found[1], f"ZIP {digits[:5]}", rows[0].row)
        if cells["needs_plus_four"]:
            self._by_nine(digits)

    def _by_nine(self, digits: str) -> None:
        """ZIP codes that lie in several localities are told apart by their last four digits."""
        found = self.citations.pack.in_force("zip9", self.citations.on)
        rows = queries.records_of(self.citations.pack, digits[:5], found[0]) if found else []
        if found and rows and len(digits) == 9:
            for piece in rows[0].cells["ranges"].split(";"):
                extent, locality = piece.split(" ")
                first, last = extent.split("-")
                if first <= digits[5:] <= last:
                    self.key = locality
                    self.source = self.citations.cite(found[1], f"ZIP {digits[:5]}-{digits[5:]}", rows[0].row)
                    return
        self.notes.append(
            f"ZIP {digits[:5]} needs its last four digits to tell the locality for certain; {self.key} is its main one"
        )

    def _indices(self) -> None:
        found = money_release(self.citations, "pfs.gpci")
        if isinstance(found, str):
            self.trouble, self.name = found, self.key
            return
        rows = queries.records_of(self.citations.pack, self.key, found[0])
        if not rows:
            raise NotFound(
                f"locality: {self.key} is not in {found[1].title}", "name it as contractor/locality, such as 10112/00"
            )
        cells = rows[0].cells
        self.indices = Indices(Decimal(cells["work"]), Decimal(cells["pe"]), Decimal(cells["mp"]))
        self.name, self.state = cells["name"], cells["state"] or self.state
        self.source = self.citations.cite(found[1], f"locality {self.key}", rows[0].row)

    def to_json(self) -> dict[str, object]:
        mac, _, locality = self.key.partition("/")
        return {
            "mac": mac or None,
            "locality": locality or None,
            "name": self.name,
            "state": self.state or None,
            "zip": self.asked.zip or None,
            "national": not self.key and not self.asked.zip,
        }


def localities(pack: Pack, on: date) -> dict[str, Indices]:
    """Every locality's indices of the day's year, by 'MAC/LOC'; empty where none are loaded."""
    found = pack.in_force("pfs.gpci", on)
    if found is None or found[1].effective_from.year != on.year:
        return {}
    rows = queries.release_records(pack, found[0])
    return {r.code: Indices(Decimal(r.cells["work"]), Decimal(r.cells["pe"]), Decimal(r.cells["mp"])) for r in rows}


def place_names(pack: Pack, on: date) -> dict[str, str]:
    """Names of the localities by 'MAC/LOC', as the file of indices prints them; '' is the nation."""
    found = pack.in_force("pfs.gpci", on)
    rows = queries.release_records(pack, found[0]) if found else []
    return {"": "National"} | {r.code: r.cells.get("name") or "" for r in rows}

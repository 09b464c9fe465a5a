"""The rules' view of a pack on one day: which releases speak, and their rows in the form the rules ask for them. Kept once read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from codingahead.checks.kernel import PairTable
from codingahead.reference import hierarchy, modifiers
from codingahead.reference.sources import Citations
from codingahead.reference.standing import LISTS, Standing, standing
from codingahead.store import queries
from codingahead.store.edits import EditTable
from codingahead.store.pack import Pack
from codingahead.words.claims import Setting
from codingahead.words.codes import CodeKey, System
from codingahead.words.releases import Release

DAYS = 800  # days kept ready
ELSEWHERE = ("clfs", "opps", "ncci.mue.practitioner", "ncci.mue.outpatient")
TABLES = {Setting.OUTPATIENT: "outpatient"}


@dataclass(frozen=True, slots=True)
class Edition:
    """A release that speaks for the day; `stale` when its successor was due before."""

    rid: int
    release: Release
    stale: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    edition: Edition
    table: EditTable
    arrays: PairTable


@dataclass(frozen=True, slots=True)
class Limit:
    """A medically unlikely edit: units and the MUE adjudication indicator."""

    units: int
    adjudication: int


@dataclass(frozen=True, slots=True)
class AddOns:
    """Primary codes by add-on code with the type of the edit; 'CCCCC' where the contractor names them."""

    edition: Edition
    primaries: dict[str, tuple[tuple[str, str], ...]]


class RuleBook:
    """One pack for all rules; safe to share between threads."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        # What depends on an edition and not on the day within it, by the edition's row id.
        self.memory: dict[Any, Any] = {}
        self.day = lru_cache(maxsize=DAYS)(self._day)
        self.limits = lru_cache(maxsize=16)(self._limits)
        self.pairs = lru_cache(maxsize=16)(self._pairs)

    def _day(self, on: date) -> Day:
        return Day(self, on)

    def _limits(self, rid: int) -> dict[str, Limit]:
        return {
            r.code: Limit(int(r.cells["value"]), int(r.cells["mai"]))
            for r in queries.release_records(self.pack, rid)
            if r.cells["value"].isdecimal() and r.cells["mai"].isdecimal()
        }

    def _pairs(self, release: str) -> tuple[EditTable, PairTable] | None:
        table = self.pack.edit_table(release)
        if table is None:
            return None
        return table, PairTable(
            len(table.codes), table.key, table.effective, table.deleted, table.indicator, table.bits
        )


class Day:
    """Everything the rules ask of one day of service."""

    def __init__(self, book: RuleBook, on: date) -> None:
        self.book, self.on = book, on
        self.memory: dict[Any, Any] = {}
        self._editions: dict[str, Edition | None] = {}

    def edition(self, kind: str) -> Edition | None:
        try:
            return self._editions[kind]
        except KeyError:
            found = self.book.pack.in_force(kind, self.on)
            made = self._editions[kind] = Edition(found[0], found[1], found[1].is_stale(self.on)) if found else None
            return made

    @cached_property
    def fee_schedule(self) -> Edition | None:
        return self.edition("pfs")

    def indicators(self, code: str) -> dict[str, str] | None:
        """Cells of the fee schedule row without modifier; None when it has none or no release is loaded."""
        try:
            kept: dict[str, str] | None = self.memory["indicators", code]
        except KeyError:
            rows = queries.records_of(self.book.pack, code, self.fee_schedule.rid) if self.fee_schedule else []
            kept = self.memory["indicators", code] = next((r.cells for r in rows if not r.variant), None)
        return kept

    def has_variant(self, code: str, modifier: str) -> bool:
        if self.fee_schedule is None:
            return False
        return any(r.variant == modifier for r in queries.records_of(self.book.pack, code, self.fee_schedule.rid))

    def standing(self, system: System, code: str) -> Standing:
        kept: Standing | None = self.memory.get((system, code))
        if kept is None:
            kept = self.memory[system, code] = standing(self.book.pack, CodeKey(system, code), self.on)
        return kept

    def priced_elsewhere(self, code: str) -> Edition | None:
        """A schedule of the day that knows a code which the physician fee schedule leaves out."""
        for kind in ELSEWHERE:
            edition = self.edition(kind)
            if edition and queries.records_of(self.book.pack, code, edition.rid):
                return edition
        return None

    def list_edition(self, system: System) -> Edition | None:
        """The list that says which codes of `system` stand on the day."""
        return next((e for kind in LISTS.get(system, ()) if (e := self.edition(kind))), None)

    def citations(self) -> Citations:
        return Citations(self.book.pack, self.on)

    def modifier_verdicts(self, code: str) -> dict[str, tuple[str, str]]:
        """'yes', 'no' or 'conditional' with the reason, by modifier; empty without a fee schedule row."""
        key = CodeKey(system_of(code), code)
        return {m["modifier"]: (m["allowed"], m["why"]) for m in modifiers.modifiers(key, self.citations())}

    def limits(self, setting: Setting) -> tuple[Edition, dict[str, Limit]] | None:
        name = {Setting.OUTPATIENT: "outpatient", Setting.DME: "dme"}.get(setting, "practitioner")
        edition = self.edition(f"ncci.mue.{name}")
        return (edition, self.book.limits(edition.rid)) if edition else None

    def pairs(self, setting: Setting) -> Pairs | None:
        edition = self.edition(f"ncci.ptp.{TABLES.get(setting, 'practitioner')}")
        found = self.book.pairs(edition.release.id) if edition else None
        return Pairs(edition, *found) if edition and found else None

    @cached_property
    def add_ons(self) -> AddOns | None:
        edition = self.edition("ncci.add_on")
        if edition is None:
            return None
        primaries: dict[str, list[tuple[str, str]]] = {}
        for row in queries.add_on_edits(self.book.pack, edition.rid, self.on.isoformat()):
            primaries.setdefault(row["add_on"], []).append((row["edit_type"], row["primary_code"]))
        return AddOns(edition, {code: tuple(rows) for code, rows in primaries.items()})

    @cached_property
    def known_modifiers(self) -> frozenset[str]:
        """Modifiers of HCPCS Level II and CPT that stand on the day, by the loaded lists and our own."""
        return frozenset(
            s.code
            for s in queries.codes_between(self.book.pack, System.MODIFIER, "", "~~", 10_000)
            if s.covers(self.on)
        )

    def notes(self, code: str) -> list[dict[str, Any]]:
        """Notes of a diagnosis at its own level and every one above, each with the level it is printed at."""
        kept = self.memory.get(("notes", code))
        if kept is None:
            place = hierarchy.place(CodeKey(System.ICD10CM, code), self.citations(), None)
            kept = self.memory["notes", code] = [n for n in place["notes"] if n["kind"] != "seventh_character"]
        return list(kept)


def system_of(code: str) -> System:
    """CPT codes begin with a digit, HCPCS Level II codes with a letter."""
    return System.HCPCS if code[:1].isalpha() else System.CPT

"""Which sections does the page of a code have, in which order, and what does an empty one say?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from codingahead_web.lookup.kinds import names_of

Value = dict[str, Any]
PROCEDURES = frozenset({"cpt", "hcpcs", "cdt"})
DIAGNOSES = frozenset({"icd10cm"})


@dataclass(frozen=True, slots=True)
class Section:
    """`missing`: names of releases that would fill it and are not loaded; `silent`: what to say when nothing else is to be said."""

    id: str
    title: str
    is_empty: bool
    missing: tuple[str, ...]
    silent: str
    count: int | None = None
    is_locked: bool = False

    @property
    def template(self) -> str:
        if self.is_locked:
            return "lookup/sections/locked.html"
        return f"lookup/sections/{self.id}.html"


@dataclass(frozen=True, slots=True)
class _Plan:
    id: str
    title: str
    has: Callable[[Value], Any]
    silent: str
    kinds: tuple[str, ...] = ()
    systems: frozenset[str] | None = None
    when_empty: bool = True


def _common(name: str) -> Callable[[Value], Any]:
    return lambda v: (v.get("content") or {}).get(name) or (v.get("common_language") or {}).get(name)


_UNWRITTEN = "No text of ours has been written for this code yet."
_PLANS = (
    _Plan("missing", "More characters are needed", lambda v: v["missing_characters"], "", when_empty=False),
    _Plan(
        "official",
        "Official Description",
        lambda v: v["descriptor"] or v["title_source"] == "official",
        "No official description is loaded for this code.",
        ("cpt",),
    ),
    _Plan("common", "Common Language Description", _common("summary"), _UNWRITTEN),
    _Plan("ask", "Ask CasePilot", lambda v: True, ""),
    _Plan("indications", "Indications", _common("indications"), _UNWRITTEN, systems=PROCEDURES),
    _Plan("procedure", "Procedure", _common("procedure"), _UNWRITTEN, systems=PROCEDURES),
    _Plan("after_care", "After-care", _common("after_care"), _UNWRITTEN, systems=PROCEDURES),
    _Plan(
        "documentation",
        "What the record must show",
        lambda v: _common("documentation")(v) or _common("mistakes")(v),
        "",
        when_empty=False,
    ),
    _Plan("diagnoses", "Diagnoses commonly seen with it", _common("diagnoses"), "", when_empty=False),
    _Plan(
        "characters",
        "What each character says",
        lambda v: v["characters"],
        "The table of this code is not loaded.",
        ("icd10pcs.tables",),
        frozenset({"icd10pcs"}),
    ),
    _Plan(
        "facts",
        "Code facts",
        lambda v: v["facts"],
        "The loaded releases state no further facts about this code.",
        ("pfs", "ncci.mue", "rbcs", "icd10cm.poa", "msdrg", "hcpcs.modifier", "pos"),
    ),
    _Plan(
        "modifiers",
        "Modifiers",
        lambda v: v["modifiers"],
        "Without a fee schedule row for this code nothing can be said about its modifiers.",
        ("pfs",),
        PROCEDURES,
    ),
    _Plan("history", "History", lambda v: v["history"], "No change within the loaded releases."),
    _Plan(
        "add_on",
        "Add-on and primary codes",
        lambda v: v["add_on"]["rows"],
        "The add-on code edits do not name this code.",
        ("ncci.add_on",),
        PROCEDURES,
    ),
    _Plan(
        "edits",
        "NCCI edits",
        lambda v: v["edits"],
        "No procedure-to-procedure edit names this code on this day.",
        ("ncci.ptp",),
        PROCEDURES,
    ),
    _Plan(
        "fees",
        "What Medicare pays",
        lambda v: v["fees"],
        "The loaded fee schedule has no row for this code.",
        ("pfs",),
        PROCEDURES,
    ),
    _Plan(
        "coverage",
        "Medicare coverage",
        lambda v: v["coverage"],
        "No coverage policy is loaded.",
        systems=PROCEDURES,
        when_empty=False,
    ),
    _Plan(
        "notes",
        "Notes",
        lambda v: v["notes"],
        "The Tabular List prints no note for this code or above it.",
        ("icd10cm.tabular",),
        DIAGNOSES,
    ),
    _Plan(
        "crosswalks",
        "Crosswalks and categories",
        lambda v: v["categories"] or v["crosswalks"],
        "No category or crosswalk is loaded for this code.",
        ("ccsr", "icd10cm.conversion"),
        DIAGNOSES | PROCEDURES,
    ),
    _Plan("below", "Codes below", lambda v: [] if v["missing_characters"] else v["children"], "", when_empty=False),
    _Plan("related", "Related codes", lambda v: v["siblings"], "No neighbours are listed for this code."),
    _Plan(
        "index_entries",
        "Index entries",
        lambda v: v["index_entries"],
        "The indexes do not print this code.",
        ("icd10cm.index", "icd10cm.external_cause"),
        DIAGNOSES,
    ),
    _Plan("sources", "Sources", lambda v: v["sources"], "Nothing on this page was read from a release."),
)


READABLE = ("official", "common", "ask")


def locked_sections(value: Value) -> list[Section]:
    """The same sections for a reader with no view left: all but three are a heading and a lock, whatever they would hold."""
    shown = [p for p in _PLANS if (not p.systems or value["system"] in p.systems) and (p.when_empty or p.has(value))]
    readable = {s.id: s for s in sections(value) if s.id in READABLE}
    return [readable.get(p.id) or Section(p.id, p.title, False, (), "", None, True) for p in shown]


def sections(value: Value) -> list[Section]:
    """In the order of the page; those that cannot concern the code's system are left out."""
    made = []
    for plan in _PLANS:
        if plan.systems and value["system"] not in plan.systems:
            continue
        found = plan.has(value)
        if not found and not plan.when_empty:
            continue
        missing = [k for k in value["not_loaded"] if k in plan.kinds or k.rsplit(".", 1)[0] in plan.kinds]
        # Nobody misses a licence that he does not hold: it is named only where nothing official stands.
        shown = tuple(names_of(missing)) if plan.id != "official" or not found else ()
        count = len(found) if isinstance(found, list) and len(found) > 1 else None
        made.append(Section(plan.id, plan.title, not found, shown, plan.silent, count))
    return made

"""Which sections does the page of a code have, in which order, and what does an empty one say?

Shapes the Code value for the template; states nothing about codes itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from codingahead_web.lookup.kinds import names_of

Value = dict[str, Any]
PROCEDURES = frozenset({"cpt", "hcpcs", "cdt"})
DIAGNOSES = frozenset({"icd10cm"})
NOTE_NAMES = {
    "includes": "Includes", "inclusion": "Inclusion terms", "note": "Note", "excludes1": "Excludes1 (never together)",
    "excludes2": "Excludes2 (not included here)", "code_first": "Code first", "use_additional": "Use additional code", "code_also": "Code also",
    "seventh_character": "7th character",
}  # fmt: skip
CARD_FACTS = ("global_days", "mue_practitioner", "mue_outpatient", "facility_total", "nonfacility_total", "poa_exempt")


@dataclass(frozen=True, slots=True)
class Section:
    """`missing`: names of releases that would fill it and are not loaded; `silent`: what to say when nothing else is to be said."""

    id: str
    title: str
    is_empty: bool
    missing: tuple[str, ...]
    silent: str
    count: int | None = None

    @property
    def template(self) -> str:
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
    _Plan("official", "Official description", lambda v: v["descriptor"] or v["title_source"] == "official", "No official description is loaded for this code.", ("cpt",)),
    _Plan("common", "Common language description", _common("summary"), _UNWRITTEN),
    _Plan("ask", "Ask CasePilot", lambda v: True, ""),
    _Plan("indications", "Indications", _common("indications"), _UNWRITTEN, systems=PROCEDURES),
    _Plan("procedure", "Procedure", _common("procedure"), _UNWRITTEN, systems=PROCEDURES),
    _Plan("after_care", "After-care", _common("after_care"), _UNWRITTEN, systems=PROCEDURES),
    _Plan("documentation", "What the record must show", lambda v: _common("documentation")(v) or _common("mistakes")(v), "", when_empty=False),
    _Plan("diagnoses", "Diagnoses commonly seen with it", _common("diagnoses"), "", when_empty=False),
    _Plan("facts", "Code facts", lambda v: v["facts"], "The loaded releases state no further facts about this code.", ("pfs", "ncci.mue", "rbcs", "icd10cm.poa", "msdrg", "hcpcs.modifier", "pos")),
    _Plan("modifiers", "Modifiers", lambda v: v["modifiers"], "Without a fee schedule row for this code nothing can be said about its modifiers.", ("pfs",), PROCEDURES),
    _Plan("history", "History", lambda v: v["history"], "No change within the loaded releases."),
    _Plan("add_on", "Add-on and primary codes", lambda v: v["add_on"]["rows"], "The add-on code edits do not name this code.", ("ncci.add_on",), PROCEDURES),
    _Plan("edits", "NCCI edits", lambda v: v["edits"], "No procedure-to-procedure edit names this code on this day.", ("ncci.ptp",), PROCEDURES),
    _Plan("notes", "Notes", lambda v: v["notes"], "The Tabular List prints no note for this code or above it.", ("icd10cm.tabular",), DIAGNOSES),
    _Plan("crosswalks", "Crosswalks and categories", lambda v: v["categories"] or v["crosswalks"], "No category or crosswalk is loaded for this code.", ("ccsr", "icd10cm.conversion"), DIAGNOSES | PROCEDURES),
    _Plan("below", "Codes below", lambda v: [] if v["missing_characters"] else v["children"], "", when_empty=False),
    _Plan("related", "Related codes", lambda v: v["siblings"], "No neighbours are listed for this code."),
    _Plan("index_entries", "Index entries", lambda v: v["index_entries"], "The indexes do not print this code.", ("icd10cm.index", "icd10cm.external_cause"), DIAGNOSES),
    _Plan("sources", "Sources", lambda v: v["sources"], "Nothing on this page was read from a release."),
)  # fmt: skip


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


def notes_by_level(value: Value) -> list[dict[str, Any]]:
    """Notes under the level they come from, the code itself first; within a level by kind, in print order."""
    titles = {h["code"]: h["title"] for h in value["hierarchy"]}
    order = list(dict.fromkeys(n["from"] for n in value["notes"]))
    levels = []
    for level in order:
        mine = [n for n in value["notes"] if n["from"] == level]
        kinds = list(dict.fromkeys(n["kind"] for n in mine))
        groups = [
            {"kind": k, "name": NOTE_NAMES.get(k, k), "notes": [n for n in mine if n["kind"] == k]} for k in kinds
        ]
        levels.append({"from": level, "title": titles.get(level), "is_own": level == value["code"], "groups": groups})
    return levels


def card(value: Value) -> list[dict[str, Any]]:
    """The few facts a coder looks for first."""
    plain = {f["name"]: f for f in value["facts"] if not f.get("modifier")}
    return [plain[name] for name in CARD_FACTS if name in plain and not _is_not_priced(name, plain)]


def _is_not_priced(name: str, plain: dict[str, Value]) -> bool:
    """The fee schedule prints a total even for a setting that it marks NA, not priced there."""
    mark = plain.get(name.replace("_total", "_na"))
    return name.endswith("_total") and mark is not None and mark["value"] == "NA"


def fact_groups(value: Value) -> list[dict[str, Any]]:
    """Facts of the code itself, then those of its component rows, one group a modifier."""
    ordered = sorted(value["facts"], key=lambda f: f.get("modifier") or "")
    return [{"modifier": m, "facts": list(rows)} for m, rows in groupby(ordered, key=lambda f: f.get("modifier") or "")]


def modifier_groups(value: Value) -> list[dict[str, Any]]:
    """Allowed, conditional, not allowed; modifiers with the same reason share a row."""
    groups = []
    for allowed in ("yes", "conditional", "no"):
        rows: dict[tuple[str, int], list[str]] = {}
        for m in value["modifiers"]:
            if m["allowed"] == allowed:
                rows.setdefault((m["why"], m["source"]), []).append(m["modifier"])
        if rows:
            groups.append(
                {
                    "allowed": allowed,
                    "rows": [{"modifiers": ms, "why": why, "source": n} for (why, n), ms in rows.items()],
                }
            )
    return groups


def sources_by_release(value: Value, releases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The places on the page, under the release they belong to."""
    known = {r["id"]: r for r in releases}
    stale = {s["release"]: s["expected_until"] for s in value["stale"]}
    by_release: dict[str, list[dict[str, Any]]] = {}
    for source in value["sources"]:
        by_release.setdefault(source["release"], []).append(source)
    return [
        {"id": i, "release": known.get(i), "places": places, "due": stale.get(i)} for i, places in by_release.items()
    ]


def stale_numbers(value: Value) -> frozenset[int]:
    stale = {s["release"] for s in value["stale"]}
    return frozenset(s["n"] for s in value["sources"] if s["release"] in stale)

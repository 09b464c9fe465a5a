"""The Code value put in the order in which the page prints it. States nothing about codes itself."""

from __future__ import annotations

from itertools import groupby
from typing import Any

Value = dict[str, Any]
NOTE_NAMES = {
    "includes": "Includes", "inclusion": "Inclusion terms", "note": "Note", "excludes1": "Excludes1 (never together)",
    "excludes2": "Excludes2 (not included here)", "code_first": "Code first", "use_additional": "Use additional code", "code_also": "Code also",
    "seventh_character": "7th character",
}  # fmt: skip
CARD_FACTS = ("global_days", "mue_practitioner", "mue_outpatient", "facility_total", "nonfacility_total")


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

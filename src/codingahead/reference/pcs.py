"""ICD-10-PCS as its book has it: tables that build a code character by character, and what each character means."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from codingahead.reference import relations
from codingahead.reference.sources import Citations, stale
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import CodeKey, System

LENGTH = 7


def characters(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """Each character of a complete code: its axis, its value in words, and the definition that CMS publishes for that value."""
    if key.system is not System.ICD10PCS or len(key.code) != LENGTH:
        return []
    found = citations.pack.in_force("icd10pcs.tables", citations.on) or citations.pack.newest("icd10pcs.tables")
    if found is None:
        citations.missing("icd10pcs.tables")
        return []
    release = found[1]
    table = pcs_table(citations.pack, key.code, citations.on)
    if not table["complete"]:
        return []
    source = citations.cite(release, f"table {key.code[:3]}")
    made = []
    for axis in table["axes"]:
        value = next(v for v in axis["values"] if v["chosen"])
        known = _definition(key.code[0], axis["title"], value["label"], citations)
        made.append(
            {
                "position": axis["position"],
                "axis": axis["title"],
                "value": value["value"],
                "label": value["label"],
                "source": source,
                **known,
            }
        )
    return made


def _definition(section: str, axis: str, label: str, citations: Citations) -> dict[str, Any]:
    nothing: dict[str, Any] = {"definition": None, "explanation": None, "includes": [], "definition_source": None}
    found = citations.pack.in_force("icd10pcs.definitions", citations.on) or citations.pack.newest(
        "icd10pcs.definitions"
    )
    if found is None:
        return nothing
    rid, release = found
    rows = queries.pcs_definitions(citations.pack, rid, label)
    row = next((r for r in rows if r["section"] == section and r["axis"].lower() in axis.lower()), None)
    if row is None:
        return nothing
    return {
        "definition": row["definition"],
        "explanation": row["explanation"],
        "includes": json.loads(row["includes"]),
        "definition_source": citations.cite(release, f"section {section}, {axis}, {label}"),
    }


def sections(pack: Pack, on: date) -> list[dict[str, Any]]:
    found = pack.in_force("icd10pcs.tables", on) or pack.newest("icd10pcs.tables")
    if found is None:
        return []
    seen: dict[str, str] = {}
    for row in queries.pcs_prefixes(pack, found[0], ""):
        head = json.loads(row["data"])["head"]
        seen.setdefault(row["prefix"][0], head[0][2][0][1])
    return [{"node": k, "code": None, "title": v, "billable": None, "count": None} for k, v in seen.items()]


def pcs_table(pack: Pack, prefix: str, on: date) -> dict[str, Any]:
    """The table builder: for the characters chosen so far, what may each axis be?"""
    prefix = prefix.upper()
    found = pack.in_force("icd10pcs.tables", on) or pack.newest("icd10pcs.tables")
    if found is None:
        return {
            "prefix": prefix,
            "axes": [],
            "complete": None,
            "title": None,
            "release": None,
            "stale": [],
            "not_loaded": ["icd10pcs.tables"],
        }
    rid, release = found
    axes = _head_axes(pack, rid, prefix)
    table = queries.pcs_table(pack, rid, prefix[:3]) if len(prefix) >= 3 else None
    if table:
        axes += _row_axes(table["rows"], prefix)  # type: ignore[arg-type]
    complete = (
        prefix
        if len(prefix) == LENGTH and len(axes) == LENGTH and all(any(v["chosen"] for v in a["values"]) for a in axes)
        else None
    )
    title = relations.title_of(pack, System.ICD10PCS, prefix, on) if complete else None
    definition = table.get("definition") if table else None
    return {
        "prefix": prefix,
        "axes": axes,
        "complete": complete,
        "title": title,
        "definition": definition,
        "release": release.id,
        "stale": stale([release], on),
        "not_loaded": [],
    }


def _head_axes(pack: Pack, rid: int, prefix: str) -> list[dict[str, Any]]:
    axes = []
    for position in range(1, min(3, len(prefix) + 1) + 1):
        values: dict[str, str] = {}
        title = ""
        for row in queries.pcs_prefixes(pack, rid, prefix[: position - 1]):
            axis = json.loads(row["data"])["head"][position - 1]
            title = title or axis[1]
            values.setdefault(row["prefix"][position - 1], axis[2][0][1])
        axes.append(_axis(position, title, values, prefix))
    return axes


def _row_axes(rows: list[list[Any]], prefix: str) -> list[dict[str, Any]]:
    axes = []
    fitting = rows
    for position in range(4, min(7, len(prefix) + 1) + 1):
        values = {value: label for row in fitting for value, label in row[position - 4][2]}
        titles = [row[position - 4][1] for row in fitting]
        axes.append(_axis(position, titles[0] if titles else "", values, prefix))
        if len(prefix) >= position:
            chosen = prefix[position - 1]
            fitting = [row for row in fitting if any(value == chosen for value, _ in row[position - 4][2])]
    return axes


def _axis(position: int, title: str, values: dict[str, str], prefix: str) -> dict[str, Any]:
    chosen = prefix[position - 1 : position]
    return {
        "position": position,
        "title": title,
        "values": [{"value": v, "label": label, "chosen": v == chosen} for v, label in sorted(values.items())],
    }

"""Walking the books: chapters and blocks, index and tables, ranges, the ICD-10-PCS table builder."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from codingahead.reference import pcs, relations
from codingahead.reference.sources import stale
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.queries import StoredSpan
from codingahead.words.codes import SYSTEM_NAMES, CodeKey, System
from codingahead.words.errors import NotFound
from codingahead.words.icd import DRUG_COLUMNS, NEOPLASM_COLUMNS

MOST_CODES = 1000
INDEX_KINDS = {"index": "icd10cm.index", "external_cause": "icd10cm.external_cause", "pcs": "icd10pcs.index"}
# CPT's sections by number; the names are the common words for these fields of medicine.
CPT_RANGES = (
    ("00100", "01999", "Anesthesia"),
    ("10004", "19499", "Skin and breast"),
    ("20100", "29999", "Muscles, bones and joints"),
    ("30000", "32999", "Nose, throat, airways and lungs"),
    ("33016", "37799", "Heart and vessels"),
    ("38100", "38999", "Blood and lymph"),
    ("39000", "39599", "Mediastinum and diaphragm"),
    ("40490", "49999", "Digestive tract"),
    ("50010", "53899", "Urinary tract"),
    ("54000", "55980", "Male organs"),
    ("56405", "59899", "Female organs and maternity"),
    ("60000", "60699", "Hormone glands"),
    ("61000", "64999", "Nervous system"),
    ("65091", "68899", "Eye"),
    ("69000", "69990", "Ear and microscope"),
    ("70010", "79999", "Imaging and radiation"),
    ("80047", "89398", "Laboratory and pathology"),
    ("90281", "99199", "Medicine"),
    ("99202", "99499", "Visits and care management"),
    ("99500", "99607", "Home and medication services"),
    ("0001F", "9999F", "Performance measures (Category II)"),
    ("0001T", "9999T", "New technology (Category III)"),
    ("0001U", "9999U", "Proprietary laboratory analyses"),
    ("0001M", "9999M", "Multianalyte assays"),
)
HCPCS_SECTIONS = {
    "A": "Ambulance, supplies, contrast and radiopharmaceuticals",
    "B": "Tube and vein feeding",
    "C": "Hospital outpatient items",
    "E": "Durable equipment",
    "G": "Procedures and professional services",
    "H": "Behavioral health",
    "J": "Drugs",
    "K": "Equipment (temporary)",
    "L": "Orthotics and prosthetics",
    "M": "Medical services and quality measures",
    "P": "Laboratory and blood",
    "Q": "Temporary codes",
    "R": "Diagnostic radiology transport",
    "S": "Private payer codes",
    "T": "Medicaid codes",
    "U": "Laboratory testing",
    "V": "Vision and hearing",
}


def browse(pack: Pack, system: System, node: str | None, on: date) -> dict[str, Any]:
    """The children of a place in a system's book; `node` None is the top."""
    if system is System.ICD10CM:
        return _tabular(pack, node, on)
    if system in (System.CPT, System.HCPCS):
        return _ranges(pack, system, node, on)
    if system is System.ICD10PCS:
        return _page(system, node, [], pcs.sections(pack, on), [])
    codes = _standing(pack, system, "", "\uffff", on)
    return _page(system, None, [], [], codes)


def _page(
    system: System,
    node: str | None,
    trail: list[dict[str, Any]],
    below: list[dict[str, Any]],
    codes: list[dict[str, Any]],
    title: str = "",
) -> dict[str, Any]:
    return {
        "system": system.value,
        "node": node,
        "title": title or SYSTEM_NAMES[system],
        "trail": trail,
        "children": below,
        "codes": codes,
    }


def _tabular(pack: Pack, node: str | None, on: date) -> dict[str, Any]:
    found = pack.in_force("icd10cm.tabular", on) or pack.newest("icd10cm.tabular")
    if found is None:
        raise NotFound("the Tabular List is not loaded", "load it with `codingahead data build --sources DIR`")
    rid = found[0]
    at = queries.node(pack, rid, node) if node else None
    if node and at is None:
        raise NotFound(f"ICD-10-CM has no chapter, block or category {node!r}", "start at the list of chapters")
    trail: list[dict[str, Any]] = []
    up = at
    while up is not None and up["parent"]:
        up = queries.node(pack, rid, up["parent"])
        if up is not None:
            trail.insert(0, {"node": up["code"], "title": up["title"]})
    below = []
    for row in queries.nodes(pack, rid, node):
        is_code = row["level"] == "code"
        span = _span_on(pack, System.ICD10CM, row["code"], on) if is_code else None
        below.append(
            {
                "node": row["code"],
                "code": row["code"] if is_code else None,
                "title": row["title"],
                "billable": span.billable if span else None,
                "count": None,
            }
        )
    codes: list[dict[str, Any]] = []
    if at is not None and at["level"] == "code" and not below:
        codes = [_coded(s) for s in relations.children(pack, CodeKey(System.ICD10CM, node or ""), on)]
    return _page(System.ICD10CM, node, trail, below, codes, at["title"] if at else "")


def _ranges(pack: Pack, system: System, node: str | None, on: date) -> dict[str, Any]:
    if node is None:
        if system is System.HCPCS:
            return _page(
                system,
                None,
                [],
                [
                    {"node": k, "code": None, "title": v, "billable": None, "count": None}
                    for k, v in HCPCS_SECTIONS.items()
                ],
                [],
            )
        return _page(
            system,
            None,
            [],
            [{"node": f"{a}-{b}", "code": None, "title": t, "billable": None, "count": None} for a, b, t in CPT_RANGES],
            [],
        )
    first, _, last = node.upper().partition("-")
    title = (
        HCPCS_SECTIONS.get(node.upper(), "")
        if system is System.HCPCS
        else next((t for a, b, t in CPT_RANGES if f"{a}-{b}" == node.upper()), node)
    )
    codes = _standing(pack, system, first, last or first + "\uffff", on)
    if first[-1:].isalpha() and len(first) == 5:
        codes = [c for c in codes if c["code"][-1] == first[-1]]
    elif system is System.CPT:
        codes = [c for c in codes if c["code"].isdigit()]
    return _page(system, node.upper(), [], [], codes, title or f"{SYSTEM_NAMES[system]} {node.upper()}")


def range_of(key: CodeKey) -> dict[str, str | None] | None:
    """The range of CPT, or the section of HCPCS, that a code stands in."""
    if key.system is System.HCPCS and key.code[:1] in HCPCS_SECTIONS:
        return {"code": key.code[:1], "title": HCPCS_SECTIONS[key.code[:1]], "level": "section"}
    if key.system is System.CPT:
        for first, last, title in CPT_RANGES:
            if (
                first <= key.code <= last
                and first[-1].isdigit() == key.code[-1].isdigit()
                and (key.code.isdigit() or first[-1] == key.code[-1])
            ):
                return {"code": f"{first}-{last}", "title": title, "level": "section"}
    return None


def _standing(pack: Pack, system: System, first: str, last: str, on: date) -> list[dict[str, Any]]:
    best: dict[str, StoredSpan] = {}
    for span in queries.codes_between(pack, system, first, last, 40 * MOST_CODES):
        if span.covers(on) and (span.code not in best or (span.title and not best[span.code].title)):
            best[span.code] = span
    own = queries.own_titles(pack, system)
    return [_coded(s) | {"title": s.title or own.get(s.code)} for s in best.values()]


def _coded(span: StoredSpan) -> dict[str, Any]:
    return {"code": span.code, "title": span.title, "billable": span.billable}


def _span_on(pack: Pack, system: System, code: str, on: date) -> StoredSpan | None:
    return next((s for s in queries.spans(pack, code, system) if s.covers(on)), None)


def index_page(pack: Pack, table: str, at: str | None, on: date) -> dict[str, Any]:
    """A page of an index of ICD-10-CM or ICD-10-PCS: the main terms of a letter, or one main term with all its lines."""
    kind = INDEX_KINDS[table]
    found = pack.in_force(kind, on) or pack.newest(kind)
    if found is None:
        return {"letters": [], "terms": [], "release": None, "stale": [], "not_loaded": [kind]}
    rid, release = found
    letters = queries.index_letters(pack, rid)
    if at is not None and at.isdigit():
        rows = queries.index_below(pack, rid, int(at))
    else:
        rows = queries.index_terms(pack, rid, (at or (letters[0] if letters else "A")).upper())
    terms = [
        {
            "position": r["position"],
            "title": json.loads(r["path"])[-1],
            "modifiers": json.loads(r["modifiers"]),
            "code": r["code"],
            "manifestation": r["manifestation"],
            "see": r["see"],
            "see_also": r["see_also"],
            "level": r["level"],
            "parent": r["parent"],
        }
        for r in rows
    ]
    return {"letters": letters, "terms": terms, "release": release.id, "stale": stale([release], on), "not_loaded": []}


def table_page(pack: Pack, table: str, query: str, on: date, offset: int, limit: int = 100) -> dict[str, Any]:
    """Lines of the Table of Neoplasms or of the Table of Drugs and Chemicals that hold `query`."""
    kind = f"icd10cm.{table}"
    columns = NEOPLASM_COLUMNS if table == "neoplasm" else DRUG_COLUMNS
    found = pack.in_force(kind, on) or pack.newest(kind)
    if found is None:
        return {"columns": list(columns), "rows": [], "total": 0, "release": None, "stale": [], "not_loaded": [kind]}
    rid, release = found
    rows, total = queries.table_rows(pack, rid, query, limit, offset)
    shown = [
        {
            "title": json.loads(r["path"])[-1],
            "path": json.loads(r["path"]),
            "level": r["level"],
            "modifiers": json.loads(r["modifiers"]),
            "cells": json.loads(r["cells"]),
            "see": r["see"],
        }
        for r in rows
    ]
    return {
        "columns": list(columns),
        "rows": shown,
        "total": total,
        "release": release.id,
        "stale": stale([release], on),
        "not_loaded": [],
    }

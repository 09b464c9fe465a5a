"""What is a code called elsewhere: mapped codes with kind, direction, exactness and source.

ICD-9-CM and ICD-10-CM by the general equivalence mappings, deleted codes and their successors, diagnoses to clinical and risk adjustment
categories and to inpatient groups, services to their classification and outpatient group, drugs to packages.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.reference import relations
from codingahead.reference.groups import inpatient, outpatient, packages
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import CodeKey, System
from codingahead.words.errors import BadInput

TARGETS = (
    "icd10cm",
    "icd9cm",
    "successor",
    "predecessor",
    "ccsr",
    "hcc",
    "rbcs",
    "msdrg",
    "apc",
    "ndc",
    "hcpcs",
    "cpt",
)
MORE = {"msdrg": inpatient, "apc": outpatient, "ndc": packages}
GEM_FLAGS = ("approximate", "no map", "combination")


def crosswalk(pack: Pack, key: CodeKey, to: str, on: date) -> dict[str, Any]:
    """The Crosswalk value. Raises BadInput for a target that is not known."""
    if to not in TARGETS:
        raise BadInput(f"to: {to[:20]!r} is not a target of crosswalks", f"use one of {', '.join(TARGETS)}")
    citations = Citations(pack, on)
    rows = _rows(key, to, citations)
    return {
        "code": key.code,
        "system": key.system.value,
        "title": relations.title_of(pack, key.system, key.code, on),
        "to": to,
        "on": on.isoformat(),
        "rows": rows,
        **citations.to_json(),
    }


def _rows(key: CodeKey, to: str, citations: Citations) -> list[dict[str, Any]]:
    if {key.system, to} <= {System.ICD10CM, System.ICD9CM, "icd10cm", "icd9cm"} and key.system.value != to:
        return _equivalents(key, System(to), citations)
    if to == "successor" or to == key.system.value:
        return [_replaced("successor", "to", row) for row in relations.successors(key, citations)]
    if to == "predecessor":
        return [_replaced("predecessor", "from", row) for row in relations.predecessors(key, citations)]
    if to == "ccsr":
        return [
            _row(c["code"], "ccsr", c["title"], "category", "to", True, "", c["source"])
            for c in relations.categories(key, citations)
        ]
    if to == "hcc":
        return _risk(key, citations)
    if to == "rbcs":
        return _classification(key, citations)
    if to in MORE:
        return MORE[to](key, citations)
    return [_replaced("successor", "to", row) for row in relations.successors(key, citations) if row["system"] == to]


def _row(
    code: str, system: str, title: str | None, kind: str, direction: str, exact: bool, flags: str, source: int
) -> dict[str, Any]:
    return {
        "code": code,
        "system": system,
        "title": title,
        "kind": kind,
        "direction": direction,
        "exact": exact,
        "flags": flags,
        "source": source,
    }


def _replaced(kind: str, direction: str, row: dict[str, Any]) -> dict[str, Any]:
    made = _row(row["code"], row["system"], row["title"], kind, direction, False, "", row["source"])
    return made | {"effective": row["effective"]}


def _equivalents(key: CodeKey, to: System, citations: Citations) -> list[dict[str, Any]]:
    """By the mapping that starts from the code's own system; flags in words. Codes of one choice list together make one translation."""
    found = citations.pack.newest(f"gem.{key.system.value}")
    if found is None:
        citations.missing("gem")
        return []
    made = []
    for row in queries.mapped_from(citations.pack, key.code, "gem"):
        if row["system"] != key.system.value:
            continue
        flags = row["flags"]
        source = citations.cite(citations.pack.release_of(row["rid"]), key.code, row["row"])
        code = row["to_code"]
        title = relations.title_of(citations.pack, to, code, citations.on) if code else None
        made.append(_row(code, to.value, title, "gem", "to", flags[:1] == "0" and bool(code), in_words(flags), source))
    return made


def in_words(flags: str) -> str:
    """'10111' as 'approximate, combination, scenario 1, choice list 1'."""
    said = [word for word, flag in zip(GEM_FLAGS, flags, strict=False) if flag == "1"]
    if len(flags) == 5 and flags[2] == "1":
        said += [f"scenario {flags[3]}", f"choice list {flags[4]}"]
    return ", ".join(said) or "exact"


def _risk(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    if key.system is not System.ICD10CM:
        return []
    found = citations.release("hcc")
    if found is None:
        return []
    rid, release = found
    made = []
    for record in queries.records_of(citations.pack, key.code, rid):
        cells = record.cells
        source = citations.cite(release, key.code, record.row)
        row = _row(cells["category"], "hcc", cells["label"], "grouper", "to", True, cells["model"], source)
        made.append(row | {"model": cells["model"], "factor": cells["factor"] or None, "drops": cells["drops"].split()})
    return made


def of_diagnosis(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """What stands on the page of a diagnosis: ICD-9-CM equivalents and risk adjustment categories, where loaded."""
    if key.system is not System.ICD10CM:
        return []
    loaded = citations.pack.newest(f"gem.{key.system.value}"), citations.pack.in_force("hcc", citations.on)
    return [
        *(_equivalents(key, System.ICD9CM, citations) if loaded[0] else ()),
        *(_risk(key, citations) if loaded[1] else ()),
    ]


def _classification(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    records = queries.records(citations.pack, key.code, "rbcs") if key.system in (System.CPT, System.HCPCS) else []
    if not records:
        if not citations.pack.newest("rbcs"):
            citations.missing("rbcs")
        return []
    record = records[-1]
    cells = record.cells
    title = " / ".join(cells[name] for name in ("category", "subcategory", "family") if cells.get(name))
    source = citations.cite(citations.pack.release_of(record.rid), key.code, record.row)
    return [_row(cells.get("rbcs_id") or cells["category"], "rbcs", title, "category", "to", True, "", source)]

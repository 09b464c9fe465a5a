"""Into which payment groups does a code lead, and which packages does a drug code bill?

A diagnosis to MS-DRG: the groups whose logic names it, as a principal or a secondary one, and how it counts as a complication. What group a stay falls
into depends on all its codes, and is not said here. A service to its outpatient group (APC) with the status that decides how it is paid.
"""

from __future__ import annotations

from typing import Any

from codingahead.content.load import meanings
from codingahead.reference import relations
from codingahead.reference.sources import Citations
from codingahead.reference.standing import standing
from codingahead.store import queries
from codingahead.words.codes import CodeKey, System

MOST_PACKAGES = 500


def inpatient(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """Rows of MS-DRG groups and of the complication level; none for a heading, whose codes may lead elsewhere."""
    if key.system is not System.ICD10CM:
        return []
    found = citations.release("msdrg.diagnosis")
    levels = citations.release("msdrg.severity")
    stands = standing(citations.pack, key, citations.on)
    if stands.span is None or not stands.span.billable:
        return []
    made = []
    for record in queries.records_of(citations.pack, key.code, found[0]) if found else ():
        source = citations.cite(found[1], key.code, record.row) if found else 0
        for group in record.cells["groups"].split():
            title = relations.title_of(citations.pack, System.MSDRG, group, citations.on)
            flags = f"named in its logic as principal or secondary diagnosis, MDC {record.cells['mdc']}"
            made.append(_row(group, "msdrg", title, "grouper", flags, source) | {"mdc": record.cells["mdc"]})
    for record in queries.records_of(citations.pack, key.code, levels[0]) if levels else ():
        level = record.cells["level"]
        title = "Major complication or comorbidity" if level == "MCC" else "Complication or comorbidity"
        source = citations.cite(levels[1], key.code, record.row) if levels else 0
        flags = "as secondary diagnosis, unless excluded beside the principal one"
        made.append(_row(level, "severity", title, "severity", flags, source))
    return made


def outpatient(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """The APC of a service with its status indicator; a service without a group has a row without a code."""
    if key.system not in (System.CPT, System.HCPCS):
        return []
    found = citations.release("opps")
    if found is None:
        return []
    told = (meanings().get("opps_status") or {}).get("values") or {}
    made = []
    for record in queries.records_of(citations.pack, key.code, found[0]):
        cells = record.cells
        meaning = told.get(cells["status"])
        flags = f"status {cells['status']}" + (f": {meaning}" if meaning else "")
        if not cells["apc"] and cells["rate"]:
            flags += "; the loaded file prints no group"
        row = _row(cells["apc"], "apc", None, "category", flags, citations.cite(found[1], key.code, record.row))
        made.append(row | {"status": cells["status"], "rate": cells["rate"] or None})
    return made


def packages(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """National drug codes that the quarter's crosswalk bills by this code, with the billing units of a package."""
    found = citations.release("asp.ndc") if key.system in (System.CPT, System.HCPCS) else None
    if found is None:
        return []
    made = []
    for record in queries.records_of(citations.pack, key.code, found[0])[:MOST_PACKAGES]:
        cells = record.cells
        flags = f"{cells['billing_units_package']} billing units a package, one unit is {cells['dosage']}"
        source = citations.cite(found[1], f"NDC {record.variant}", record.row)
        made.append(_row(record.variant, "ndc", f"{cells['drug']} ({cells['labeler']})", "package", flags, source))
    return made


def _row(code: str, system: str, title: str | None, kind: str, flags: str, source: int) -> dict[str, Any]:
    return {
        "code": code, "system": system, "title": title, "kind": kind, "direction": "to", "exact": kind == "package", "flags": flags, "source": source,
    }  # fmt: skip

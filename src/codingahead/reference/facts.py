"""What do the publishers state about a code on the day, cell by cell, each with its meaning and its source?"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from codingahead.content.load import meanings
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.queries import StoredRecord
from codingahead.words.codes import CodeKey, System
from codingahead.words.releases import Release

MUE_SETTINGS = {"ncci.mue.practitioner": "practitioner", "ncci.mue.outpatient": "outpatient", "ncci.mue.dme": "dme"}
# Rows for a component or a discontinued procedure repeat the indicators; only their amounts differ.
COMPONENT_FIELDS = (
    "status",
    "work_rvu",
    "nonfacility_pe_rvu",
    "facility_pe_rvu",
    "mp_rvu",
    "nonfacility_total",
    "facility_total",
)


def facts(key: CodeKey, citations: Citations, *, billable: bool) -> list[dict[str, Any]]:
    if key.system in (System.CPT, System.HCPCS):
        found = [*_fee_schedule(key.code, citations), *_units(key.code, citations)]
        if key.system is System.HCPCS:
            found += _plain("hcpcs", key.code, citations)
        return found + _classification(key.code, citations)
    if key.system is System.ICD10CM:
        return _present_on_admission(key.code, citations) if billable else []
    if key.system is System.MSDRG:
        return _plain("msdrg", key.code, citations)
    if key.system is System.MODIFIER:
        return _plain("hcpcs.modifier", key.code, citations)
    return []


def fact(name: str, value: str, source: int, modifier: str = "") -> dict[str, Any]:
    """One cell with its meaning in words, where the value is one of a published list."""
    label, meaning, about = _words(name, value)
    made: dict[str, Any] = {
        "name": name,
        "label": label,
        "value": value,
        "meaning": meaning,
        "about": about,
        "source": source,
    }
    return made | {"modifier": modifier} if modifier else made


@lru_cache(maxsize=10_000)
def _words(name: str, value: str) -> tuple[str, str | None, str | None]:
    """Label, meaning and explanation of a cell."""
    known = meanings().get(name, {})
    values = known.get("values") or {}
    said = [str(values[part]) for part in (value.split() if value not in values else [value]) if part in values]
    return known.get("label") or name.replace("_", " ").capitalize(), "; ".join(said) or None, known.get("about")


def fee_schedule_row(code: str, citations: Citations) -> tuple[StoredRecord, Release] | None:
    """The row of the fee schedule in force, without modifier; None when the release does not list the code or none is loaded."""
    found = citations.pack.in_force("pfs", citations.on)
    if found is None:
        return None
    rid, release = found
    row = next((r for r in queries.records_of(citations.pack, code, rid) if not r.variant), None)
    return (row, release) if row else None


def _fee_schedule(code: str, citations: Citations) -> list[dict[str, Any]]:
    found = citations.release("pfs")
    if found is None:
        return []
    rid, release = found
    made = []
    for record in queries.records_of(citations.pack, code, rid):
        where = f"HCPCS={code}" + (f", MOD={record.variant}" if record.variant else "")
        source = citations.cite(release, where, record.row)
        for name, value in record.cells.items():
            if value and (not record.variant or name in COMPONENT_FIELDS):
                made.append(fact(name, value, source, record.variant) | _not_priced(name, record.cells))
    return made


def _not_priced(name: str, cells: dict[str, str]) -> dict[str, Any]:
    """Where a setting is marked NA the file repeats the other setting's value, which is no price there (PFS relative value file notes)."""
    for setting, other in (("nonfacility", "facility"), ("facility", "nonfacility")):
        if name in (f"{setting}_pe_rvu", f"{setting}_total") and cells.get(f"{setting}_na") == "NA":
            where = "office" if setting == "nonfacility" else "facility"
            return {
                "meaning": f"No {where} price: rarely or never done there; the file repeats the {other} value.",
                "applies": False,
            }
    return {}


def _units(code: str, citations: Citations) -> list[dict[str, Any]]:
    """Medically unlikely edits of the three settings. A missing row does not mean that there is no limit: some are unpublished."""
    made = []
    for kind, setting in MUE_SETTINGS.items():
        found = citations.release(kind)
        if found is None:
            continue
        rid, release = found
        for record in queries.records_of(citations.pack, code, rid):
            source = citations.cite(release, f"code {code}", record.row)
            cells = record.cells
            made.append(fact(f"mue_{setting}", cells["value"], source))
            made.append(fact(f"mai_{setting}", cells["mai"], source))
            if cells.get("rationale"):
                rationale = fact("mue_rationale", cells["rationale"], source)
                made.append(rationale | {"name": f"mue_rationale_{setting}"})
    return made


def _plain(kind: str, code: str, citations: Citations) -> list[dict[str, Any]]:
    """Every filled cell of the newest row about `code` up to the day; a later edition without such rows leaves the earlier one standing."""
    rows = [
        r
        for r in queries.records(citations.pack, code, kind)
        if citations.pack.release_of(r.rid).effective_from <= citations.on
    ]
    if not rows:
        if not citations.pack.in_force(kind, citations.on):
            citations.missing(kind)
        return []
    record = rows[-1]
    source = citations.cite(citations.pack.release_of(record.rid), code, record.row)
    return [fact(name, value, source) for name, value in record.cells.items() if value]


def _classification(code: str, citations: Citations) -> list[dict[str, Any]]:
    rows = queries.records(citations.pack, code, "rbcs")
    if not rows:
        return []
    record = rows[-1]
    source = citations.cite(citations.pack.release_of(record.rid), code, record.row)
    wanted = ("procedure", "category", "subcategory", "family")
    return [fact(f"rbcs_{name}", record.cells[name], source) for name in wanted if record.cells.get(name)]


def _present_on_admission(code: str, citations: Citations) -> list[dict[str, Any]]:
    found = citations.release("icd10cm.poa")
    if found is None:
        return []
    rid, release = found
    rows = queries.records_of(citations.pack, code, rid)
    source = citations.cite(release, code, rows[0].row if rows else None)
    return [fact("poa_exempt", "yes" if rows else "no", source)]

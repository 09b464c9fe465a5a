"""National amounts of a code: in a facility and in an office on one day, and through every loaded quarter.

Indices are one throughout; what Medicare pays at a place is `answer`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from codingahead.reference.fees.physician import fee, obstacle
from codingahead.reference.fees.values import NATIONAL, Relative
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.queries import StoredRecord
from codingahead.words.codes import CodeKey, System
from codingahead.words.releases import Release

BASES = ("facility", "nonfacility")


def national(key: CodeKey, citations: Citations) -> dict[str, Any]:
    """Amounts without modifier in both settings; a reason where there is none. Money is never carried into another calendar year."""
    if key.system not in (System.CPT, System.HCPCS):
        return {}
    found = citations.release("pfs")
    if found is None:
        return {}
    rid, release = found
    record = next((r for r in queries.records_of(citations.pack, key.code, rid) if not r.variant), None)
    if record is None:
        return {}
    made: dict[str, Any] = {"source": citations.cite(release, f"HCPCS={key.code}", record.row)}
    row = _relative(key.code, record, release)
    made["conversion_factor"] = str(row.factor) if row.factor else None
    for basis in BASES:
        made[basis] = _one(row, release, basis, citations.on)
    return made


def _one(row: Relative, release: Release, basis: str, on: date) -> dict[str, str | None]:
    if release.effective_from.year != on.year:
        return {"amount": None, "reason": f"not loaded: no relative value file of {on.year}"}
    why = obstacle(row, basis)
    return {"amount": None if why else str(fee(row, NATIONAL, basis)), "reason": why}


def through_quarters(pack: Pack, code: str) -> list[dict[str, Any]]:
    """One row a loaded release, oldest first: conversion factor, total relative values and national amounts."""
    releases = dict(_schedules(pack))
    rows: list[dict[str, Any]] = []
    for record in queries.records(pack, code, "pfs"):
        if record.variant:
            continue
        release = releases[record.rid]
        row = _relative(code, record, release)
        rows.append(
            {
                "release": release.id,
                "from": release.effective_from.isoformat(),
                "status": row.says("status"),
                "conversion_factor": str(row.factor),
                **{basis: None if obstacle(row, basis) else str(fee(row, NATIONAL, basis)) for basis in BASES},
                **{f"{basis}_total": row.says(f"{basis}_total") for basis in BASES},
            }
        )
    return rows


def amounts(code: str, record: StoredRecord, release: Release) -> dict[str, Decimal | None]:
    """National amounts of one row in both settings; None where it has no price."""
    row = _relative(code, record, release)
    return {basis: None if obstacle(row, basis) else fee(row, NATIONAL, basis) for basis in BASES}


def _schedules(pack: Pack) -> list[tuple[int, Release]]:
    return [
        (found[0], release)
        for release in pack.releases("pfs")
        if (found := pack.in_force("pfs", release.effective_from))
    ]


def _relative(code: str, record: StoredRecord, release: Release) -> Relative:
    cells = record.cells
    return Relative(code, record.variant, cells, Decimal(cells.get("conversion_factor") or 0), release.id, record.row)

"""Which codes have an NCCI procedure-to-procedure edit with this one on the day, in which column, and can a modifier help?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from codingahead.content.load import meanings
from codingahead.reference.relations import either_title
from codingahead.reference.sources import Citations, stale
from codingahead.store.edits import NEVER, PairEdit
from codingahead.store.pack import Pack
from codingahead.words.errors import BadInput

SETTINGS = {"practitioner": "ncci.ptp.practitioner", "outpatient": "ncci.ptp.outpatient"}
SHOWN = 20


def summary(code: str, citations: Citations) -> dict[str, Any]:
    """For each setting: how many edits are in force with the code in either column, and the first of them."""
    made = {}
    for setting, kind in SETTINGS.items():
        found = citations.release(kind)
        table = citations.pack.edit_table(found[1].id) if found else None
        if found is None or table is None:
            continue
        first, second = table.in_force(code, citations.on.toordinal())
        source = citations.cite(found[1], code)
        shown = table.at([*first.tolist(), *second.tolist()][:SHOWN])
        made[setting] = {
            "total": len(first) + len(second),
            "column1": len(first),
            "column2": len(second),
            "rows": _rows(citations.pack, code, shown, citations.on, source),
            "release": found[1].id,
        }
    return made


def partners(
    pack: Pack, code: str, on: date, *, query: str = "", setting: str = "practitioner", offset: int = 0, limit: int = 50
) -> dict[str, Any]:
    """The edits in force on the day, filtered by code or title words of the partner, rationale or indicator."""
    if setting not in SETTINGS:
        raise BadInput(f"unknown setting {setting!r}", f"use one of {', '.join(SETTINGS)}")
    citations = Citations(pack, on)
    found = citations.release(SETTINGS[setting])
    table = pack.edit_table(found[1].id) if found else None
    if found is None or table is None:
        return {
            "code": code,
            "on": on.isoformat(),
            "setting": setting,
            "rows": [],
            "total": None,
            **citations.to_json(),
        }
    source = citations.cite(found[1], code)
    first, second = table.in_force(code, on.toordinal())
    positions = [*first.tolist(), *second.tolist()]
    wanted = query.strip().lower()
    if wanted:
        edits = [e for e in table.at(positions) if _matches(pack, code, e, on, wanted)]
        shown, total = edits[offset : offset + limit], len(edits)
    else:
        shown, total = table.at(positions[offset : offset + limit]), len(positions)
    rows = _rows(pack, code, shown, on, source)
    return {
        "code": code,
        "on": on.isoformat(),
        "setting": setting,
        "rows": rows,
        "total": total,
        **citations.to_json(),
        "stale": stale([found[1]], on),
    }


def among(pack: Pack, codes: Sequence[str], on: date, setting: str) -> dict[str, Any]:
    """The edits in force on the day between any two of `codes`: one row a pair, with the paid code as `column1`."""
    if setting not in SETTINGS:
        raise BadInput(f"unknown setting {setting!r}", f"use one of {', '.join(SETTINGS)}")
    citations = Citations(pack, on)
    found = citations.release(SETTINGS[setting])
    table = pack.edit_table(found[1].id) if found else None
    rows: list[dict[str, Any]] = []
    if found is not None and table is not None:
        wanted = np.array([table.index_of(c) for c in codes if table.index_of(c) >= 0], np.uint64)
        for code in codes:
            first, _ = table.in_force(code, on.toordinal())
            within = first[np.isin(table.key[first] % np.uint64(len(table.codes)), wanted)]
            source = citations.cite(found[1], code) if len(within) else None
            rows += [
                {"column1": code, "column2": row.pop("code")} | row
                for row in _rows(pack, code, table.at(within.tolist()), on, source or 0)
            ]
    return {
        "codes": [{"code": c, "title": either_title(pack, c, on)} for c in codes],
        "on": on.isoformat(),
        "setting": setting,
        "release": found[1].id if found and table else None,
        "rows": rows,
        **citations.to_json(),
        "stale": stale([found[1]], on) if found else [],
    }


def _other(code: str, edit: PairEdit) -> str:
    return edit.column2 if edit.column1 == code else edit.column1


def _matches(pack: Pack, code: str, edit: PairEdit, on: date, wanted: str) -> bool:
    other = _other(code, edit)
    return (
        other.lower().startswith(wanted)
        or wanted in edit.rationale.lower()
        or wanted in (either_title(pack, other, on) or "").lower()
    )


def _rows(pack: Pack, code: str, edits: list[PairEdit], on: date, source: int) -> list[dict[str, Any]]:
    indicators = (meanings().get("ncci_modifier_indicator") or {}).get("values") or {}
    return [_row(pack, code, edit, on, source, indicators) for edit in edits]


def _row(pack: Pack, code: str, edit: PairEdit, on: date, source: int, indicators: dict[str, str]) -> dict[str, Any]:
    other = _other(code, edit)
    return {
        "code": other,
        "title": either_title(pack, other, on),
        "column": 1 if edit.column1 == code else 2,
        "indicator": str(edit.indicator),
        "meaning": indicators.get(str(edit.indicator)),
        "rationale": edit.rationale,
        "effective": date.fromordinal(edit.effective).isoformat() if edit.effective > 0 else None,
        "deleted": date.fromordinal(edit.deleted).isoformat() if edit.deleted < NEVER else None,
        "row": edit.row,
        "source": source,
    }

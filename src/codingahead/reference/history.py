"""What changed about a code, when, by which release: coming and going, wording, billing, fee schedule figures, unit limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from codingahead.content.load import meanings
from codingahead.reference.facts import MUE_SETTINGS
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.queries import SEPARATOR, StoredRecord, StoredSpan
from codingahead.words.codes import CodeKey, System

# Recomputed every year for every code: they would drown what changed about this one.
UNTOLD = frozenset({"conversion_factor", "opps_nonfacility_pe", "opps_facility_pe", "opps_mp", "calculation_flag"})


def history(key: CodeKey, spans: Sequence[StoredSpan], citations: Citations) -> list[dict[str, Any]]:
    """Newest first."""
    events = _spans(spans, citations)
    if key.system in (System.CPT, System.HCPCS):
        events += _records(key.code, "pfs", citations)
        for kind in MUE_SETTINGS:
            events += _records(key.code, kind, citations)
    return sorted(events, key=lambda e: str(e["date"]), reverse=True)


def _event(citations: Citations, day: str, action: str, text: str, rid: int) -> dict[str, Any]:
    return {
        "date": day,
        "action": action,
        "text": text,
        "source": citations.cite(citations.pack.release_of(rid), past=True),
    }


def _spans(spans: Sequence[StoredSpan], citations: Citations) -> list[dict[str, Any]]:
    events = []
    by_kind: dict[str, list[StoredSpan]] = {}
    for span in spans:
        by_kind.setdefault(span.kind, []).append(span)
    for kind, same in by_kind.items():
        first_loaded = citations.pack.releases(kind)[0].effective_from
        if kind == "content":
            continue
        listed = " in the fee schedule" if kind == "pfs" else ""
        for before, span in zip([None, *same], same, strict=False):
            day = span.valid_from.isoformat()
            if before is None:
                if span.valid_from > first_loaded:
                    events.append(_event(citations, day, "added", f"New code{listed}.", span.rid))
            elif before.title != span.title and span.title and before.title:
                events.append(_event(citations, day, "revised", f"Title changed from “{before.title}”.", span.rid))
            elif before.billable != span.billable and not listed:
                text = "Became billable." if span.billable else "Became a heading: more characters are needed."
                events.append(_event(citations, day, "revised", text, span.rid))
            elif before.valid_to and (span.valid_from - before.valid_to).days > 1:
                events.append(_event(citations, day, "reinstated", f"Listed again{listed}.", span.rid))
        last = same[-1]
        if last.valid_to:
            events.append(_event(citations, last.valid_to.isoformat(), "deleted", f"Last day{listed}.", last.last_rid))
    return events


def _records(code: str, kind: str, citations: Citations) -> list[dict[str, Any]]:
    rows = [r for r in queries.records(citations.pack, code, kind) if not r.variant]
    events = []
    for before, after in pairwise(rows):
        changed = _changes(before, after)
        if changed:
            day = citations.pack.release_of(after.rid).effective_from.isoformat()
            events.append(_event(citations, day, "changed", "; ".join(changed) + ".", after.rid))
    return events


def _differing(before: StoredRecord, after: StoredRecord) -> Iterator[tuple[str, str, str]]:
    """Cells that both rows have and that differ: field, old value, new value."""
    if before.fields == after.fields:
        if before.data != after.data:
            both = zip(after.fields, before.data.split(SEPARATOR), after.data.split(SEPARATOR), strict=False)
            yield from (cell for cell in both if cell[1] != cell[2])
        return
    for name, value in after.cells.items():
        old = before.cells.get(name, value)
        if old != value:
            yield name, old, value


def _changes(before: StoredRecord, after: StoredRecord) -> list[str]:
    told = []
    for name, old, value in _differing(before, after):
        if name not in UNTOLD:
            label = str(meanings().get(name, {}).get("label") or name.replace("_", " ").capitalize())
            told.append(f"{label} {old or 'blank'} → {value or 'blank'}")
    return told

"""Does the code stand on the day: active, a heading, ended, still to come, unknown, or can the loaded releases not say?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.queries import StoredSpan
from codingahead.words.codes import CodeKey, System

# The kinds of file that list a system's codes, the authority first.
LISTS: dict[System, tuple[str, ...]] = {
    System.ICD10CM: ("icd10cm",),
    System.ICD10PCS: ("icd10pcs",),
    System.HCPCS: ("hcpcs", "pfs"),
    System.CPT: ("cpt", "pfs"),
    System.CDT: ("pfs",),
    System.MODIFIER: ("hcpcs.modifier", "cpt.modifier", "content"),
    System.POS: ("pos", "content"),
    System.MSDRG: ("msdrg",),
    System.ICD9CM: ("icd9cm",),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`status` as in the Code value; `span` is what speaks for the day, or the nearest before or after it."""

    status: str
    span: StoredSpan | None
    spans: tuple[StoredSpan, ...]


def standing(pack: Pack, key: CodeKey, on: date) -> Standing:
    kinds = LISTS.get(key.system, ())
    spans = queries.spans(pack, key.code, key.system)
    answering = [kind for kind in kinds if pack.in_force(kind, on)]
    # A list that has known the code decides; a schedule that still prints it, or a text of ours, does not revive it.
    deciding = next((k for k in answering if k != "content" and any(s.kind == k for s in spans)), None)
    if deciding:
        answering = [deciding]
    current = _best([s for s in spans if s.covers(on) and s.kind in answering], kinds)
    if current:
        is_heading = key.system in (System.ICD10CM, System.ICD10PCS) and not current.billable
        return Standing("header" if is_heading else "active", current, spans)
    if not answering:
        return Standing("not_loaded", _best(spans, kinds), spans)
    ended = [s for s in spans if s.valid_to and s.valid_to < on]
    if ended:
        return Standing("deleted", max(ended, key=lambda s: s.valid_to or on), spans)
    coming = [s for s in spans if s.valid_from > on]
    if coming:
        return Standing("future", min(coming, key=lambda s: s.valid_from), spans)
    complete = any(found[1].complete for kind in answering if (found := pack.in_force(kind, on)))
    return Standing("unknown" if complete else "not_loaded", None, spans)


def _best(spans: Sequence[StoredSpan], kinds: Sequence[str]) -> StoredSpan | None:
    """The span of the kind with the most authority."""
    ranked = sorted(spans, key=lambda s: (kinds.index(s.kind) if s.kind in kinds else len(kinds), s.valid_from))
    return ranked[0] if ranked else None

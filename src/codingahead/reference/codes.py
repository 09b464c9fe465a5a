"""Everything about one code on one day: the Code value of the public interface."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.reference import (
    browse,
    coverage,
    crosswalks,
    facts,
    hierarchy,
    history,
    modifiers,
    partners,
    pcs,
    relations,
)
from codingahead.reference.fees import national
from codingahead.reference.sources import Citations
from codingahead.reference.standing import LISTS, Standing, standing
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import SYSTEM_NAMES, CodeKey, System

CPT_NOTICE = (
    "CPT is a registered trademark of the American Medical Association. "
    "Official CPT descriptors are shown only from the operator's own licensed files."
)


def code_answer(pack: Pack, key: CodeKey, on: date) -> dict[str, Any]:
    """The Code value for `key` on `on`. A code that is unknown or not loaded is an answer too: see `status`."""
    citations = Citations(pack, on)
    stands = standing(pack, key, on)
    own = queries.content(pack, key.system, key.code)
    answer = _head(key, on, stands, own, citations)
    answer |= _texts(key, own, citations)
    if stands.status in ("unknown",) and own is None:
        return _empty(answer, citations)
    above = hierarchy.ancestors(pack, key, on)
    below = relations.children(pack, key, on)
    replaced = relations.successors(key, citations) if stands.status == "deleted" else []
    answer |= {
        "facts": facts.facts(key, citations, billable=bool(answer["billable"])),
        "modifiers": modifiers.modifiers(key, citations),
        **hierarchy.place(key, citations, browse.range_of(key)),
        "children": [{"code": s.code, "title": s.title, "billable": s.billable} for s in below],
        "missing_characters": relations.missing_characters(key, below) if stands.status == "header" else [],
        "characters": pcs.characters(key, citations),
        "siblings": _siblings(pack, key, stands, own, on),
        "add_on": relations.add_on(key, citations),
        "edits": partners.summary(key.code, citations) if key.system in (System.CPT, System.HCPCS) else {},
        "fees": national.national(key, citations),
        "coverage": coverage.of_code(key, citations),
        "categories": relations.categories(key, citations),
        "successors": replaced,
        "crosswalks": [
            *_crosswalks(replaced, relations.predecessors(key, citations)),
            *crosswalks.of_diagnosis(key, citations),
        ],
        "index_entries": relations.index_entries(key, above, citations),
        "history": history.history(key, stands.spans, citations),
    }
    answer["related"] = answer["siblings"]
    return answer | citations.to_json()


def _head(key: CodeKey, on: date, stands: Standing, own: dict[str, Any] | None, citations: Citations) -> dict[str, Any]:
    span = stands.span
    title, title_source = (span.title, "official") if span and span.title else (None, None)
    if own and (title is None or (span and span.kind == "content")):
        title, title_source = str(own["title"]), "codingahead"
    if span and stands.status in ("active", "header"):
        release = citations.pack.in_force(span.kind, on)
        if release:
            citations.cite(release[1], key.code, span.row if release[0] == span.rid else None)
    for kind in LISTS.get(key.system, ())[:1]:
        if not citations.pack.in_force(kind, on):
            citations.missing(kind)
    billable: bool | None = span.billable if span and stands.status in ("active", "header") else None
    return {
        "code": key.code,
        "system": key.system.value,
        "system_name": SYSTEM_NAMES[key.system],
        "on": on.isoformat(),
        "status": stands.status,
        "billable": billable,
        "title": title,
        "title_source": title_source,
        "valid_from": span.valid_from.isoformat() if span else None,
        "valid_to": span.valid_to.isoformat() if span and span.valid_to else None,
    }


def _texts(key: CodeKey, own: dict[str, Any] | None, citations: Citations) -> dict[str, Any]:
    """Licensed descriptor, if the operator loaded one, and our own words."""
    found = citations.pack.in_force("cpt", citations.on) if key.system is System.CPT else None
    row = queries.descriptor(citations.pack, key.system, key.code, found[0]) if found else None
    descriptor = None
    if row and found:
        descriptor = {
            "short": row["short"],
            "medium": row["medium"],
            "long": row["long"],
            "consumer": row["consumer"],
            "licence": queries.notice(citations.pack, found[0]),
            "source": citations.cite(found[1], key.code),
        }
    common = None
    if own:
        content = citations.pack.newest("content")
        common = {
            "summary": own.get("summary"),
            "indications": own.get("indications", []),
            "procedure": own.get("procedure", []),
            "after_care": own.get("after_care", []),
            "reviewed": str(own.get("reviewed")),
            "source": citations.cite(content[1], f"{key.system.value} {key.code}") if content else None,
        }
    return {
        "descriptor": descriptor,
        "common_language": common,
        "content": own,
        "notice": CPT_NOTICE if key.system is System.CPT else None,
    }


def _empty(answer: dict[str, Any], citations: Citations) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "facts": [],
        "modifiers": [],
        "hierarchy": [],
        "notes": [],
        "children": [],
        "missing_characters": [],
        "characters": [],
        "siblings": [],
        "add_on": {"is_add_on": None, "rows": []},
        "edits": {},
        "fees": {},
        "coverage": {},
        "categories": [],
        "successors": [],
        "crosswalks": [],
        "index_entries": [],
        "history": [],
        "related": [],
    }
    return answer | nothing | citations.to_json()


def _siblings(pack: Pack, key: CodeKey, stands: Standing, own: dict[str, Any] | None, on: date) -> list[dict[str, Any]]:
    """Neighbours: as our own text names them, else those under the same heading."""
    if own and own.get("siblings"):
        return [
            {
                "code": str(s["code"]),
                "system": key.system.value,
                "title": relations.title_of(pack, key.system, str(s["code"]), on),
                "difference": s["difference"],
                "billable": None,
            }
            for s in own["siblings"]
        ]
    return relations.siblings(pack, key, stands.span, on)


def _crosswalks(after: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**row, "kind": kind, "direction": direction, "exact": False, "flags": ""}
        for kind, direction, rows in (("successor", "to", after), ("predecessor", "from", before))
        for row in rows
    ]

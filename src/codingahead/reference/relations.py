"""What stands beside a code: add-on and primary services, categories, replacements, neighbours, index entries."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from codingahead.content.load import meanings
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.queries import StoredSpan
from codingahead.words.codes import CodeKey, System

MOST_SIBLINGS = 60
MOST_INDEX_ENTRIES = 40


def title_of(pack: Pack, system: System, code: str, on: date) -> str | None:
    """The title that stood on the day, else the newest; our own where the publisher's is licensed."""
    return pack.keep(("title", system, code, on), lambda: _title(pack, system, code, on))


def _title(pack: Pack, system: System, code: str, on: date) -> str | None:
    spans = [s for s in queries.spans(pack, code, system) if s.title]
    standing = [s for s in spans if s.covers(on)]
    if standing or spans:
        return (standing or spans)[-1].title
    own = queries.content(pack, system, code)
    return str(own["title"]) if own else None


def either_title(pack: Pack, code: str, on: date) -> str | None:
    """Title of a CPT or HCPCS code."""
    return title_of(pack, System.HCPCS if code[:1].isalpha() else System.CPT, code, on)


def add_on(key: CodeKey, citations: Citations) -> dict[str, Any]:
    """Add-on code edits of the day, as the add-on and as the primary code."""
    if key.system not in (System.CPT, System.HCPCS):
        return {"is_add_on": None, "rows": []}
    found = citations.release("ncci.add_on")
    if found is None:
        return {"is_add_on": None, "rows": []}
    rid, release = found
    day = citations.on.isoformat()
    types = (meanings().get("add_on_type") or {}).get("values") or {}
    rows, is_add_on = [], False
    for r in queries.add_on_rows(citations.pack, rid, key.code):
        if (r["effective"] and r["effective"] > day) or (r["deleted"] and r["deleted"] < day):
            continue
        as_add_on = r["add_on"] == key.code
        is_add_on |= as_add_on
        other = r["primary_code"] if as_add_on else r["add_on"]
        listed = other != "CCCCC"
        rows.append(
            {
                "code": other if listed else None,
                "title": either_title(citations.pack, other, citations.on) if listed else None,
                "role": "primary" if as_add_on else "add_on",
                "type": r["edit_type"],
                "meaning": types.get(r["edit_type"]),
                "note": r["note"] or (None if listed else "The contractor defines the primary codes."),
                "source": citations.cite(release, key.code, r["row"]),
            }
        )
    return {"is_add_on": is_add_on, "rows": rows}


def categories(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """AHRQ's Clinical Classifications Software Refined categories of a diagnosis."""
    if key.system is not System.ICD10CM:
        return []
    found = citations.pack.newest("ccsr")
    if found is None:
        citations.missing("ccsr")
        return []
    rid, release = found
    rows = queries.records_of(citations.pack, key.code, rid)
    return [
        {
            "kind": "ccsr",
            "code": r.cells.get("category"),
            "title": r.cells.get("description"),
            "source": citations.cite(release, key.code, r.row),
        }
        for r in rows
    ]


def successors(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    """Codes that took the place of this one, by the conversion table or the publisher's cross reference."""
    rows = [(r["code"], r) for r in queries.mapped_to(citations.pack, key.code, "predecessor")]
    rows += [(r["to_code"], r) for r in queries.mapped_from(citations.pack, key.code, "successor")]
    return [_mapped(code, row, key, citations) for code, row in rows if code != key.code]


def predecessors(key: CodeKey, citations: Citations) -> list[dict[str, Any]]:
    rows = queries.mapped_from(citations.pack, key.code, "predecessor")
    return [_mapped(r["to_code"], r, key, citations) for r in rows if r["to_code"] != key.code]


def _mapped(code: str, row: Any, key: CodeKey, citations: Citations) -> dict[str, Any]:
    source = citations.cite(citations.pack.release_of(row["rid"]), key.code, row["row"])
    title = title_of(citations.pack, key.system, code, citations.on)
    return {"code": code, "system": key.system.value, "title": title, "effective": row["effective"], "source": source}


def children(pack: Pack, key: CodeKey, on: date) -> list[StoredSpan]:
    """Codes one level below that stood on the day."""
    found: dict[str, StoredSpan] = {}
    for span in queries.children(pack, key.system, key.code):
        if span.covers(on):
            found.setdefault(span.code, span)
    return list(found.values())


def siblings(pack: Pack, key: CodeKey, span: StoredSpan | None, on: date) -> list[dict[str, Any]]:
    """Codes under the same heading, each with the words that set it apart from this one."""
    if span is None or not span.parent or not span.title:
        return []
    same = children(pack, CodeKey(key.system, span.parent), on)
    others = [s for s in same if s.code != key.code and s.title][:MOST_SIBLINGS]
    return [
        {
            "code": s.code,
            "system": key.system.value,
            "title": s.title,
            "difference": difference(span.title, s.title or ""),
            "billable": s.billable,
        }
        for s in others
    ]


def difference(this: str, other: str) -> str:
    """The words of `other` that `this` lacks; if there are none, those that it does without."""
    mine, theirs = _words(this), _words(other)
    known = set(_words(this.lower()))
    more = [w for w in theirs if w.lower() not in known]
    if more:
        return " ".join(more)
    known = set(_words(other.lower()))
    less = [w for w in mine if w.lower() not in known]
    return "without: " + " ".join(less) if less else ""


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'/-]+", text)


def missing_characters(key: CodeKey, below: list[StoredSpan]) -> list[dict[str, Any]]:
    """What the next character may be, for a code that is a heading."""
    if key.system not in (System.ICD10CM, System.ICD10PCS) or not below:
        return []
    at = len(key.code.replace(".", "")) + 1
    values: dict[str, str] = {}
    for span in below:
        bare = span.code.replace(".", "")
        values[bare[at - 1 :]] = span.title or ""
    return [{"position": at, "values": [{"value": v, "meaning": m} for v, m in sorted(values.items())]}]


def index_entries(key: CodeKey, above: list[str], citations: Citations) -> list[dict[str, Any]]:
    """Lines of the Alphabetic Index and the External Cause Index that print this code or, shortened, one that holds it."""
    if key.system is not System.ICD10CM:
        return []
    kinds = ("icd10cm.index", "icd10cm.external_cause")
    loaded = [found for kind in kinds if (found := citations.release(kind))]
    if not loaded:
        return []
    printed = {key.code, f"{key.code}-", f"{key.code}.-"}
    if len(key.code) == 8:
        bases = [c for c in above if len(c) < 8][:1]
        printed |= {form for c in bases for form in (c, f"{c}-")}
    rows = queries.index_entries_for(citations.pack, [rid for rid, _ in loaded], sorted(printed), MOST_INDEX_ENTRIES)
    releases = dict(loaded)
    return [
        {
            "text": ", ".join(json.loads(r["path"])),
            "table": releases[r["rid"]].kind.split(".")[1],
            "code": r["code"],
            "manifestation": r["manifestation"],
            "source": citations.cite(releases[r["rid"]], "", r["position"] + 1),
        }
        for r in rows
    ]

"""Where does an ICD-10-CM code stand in the book, and which notes reach it from above?"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import CodeKey, System

# ICD-10-CM codes as notes print them: 'I60.7', 'S06.-', 'E08-E13'.
_PRINTED = re.compile(r"(?:[A-Z]\d|QA)[0-9A-Z](?:\.[0-9A-Z]{1,4})?(?:\.?-)?")


@lru_cache(maxsize=20_000)
def _printed(text: str) -> tuple[str, ...]:
    return tuple(_PRINTED.findall(text))


def ancestors(pack: Pack, key: CodeKey, on: date) -> list[str]:
    """Codes above `key`, the nearest first, by the code list in force."""
    found: list[str] = []
    code = key.code
    while True:
        spans = [s for s in queries.spans(pack, code, key.system) if s.parent]
        span = next((s for s in spans if s.covers(on)), spans[-1] if spans else None)
        if span is None or span.parent is None or span.parent in found:
            return found
        code = span.parent
        found.append(code)


def place(key: CodeKey, citations: Citations, heading: dict[str, str | None] | None) -> dict[str, Any]:
    """Hierarchy from the chapter down, and every note with the level it comes from; `heading` stands on top where there is no book."""
    pack, on = citations.pack, citations.on
    above = ancestors(pack, key, on)
    codes = [key.code, *above]
    trail = [_titled(pack, key.system, code, on) for code in reversed(above)]
    if key.system is not System.ICD10CM:
        return {"hierarchy": [heading, *trail] if heading else trail, "notes": []}
    tabular = citations.release("icd10cm.tabular")
    if tabular is None:
        return {"hierarchy": trail, "notes": []}
    rid, release = tabular
    headings = _headings(pack, rid, codes[-1])
    notes = []
    for code in [*codes, *(str(h["code"]) for h in headings)]:
        for row in queries.notes(pack, rid, code):
            source = citations.cite(release, code)
            notes.append(
                {
                    "kind": row["kind"],
                    "from": code,
                    "text": row["text"],
                    "codes": list(_printed(row["text"])),
                    "source": source,
                }
            )
    notes += _seventh(pack, rid, codes, citations)
    return {"hierarchy": [*reversed(headings), *trail], "notes": notes}


def _titled(pack: Pack, system: System, code: str, on: date) -> dict[str, str | None]:
    spans = queries.spans(pack, code, system)
    span = next((s for s in spans if s.covers(on)), spans[-1] if spans else None)
    return {"code": code, "title": span.title if span else None, "level": "code"}


def _headings(pack: Pack, rid: int, category: str) -> list[dict[str, str | None]]:
    """Blocks and chapter above a category, the nearest first."""
    found = []
    row = queries.node(pack, rid, category)
    while row is not None and row["parent"]:
        row = queries.node(pack, rid, row["parent"])
        if row is not None:
            found.append({"code": row["code"], "title": row["title"], "level": row["level"]})
    return found


def _seventh(pack: Pack, rid: int, codes: list[str], citations: Citations) -> list[dict[str, Any]]:
    """The seventh characters of the nearest level that defines them."""
    for code in codes:
        rows = queries.seventh(pack, rid, code)
        if rows:
            source = citations.cite(citations.pack.release_of(rid), code)
            return [
                {
                    "kind": "seventh_character",
                    "from": code,
                    "text": f"{r['character']}  {r['meaning']}",
                    "codes": [],
                    "source": source,
                }
                for r in rows
            ]
    return []

"""Are our texts well formed, and do the facts they rely on hold in the loaded releases?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from codingahead.content.load import ContentRecord, load_content
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import System

MOST_TITLE_WORDS = 14
SUMMARY_WORDS = {System.CPT: (60, 150), System.HCPCS: (60, 150), System.MODIFIER: (20, 120), System.POS: (15, 80)}
COUNTS = {"indications": (3, 7), "procedure": (4, 10), "after_care": (2, 5)}
COMPONENTS = {"split": ("1",), "professional": ("2", "6", "8"), "technical": ("3",)}

Problem = tuple[str, str]


def check_content(pack: Pack, on: date) -> dict[str, Any]:
    """Every finding as file, code, field and message; facts that no release covers are counted, not guessed."""
    records = load_content()
    findings, checked, silent = [], 0, 0
    for record in records:
        row = _fee_schedule(pack, record, on)
        expected = record.data.get("expects") or {}
        if row is None and expected:
            silent += 1
        elif expected:
            checked += len(expected)
        for field, message in (*_form(record), *(_facts(expected, row) if row else ())):
            findings.append(
                {
                    "file": record.file,
                    "system": record.system.value,
                    "code": record.code,
                    "field": field,
                    "message": message,
                }
            )
    findings += _repeated(records)
    return {"records": len(records), "facts_checked": checked, "facts_not_loaded": silent, "findings": findings}


def _fee_schedule(pack: Pack, record: ContentRecord, on: date) -> dict[str, str] | None:
    found = pack.in_force("pfs", on)
    rows = queries.records_of(pack, record.code, found[0]) if found else []
    return next((r.cells for r in rows if not r.variant), None)


def _form(record: ContentRecord) -> Iterator[Problem]:
    if len(record.title.split()) > MOST_TITLE_WORDS:
        yield "title", f"more than {MOST_TITLE_WORDS} words"
    least, most = SUMMARY_WORDS.get(record.system, (10, 200))
    words = len(str(record.data["summary"]).split())
    if not least <= words <= most:
        yield "summary", f"{words} words; {least} to {most} expected"
    for field, (few, many) in COUNTS.items():
        if field in record.data and not few <= len(record.data[field]) <= many:
            yield field, f"{len(record.data[field])} items; {few} to {many} expected"
    expects = record.data.get("expects") or {}
    summary = str(record.data["summary"]).lower()
    if expects.get("add_on") and not re.search(r"in addition|add-on|together with", summary):
        yield "summary", "an add-on code's summary must say that it is reported in addition to a primary service"


def _facts(expected: dict[str, Any], row: dict[str, str]) -> Iterator[Problem]:
    for name, field in (("global_days", "global_days"), ("bilateral", "bilateral"), ("status", "status")):
        if name in expected and str(expected[name]) != row[field]:
            yield name, f"the text relies on {expected[name]}; the fee schedule says {row[field]}"
    allowed = COMPONENTS.get(str(expected.get("component")))
    if allowed and row["pctc"] not in allowed:
        yield "component", f"the text relies on {expected['component']}; the PC/TC indicator is {row['pctc']}"
    if expected.get("component") == "global" and row["pctc"] == "1":
        yield "component", "the text speaks of one service; the PC/TC indicator 1 says that it has two components"
    if "add_on" in expected and row["global_days"] == "ZZZ" and not expected["add_on"]:
        yield "add_on", "global period ZZZ says that this is an add-on code"


def _repeated(records: list[ContentRecord]) -> list[dict[str, str]]:
    """The same sentence in two texts is boilerplate: it says nothing about either code."""
    seen: dict[str, ContentRecord] = {}
    found = []
    for record in records:
        for sentence in set(re.split(r"(?<=[.!?])\s+", " ".join(str(record.data["summary"]).split()))):
            if len(sentence.split()) < 8:
                continue
            if sentence in seen and seen[sentence] is not record:
                found.append(
                    {
                        "file": record.file,
                        "system": record.system.value,
                        "code": record.code,
                        "field": "summary",
                        "message": f"repeats a sentence of {seen[sentence].code}: {sentence[:60]}",
                    }
                )
            seen[sentence] = record
    return found

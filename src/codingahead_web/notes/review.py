"""What the review page shows: the painted note, a row for each code, and the panel of what stands, what it lacks and what the claim check says."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.codebook import Codebook
from codingahead.words.errors import CodingAheadError
from codingahead_web.gate.access import Access, AllowanceUsed
from codingahead_web.notes import claimed, counted, painted
from codingahead_web.notes.typed import REASONS, Decided, look_up

# A form may send 1,000 fields, and a row has five.
MOST_ROWS = 150
EMPTY = Decided(0, "", "")


def page(text: str, suggested: dict[str, Any], decided: list[Decided], codebook: Codebook, on: date) -> dict[str, Any]:
    suggestions = suggested["suggestions"][:MOST_ROWS]
    by_place = {d.at: d for d in decided}
    rows = [_row(n, one, by_place.get(n, EMPTY), text) for n, one in enumerate(suggestions)]
    added = [_added(d, codebook, on) for d in decided if d.act == "add"]
    return {
        "text": text, "suggested": suggested, "pieces": painted.pieces(text, suggestions), "reasons": REASONS,
        "proposed": [r for r in rows if r["one"]["status"] == "asserted"] , "others": [r for r in rows if r["one"]["status"] != "asserted"],
        "added": added, "shown": len(suggestions), "left_out": len(suggested["suggestions"]) - len(suggestions),
    }  # fmt: skip


def _row(n: int, one: dict[str, Any], d: Decided, text: str) -> dict[str, Any]:
    words = [e["text"] for e in one["evidence"] if painted.stands(text, e)]
    return {
        "n": n,
        "one": one,
        "d": d,
        "percent": round(100 * float(one["confidence"])),
        "words": list(dict.fromkeys(words))[:4],
    }


def _added(d: Decided, codebook: Codebook, on: date) -> dict[str, Any]:
    return {"n": d.at, "code": d.code, "system": d.system, "title": title(codebook, d.code, d.system, on)}


def title(codebook: Codebook, code: str, system: str, on: date) -> str:
    try:
        return str(codebook.lookup(code, on, system)["title"] or "")
    except CodingAheadError:
        return ""


def panel(
    decided: list[Decided], suggested: list[dict[str, Any]], codebook: Codebook, access: Access, ticket: counted.Ticket, *, on: date, setting: str
) -> dict[str, Any]:  # fmt: skip
    """Counts, what is lacking, and the findings: of what stands once something does, else the engine's own about the whole set."""
    stands = [d for d in decided if d.final]
    made: dict[str, Any] = {
        "stands": stands, "rejected": sum(d.act == "reject" and not d.lacks for d in decided), "lacking": [d for d in decided if d.lacks],
        "open": sum(not d.act for d in decided), "services": [d.final for d in stands if d.system in claimed.SERVICES], "dx": claimed.diagnoses(decided),
        "unplaced": [d.final for d in stands if d.system not in (*claimed.SERVICES, "icd10cm")], "day": on.isoformat(), "setting": setting,
    }  # fmt: skip
    if not stands:
        made["findings"] = suggested
    else:
        asked = claimed.claim(decided, on, setting)
        if asked is not None:
            try:
                with counted.checked(access, ticket, len(asked.lines)):
                    made["report"] = claimed.checked(codebook, asked)
                made["findings"] = made["report"]["findings"]
            except AllowanceUsed as used:
                made["refused"] = used
    made["ticket"] = ticket.text
    return made


def addition(value: str, at: int, codebook: Codebook, on: date) -> Decided | None:
    """'icd10cm:I10' as an added row, where the code stands on the day."""
    system, _, code = value.partition(":")
    found = look_up(codebook, code[:12], system[:12], on)
    return Decided(at, found, system, "add") if found else None

"""A slow, plain second opinion on pair, unit and add-on edits, written from the publications and sharing no code with the rules.

NCCI Policy Manual for Medicare, chapter I (pairs, associated modifiers, medically unlikely edits), CMS change request 11168 (a distinct-service
modifier counts on either line from July 2019), Medicare Claims Processing Manual chapter 12 section 30 (add-on codes). It knows one claim,
one practitioner, one day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from codingahead.words.claims import ServiceLine

Verdict = tuple[str, str, int, int | None, str | None]  # rule, severity, line, line beside it, indicator

SITES = {"E1", "E2", "E3", "E4", "LT", "RT", "LC", "LD", "RC", "LM", "RI"} | {
    f"{limb}{n}" for limb in "FT" for n in "A123456789"
}
DISTINCT = {"59", "XE", "XS", "XP", "XU"}
EITHER_LINE = date(2019, 7, 1)


@dataclass
class Tables:
    """`pairs`: rows (first day, last day, indicator) by column 1 and column 2 code; `limits`: (units, adjudication indicator);
    `add_ons`: (type, primary code) by add-on code."""

    pairs: dict[tuple[str, str], list[tuple[date, date, int]]] = field(default_factory=dict)
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    add_ons: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    visits: frozenset[str] = frozenset()
    # Codes that only the fee schedule knows as add-on codes.
    marked: frozenset[str] = frozenset()


def governing(rows: list[tuple[date, date, int]], on: date) -> int | None:
    """The indicator in force. Periods of one pair never overlap, so where first days are blank the row that ends soonest speaks."""
    standing = [(last, indicator) for first, last, indicator in rows if first <= on <= last and indicator != 9]
    return min(standing)[1] if standing else None


def escapes(one: ServiceLine, two: ServiceLine, visits: frozenset[str]) -> bool:
    """Does a modifier that counts stand where it counts? `one` is column 1."""
    for line in (one, two):
        own, visit = set(line.modifiers), line.code in visits
        if own & DISTINCT and not visit and (line is two or line.date_of_service >= EITHER_LINE):
            return True
        if own & {"24", "25", "57", "27"} and visit:
            return True
        if own & {"58", "78", "79"}:
            return True
        if "91" in own and line.code.isdigit() and 80047 <= int(line.code) <= 89398:
            return True
    first, second = set(one.modifiers) & SITES, set(two.modifiers) & SITES
    return bool(first or second) and not first & second


def judge(lines: tuple[ServiceLine, ...], tables: Tables, refused: frozenset[int] = frozenset()) -> set[Verdict]:
    """What is to be said of lines of one patient, day and practitioner. `refused`: lines that another rule denies."""
    hits = list(_pairs(lines, tables, refused))
    fallen = refused | {two for two, one, _, free in hits if not free and one not in refused}
    over = set(_units([line for line in lines if line.line not in fallen], tables))
    doubtful = refused | {v[2] for v in over}
    said: set[Verdict] = set(over)
    denied = set(doubtful)
    for two, one, indicator, free in hits:
        severity = "info" if free else "review" if one in doubtful else "deny"
        said.add(("ncci.ptp", severity, two, one, str(indicator)))
        if severity == "deny":
            denied.add(two)
    return said | _add_ons(lines, tables, denied)


def _pairs(
    lines: tuple[ServiceLine, ...], tables: Tables, refused: frozenset[int]
) -> Iterator[tuple[int, int, int, bool]]:
    """Column 2 line, column 1 line, indicator and whether a modifier parts them. Of several lines with the column 1 code the one that
    counts most: not parted before parted, payable before refused, first before later."""
    for two in lines:
        for code in {line.code for line in lines}:
            rows = tables.pairs.get((code, two.code))
            indicator = governing(rows, two.date_of_service) if rows and code != two.code else None
            if indicator is None:
                continue
            beside = [line for line in lines if line.code == code]
            ranked = [(indicator == 1 and escapes(o, two, tables.visits), o.line in refused, o.line) for o in beside]
            free, _, one = min(ranked)
            yield two.line, one, indicator, free


def _add_ons(lines: tuple[ServiceLine, ...], tables: Tables, denied: set[int]) -> set[Verdict]:
    """An add-on code falls with its primary service, which may be an add-on code itself."""
    is_add_on = {line.line: bool(tables.add_ons.get(line.code)) or line.code in tables.marked for line in lines}
    company = any(not is_add_on[line.line] and line.line not in denied for line in lines)
    denied = set(denied)
    while True:
        found = [v for line in lines if is_add_on[line.line] and (v := _alone(line, lines, tables, denied, company))]
        fresh = {v[2] for v in found if v[1] == "deny"} - denied
        if not fresh:
            return set(found)
        denied |= fresh


def _alone(
    line: ServiceLine, lines: tuple[ServiceLine, ...], tables: Tables, denied: set[int], company: bool
) -> Verdict | None:
    """What is to be said of an add-on line without a payable primary service."""
    listed = tables.add_ons.get(line.code, [])
    kinds, primaries = {kind for kind, _ in listed}, {code for _, code in listed}
    beside = [other for other in lines if other.code in primaries and other.line != line.line]
    if any(other.line not in denied for other in beside):
        return None
    if kinds == {"1"} or beside:
        return "ncci.add_on", "deny", line.line, None, "1"
    if company:
        return ("ncci.add_on", "info", line.line, None, max(kinds)) if kinds else None
    return "ncci.add_on", "deny", line.line, None, max(kinds) if kinds else "ZZZ"


def _units(lines: list[ServiceLine], tables: Tables) -> Iterator[Verdict]:
    for line in lines:
        limit, kind = tables.limits.get(line.code, (0, 0))
        if not kind:
            continue
        units = line.units if kind == 1 else sum(o.units for o in lines if o.code == line.code)
        if units > limit:
            yield "ncci.mue", "deny", line.line, None, str(kind)

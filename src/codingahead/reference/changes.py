"""What changed between two days: codes new, deleted and revised, indicators, fees in money, edits and coverage policies begun and ended.

Compares what stood on the first day with what stood on the last; what came and went between them is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from codingahead.content.load import meanings
from codingahead.reference.coverage import of_code
from codingahead.reference.fees.national import BASES, amounts
from codingahead.reference.partners import SETTINGS
from codingahead.reference.relations import title_of
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.queries import StoredRecord, StoredSpan
from codingahead.words.codes import CodeKey, System
from codingahead.words.errors import BadInput
from codingahead.words.releases import Release

# The list that decides for each system.
LISTS = {
    System.ICD10CM: "icd10cm",
    System.ICD10PCS: "icd10pcs",
    System.HCPCS: "hcpcs",
    System.CPT: "pfs",
    System.MSDRG: "msdrg",
}
INDICATORS = (
    "status", "pctc", "global_days", "multiple_procedure", "bilateral", "assistant_surgeon", "co_surgeon", "team_surgeon", "endoscopy_base", "supervision",
)  # fmt: skip
UNITS = {"ncci.mue.practitioner": "practitioner", "ncci.mue.outpatient": "outpatient", "ncci.mue.dme": "dme"}
KINDS = ("new", "deleted", "revised", "fact", "fee", "edit", "coverage")
Row = dict[str, Any]


def changes(
    pack: Pack, first: date, last: date, *, codes: Iterable[str] = (), system: System | None = None, kinds: Iterable[str] = (), offset: int = 0,
    limit: int = 500,
) -> dict[str, Any]:  # fmt: skip
    """The Changes value: `rows` from `offset`, the greatest sums of money first among fees; `counts` of all. Raises BadInput when `last` is not later."""
    if last <= first:
        raise BadInput(f"to: {last} is not after {first}", "give the earlier day first")
    wanted = frozenset(code.upper() for code in codes)
    asked = frozenset(kinds) or frozenset(KINDS)
    before, after = Citations(pack, first), Citations(pack, last)
    found = [r for r in _all(pack, before, after, wanted, system) if r["kind"] in asked]
    found.sort(key=_order)
    counts = Counter(row["kind"] for row in found)
    shown = found[offset : offset + limit]
    for row in shown:
        row["title"] = title_of(pack, System(row["system"]), row["code"], last)
        release, number = row.pop("_at")
        row["source"] = after.cite(release, row["code"], number)
    return {
        "from": first.isoformat(), "to": last.isoformat(), "rows": shown, "total": len(found), "counts": {k: counts[k] for k in KINDS if counts[k]},
        "releases": _compared(before, after), **after.to_json(),
    }  # fmt: skip


def _all(
    pack: Pack, before: Citations, after: Citations, wanted: frozenset[str], system: System | None
) -> Iterator[Row]:
    for one, kind in LISTS.items():
        if system in (None, one):
            yield from _codes(pack, one, kind, before, after, wanted)
    if system in (None, System.CPT, System.HCPCS):
        yield from _schedule(before, after, wanted, system)
        yield from _limits(before, after, wanted, system)
        yield from _edits(pack, before, after, wanted)
        yield from _policies(before, after, wanted)


def _row(
    code: str, system: System, kind: str, name: str, was: str | None, now: str | None, at: tuple[Release, int | None], amount: Decimal | None = None
) -> Row:  # fmt: skip
    money = None if amount is None else str(amount)
    told = {"code": code, "system": system.value, "kind": kind, "name": name, "before": was, "after": now}
    return {**told, "amount": money, "_at": at}


def _codes(
    pack: Pack, system: System, kind: str, before: Citations, after: Citations, wanted: frozenset[str]
) -> Iterator[Row]:
    """Codes that may be billed, as the official addenda count them; a code that became a heading is deleted."""
    old, new = pack.in_force(kind, before.on), pack.in_force(kind, after.on)
    if old is None or new is None:
        return
    groups: dict[str, list[StoredSpan]] = {}
    for span in queries.spans_touched(pack, system, kind, before.on.isoformat(), after.on.isoformat()):
        if not wanted or span.code.upper() in wanted:
            groups.setdefault(span.code, []).append(span)
    for code in groups:
        spans = [s for s in queries.spans(pack, code, system) if s.kind == kind]
        was = next((s for s in spans if s.billable and s.covers(before.on)), None)
        now = next((s for s in spans if s.billable and s.covers(after.on)), None)
        if was is None and now is not None:
            yield _row(code, system, "new", "code", None, now.title, (pack.release_of(now.rid), now.row))
        elif was is not None and now is None:
            heading = any(s.covers(after.on) for s in spans)
            yield _row(
                code,
                system,
                "deleted",
                "code",
                was.title,
                "a heading: more characters are needed" if heading else None,
                (new[1], None),
            )
        elif was is not None and now is not None and was.title != now.title and was.title and now.title:
            yield _row(code, system, "revised", "title", was.title, now.title, (pack.release_of(now.rid), now.row))


def _pair(kind: str, before: Citations, after: Citations) -> tuple[tuple[int, Release], tuple[int, Release]] | None:
    """Two different releases of one kind that speak for the two days."""
    old, new = before.pack.in_force(kind, before.on), after.pack.in_force(kind, after.on)
    return (old, new) if old and new and old[0] != new[0] else None


def _records(pack: Pack, rid: int, wanted: frozenset[str]) -> dict[str, StoredRecord]:
    if wanted:
        found = [r for code in wanted for r in queries.records_of(pack, code, rid)]
    else:
        found = queries.release_records(pack, rid)
    return {r.code: r for r in found if not r.variant}


def _schedule(before: Citations, after: Citations, wanted: frozenset[str], system: System | None) -> Iterator[Row]:
    pair = _pair("pfs", before, after)
    if pair is None:
        return
    (rid, old), (next_rid, new) = pair
    was = _records(before.pack, rid, wanted)
    for code, record in _records(after.pack, next_rid, wanted).items():
        own = _system(code)
        earlier = was.get(code)
        if earlier is None or system not in (None, own):
            continue
        for name in INDICATORS:
            a, b = earlier.cells.get(name, ""), record.cells.get(name, "")
            if a != b:
                yield _row(code, own, "fact", name, _said(name, a), _said(name, b), (new, record.row))
        priced, prices = amounts(code, earlier, old), amounts(code, record, new)
        for basis in BASES:
            x, y = priced[basis], prices[basis]
            if x is not None and y is not None and x != y:
                yield _row(code, own, "fee", f"{basis} national", str(x), str(y), (new, record.row), y - x)


def _limits(before: Citations, after: Citations, wanted: frozenset[str], system: System | None) -> Iterator[Row]:
    for kind, setting in UNITS.items():
        pair = _pair(kind, before, after)
        if pair is None:
            continue
        was = _records(before.pack, pair[0][0], wanted)
        for code, record in _records(after.pack, pair[1][0], wanted).items():
            earlier = was.get(code)
            a, b = (earlier.cells["value"] if earlier else None), record.cells["value"]
            if a != b and system in (None, _system(code)):
                yield _row(code, _system(code), "fact", f"mue_{setting}", a, b, (pair[1][1], record.row))


def _edits(pack: Pack, before: Citations, after: Citations, wanted: frozenset[str]) -> Iterator[Row]:
    """Only for named codes: a quarter changes edits by the ten thousand."""
    for setting, kind in SETTINGS.items():
        found = pack.in_force(kind, after.on)
        table = pack.edit_table(found[1].id) if found else None
        if found is None or table is None:
            continue
        first, last = before.on.toordinal(), after.on.toordinal()
        for code in sorted(wanted):
            for edit in table.partners(code):
                other = edit.column2 if edit.column1 == code else edit.column1
                was, now = edit.effective <= first <= edit.deleted, edit.effective <= last <= edit.deleted
                if was != now and edit.indicator != 9:
                    told = f"{edit.column1}/{edit.column2}, indicator {edit.indicator}"
                    yield _row(
                        code,
                        _system(code),
                        "edit",
                        f"{setting} with {other}",
                        told if was else None,
                        told if now else None,
                        (found[1], edit.row),
                    )


def _policies(before: Citations, after: Citations, wanted: frozenset[str]) -> Iterator[Row]:
    """Coverage policies that began, ended or were revised; only for named codes."""
    loaded = next((found for table in ("article", "lcd", "ncd") if (found := after.pack.newest(f"mcd.{table}"))), None)
    if loaded is None:
        return
    for code in sorted(wanted):
        key = CodeKey(_system(code), code)
        was, now = ({(p["kind"], p["id"]): p for p in of_code(key, c).get("policies", ())} for c in (before, after))
        for kind, name in sorted({*was, *now}):
            a, b = was.get((kind, name)), now.get((kind, name))
            if a is None or b is None or a["effective_from"] != b["effective_from"]:
                at = (loaded[1], None)
                yield _row(code, key.system, "coverage", f"{kind} {name}", _policy(a), _policy(b), at)


def _policy(one: dict[str, Any] | None) -> str | None:
    return f"{one['title']}, from {one['effective_from']}" if one else None


def _system(code: str) -> System:
    return System.HCPCS if code[:1].isalpha() else System.CPT


def _said(name: str, value: str) -> str:
    meaning = (meanings().get(name, {}).get("values") or {}).get(value)
    return f"{value} ({meaning})" if meaning else value or "blank"


def _order(row: Row) -> tuple[int, Decimal, str, str, str]:
    return KINDS.index(row["kind"]), -abs(Decimal(row["amount"] or 0)), row["system"], row["code"], row["name"]


def _compared(before: Citations, after: Citations) -> list[dict[str, str]]:
    made = []
    for kind in (*LISTS.values(), *UNITS, *SETTINGS.values()):
        old, new = before.pack.in_force(kind, before.on), after.pack.in_force(kind, after.on)
        if old is None or new is None:
            made.append(
                {"kind": kind, "from": old[1].id if old else "not loaded", "to": new[1].id if new else "not loaded"}
            )
        else:
            made.append({"kind": kind, "from": old[1].id, "to": new[1].id})
    return made

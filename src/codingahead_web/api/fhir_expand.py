"""ValueSet/$expand: the codes of a list, of a branch, or those that fit some words, on a day.

A whole system is never listed at once: name codes, a branch (`is-a`), or words (`filter`). Source: HL7 FHIR R4, ValueSet $expand.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from codingahead.words.codes import System, bare, has_shape, spelled
from codingahead.words.search import SearchQuery
from codingahead_web.api import fhir_parameters as form
from codingahead_web.api.fhir_codes import STANDING, display
from codingahead_web.api.fhir_parameters import Problem, Resource, Told
from codingahead_web.api.fhir_systems import URIS, day_of, edition, system_of
from codingahead_web.gate.visit import Visit

MOST, PAGE, MOST_LISTED = 1_000, 100, 5_000
_IMPLICIT = re.compile(r"(?P<system>.+?)(?:\?fhir_vs(?:=isa/(?P<branch>[\w.]+))?|/vs)")
# An ICD code is part of the code that it begins with; the other systems have no branches.
BRANCHED = (System.ICD10CM, System.ICD10PCS, System.ICD9CM)


@dataclass(frozen=True, slots=True)
class Include:
    """One part of a value set. `codes` None: the whole system or `branch`; `own`: whether the branch's own code is in."""

    system: System
    on: date
    codes: tuple[str, ...] | None = None
    branch: str | None = None
    own: bool = True


@dataclass(slots=True)
class Expansion:
    rows: list[Resource] = field(default_factory=list)
    total: int = 0


def expand(visit: Visit, asked: Told) -> Resource:
    """The expanded ValueSet. Raises Problem: 422 too-costly for a whole system without words."""
    sent = form.resource(asked, "valueSet")
    url = form.text(asked, "url")
    includes, excluded = _wanted(visit, asked, sent, url)
    words = form.text(asked, "filter") or ""
    count, offset = form.number(asked, "count", PAGE, MOST), form.number(asked, "offset", 0, 1_000_000)
    made = _one(visit, includes, words, excluded, form.flag(asked, "activeOnly"), offset + count)
    return {
        "resourceType": "ValueSet",
        **({"url": url} if url else {name: sent[name] for name in ("url", "version", "name") if sent and name in sent}),
        "status": str((sent or {}).get("status") or "active"),
        "expansion": {
            "identifier": uuid.uuid4().urn,
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "total": made.total,
            "offset": offset,
            "parameter": _parameters(visit, includes, words, count),
            "contains": made.rows[offset : offset + count],
        },
    }


def _parameters(visit: Visit, includes: list[Include], words: str, count: int) -> list[Resource]:
    used = {f"{URIS[i.system]}|{edition(visit.codebook, i.system, i.on) or ''}" for i in includes}
    made = [form.value("version", "Uri", one) for one in sorted(used)]
    made += [form.value("date", "DateTime", day) for day in sorted({i.on.isoformat() for i in includes})]
    made += [form.value("filter", "String", words or None), form.value("count", "Integer", count)]
    return [one for one in made if one is not None]


def _wanted(
    visit: Visit, asked: Told, sent: Resource | None, url: str | None
) -> tuple[list[Include], frozenset[tuple[System, str]]]:
    if sent is not None:
        return _composed(visit, asked, sent)
    if not url:
        raise Problem(400, "required", "url: name the value set, or send it as valueSet")
    found = _IMPLICIT.fullmatch(url)
    if found is None:
        raise Problem(
            404,
            "not-found",
            f"no value set {url[:200]}; the codes of a system are SYSTEM?fhir_vs, a branch SYSTEM?fhir_vs=isa/CODE",
        )
    system = system_of(found["system"])
    on = day_of(visit.codebook, asked, system, visit.today)
    return [Include(system, on, branch=_branch(system, found["branch"]) if found["branch"] else None)], frozenset()


def _composed(visit: Visit, asked: Told, sent: Resource) -> tuple[list[Include], frozenset[tuple[System, str]]]:
    compose = sent.get("compose")
    if sent.get("resourceType") != "ValueSet" or not isinstance(compose, dict) or not compose.get("include"):
        raise Problem(400, "structure", "valueSet: send a ValueSet with compose.include")
    excluded = []
    for one in compose.get("exclude") or ():
        listed = _include(visit, asked, one)
        if listed.codes is None:
            raise Problem(422, "not-supported", "compose.exclude: name the codes; other exclusions are not read")
        excluded += [(listed.system, code) for code in listed.codes]
    return [_include(visit, asked, one) for one in compose["include"]], frozenset(excluded)


def _include(visit: Visit, asked: Told, one: object) -> Include:
    if not isinstance(one, dict):
        raise Problem(400, "structure", "compose: an include is not an object")
    if one.get("valueSet"):
        raise Problem(422, "not-supported", "compose.include.valueSet: other value sets are not read")
    system = system_of(one.get("system"))
    version = one.get("version")
    on = day_of(visit.codebook, asked, system, visit.today, version if isinstance(version, str) else None)
    if one.get("concept"):
        codes = tuple(spelled(system, str(c.get("code", ""))) for c in one["concept"] if isinstance(c, dict))
        return Include(system, on, codes[:MOST_LISTED])
    filters = one.get("filter") or []
    if not filters:
        return Include(system, on)
    (told, *more) = filters
    operator, branch = told.get("op"), str(told.get("value") or "")
    if (
        more
        or told.get("property") not in ("concept", "code")
        or operator not in ("is-a", "descendent-of")
        or not branch
    ):
        raise Problem(
            422,
            "not-supported",
            "compose.include.filter: only one filter `concept is-a CODE` or `descendent-of` is read",
        )
    return Include(system, on, branch=_branch(system, branch), own=operator == "is-a")


def _branch(system: System, code: str) -> str:
    if system not in BRANCHED or len(bare(code)) < 3 or not bare(code).isalnum():
        raise Problem(422, "not-supported", f"{code[:20]!r} is not the head of a branch")
    return spelled(system, code)


def _one(
    visit: Visit, includes: list[Include], words: str, excluded: frozenset[tuple[System, str]], active: bool, last: int
) -> Expansion:
    """The rows up to `last`, of how many."""
    if len(includes) == 1 and includes[0].codes is None and not includes[0].branch and not excluded:
        # Search pages by itself; only what is shown needs its reason worked out.
        return _searched(visit, includes[0], words, max(last, 1))
    made, seen = Expansion(), set(excluded)
    for include in includes:
        for row, key in _rows(visit, include, words):
            if key not in seen and not (active and row.get("inactive")):
                seen.add(key)
                made.rows.append(row)
    made.total = len(made.rows)
    return made


def _rows(visit: Visit, include: Include, words: str) -> Iterator[tuple[Resource, tuple[System, str]]]:
    if include.codes is not None:
        yield from _listed(visit, include, words)
        return
    for row in _searched(visit, include, words, MOST_LISTED).rows:
        if not include.branch or _is_below(row["code"], include):
            yield row, (include.system, row["code"])


def _searched(visit: Visit, include: Include, words: str, most: int) -> Expansion:
    if not include.branch and not words:
        raise Problem(
            422, "too-costly", "a whole code system is not listed at once: give `filter`, a branch, or the codes"
        )
    query = SearchQuery(words or str(include.branch), include.on, (include.system,), limit=most)
    found = visit.codebook.search(query)
    version = edition(visit.codebook, include.system, include.on)
    rows = []
    for hit in found.hits:
        row: Resource = {"system": URIS[hit.system], "version": version, "code": hit.code, "display": hit.title}
        if not hit.billable and include.system in (System.ICD10CM, System.ICD10PCS):
            row["abstract"] = True
        rows.append({name: said for name, said in row.items() if said})
    return Expansion(rows, found.total)


def _is_below(code: str, include: Include) -> bool:
    own = bare(str(include.branch))
    return bare(code).startswith(own) and (include.own or bare(code) != own)


def _listed(visit: Visit, include: Include, words: str) -> Iterator[tuple[Resource, tuple[System, str]]]:
    """Codes named one by one; those that the edition never held are left out."""
    version = edition(visit.codebook, include.system, include.on)
    for code in include.codes or ():
        if not has_shape(include.system, code):
            continue
        found = visit.codebook.lookup(code, include.on, include.system.value)
        shown = display(found)
        if found["status"] not in (*STANDING, "deleted") or not all(w in shown.lower() for w in words.lower().split()):
            continue
        row: Resource = {"system": URIS[include.system], "version": version, "code": found["code"], "display": shown}
        row |= {"inactive": True} if found["status"] == "deleted" else {}
        row |= {"abstract": True} if found["status"] == "header" else {}
        yield {name: said for name, said in row.items() if said}, (include.system, found["code"])

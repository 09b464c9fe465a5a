"""Is a service covered for a diagnosis, by which national or local policy in force on the day at this contractor?

Articles list diagnoses in groups whose scope stands in prose: what the prose makes uncertain is answered 'needs reading' with the paragraph,
never guessed. Sources: Medicare Coverage Database; Social Security Act section 1862(a)(1)(A); Program Integrity Manual chapter 13.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.queries import StoredRecord
from codingahead.words.codes import CodeKey, System

SUPPORTED, NOT_SUPPORTED, NO_POLICY, NEEDS_READING = "supported", "not_supported", "no_policy", "needs_reading"
_CODE = re.compile(r"(?<![\w.])(?:[A-CEGHJ-MPQ-V]\d{4}|\d{4}[0-9A-Z])(?![\w.])")
# Words by which a paragraph ties a list to something more than the diagnosis.
_CONDITION = re.compile(
    r"\b(?:must|along with|in addition|together with|in conjunction|both|and (?:at least )?one|one of|primary|secondary|dual|only when"
    r"|when billed)\b",
    re.I,
)
LONGEST, CUT = 4_000, 395


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    paragraph: str
    diagnoses: frozenset[str]

    def matched(self, diagnoses: Sequence[str]) -> list[str]:
        """A listed code covers itself and, when it is no full code, what begins with it."""
        return [
            dx
            for dx in diagnoses
            if dx in self.diagnoses or any(dx.startswith(listed) for listed in self.diagnoses if len(listed) < len(dx))
        ]

    @property
    def is_cut(self) -> bool:
        """A paragraph that breaks off may hide its condition: some copies of the database cut at 400 characters."""
        return len(self.paragraph) >= CUT and self.paragraph[-1:] not in ".:;)*"

    def concerns(self, code: str) -> bool | None:
        """Whether the paragraph names the code; None when it names no code at all."""
        named = set(_CODE.findall(self.paragraph.upper()))
        return code in named if named else None


def coverage(
    pack: Pack, code: str, diagnoses: Sequence[str], on: date, *, mac: str | None = None, state: str | None = None
) -> dict[str, Any]:
    """The Coverage value. `mac`: a contractor number; `state`: its abbreviation. Never proposes a diagnosis."""
    citations = Citations(pack, on)
    places = _contractors(citations, mac, state)
    policies = [
        *_articles(citations, code, diagnoses, places),
        *_lcds(citations, code, places),
        *_ncds(citations, code),
    ]
    loaded = any(citations.pack.newest(f"mcd.{name}") for name in ("article_code", "lcd", "ncd"))
    if not loaded:
        citations.missing("mcd")
    return {
        "code": code, "on": on.isoformat(), "mac": mac, "state": state, "diagnoses": list(diagnoses),
        "result": _overall(policies) if loaded else None, "policies": policies, **citations.to_json(),
    }  # fmt: skip


def of_code(key: CodeKey, citations: Citations) -> dict[str, Any]:
    """Titles of the policies in force that name a service; {} when no policy is loaded."""
    if key.system not in (System.CPT, System.HCPCS) or not any(
        citations.pack.newest(f"mcd.{n}") for n in ("article_code", "lcd", "ncd")
    ):
        return {}
    found = [*_articles(citations, key.code, (), None), *_lcds(citations, key.code, None), *_ncds(citations, key.code)]
    names = ("kind", "id", "title", "effective_from", "effective_to", "source")
    return {"policies": [{name: policy[name] for name in names} for policy in found]}


def _overall(policies: list[dict[str, Any]]) -> str:
    results = {p["result"] for p in policies}
    if not results:
        return NO_POLICY
    decided = results & {SUPPORTED, NOT_SUPPORTED}
    return decided.pop() if len(decided) == 1 else NEEDS_READING


def _contractors(citations: Citations, mac: str | None, state: str | None) -> frozenset[str] | None:
    """Contractor ids of the place asked for; None when none was asked."""
    if not mac and not state:
        return None
    found: set[str] = set()
    if mac:
        kept = _all(citations, "contractor")
        found |= {r.code for r in kept if r.cells["number"] == mac}
    if state:
        states = _of(citations, "state", state.upper())
        found |= {r.cells["contractor"] for s in states for r in _of(citations, "jurisdiction", s.cells["state"])}
    return frozenset(found)


def _release(citations: Citations, table: str) -> tuple[int, Any] | None:
    return citations.pack.newest(f"mcd.{table}")


def _of(citations: Citations, table: str, code: str) -> list[StoredRecord]:
    found = _release(citations, table)
    return queries.records_of(citations.pack, code, found[0]) if found else []


def _all(citations: Citations, table: str) -> list[StoredRecord]:
    found = _release(citations, table)
    return (
        citations.pack.keep(("mcd", table), lambda: queries.release_records(citations.pack, found[0])) if found else []
    )


def _cite(citations: Citations, table: str, where: str, row: int | None) -> int:
    found = _release(citations, table)
    assert found is not None
    return citations.cite(found[1], where, row)


def _stands(cells: dict[str, str], on: date) -> bool:
    day = on.isoformat()
    last = min((d for d in (cells["end"], cells["retired"]) if d), default="9999")
    return (not cells["effective"] or cells["effective"] <= day) and day <= last


def _articles(
    citations: Citations, code: str, diagnoses: Sequence[str], places: frozenset[str] | None
) -> list[dict[str, Any]]:
    made = []
    for article in dict.fromkeys(r.cells["article"] for r in _of(citations, "article_code", code)):
        versions = [r for r in _of(citations, "article", article) if _stands(r.cells, citations.on)]
        if not versions:
            continue
        version = versions[-1]
        contractors = _contractors_of(citations, article)
        if places is not None and contractors and not places & contractors:
            continue
        groups = _groups(citations, article, "covered")
        refused = _groups(citations, article, "noncovered")
        result, shown = _judge(code, diagnoses, groups, refused)
        made.append(
            {
                "kind": "article", "id": version.cells["display"] or f"A{article}", "title": version.cells["title"],
                "mac": _mac_names(citations, contractors), "effective_from": version.cells["effective"] or None,
                "effective_to": min((d for d in (version.cells["end"], version.cells["retired"]) if d), default=None), "result": result,
                "groups": shown, "lcds": [f"L{r.cells['lcd']}" for r in _of(citations, "article_lcd", article)],
                "source": _cite(citations, "article", f"article {article}", version.row),
            }
        )  # fmt: skip
    return made


def _contractors_of(citations: Citations, article: str) -> frozenset[str]:
    own = {r.cells["contractor"] for r in _of(citations, "article_contractor", article)}
    for related in _of(citations, "article_lcd", article):
        own |= {r.cells["contractor"] for r in _of(citations, "lcd_contractor", related.cells["lcd"])}
    return frozenset(own)


def _mac_names(citations: Citations, contractors: frozenset[str]) -> list[str]:
    names = {f"{r.cells['number']} {r.cells['name']}" for c in contractors for r in _of(citations, "contractor", c)}
    return sorted(names)


def _groups(citations: Citations, article: str, kind: str) -> list[_Group]:
    paragraphs = (
        {r.cells["group"]: r.cells["paragraph"] for r in _of(citations, "article_group", article)}
        if kind == "covered"
        else {}
    )
    by_group: dict[str, set[str]] = {name: set() for name in paragraphs}
    for record in _of(citations, f"article_{kind}", article):
        by_group.setdefault(record.cells["group"], set()).add(record.cells["diagnosis"])
    return [_Group(name, paragraphs.get(name, ""), frozenset(listed)) for name, listed in sorted(by_group.items())]


def _judge(
    code: str, diagnoses: Sequence[str], covered: list[_Group], refused: list[_Group]
) -> tuple[str, list[dict[str, Any]]]:
    """The result for one article, with the groups that speak for it."""
    shown = [_shown(g, g.matched(diagnoses), "covered") for g in covered] + [
        _shown(g, g.matched(diagnoses), "noncovered") for g in refused
    ]
    if not diagnoses or not (covered or refused):
        return NEEDS_READING, shown
    if any(g.matched(diagnoses) for g in refused):
        return NOT_SUPPORTED, shown
    listed = [g for g in covered if g.diagnoses]
    concerning = [g for g in listed if g.concerns(code) is not False]
    if not listed:
        return NEEDS_READING, shown
    hits = [g for g in concerning if g.matched(diagnoses)]
    if hits:
        plain = [g for g in hits if not _CONDITION.search(g.paragraph) and not g.is_cut]
        # Several lists and none that names the code: which of them is meant stands in prose alone.
        scoped = len(listed) > 1 and not any(g.concerns(code) for g in plain)
        return (SUPPORTED if plain and not scoped else NEEDS_READING), shown
    if any(g.matched(diagnoses) for g in listed) or not concerning:
        return NEEDS_READING, shown
    return NOT_SUPPORTED, shown


def _shown(group: _Group, matched: list[str], kind: str) -> dict[str, Any]:
    return {
        "group": group.name,
        "kind": kind,
        "paragraph": group.paragraph[:LONGEST],
        "matched": matched,
        "listed": len(group.diagnoses),
    }


def _lcds(citations: Citations, code: str, places: frozenset[str] | None) -> list[dict[str, Any]]:
    made = []
    for lcd in dict.fromkeys(r.cells["lcd"] for r in _of(citations, "lcd_code", code)):
        versions = [r for r in _of(citations, "lcd", lcd) if _stands(r.cells, citations.on)]
        contractors = frozenset(r.cells["contractor"] for r in _of(citations, "lcd_contractor", lcd))
        if not versions or (places is not None and contractors and not places & contractors):
            continue
        version = versions[-1]
        made.append(
            {
                "kind": "lcd", "id": version.cells["display"] or f"L{lcd}", "title": version.cells["title"], "mac": _mac_names(citations, contractors),
                "effective_from": version.cells["effective"] or None, "effective_to": version.cells["end"] or None, "result": NEEDS_READING, "groups": [],
                "source": _cite(citations, "lcd", f"LCD {lcd}", version.row),
            }
        )  # fmt: skip
    return made


def _ncds(citations: Citations, code: str) -> list[dict[str, Any]]:
    """National determinations whose text names the code."""
    made = []
    for section in dict.fromkeys(r.cells["section"] for r in _of(citations, "ncd_code", code)):
        versions = [r for r in _of(citations, "ncd", section) if _in_force(r.cells, citations.on)]
        if versions:
            version = versions[-1]
            made.append(
                {
                    "kind": "ncd", "id": section, "title": version.cells["title"], "mac": [], "effective_from": version.cells["effective"] or None,
                    "effective_to": version.cells["termination"] or None, "result": NEEDS_READING,
                    "groups": [{"group": "", "kind": "text", "paragraph": _around(version.cells["text"], code), "matched": [], "listed": 0}],
                    "source": _cite(citations, "ncd", f"NCD {section}", version.row),
                }
            )  # fmt: skip
    return made


def _in_force(cells: dict[str, str], on: date) -> bool:
    day = on.isoformat()
    return (not cells["effective"] or cells["effective"] <= day) and (
        not cells["termination"] or day <= cells["termination"]
    )


def _around(text: str, code: str) -> str:
    at = text.find(code)
    return ("… " if at > 400 else "") + text[max(at - 400, 0) : at + 400]


def ncd(pack: Pack, section: str, on: date) -> dict[str, Any] | None:
    """A national determination in force on the day, by its manual section; None when there is none."""
    citations = Citations(pack, on)
    versions = [r for r in _of(citations, "ncd", section) if _in_force(r.cells, on)]
    if not versions:
        return None
    found = versions[-1]
    source = _cite(citations, "ncd", f"NCD {section}", found.row)
    return {
        "section": section,
        "version": found.variant.lstrip("0"),
        **found.cells,
        "source": source,
        **citations.to_json(),
    }

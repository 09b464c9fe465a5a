"""Walking the books: chapters and ranges, indexes and tables, the ICD-10-PCS tables, plain lists, the loaded releases."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from codingahead.words.codes import SYSTEM_NAMES, parse_system
from codingahead.words.errors import NotFound
from codingahead_web.gate.visit import visit_of
from codingahead_web.lookup.forms import offset
from codingahead_web.lookup.kinds import LOAD, names_of

TABLES = {"neoplasm": "Table of Neoplasms", "drug": "Table of Drugs and Chemicals"}
INDEXES = {"index": "Alphabetic Index", "external_cause": "External Cause Index", "pcs": "ICD-10-PCS Index"}
TABLE_ROWS = 100
PCS_LENGTH = 7


@require_safe
def browse(request: HttpRequest, system: str, node: str | None = None) -> HttpResponse:
    visit = visit_of(request)
    name = _known(system)
    if name == "icd10pcs":
        return redirect(visit.link(reverse("pcs_prefix", args=[node]) if node else reverse("pcs")))
    place = re.sub(r"^chapter-", "chapter ", node) if node else None
    found = visit.codebook.browse(name, place, visit.on)
    return render(request, "lookup/browse.html", {"product": "case2code", "found": found, "load": LOAD})


@require_safe
def index(request: HttpRequest, table: str) -> HttpResponse:
    """The main terms of a letter, or one main term with every line below it."""
    visit = visit_of(request)
    at = request.GET.get("at", "").strip()[:8] or None
    found = visit.codebook.index_page(table, at, visit.on)
    is_term = bool(at and at.isdigit())
    if is_term and found["letters"] and not (found["terms"] and found["terms"][0]["level"] == 0):
        raise NotFound(f"the {INDEXES[table]} has no main term {at}", "choose a letter")
    letter = found["terms"][0]["title"][:1].upper() if found["terms"] else ""
    context = {
        "product": "case2code", "found": found, "table": table, "title": INDEXES[table], "address": request.path, "is_term": is_term,
        "letter": letter if is_term or not at else at.upper(), "missing": names_of(found.get("not_loaded", [])), "load": LOAD,
    }  # fmt: skip
    return render(request, "lookup/index.html", context)


@require_safe
def table(request: HttpRequest, table: str) -> HttpResponse:
    visit = visit_of(request)
    text, start = request.GET.get("find", "").strip()[:100], offset(request.GET.get("offset"))
    found = visit.codebook.table_page(table, text, visit.on, start)
    last = start + len(found["rows"])
    context = {
        "product": "case2code", "found": found, "title": TABLES[table], "table": table, "find": text, "first": start + 1, "last": last,
        "before": urlencode({"find": text, "offset": max(start - TABLE_ROWS, 0)}) if start else None,
        "after": urlencode({"find": text, "offset": last}) if last < found["total"] else None,
        "missing": names_of(found.get("not_loaded", [])), "load": LOAD, "address": request.path,
    }  # fmt: skip
    is_part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    response = render(request, "lookup/table_rows.html" if is_part else "lookup/table.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def pcs(request: HttpRequest, prefix: str = "") -> HttpResponse:
    """One character after the other; a choice changed in the middle drops what came after it."""
    visit = visit_of(request)
    wanted = re.sub(r"[^0-9A-Z]", "", (prefix or request.GET.get("prefix", "")).upper())[:PCS_LENGTH]
    if wanted != prefix:
        return redirect(visit.link(reverse("pcs_prefix", args=[wanted]) if wanted else reverse("pcs")))
    found = visit.codebook.pcs_table(wanted, visit.on)
    for axis in found["axes"]:
        kept = wanted[: axis["position"] - 1]
        for value in axis["values"]:
            value["prefix"] = kept + value["value"]
    if wanted and not _is_walkable(found, wanted):
        raise NotFound(f"ICD-10-PCS has no table that begins with {wanted}", "begin with the section at /pcs/")
    context = {
        "product": "case2code",
        "found": found,
        "slots": _slots(wanted),
        "load": LOAD,
        "missing": names_of(found.get("not_loaded", [])),
    }
    return render(request, "lookup/pcs.html", context)


@require_safe
def flat_list(request: HttpRequest, system: str) -> HttpResponse:
    visit = visit_of(request)
    found = visit.codebook.browse(system, None, visit.on)
    return render(request, "lookup/list.html", {"product": "case2code", "found": found, "system": system, "load": LOAD})


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    loaded = sorted(visit.codebook.releases(visit.on), key=lambda r: (r["kind"], r["effective_from"]))
    groups: list[dict[str, Any]] = []
    for kind, rows in groupby(loaded, key=lambda r: r["kind"]):
        newest_first = list(rows)[::-1]
        groups.append({"kind": kind, "name": names_of([kind])[0], "rows": newest_first})
    context = {"groups": groups, "status": visit.codebook.status(), "load": LOAD}
    return render(request, "lookup/releases.html", context)


def _known(system: str) -> str:
    try:
        return parse_system(system).value
    except ValueError:
        raise NotFound(
            f"there is no code system {system[:40]!r}", f"choose from {', '.join(SYSTEM_NAMES.values())}"
        ) from None


def _is_walkable(found: dict[str, Any], prefix: str) -> bool:
    chosen = "".join(v["value"] for axis in found["axes"] for v in axis["values"] if v["chosen"])
    return chosen == prefix or not found["axes"]


def _slots(prefix: str) -> list[str]:
    return list(prefix) + [""] * (PCS_LENGTH - len(prefix))

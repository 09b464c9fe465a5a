"""What changed between two days, and what a column of codes is called elsewhere: pages and their CSV."""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from codingahead.tools import call, call_or_error
from codingahead.words.errors import CodingAheadError
from codingahead_web.gate.visit import visit_of
from codingahead_web.lookup import codelist
from codingahead_web.lookup.forms import offset
from codingahead_web.lookup.kinds import LOAD, names_of

ROWS, MOST_ROWS = 100, 5_000
KINDS = {
    "new": "new",
    "deleted": "deleted",
    "revised": "revised",
    "fact": "indicators and limits",
    "fee": "fees",
    "edit": "edits",
    "coverage": "coverage policies",
}
SYSTEMS = ("icd10cm", "icd10pcs", "cpt", "hcpcs")
TARGETS = {
    "icd9cm": "ICD-9-CM",
    "icd10cm": "ICD-10-CM",
    "successor": "successor",
    "predecessor": "predecessor",
    "ccsr": "CCSR category",
    "hcc": "HCC",
    "rbcs": "RBCS",
    "msdrg": "MS-DRG",
    "apc": "APC",
    "ndc": "NDC packages",
}


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    told = {name: request.GET.get(name, "").strip() for name in ("from", "to", "system", "kinds", "codes")}
    context: dict[str, Any] = {"product": "case2code", "told": told, "kinds": KINDS, "systems": SYSTEMS, "load": LOAD}
    if not (told["from"] and told["to"]):
        return render(request, "lookup/changes.html", context | {"quarters": _quarters(request)})
    as_file = request.GET.get("format") == "csv"
    start = 0 if as_file else offset(request.GET.get("offset"))
    asked = {name: value for name, value in told.items() if value} | {
        "offset": start,
        "limit": MOST_ROWS if as_file else ROWS,
    }
    try:
        found = call(visit.codebook, "list_changes", asked, visit.today)
    except CodingAheadError as refused:
        return render(request, "lookup/changes.html", context | {"refused": refused}, status=422)
    if as_file:
        return _file(
            found["rows"], ("kind", "code", "system", "title", "name", "before", "after", "amount"), "changes.csv"
        )
    kept = {name: value for name, value in told.items() if value}
    last = start + len(found["rows"])
    context |= {
        "found": found, "first": start + 1, "last": last, "csv": urlencode(kept | {"format": "csv"}), "missing": names_of(found["not_loaded"]),
        "before": urlencode(kept | {"offset": max(start - ROWS, 0)}) if start else None,
        "after": urlencode(kept | {"offset": last}) if last < found["total"] else None,
        "by_kind": [(kind, KINDS[kind], n, urlencode(kept | {"kinds": kind})) for kind, n in found["counts"].items()],
    }  # fmt: skip
    return render(request, "lookup/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def crosswalk(request: HttpRequest) -> HttpResponse:
    """A pasted column of codes and what each is called in the chosen target."""
    visit = visit_of(request)
    text = request.POST.get("codes", request.GET.get("code", ""))[:200_000]
    to = request.POST.get("to", request.GET.get("to", "icd9cm"))
    rows = []
    for typed in codelist.read(text):
        arguments = {"code": typed.code, "to": to, "system": typed.system, "on": visit.on}
        rows.append((typed.code, call_or_error(visit.codebook, "crosswalk_code", arguments, visit.today)))
    if rows and request.POST.get("act") == "csv":
        flat = [{"from": code} | mapped for code, answer in rows for mapped in answer.get("rows", [{}])]
        return _file(flat, ("from", "code", "system", "title", "kind", "direction", "exact", "flags"), "crosswalk.csv")
    context = {
        "product": "case2code",
        "codes": text,
        "to": to,
        "targets": TARGETS,
        "rows": rows,
        "most": codelist.MOST_CODES,
        "load": LOAD,
    }
    return render(request, "lookup/crosswalk.html", context)


def _quarters(request: HttpRequest) -> list[dict[str, str]]:
    """Neighbouring releases of the pack to begin with, the newest first."""
    visit = visit_of(request)
    made = []
    for kind, title in (("icd10cm", "ICD-10-CM"), ("icd10pcs", "ICD-10-PCS"), ("pfs", "Physician fee schedule")):
        days = sorted({r["effective_from"] for r in visit.codebook.releases(visit.on) if r["kind"] == kind})
        system = kind if kind.startswith("icd") else "cpt"
        pairs = [{"title": title, "from": a, "to": b, "system": system} for a, b in pairwise(days)]
        made += reversed(pairs[-3:])
    return made


def _file(rows: list[dict[str, Any]], names: tuple[str, ...], name: str) -> HttpResponse:
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    out = csv.writer(response)
    out.writerow(names)
    for row in rows:
        cells = ["" if row.get(n) is None else str(row.get(n)) for n in names]
        out.writerow([f"'{c}" if c[:1] in "=+@\t" or (c[:1] == "-" and not c[1:2].isdigit()) else c for c in cells])
    return response

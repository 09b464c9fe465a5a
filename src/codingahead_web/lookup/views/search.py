"""The start page, the search page and the list under the search box."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from codingahead.tools import search_json, search_query, systems
from codingahead.words.codes import SYSTEM_NAMES, System
from codingahead_web.gate.visit import visit_of
from codingahead_web.lookup import actions
from codingahead_web.lookup.forms import PAGE, Asked, asked

EXAMPLES = (
    "61624",
    "brain aneurysm",
    "type 2 diabetes with neuropathy",
    "E11.9",
    "COPD",
    "knee injection",
    "J1885",
    "fracture of distal radius",
)
SUGGESTED = 8
_SHOWN_FACETS = (System.ICD10CM, System.CPT, System.HCPCS, System.ICD10PCS, System.MSDRG, System.MODIFIER, System.POS)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    releases = visit.codebook.releases(visit.on)
    in_force = [r for r in releases if r.get("in_force")]
    context = {
        "product": "case2code", "own_search": True, "examples": EXAMPLES, "loaded": len(in_force),
        "stale": [r for r in in_force if r["stale"]],
    }  # fmt: skip
    return render(request, "lookup/home.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    wanted = asked(request.GET)
    context: dict[str, Any] = {"product": "case2code", "query": wanted.text, "asked": wanted, "examples": EXAMPLES}
    if wanted.text:
        query = search_query(wanted.arguments(), visit.on)
        found = search_json(visit.codebook, visit.codebook.search(query))
        if request.user.is_authenticated and wanted.page == 1:
            actions.remember_search(request.user, wanted.text)
        context |= {"found": found, "facets": _facets(found, wanted), "pages": _pages(found["total"], wanted)}
    is_part = request.htmx and request.htmx.target == "results"  # type: ignore[attr-defined]
    response = render(request, "lookup/results.html" if is_part else "lookup/search.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the list box under the search box."""
    visit = visit_of(request)
    text = request.GET.get("q", "").strip()[:200]
    wanted = systems(request.GET.getlist("system"))
    hits = visit.codebook.suggest(text, visit.on, wanted, SUGGESTED) if text else ()
    response = render(request, "lookup/options.html", {"hits": hits, "query": text})
    response["X-Robots-Tag"] = "noindex"
    return response


def _facets(found: dict[str, Any], wanted: Asked) -> list[dict[str, Any]]:
    """The systems to narrow by: those with matches, and those already chosen."""
    counts = found["facets"].get("system", {})
    return [
        {
            "name": SYSTEM_NAMES[s],
            "count": counts.get(s.value),
            "is_chosen": s.value in wanted.systems,
            "system": s.value,
        }
        for s in _SHOWN_FACETS
        if s.value in counts or s.value in wanted.systems
    ]


def _pages(total: int, wanted: Asked) -> dict[str, Any]:
    first = (wanted.page - 1) * PAGE + 1
    last = min(wanted.page * PAGE, total)
    before = wanted.address(page=wanted.page - 1) if wanted.page > 1 else None
    after = wanted.address(page=wanted.page + 1) if last < total else None
    return {"first": first, "last": last, "before": before, "after": after}

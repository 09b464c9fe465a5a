"""Coverage of a service: the policies that govern it at a place on the day, and what they say of its diagnoses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codingahead.tools import call
from codingahead.words.errors import CodingAheadError, NotFound
from codingahead_web.gate.visit import visit_of
from codingahead_web.lookup.kinds import LOAD

RESULTS = {
    "supported": ("clean", "tick", "Supported"), "not_supported": ("deny", "square", "Not supported"), "no_policy": ("unchecked", "dashed", "No policy found"),
    "needs_reading": ("review", "triangle", "Needs reading"),
}  # fmt: skip


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    told = {name: request.GET.get(name, "").strip()[:400] for name in ("code", "diagnoses", "state", "mac")}
    context: dict[str, Any] = {"product": "case2code", "told": told, "load": LOAD}
    if told["code"]:
        try:
            answer = call(visit.codebook, "check_coverage", told | {"on": visit.on}, visit.today)
        except CodingAheadError as refused:
            return render(request, "lookup/coverage.html", context | {"refused": refused}, status=422)
        for policy in answer["policies"]:
            policy["verdict"] = RESULTS[policy["result"]]
        context |= {"answer": answer, "verdict": RESULTS.get(answer["result"])}
    return render(request, "lookup/coverage.html", context)


@require_safe
def determination(request: HttpRequest, section: str) -> HttpResponse:
    """One national determination as text."""
    visit = visit_of(request)
    found = visit.codebook.determination(section, visit.on)
    if found is None:
        raise NotFound(
            f"no national coverage determination {section} was in force on {visit.on}",
            "see the coverage page of the code",
        )
    versions = visit.codebook.determination_versions(section, visit.on)["versions"]
    return render(request, "lookup/determination.html", {"product": "case2code", "ncd": found, "versions": versions})

"""The plain pages, and the one that says how this installation is doing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codingahead.words.errors import PackProblem
from codingahead_web.gate.visit import visit_of


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"pages/{name}.html")


@require_safe
def product(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"pages/{name}.html", {"product": name})


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What works here: the pack, its age, search by meaning."""
    visit = visit_of(request)
    context: dict[str, object] = {}
    try:
        releases = [r for r in visit.codebook.releases(visit.today) if r["in_force"]]
        context = {
            "pack": visit.codebook.status(),
            "in_force": len(releases),
            "stale": [r for r in releases if r["stale"]],
        }
    except PackProblem as problem:
        context = {"problem": problem}
    return render(request, "pages/status.html", context, status=503 if "problem" in context else 200)

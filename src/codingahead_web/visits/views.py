"""The visit worksheet: filled in, answered beside it at every change, and printed. Without scripts a button answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codingahead.tools import call
from codingahead.words.errors import BadInput
from codingahead_web.gate.visit import visit_of
from codingahead_web.visits import forms

ELEMENTS = ("problems", "data", "risk")


@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """The whole page, or the answer alone where the worksheet asks for it."""
    visit = visit_of(request)
    context: dict[str, Any] = {"product": "case2code"}
    told = forms.arguments(request.GET)
    if "family" in told:
        context |= _answered(request, told)
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "visit-answer":
        return render(request, "visits/answer.html", context)
    # A worksheet that is not filled in so far is no mistake.
    status = 422 if "refused" in context and ("patient" in told or "patient" not in context["refused"].message) else 200
    context |= forms.boxes(request.GET, visit.codebook.visit_sheet())
    return render(request, "visits/visits.html", context, status=status)


def _answered(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(request)
    try:
        answer = call(visit.codebook, "level_visit", told | {"on": visit.on}, visit.today)
    except BadInput as refused:
        return {"refused": refused}
    stale = [
        n
        for n, s in ((s["n"], s["release"]) for s in answer["sources"])
        if s in {r["release"] for r in answer["stale"]}
    ]
    return {"answer": answer, "steps": _steps(answer), "ladder": _ladder(answer), "stale_sources": stale}


def _steps(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Each element with four steps, filled up to its level."""
    by_name = {r["element"]: r for r in answer["reasons"] if r["element"] in ELEMENTS}
    levels = ("straightforward", "low", "moderate", "high")
    return [
        by_name[name] | {"filled": [level <= reached for level in range(4)]}
        for name in ELEMENTS
        if name in by_name
        for reached in [levels.index(by_name[name]["level"]) if by_name[name]["level"] else -1]
    ]


def _ladder(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The family's codes from the highest down, with the one that was reached."""
    return [row | {"is_reached": row["code"] == answer["code"]} for row in reversed(answer["codes"])]

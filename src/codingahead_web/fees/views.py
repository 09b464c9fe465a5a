"""Fees as a page: a basket at a place, both settings, every locality, every quarter."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codingahead.tools import call
from codingahead.words.errors import CodingAheadError
from codingahead_web.fees import charts, forms
from codingahead_web.gate.visit import visit_of

LOAD = "codingahead data build --sources FOLDER"


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    typed = request.GET.get("code", "").strip()[:2000]
    context: dict[str, Any] = {
        "product": "case2code", "typed": typed, "pos": request.GET.get("pos") or "11", "places": forms.PLACES, "where": request.GET.get("where", "").strip(),
        "qp": bool(request.GET.get("qp")), "minutes": request.GET.get("minutes", ""), "load": LOAD,
    }  # fmt: skip
    if typed:
        try:
            answer = call(visit.codebook, "price_service", forms.arguments(request.GET) | {"on": visit.on}, visit.today)
        except CodingAheadError as refused:
            return render(request, "fees/fees.html", context | {"refused": refused}, status=422)
        context |= _one(request, answer) if "lines" not in answer else {"basket": answer}
    return render(request, "fees/fees.html", context)


@require_safe
def localities_csv(request: HttpRequest) -> HttpResponse:
    """Every locality of one code, as a file."""
    visit = visit_of(request)
    code = request.GET.get("code", "").strip().upper()[:5]
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="fees-{code}-{visit.on}.csv"'},
    )
    rows = csv.writer(response)
    rows.writerow(["code", "on", "locality", "name", "facility", "nonfacility"])
    for row in visit.codebook.fee_places(code, visit.on):
        rows.writerow(
            [
                code,
                visit.on,
                row["locality"] or "national",
                row["name"],
                row["facility"] or "",
                row["nonfacility"] or "",
            ]
        )
    return response


def _one(request: HttpRequest, answer: dict[str, Any]) -> dict[str, Any]:
    """One service: its working, and beside it places and quarters where the physician fee schedule prices it."""
    visit = visit_of(request)
    context: dict[str, Any] = {"fee": answer}
    quarters = visit.codebook.fee_quarters(answer["code"])
    context |= {
        "quarters": quarters[::-1],
        "chart": charts.through_quarters(quarters),
        "change": _change(request, answer, quarters),
    }
    try:
        places = visit.codebook.fee_places(answer["code"], visit.on)
    except CodingAheadError:
        return context
    basis = answer["basis"] or "facility"
    priced = sorted((p for p in places if p[basis]), key=lambda p: Decimal(p[basis]), reverse=True)
    return context | {"localities": charts.bars(priced, basis), "basis": basis}


def _change(request: HttpRequest, answer: dict[str, Any], quarters: list[dict[str, Any]]) -> dict[str, Any] | None:
    """From the last quarter of the year before to the day asked for, at the same place, with what each factor adds."""
    visit = visit_of(request)
    earlier = [q["from"] for q in quarters if q["from"] < f"{visit.on.year}"]
    if not earlier:
        return None
    told = forms.arguments(request.GET) | {"from": earlier[-1], "to": visit.on.isoformat()}
    try:
        found = call(visit.codebook, "compare_fees", told | {"code": answer["code"]}, visit.today)
    except CodingAheadError:
        return None
    return found if found["parts"] else None

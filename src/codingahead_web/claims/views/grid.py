"""The claim grid: typed, checked, shown again with what the rules say. A page of its own without scripts, its answer alone for the grid's script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from codingahead.words.claims import Verdict
from codingahead_web.claims import answer, forms
from codingahead_web.claims.counted import Ticket, counted
from codingahead_web.gate.access import AllowanceUsed
from codingahead_web.gate.visit import Visit, visit_of

PART = "HX-Request"


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    if request.method != "POST":
        codes = [code.strip().upper()[:12] for code in request.GET.getlist("code")[: forms.MOST_ROWS]]
        return _page(request, forms.empty(visit.on, codes), Ticket(), {})
    sheet = forms.typed(request.POST)
    ticket = Ticket(request.POST.get("ticket", ""))
    context = _checked(visit, sheet, ticket)
    if request.POST.get("act") == "more":
        forms.add_rows(sheet)
    return _page(request, sheet, ticket, context)


def _checked(visit: Visit, sheet: forms.Sheet, ticket: Ticket) -> dict[str, Any]:
    """What is said of the claim; the refusal when the reader's plan holds no more lines."""
    named = answer.titles(sheet, visit.codebook, visit.on)
    if sheet.claim is None:
        return {"named": named}
    try:
        with counted(visit.access, ticket, len(sheet.claim.lines)):
            report = visit.codebook.check([sheet.claim])[0]
    except AllowanceUsed as used:
        return {"named": named, "refused": used}
    return {"named": named, "answer": answer.answer(report, sheet.claim, sheet, visit.codebook, visit.on)}


def _page(request: HttpRequest, sheet: forms.Sheet, ticket: Ticket, context: dict[str, Any]) -> HttpResponse:
    found, named = context.get("answer"), context.get("named", {})
    refused = context.get("refused")
    context |= {
        "product": "claims", "sheet": sheet, "ticket": ticket.text, "settings": forms.SETTINGS, "most": forms.MOST_ROWS,
        "rows": answer.rows_with(sheet, found, named), "boxes": answer.boxes_with(sheet, found, named),
        "problems": [row for row in sheet.rows if row.problem], "is_clean": bool(found and found.verdict is Verdict.CLEAN),
    }  # fmt: skip
    is_part = request.method == "POST" and request.headers.get(PART) == "true"
    response = render(
        request, "claims/answer.html" if is_part else "claims/grid.html", context, status=429 if refused else 200
    )
    response["Cache-Control"] = "no-store"
    return response

"""The pairs checker: the NCCI edits among a handful of codes on the day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codingahead.words.errors import BadInput
from codingahead_web.claims import pairs as typed
from codingahead_web.gate.access import AllowanceUsed
from codingahead_web.gate.visit import Visit, visit_of
from codingahead_web.metering.models import Meter

LONGEST = 2_000
EXAMPLE = "61624 36224 75894 99213 45385 45378"


@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    text = request.GET.get("codes", "")[:LONGEST]
    setting = request.GET.get("setting") or typed.SETTINGS[0][0]
    context: dict[str, Any] = {
        "product": "claims", "text": text, "setting": setting, "settings": typed.SETTINGS, "most": typed.MOST, "example": EXAMPLE,
    }  # fmt: skip
    try:
        context |= _compared(visit, text, setting)
        status = 200
    except (BadInput, AllowanceUsed) as refused:
        context["refused"] = refused
        status = 429 if isinstance(refused, AllowanceUsed) else 400
    return render(request, "claims/pairs.html", context, status=status)


def _compared(visit: Visit, text: str, setting: str) -> dict[str, Any]:
    """Each code counts as a claim line."""
    codes, strangers = typed.read(text)
    if len(codes) < typed.FEWEST:
        return {"codes": codes, "strangers": strangers}
    with visit.access.metered(Meter.CLAIM_LINE, len(codes)):
        found = visit.codebook.pairs(codes, visit.on, setting)
    return {"codes": codes, "strangers": strangers, "found": found, "matrix": typed.matrix(found)}

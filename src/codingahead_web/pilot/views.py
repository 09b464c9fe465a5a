"""Ask CasePilot: works without scripts, as a whole answer. A question is asked by POST, so that it stands in no address and no log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from codingahead.tools import call
from codingahead.words.errors import CodingAheadError
from codingahead_web.gate.visit import visit_of
from codingahead_web.metering.models import Meter

EXAMPLES = (
    "What is CPT code 99213?",
    "Can I bill 11042 with 97597?",
    "MUE for 61624?",
    "Modifier 25 or 57?",
    "What does Medicare pay for 99214 in an office?",
    "What did M54.5 become?",
)
LONGEST = 4_000


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    about = request.GET.get("code", "").strip()[:12]
    text = request.POST.get("question", "").strip()[:LONGEST]
    context: dict[str, Any] = {
        "product": "casepilot",
        "examples": EXAMPLES,
        "typed": text or (f"{about}: " if about else ""),
    }
    if not text:
        return render(request, "pilot/ask.html", context)
    try:
        with visit.access.metered(Meter.ASK, 1):
            answer = call(visit.codebook, "ask_casepilot", {"question": text, "on": visit.on}, visit.today)
    except CodingAheadError as refused:
        return render(
            request,
            "pilot/ask.html",
            context | {"refused": refused},
            status=429 if refused.code == "allowance_used" else 422,
        )
    return render(request, "pilot/ask.html", context | {"answer": answer, "typed": answer["question"]})

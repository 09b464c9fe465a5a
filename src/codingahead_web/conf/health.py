"""Is the process alive, and can it answer? For the machines that watch it."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from codingahead.words.errors import PackProblem
from codingahead_web.gate.visit import visit_of


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 once a reference pack is open; 503 with the reason until then."""
    try:
        status = visit_of(request).codebook.status()
    except PackProblem as problem:
        return JsonResponse({"status": "not ready", "reason": problem.message, "hint": problem.hint}, status=503)
    return JsonResponse({"status": "ready", "releases": status["releases"], "built_at": status["built_at"]})

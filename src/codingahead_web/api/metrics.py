"""`/metrics`: for the machine that watches this one. From this machine itself, or with the operator's token."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from codingahead.words.errors import PackProblem
from codingahead_web.api.measures import MEASURES
from codingahead_web.gate.visit import visit_of

TEXT = "text/plain; version=0.0.4; charset=utf-8"
_HERE = ("127.0.0.1", "::1")
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        return HttpResponseForbidden("Metrics are for this machine, or for the token of METRICS_TOKEN.\n", TEXT)
    visit = visit_of(request)
    try:
        codebook = visit.codebook
    except PackProblem:
        codebook = None
    return HttpResponse("\n".join(MEASURES.lines(codebook, visit.today)) + "\n", TEXT)


def _may_read(request: HttpRequest) -> bool:
    """A request that a proxy on this machine passes on comes from elsewhere, whatever its address says."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and kind.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    forwarded = any(request.META.get(name) for name in _FORWARDED)
    return request.META.get("REMOTE_ADDR") in _HERE and not forwarded

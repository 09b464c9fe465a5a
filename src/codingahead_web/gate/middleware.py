"""Opens a visit for each request and ends it; turns the library's refusals into pages of the right status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from codingahead.words.errors import BadInput, CodingAheadError, NotFound, PackProblem
from codingahead_web.accounts import keys
from codingahead_web.gate.access import AllowanceUsed
from codingahead_web.gate.visit import Visit

Handler = Callable[[HttpRequest], HttpResponse]
COUNTED = "/api/v1/"
# The job board is read by everybody, by page or program.
FREE = "/api/v1/jobs"
KEYED = ("/api/", "/mcp", "/fhir/")
_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")


class OpenVisit:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visit = Visit(request, date.today())
        request.visit = visit  # type: ignore[attr-defined]
        try:
            response = self._answer(request, visit)
            visit.access.keep(response)
            return response
        finally:
            visit.end()

    def _answer(self, request: HttpRequest, visit: Visit) -> HttpResponse:
        """A call of the REST interface counts on the plan, unless the fault is ours."""
        if not _is_counted(request.path):
            return self.get_response(request)
        if not visit.access.count_call():
            told = "the API calls of this plan are used up"
            return _refusal(429, "allowance_used", told, "wait for the next period, or see the plans at /pricing")
        response = self.get_response(request)
        if response.status_code >= 500:
            visit.access.take_call_back()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """REST answers for itself; here are the pages."""
        if not isinstance(exception, CodingAheadError):
            return None
        status = status_of(exception)
        context = {"status": status, "message": exception.message, "hint": exception.hint}
        return render(request, "look/refusal.html", context, status=status)


def _is_counted(path: str) -> bool:
    return path.startswith(COUNTED) and not path.endswith("/openapi.json") and not f"{path}/".startswith(f"{FREE}/")


class ApiKeys:
    """Finds the key of a program behind `Authorization: Bearer cak_...`. A key that does not work is refused, never taken for a guest."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not request.path.startswith(KEYED):
            return self.get_response(request)
        key = keys.find_key(secret.strip())
        if key is None:
            return _refusal(401, "bad_key", "this API key does not work", "make one at /account/keys")
        scope = keys.scope_for(request.path)
        if scope not in key.scopes:
            told = f"this API key may not {scope.label.lower()}"
            return _refusal(403, "scope_missing", told, "make a key with that scope at /account/keys")
        if not keys.take_turn(key):
            refused = _refusal(
                429, "too_many_calls", f"more than {key.per_minute} calls in a minute", "wait a minute", retry=True
            )
            refused["Retry-After"] = "60"
            return refused
        request.api_key = key  # type: ignore[attr-defined]
        request.csrf_processing_done = True  # type: ignore[attr-defined]
        return self.get_response(request)


def _refusal(status: int, code: str, message: str, hint: str, *, retry: bool = False) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message, "hint": hint, "retry": retry}}, status=status)


class PermissionsPolicy:
    """No page needs the machine's senses; says so to the browser."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{name}=()" for name in _FEATURES))
        return response


def status_of(error: CodingAheadError) -> int:
    """The HTTP status of a page for the library's error."""
    if isinstance(error, AllowanceUsed):
        return 429
    if isinstance(error, PackProblem):
        return 503
    if isinstance(error, NotFound):
        return 404
    return 400 if isinstance(error, BadInput) else 500

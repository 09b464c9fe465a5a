"""Error pages: what went wrong, in words, and where to go from here. Addresses below /api/ get the one JSON shape instead."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from codingahead_web.api.errors import error_response

_PAGES = {
    400: ("bad_request", "This address cannot be read", "Check what was typed, or start from the search."),
    403: ("forbidden", "Not permitted", "The form was too old or came from elsewhere. Open the page again and repeat."),
    404: ("not_found", "There is no such page", "Check the address, or search for the code."),
    500: ("server_error", "Something went wrong here", "The fault is ours and has been logged. Try again in a moment."),
}


def _page(request: HttpRequest, status: int) -> HttpResponse:
    code, message, hint = _PAGES[status]
    if request.path.startswith("/api/"):
        return error_response(status, code, message, hint, retry=status == 500)
    return render(request, "look/refusal.html", {"status": status, "message": message, "hint": hint}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the visit, which may be what failed."""
    return _page(request, 500)

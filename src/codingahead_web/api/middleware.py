"""Gives the one error shape to failures that never reach an operation: wrong method, refused host, body too large."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from codingahead_web.api.errors import error_response

_WORDS = {
    400: ("bad_request", "the request cannot be read", "check address, host name and body"),
    403: ("forbidden", "not permitted", "check how the request is made"),
    404: ("not_found", "there is no such address", "see /api/docs"),
    405: ("method_not_allowed", "this address does not take that method", "see /api/docs for the methods"),
    413: ("too_large", "the body is too large", "send fewer items at once"),
    500: ("internal_error", "something went wrong here", "try again in a moment"),
}


class OneErrorShape:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_json = response.get("Content-Type", "").startswith("application/json")
        if not request.path.startswith("/api/") or response.status_code < 400 or is_json:
            return response
        code, message, hint = _WORDS.get(
            response.status_code, ("refused", response.reason_phrase.lower(), "see /api/docs")
        )
        shaped = error_response(response.status_code, code, message, hint, retry=response.status_code >= 500)
        if "Allow" in response:
            shaped["Allow"] = response["Allow"]
        return shaped

"""Gives the one error shape to failures that never reach an operation: wrong method, refused host, body too large."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from codingahead_web.api.errors import error_response
from codingahead_web.api.fhir_parameters import JSON, outcome

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


_KINDS = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    413: "too-long",
    429: "throttled",
}


class OutcomeOfErrors:
    """Below /fhir/ the same failures are told as an OperationOutcome."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_fhir = response.get("Content-Type", "").startswith(JSON)
        if not request.path.startswith("/fhir/") or response.status_code < 400 or is_fhir:
            return response
        kind = _KINDS.get(response.status_code, "exception")
        shaped = outcome(response.status_code, kind, _told(response))
        for name in ("Allow", "Retry-After"):
            if name in response:
                shaped[name] = response[name]
        return shaped


def _told(response: HttpResponse) -> str:
    try:
        return str(json.loads(response.content)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return _WORDS.get(response.status_code, ("", response.reason_phrase.lower(), ""))[1]

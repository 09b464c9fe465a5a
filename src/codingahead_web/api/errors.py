"""The one shape of every error below /api/, with its status."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from codingahead.words.errors import AmbiguousCode, BadInput, CodingAheadError, NotFound, PackProblem

log = logging.getLogger("codingahead.api")
UNREADABLE_BODY = 400


def error_response(
    status: int, code: str, message: str, hint: str = "", *, retry: bool = False, **more: object
) -> JsonResponse:
    error = {"code": code, "message": message, "hint": hint, "retry": retry, **more}
    return JsonResponse({"error": error}, status=status)


def status_of(error: CodingAheadError) -> int:
    if isinstance(error, PackProblem):
        return 503
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, AmbiguousCode):
        return 409
    return 422 if isinstance(error, BadInput) else 500


def answer_errors(api: NinjaAPI) -> None:
    """Has `api` answer every failure in the one shape."""
    api.add_exception_handler(CodingAheadError, _library)
    api.add_exception_handler(ValidationError, _validation)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    api.add_exception_handler(Exception, _fault)


def _library(request: HttpRequest, error: CodingAheadError | type[CodingAheadError]) -> HttpResponse:
    assert isinstance(error, CodingAheadError)
    return JsonResponse(error.to_json(), status=status_of(error))


def _validation(request: HttpRequest, error: Any) -> HttpResponse:
    first = error.errors[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("query", "body", "path", "payload"))
    others = len(error.errors) - 1
    message = f"{where}: {first['msg']}" if where else str(first["msg"])
    return error_response(
        422, "bad_input", message + (f" (and {others} more)" if others else ""), "see /api/docs for what is expected"
    )


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    code = "unreadable_body" if error.status_code == UNREADABLE_BODY else "refused"
    return error_response(error.status_code, code, str(error), "send one JSON object, in UTF-8")


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return error_response(404, "not_found", "there is no such address", "see /api/docs")


def _too_large(request: HttpRequest, error: Any) -> HttpResponse:
    return error_response(413, "too_large", "the body is too large", "send fewer items at once")


def _fault(request: HttpRequest, error: Any) -> HttpResponse:
    log.exception("api.fault path=%s", request.path, exc_info=error)
    return error_response(500, "internal_error", "something went wrong here", "try again in a moment", retry=True)

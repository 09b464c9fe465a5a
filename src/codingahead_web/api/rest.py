"""REST: each operation names the tool it asks and nothing more. The day is `on` alone; cookies are not read."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Query, Schema

from codingahead.tools import call, call_or_error
from codingahead_web.api import schemas
from codingahead_web.api.errors import answer_errors, error_response
from codingahead_web.gate.access import locked
from codingahead_web.gate.visit import visit_of

On = Annotated[str | None, Query(None, description="Date of service, YYYY-MM-DD; today if left out.")]
Systems = Annotated[
    list[str] | None, Query(None, description="Code systems to keep to; repeated, or with commas between.")
]
_FAILURES = {404: schemas.Error, 409: schemas.Error, 422: schemas.Error, 503: schemas.Error}
_BATCH = {200: schemas.Batch, 400: schemas.Error, 413: schemas.Error, 422: schemas.Error, 503: schemas.Error}

api = NinjaAPI(
    title="Coding Ahead",
    version="1",
    description="Medical codes on a date of service, each fact with its source. Money is a decimal string in US dollars, dates are ISO, "
    "null means that the publisher says nothing.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
answer_errors(api)


def _ask(request: HttpRequest, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(request)
    return call(visit.codebook, tool, arguments, visit.today)


def _ask_all(request: HttpRequest, tool: str, questions: list[Schema]) -> JsonResponse:
    visit = visit_of(request)
    codebook = visit.codebook
    results = []
    for question in questions:
        arguments = question.dict(exclude_none=True)
        identity = {"id": arguments.pop("id")} if "id" in arguments else {}
        answer = call_or_error(codebook, tool, arguments, visit.today)
        if tool == "lookup_code" and "error" not in answer and answer["status"] != "unknown":
            answer = _paid_for(request, answer)
        results.append(identity | (_with_error(answer) if tool == "lookup_code" else answer))
    return JsonResponse({"results": results})


@api.get(
    "/codes/{code}",
    response={200: schemas.Code, **_FAILURES},
    summary="Look a code up, in whatever system holds it",
    tags=["Codes"],
)
def code_in_any_system(request: HttpRequest, code: str, on: On = None) -> HttpResponse:
    """409 names the systems to choose from when several hold the code."""
    return _code(request, _ask(request, "lookup_code", {"code": code, "on": on}))


@api.get("/codes/{system}/{code}", response={200: schemas.Code, **_FAILURES}, summary="Look a code up", tags=["Codes"])
def code(request: HttpRequest, system: str, code: str, on: On = None) -> HttpResponse:
    """404 when the loaded releases know no such code; a deleted, future or not loaded code is an answer."""
    return _code(request, _ask(request, "lookup_code", {"code": code, "system": system, "on": on}))


@api.post(
    "/codes",
    response=_BATCH,
    summary="Look many codes up",
    tags=["Codes"],
)
def codes(request: HttpRequest, payload: schemas.CodeBatch) -> HttpResponse:
    return _ask_all(request, "lookup_code", list(payload.codes))


@api.get(
    "/codes/{system}/{code}/edits",
    response={200: schemas.Edits, **_FAILURES},
    summary="List NCCI edits of a code",
    tags=["Codes"],
)
def edits(
    request: HttpRequest,
    system: str,
    code: str,
    on: On = None,
    q: str = "",
    setting: str = "practitioner",
    limit: int = 50,
    offset: int = 0,
) -> HttpResponse:
    arguments = {"code": code, "q": q, "setting": setting, "limit": limit, "offset": offset, "on": on}
    if not visit_of(request).access.open(system.lower(), code.strip().upper()):
        return error_response(
            403, "locked", "Register to view content", "create a free account, or use an API key of a paid plan"
        )
    return JsonResponse(_ask(request, "list_edits", arguments))


@api.get(
    "/search",
    response={200: schemas.Search, 422: schemas.Error, 503: schemas.Error},
    summary="Search codes",
    tags=["Search"],
)
def search(
    request: HttpRequest, q: str, on: On = None, system: Systems = None, limit: int = 20, offset: int = 0,
    billable: bool | None = None, chapter: str | None = None,
) -> HttpResponse:  # fmt: skip
    arguments = {
        "q": q,
        "system": _names(system),
        "on": on,
        "limit": limit,
        "offset": offset,
        "billable": billable,
        "chapter": chapter,
    }
    return JsonResponse(_ask(request, "search_codes", arguments))


@api.post(
    "/search",
    response=_BATCH,
    summary="Search many queries",
    tags=["Search"],
)
def searches(request: HttpRequest, payload: schemas.SearchBatch) -> HttpResponse:
    return _ask_all(request, "search_codes", list(payload.queries))


@api.get(
    "/releases",
    response={200: schemas.Releases, 422: schemas.Error, 503: schemas.Error},
    summary="List loaded releases",
    tags=["Releases"],
)
def releases(request: HttpRequest, on: On = None) -> HttpResponse:
    return JsonResponse(_ask(request, "list_releases", {"on": on}))


def _names(system: list[str] | None) -> list[str]:
    return [name for value in system or () for name in value.split(",") if name]


def _code(request: HttpRequest, value: dict[str, Any]) -> HttpResponse:
    if value["status"] == "unknown":
        return JsonResponse(_with_error(value), status=404)
    response = JsonResponse(_paid_for(request, value))
    if settings.METERING:
        response["Cache-Control"] = "private, no-store"
    return response


def _paid_for(request: HttpRequest, value: dict[str, Any]) -> dict[str, Any]:
    """The whole value where the caller's plan or a view left opens it; else what everybody may read."""
    return value if visit_of(request).access.open(value["system"], value["code"]) else locked(value)


def _with_error(value: dict[str, Any]) -> dict[str, Any]:
    """An unknown code is an error to a program and still says what was asked and of which releases."""
    if value.get("status") != "unknown":
        return value
    message = f"{value['system_name']} has no code {value['code']} on {value['on']}"
    return {
        "error": {
            "code": "not_found",
            "message": message,
            "hint": "search for it, or check the date of service",
            "retry": False,
        }
    } | value

"""REST: each operation names the tool it asks and nothing more. The day is `on` alone; cookies are not read."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError

from codingahead.formats.claim_json import read_claim
from codingahead.tools import call, call_or_error, day, report_json
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead_web.api import schemas
from codingahead_web.api.errors import answer_errors, error_response
from codingahead_web.api.jobs import router as jobs_router
from codingahead_web.api.measures import MEASURES
from codingahead_web.gate.access import locked
from codingahead_web.gate.visit import visit_of
from codingahead_web.metering.models import Meter
from codingahead_web.pilot import stream

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
api.add_router("/jobs", jobs_router)


def _ask(request: HttpRequest, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(request)
    try:
        value = call(visit.codebook, tool, arguments, visit.today)
    except CodingAheadError:
        MEASURES.answered(tool, "rest", "error")
        raise
    MEASURES.answered(tool, "rest", "answer")
    return value


def _ask_all(request: HttpRequest, tool: str, questions: list[Schema]) -> JsonResponse:
    visit = visit_of(request)
    codebook = visit.codebook
    results = []
    for question in questions:
        arguments = question.dict(exclude_none=True)
        identity = {"id": arguments.pop("id")} if "id" in arguments else {}
        answer = call_or_error(codebook, tool, arguments, visit.today)
        MEASURES.answered(tool, "rest", "error" if "error" in answer else "answer")
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


@api.get(
    "/fees",
    response={200: schemas.Fee, 404: schemas.Error, 422: schemas.Error, 503: schemas.Error},
    summary="What Medicare pays for a service, with the formula",
    tags=["Fees"],
)
def fees(
    request: HttpRequest, code: str, pos: str | None = None, on: On = None, modifier: Systems = None, units: int = 1, minutes: int | None = None,
    mac: str | None = None, locality: str | None = None, zip: str | None = None, national: bool = False, qp: bool = False,
) -> HttpResponse:  # fmt: skip
    """Name the place by `zip`, by `mac` and `locality`, or `national`; without one the amount is national and says so."""
    told = {
        "code": code,
        "pos": pos,
        "on": on,
        "modifiers": _names(modifier),
        "units": units,
        "minutes": minutes,
        "mac": mac,
        "locality": locality,
    }
    told |= {"zip": zip, "national": national, "qp": qp}
    return JsonResponse(
        _ask(request, "price_service", {name: value for name, value in told.items() if value not in (None, False, [])})
    )


@api.post("/fees", response=_BATCH, summary="Price many services, or one session of several", tags=["Fees"])
def fee_batch(request: HttpRequest, payload: schemas.FeeBatch) -> HttpResponse:
    return _ask_all(request, "price_service", list(payload.services))


@api.get(
    "/fees/compare",
    response={200: schemas.Comparison, 404: schemas.Error, 422: schemas.Error, 503: schemas.Error},
    summary="What a fee was and is, and why it changed",
    tags=["Fees"],
)
def fee_comparison(
    request: HttpRequest, code: str, pos: str, to: str, first: Annotated[str, Query(alias="from")], modifier: Systems = None,
    mac: str | None = None, locality: str | None = None, zip: str | None = None, qp: bool = False,
) -> HttpResponse:  # fmt: skip
    """The place as for a fee; without one, national."""
    told = {
        "code": code,
        "pos": pos,
        "from": first,
        "to": to,
        "modifiers": _names(modifier),
        "mac": mac,
        "locality": locality,
        "zip": zip,
        "qp": qp,
    }
    return JsonResponse(_ask(request, "compare_fees", {k: v for k, v in told.items() if v not in (None, False, [])}))


@api.get(
    "/units",
    response={200: schemas.Units, 404: schemas.Error, 422: schemas.Error, 503: schemas.Error},
    summary="Billing units of an amount of a drug",
    tags=["Fees"],
)
def units(
    request: HttpRequest,
    code: str,
    amount: str,
    container: str | None = None,
    containers: int | None = None,
    on: On = None,
) -> HttpResponse:
    """`amount` and `container` with their measure: 2.5 mg, 100 units."""
    told = {"code": code, "amount": amount, "container": container, "containers": containers, "on": on}
    return JsonResponse(_ask(request, "drug_units", told))


@api.get(
    "/crosswalks",
    response={200: schemas.Crosswalk, 409: schemas.Error, 422: schemas.Error, 503: schemas.Error},
    summary="What a code is called elsewhere",
    tags=["Crosswalks"],
)
def crosswalks(request: HttpRequest, code: str, to: str, system: str | None = None, on: On = None) -> HttpResponse:
    return JsonResponse(_ask(request, "crosswalk_code", {"code": code, "to": to, "system": system, "on": on}))


@api.get(
    "/changes",
    response={200: schemas.Changes, 422: schemas.Error, 503: schemas.Error},
    summary="What changed between two days",
    tags=["Releases"],
)
def changes(
    request: HttpRequest, to: str, first: Annotated[str, Query(alias="from")], codes: str | None = None, system: str | None = None,
    kinds: str | None = None, limit: int = 500, offset: int = 0,
) -> HttpResponse:  # fmt: skip
    """`codes` and `kinds` with commas between."""
    told = {"from": first, "to": to, "codes": codes, "system": system, "kinds": kinds, "limit": limit, "offset": offset}
    return JsonResponse(
        _ask(request, "list_changes", {name: value for name, value in told.items() if value is not None})
    )


@api.get(
    "/coverage",
    response={200: schemas.Coverage, 422: schemas.Error, 503: schemas.Error},
    summary="Policies that govern a service, and its diagnoses",
    tags=["Coverage"],
)
def coverage(
    request: HttpRequest,
    code: str,
    diagnosis: Systems = None,
    mac: str | None = None,
    state: str | None = None,
    on: On = None,
) -> HttpResponse:
    told = {"code": code, "diagnoses": _names(diagnosis), "mac": mac, "state": state, "on": on}
    return JsonResponse(_ask(request, "check_coverage", told))


@api.post(
    "/visits/level",
    response={200: schemas.VisitLevel, 400: schemas.Error, 413: schemas.Error, 422: schemas.Error, 503: schemas.Error},
    summary="The evaluation and management code of a visit, with its reasons",
    tags=["Visits"],
)
def visit_level(request: HttpRequest, payload: schemas.VisitQuestion) -> HttpResponse:
    """Levels of two elements, or what was addressed and decided, or minutes; `code` is null where these do not come to one."""
    return JsonResponse(_ask(request, "level_visit", payload.dict(exclude_none=True)))


@api.post(
    "/ask",
    response={200: schemas.Answer, 422: schemas.Error, 429: schemas.Error, 503: schemas.Error},
    summary="Ask CasePilot",
    tags=["CasePilot"],
)
def ask(request: HttpRequest, payload: schemas.Question) -> HttpResponseBase:
    """With `Accept: text/event-stream` as events: `step` for each look-up, then `answer` or `refused`."""
    if "text/event-stream" in request.headers.get("Accept", ""):
        visit = visit_of(request)
        on = day(payload.on, visit.today)
        return stream.answered(visit, payload.question.strip(), lambda answer: answer, on=on)
    with visit_of(request).access.metered(Meter.ASK, 1):
        return JsonResponse(_ask(request, "ask_casepilot", payload.dict(exclude_none=True)))


@api.post(
    "/notes/suggest",
    response={200: schemas.Suggest, 422: schemas.Error, 429: schemas.Error, 503: schemas.Error},
    summary="Suggest codes for a note",
    tags=["Notes"],
)
def suggest(request: HttpRequest, payload: schemas.Note) -> HttpResponse:
    """Nothing of the note is kept. It counts as a question to CasePilot."""
    with visit_of(request).access.metered(Meter.ASK, 1):
        return JsonResponse(_ask(request, "suggest_codes", payload.dict(exclude_none=True)))


@api.post(
    "/claims/check",
    response={
        200: schemas.Report,
        400: schemas.Error,
        413: schemas.Error,
        422: schemas.Error,
        429: schemas.Error,
        503: schemas.Error,
    },
    summary="Check a claim, or several of one patient together",
    tags=["Claims"],
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": schemas.CLAIM}}}},
)
def check_claim(request: HttpRequest) -> HttpResponse:
    """Send one claim, or {"claims": [...]}: lines of one patient are compared across them. Nothing of a claim is kept."""
    sent = _body(request)
    many = sent.get("claims") if isinstance(sent, dict) else None
    claims = [read_claim(one) for one in (many if isinstance(many, list) else [sent])]
    if not 0 < len(claims) <= schemas.MOST_ITEMS:
        raise BadInput("claims: send from 1 to 500 claims", "use `codingahead scrub` for files")
    visit = visit_of(request)
    lines = sum(len(claim.lines) for claim in claims)
    with visit.access.metered(Meter.CLAIM_LINE, lines):
        reports = [report_json(report) for report in visit.codebook.check(claims)]
    MEASURES.answered("check_claim", "rest", "answer")
    return JsonResponse({"reports": reports} if isinstance(many, list) else reports[0])


def _body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        raise HttpError(400, "the body is not JSON") from None


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

"""FHIR R4 terminology over the codebook: five addresses, JSON, an OperationOutcome for every failure.

Standing of codes, displays and mappings are answered to everybody; facts of a code count as its page does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from codingahead.words.errors import CodingAheadError
from codingahead_web.api import fhir_codes, fhir_expand, fhir_parameters, fhir_translate
from codingahead_web.api.fhir_metadata import capabilities, terminology
from codingahead_web.api.fhir_parameters import Problem, Resource, Told, outcome
from codingahead_web.api.measures import MEASURES
from codingahead_web.gate.access import AllowanceUsed
from codingahead_web.gate.visit import Visit, visit_of

log = logging.getLogger("codingahead.api")
Operation = Callable[[Visit, Told], Resource]
View = Callable[[HttpRequest], HttpResponse]


def _operation(name: str, run: Operation) -> View:
    @csrf_exempt
    @never_cache
    def view(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            refused = outcome(405, "not-supported", "ask by GET or POST")
            refused["Allow"] = "GET, HEAD, POST"
            return refused
        response = _answered(request, run)
        MEASURES.answered(name, "fhir", "answer" if response.status_code < 400 else "error")
        return response

    return view


def _answered(request: HttpRequest, run: Operation) -> HttpResponse:
    visit = visit_of(request)
    try:
        asked = fhir_parameters.told(request)
        if not visit.access.count_call():
            raise AllowanceUsed("the API calls of this plan are used up", "wait for the next period, or see /pricing")
        return fhir_parameters.answer(run(visit, asked))
    except Problem as problem:
        return outcome(problem.status, problem.kind, problem.text)
    except CodingAheadError as error:
        problem = fhir_parameters.of_library(error)
        return outcome(problem.status, problem.kind, problem.text)
    except RequestDataTooBig:
        return outcome(413, "too-long", "the body is too large")
    except Exception:
        visit.access.take_call_back()
        log.exception("api.fault path=%s", request.path)
        return outcome(500, "exception", "something went wrong here; try again in a moment")


lookup = _operation("fhir_lookup", fhir_codes.lookup)
validate_code = _operation("fhir_validate_code", fhir_codes.validate_code)
expand = _operation("fhir_expand", fhir_expand.expand)
translate = _operation("fhir_translate", fhir_translate.translate)


def metadata(request: HttpRequest) -> HttpResponse:
    """What this server can do; `mode=terminology` says which code systems in which editions. Never counted."""
    if request.method not in ("GET", "HEAD"):
        refused = outcome(405, "not-supported", "ask by GET")
        refused["Allow"] = "GET, HEAD"
        return refused
    visit = visit_of(request)
    base = f"{request.scheme}://{request.get_host()}/fhir"
    try:
        asked = fhir_parameters.told(request)
        status = visit.codebook.status()
        built = datetime.fromisoformat(status["built_at"])
        day = (built if built.tzinfo else built.replace(tzinfo=UTC)).isoformat(timespec="seconds")
        if fhir_parameters.text(asked, "mode") == "terminology":
            return fhir_parameters.answer(terminology(visit.codebook, base, day))
        return fhir_parameters.answer(capabilities(base, day))
    except Problem as problem:
        return outcome(problem.status, problem.kind, problem.text)
    except CodingAheadError as error:
        problem = fhir_parameters.of_library(error)
        return outcome(problem.status, problem.kind, problem.text)


@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return outcome(404, "not-found", f"no such address: {rest[:80]}; see /fhir/metadata")

"""FHIR's own envelope: what was asked in an address or a Parameters resource, and how an answer or a refusal is written.

Source: HL7 FHIR R4 (4.0.1), "Operations", "Parameters", "OperationOutcome".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from codingahead.words.errors import AmbiguousCode, BadInput, CodingAheadError, NotFound, PackProblem
from codingahead_web.gate.access import AllowanceUsed

JSON = "application/fhir+json"
READABLE = ("application/json", JSON, "json", "text/json")
Resource = dict[str, Any]
Told = dict[str, list[Any]]


class Problem(Exception):
    """A refusal: `kind` is an IssueType of FHIR, `status` that of HTTP."""

    def __init__(self, status: int, kind: str, text: str) -> None:
        super().__init__(text)
        self.status, self.kind, self.text = status, kind, text


def told(request: HttpRequest) -> Told:
    """Every parameter with its values, in order. Raises Problem for a form that we do not read or write."""
    _refuse_other_forms(request)
    found: Told = {name: list(request.GET.getlist(name)) for name in request.GET}
    if request.method == "POST":
        for name, value in _posted(request):
            found.setdefault(name, []).append(value)
    return found


def _refuse_other_forms(request: HttpRequest) -> None:
    wanted = request.GET.get("_format")
    if wanted is not None and wanted.replace(" ", "+").split(";")[0] not in READABLE:
        raise Problem(406, "not-supported", f"_format={wanted[:40]}: answers are written as {JSON} only")
    accept = request.headers.get("Accept", "")
    if not wanted and "xml" in accept and not any(form in accept for form in ("json", "*/*", "html")):
        raise Problem(406, "not-supported", f"answers are written as {JSON} only")


def _posted(request: HttpRequest) -> Iterator[tuple[str, Any]]:
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind not in (JSON, "application/json"):
        raise Problem(415, "not-supported", f"send a Parameters resource as {JSON}")
    try:
        sent = json.loads(request.body)
    except ValueError:
        raise Problem(400, "structure", "the body is not JSON") from None
    if not isinstance(sent, dict) or sent.get("resourceType") != "Parameters":
        raise Problem(400, "structure", "the body is not a Parameters resource")
    for one in sent.get("parameter") or ():
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str):
            raise Problem(400, "structure", "a parameter has no name")
        value = next((v for k, v in one.items() if k == "resource" or k.startswith("value")), None)
        if value is None:
            raise Problem(400, "required", f"{name}: the parameter has no value")
        yield name, value


def text(asked: Told, name: str) -> str | None:
    """The one value of a simple parameter. Raises Problem when there are several, or it is no simple value."""
    values = asked.get(name) or []
    if len(values) > 1:
        raise Problem(400, "invalid", f"{name}: given more than once")
    if not values or values[0] == "":
        return None
    if not isinstance(values[0], str | int | bool):
        raise Problem(400, "value", f"{name}: not a simple value")
    return str(values[0]).lower() if isinstance(values[0], bool) else str(values[0])


def flag(asked: Told, name: str, default: bool = False) -> bool:
    value = text(asked, name)
    if value is None:
        return default
    if value not in ("true", "false"):
        raise Problem(400, "value", f"{name}: write true or false")
    return value == "true"


def number(asked: Told, name: str, default: int, most: int) -> int:
    value = text(asked, name)
    if value is None:
        return default
    if not value.isascii() or not value.isdecimal():
        raise Problem(400, "value", f"{name}: {value[:20]!r} is not a whole number of 0 or more")
    return min(int(value[:9]), most)


def resource(asked: Told, name: str) -> Resource | None:
    """The one complex value or resource given under `name`."""
    values = asked.get(name) or []
    if not values:
        return None
    if len(values) > 1 or not isinstance(values[0], dict):
        raise Problem(400, "structure", f"{name}: give it once, in the body of a POST")
    return values[0]


def parameters(*made: Resource | None) -> Resource:
    return {"resourceType": "Parameters", "parameter": [one for one in made if one is not None]}


def value(name: str, kind: str, said: Any) -> Resource | None:
    """One parameter such as valueString; None when there is nothing to say."""
    return None if said is None else {"name": name, f"value{kind}": said}


def parts(name: str, *made: Resource | None) -> Resource:
    return {"name": name, "part": [one for one in made if one is not None]}


def answer(made: Resource, status: int = 200) -> JsonResponse:
    response = JsonResponse(made, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = f"{JSON}; charset=utf-8"
    return response


def outcome(status: int, kind: str, said: str) -> HttpResponse:
    """An OperationOutcome with one issue."""
    issue = {"severity": "error", "code": kind, "diagnostics": said, "details": {"text": said}}
    return answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)


def of_library(error: CodingAheadError) -> Problem:
    """The library's refusal in FHIR's words."""
    said = f"{error.message}; {error.hint}" if error.hint else error.message
    if isinstance(error, AllowanceUsed):
        return Problem(429, "throttled", said)
    if isinstance(error, PackProblem):
        return Problem(503, "transient", said)
    if isinstance(error, NotFound):
        return Problem(404, "not-found", said)
    if isinstance(error, AmbiguousCode):
        return Problem(409, "multiple-matches", said)
    return Problem(422, "invalid", said) if isinstance(error, BadInput) else Problem(500, "exception", said)

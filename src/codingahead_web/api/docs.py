"""The page that describes REST, drawn from the OpenAPI document itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from codingahead_web.api.rest import api

EXAMPLES = {
    "GET /api/v1/codes/{code}": "/api/v1/codes/I67.1",
    "GET /api/v1/codes/{system}/{code}": "/api/v1/codes/cpt/61624?on=2026-07-01",
    "GET /api/v1/codes/{system}/{code}/edits": "/api/v1/codes/cpt/61624/edits?q=36226",
    "GET /api/v1/search": "/api/v1/search?q=brain+aneurysm&system=icd10cm&limit=5",
    "GET /api/v1/releases": "/api/v1/releases",
    "POST /api/v1/codes": '{"codes": [{"id": 1, "code": "I67.1"}, {"id": 2, "code": "61624", "on": "2026-07-01"}]}',
    "POST /api/v1/search": '{"queries": [{"id": 1, "q": "brain aneurysm", "limit": 5}]}',
}


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    document = api.get_openapi_schema()
    operations = [
        _operation(method, path, detail, document)
        for path, methods in document["paths"].items()
        for method, detail in methods.items()
    ]
    tags = dict.fromkeys(o["tag"] for o in operations)
    groups = [{"tag": tag, "operations": [o for o in operations if o["tag"] == tag]} for tag in tags]
    address = f"{reverse('api:openapi-json')}"
    return render(request, "api/docs.html", {"info": document["info"], "groups": groups, "openapi": address})


def _operation(method: str, path: str, detail: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    example = EXAMPLES.get(f"{method.upper()} {path}", "")
    return {
        "id": detail["operationId"], "method": method.upper(), "path": path, "summary": detail.get("summary", ""), "text": detail.get("description", ""),
        "tag": detail["tags"][0], "parameters": [_parameter(p) for p in detail.get("parameters", [])], "fields": _body_fields(detail, document),
        "statuses": [{"status": s, "name": _schema_name(r)} for s, r in detail["responses"].items()], "example": example,
    }  # fmt: skip


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    default = schema.get("default")
    return {
        "name": parameter["name"], "place": parameter["in"], "is_required": parameter.get("required", False), "type": _type(schema),
        "text": parameter.get("description") or schema.get("description") or "", "default": default if default not in (None, [], "") else None,
    }  # fmt: skip


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(s) for s in schema["anyOf"] if s.get("type") != "null")
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type") or schema.get("$ref", "value").rsplit("/", 1)[-1])


def _body_fields(detail: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of the body, or of its list items where the body is one list of questions."""
    content = detail.get("requestBody", {}).get("content", {}).get("application/json", {})
    if not content:
        return []
    one = _resolved(content["schema"], document)
    if len(one["properties"]) == 1:
        (listed,) = one["properties"].values()
        one = _resolved(listed["items"], document)
    return [
        _parameter({"name": name, "in": "body", "schema": schema, "required": name in one.get("required", [])})
        for name, schema in one["properties"].items()
    ]


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (
        document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    )
    return found


def _schema_name(response: dict[str, Any]) -> str:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]

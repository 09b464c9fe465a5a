"""`/mcp`: the tools of the library over the Model Context Protocol's streamable HTTP, in its stateless form.

Every message is answered by one JSON object in the response of its own POST: no session, no stream from the server, so any process may
answer any message. Source: Model Context Protocol specification, "Transports", revisions 2025-03-26 to 2025-11-25.
"""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from codingahead.tools import BY_NAME, TOOLS
from codingahead.words.errors import CodingAheadError
from codingahead_web.api.errors import error_response
from codingahead_web.api.metered import answer

REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
INSTRUCTIONS = (
    "Medical codes on a date of service. Pass `on` (YYYY-MM-DD) with the day of the service; every answer names its sources, what is not loaded "
    "and what may be out of date."
)


class Refusal(Exception):
    """A message that is answered with a JSON-RPC error."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number, self.message = number, message


@csrf_exempt
@never_cache
def mcp(request: HttpRequest) -> HttpResponse:
    if not _is_own_page(request):
        return error_response(
            403, "foreign_origin", "pages of other sites may not call this address", "call it from a program"
        )
    if request.method != "POST":
        # No stream of our own to open, no session to end.
        return HttpResponseNotAllowed(["POST"])
    try:
        sent = json.loads(request.body)
    except (ValueError, UnicodeDecodeError):
        return _error(None, Refusal(PARSE_ERROR, "the body is not JSON"), 400)
    if not isinstance(sent, dict) or sent.get("jsonrpc") != "2.0" or not isinstance(sent.get("method", ""), str):
        return _error(None, Refusal(INVALID_REQUEST, "send one JSON-RPC 2.0 message"), 400)
    told = request.headers.get("Mcp-Protocol-Version")
    if told and told not in REVISIONS and sent.get("method") not in ("initialize", "server/discover"):
        return _error(sent.get("id"), Refusal(INVALID_REQUEST, f"unknown protocol version {told[:20]!r}"), 400)
    if "id" not in sent or "method" not in sent:
        # A notification, or an answer to a question that we never ask.
        return HttpResponse(status=202)
    try:
        result = _result(request, sent["method"], sent.get("params") or {})
    except Refusal as refusal:
        return _error(sent["id"], refusal, 200)
    return JsonResponse({"jsonrpc": "2.0", "id": sent["id"], "result": result})


def _result(request: HttpRequest, method: str, params: Any) -> dict[str, Any]:
    if not isinstance(params, dict):
        raise Refusal(INVALID_PARAMS, "params is not an object")
    if method == "initialize":
        return _initialized(params)
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [_described(tool) for tool in TOOLS]}
    if method == "tools/call":
        return _called(request, params)
    raise Refusal(METHOD_NOT_FOUND, f"unknown method {method[:60]!r}")


def _initialized(params: dict[str, Any]) -> dict[str, Any]:
    asked = params.get("protocolVersion")
    return {
        "protocolVersion": asked if asked in REVISIONS else REVISIONS[-1],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "codingahead", "title": "Coding Ahead", "version": _own_version()},
        "instructions": INSTRUCTIONS,
    }


def _described(tool: Any) -> dict[str, Any]:
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.schema,
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    }


def _called(request: HttpRequest, params: dict[str, Any]) -> dict[str, Any]:
    """A tool that refuses answers with the one error value, so that the model can read what to mend."""
    name, arguments = params.get("name"), params.get("arguments", {})
    if name not in BY_NAME:
        raise Refusal(INVALID_PARAMS, f"unknown tool {str(name)[:60]!r}")
    if not isinstance(arguments, dict):
        raise Refusal(INVALID_PARAMS, "arguments is not an object")
    try:
        value: dict[str, Any] = answer(request, name, arguments, door="mcp")
    except CodingAheadError as error:
        value = error.to_json()
    text = json.dumps(value, ensure_ascii=False)
    return {"content": [{"type": "text", "text": text}], "structuredContent": value, "isError": "error" in value}


def _error(identity: Any, refusal: Refusal, status: int) -> JsonResponse:
    error = {"code": refusal.number, "message": refusal.message}
    return JsonResponse({"jsonrpc": "2.0", "id": identity, "error": error}, status=status)


def _is_own_page(request: HttpRequest) -> bool:
    """Programs send no Origin. A browser does, and a page of another site must not reach a server on the reader's own machine."""
    origin = request.headers.get("Origin")
    if not origin:
        return True
    return origin == settings.PUBLIC_URL or urlsplit(origin).netloc == request.get_host()


def _own_version() -> str:
    try:
        return version("codingahead")
    except PackageNotFoundError:
        return "0"

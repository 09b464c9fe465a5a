"""May this caller ask this tool, and what does it cost? The same price at every door that is not REST.

REST counts where it parses; here a tool named in a message is charged as its REST address would be.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from codingahead.tools import call
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead_web.accounts.models import Scope
from codingahead_web.api.measures import MEASURES
from codingahead_web.gate.access import AllowanceUsed, locked
from codingahead_web.gate.visit import visit_of
from codingahead_web.metering.models import Meter

SCOPES = {"check_claim": Scope.CLAIMS, "ask_casepilot": Scope.ASK}


class Locked(CodingAheadError):
    """The caller's plan does not open this."""

    code = "locked"


class ScopeMissing(CodingAheadError):
    """The key may do other things, not this one."""

    code = "scope_missing"


def answer(request: HttpRequest, tool: str, arguments: dict[str, Any], *, door: str) -> dict[str, Any]:
    """The tool's value, or what a caller without a view left may read of it. Raises CodingAheadError."""
    may_ask(request, tool)
    access = visit_of(request).access
    if not access.count_call():
        raise AllowanceUsed("the API calls of this plan are used up", "wait for the next period, or see /pricing")
    try:
        value = _charged(request, tool, arguments)
    except CodingAheadError:
        MEASURES.answered(tool, door, "error")
        raise
    except Exception:
        access.take_call_back()
        raise
    MEASURES.answered(tool, door, "answer")
    return value


def may_ask(request: HttpRequest, tool: str) -> None:
    """Raises ScopeMissing for a key that was made for other work."""
    key, scope = getattr(request, "api_key", None), SCOPES.get(tool, Scope.READ)
    if key is not None and scope not in key.scopes:
        raise ScopeMissing(f"this API key may not {scope.label.lower()}", "make a key with that scope at /account/keys")


def _charged(request: HttpRequest, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(request)
    if tool == "ask_casepilot":
        with visit.access.metered(Meter.ASK, 1):
            return call(visit.codebook, tool, arguments, visit.today)
    if tool == "check_claim":
        with visit.access.metered(Meter.CLAIM_LINE, _lines(arguments)):
            return call(visit.codebook, tool, arguments, visit.today)
    value = call(visit.codebook, tool, arguments, visit.today)
    if tool == "lookup_code" and value["status"] != "unknown":
        return value if visit.access.open(value["system"], value["code"]) else locked(value)
    if tool == "list_edits" and not _open_edits(request, arguments):
        raise Locked("Register to view content", "create a free account, or use an API key of a paid plan")
    return value


def _open_edits(request: HttpRequest, arguments: dict[str, Any]) -> bool:
    code = str(arguments.get("code", "")).strip().upper()
    return visit_of(request).access.open("hcpcs" if code[:1].isalpha() else "cpt", code)


def _lines(arguments: dict[str, Any]) -> int:
    claim = arguments.get("claim")
    lines = claim.get("lines") if isinstance(claim, dict) else None
    if not isinstance(lines, list) or not lines:
        raise BadInput("claim: no lines given", "give the claim with its lines")
    return len(lines)

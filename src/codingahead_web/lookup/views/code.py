"""The page of one code, and the search among its NCCI edits."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from codingahead.words.codes import SYSTEM_NAMES, System, parse_system
from codingahead.words.errors import AmbiguousCode, BadInput, NotFound
from codingahead_web.accounts import clients
from codingahead_web.gate.access import locked
from codingahead_web.gate.visit import visit_of
from codingahead_web.lookup import actions, page, queries
from codingahead_web.lookup.forms import offset
from codingahead_web.lookup.kinds import LOAD, names_of
from codingahead_web.lookup.sections import locked_sections, sections

EDITS_SHOWN = 20
SETTINGS = (("practitioner", "Practitioner"), ("outpatient", "Outpatient hospital"))


@require_safe
def code(request: HttpRequest, system: str, code: str) -> HttpResponse:
    visit = visit_of(request)
    on = visit.on
    try:
        value = visit.codebook.lookup(code, on, _system(system).value)
    except BadInput as refused:
        raise NotFound(refused.message, refused.hint) from None
    if value["code"] != code or value["system"] != system:
        return HttpResponsePermanentRedirect(
            _same_query(request, reverse("code", args=[value["system"], value["code"]]))
        )
    status = 404 if value["status"] == "unknown" and not value["title"] else 200
    if clients.is_prefetch(request):
        return _private(HttpResponse(status=204))
    is_open = status == 404 or visit.access.open(value["system"], value["code"])
    try:
        context = _context(request, value) if is_open else _locked_context(value)
        return _private(render(request, "lookup/code.html", context, status=status))
    except BaseException:
        visit.access.give_back()
        raise


def _private(response: HttpResponse) -> HttpResponse:
    """What one reader may see is kept by no cache that others read."""
    if settings.METERING:
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def which_system(request: HttpRequest, code: str) -> HttpResponse:
    """Leads on when one system holds the code, asks when several do."""
    visit = visit_of(request)
    on = visit.on
    try:
        value = visit.codebook.lookup(code, on)
    except AmbiguousCode as several:
        context = {"typed": code.strip().upper(), "systems": several.systems, "message": several.message, "status": 300}
        context["hint"] = "Choose the system"
        return render(request, "look/refusal.html", context, status=300)
    except BadInput as refused:
        raise NotFound(refused.message, refused.hint) from None
    return HttpResponseRedirect(_same_query(request, reverse("code", args=[value["system"], value["code"]])))


@require_safe
def edits(request: HttpRequest, system: str, code: str) -> HttpResponse:
    """A page of its own without scripts, the table alone for htmx."""
    visit = visit_of(request)
    setting = request.GET.get("setting") or SETTINGS[0][0]
    if not visit.access.is_opened(_system(system).value, code.upper()):
        return _private(
            render(
                request, "lookup/edits_locked.html", {"code": code.upper(), "system": _system(system).value}, status=403
            )
        )
    context = edits_context(request, code.upper(), setting) | {"system": _system(system).value}
    is_part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    response = render(
        request, "lookup/edits_table.html" if is_part else "lookup/edits.html", context | {"visit": visit}
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def edits_context(request: HttpRequest, code: str, setting: str) -> dict[str, Any]:
    visit = visit_of(request)
    text, start = request.GET.get("edit", "").strip()[:100], offset(request.GET.get("offset"))
    found = visit.codebook.partners(code, visit.on, query=text, setting=setting, offset=start, limit=EDITS_SHOWN)
    total = found["total"] or 0
    words = {"setting": setting, "edit": text}
    return {
        "code": code, "system": "hcpcs" if code[:1].isalpha() else "cpt", "found": found, "setting": setting, "settings": SETTINGS, "edit": text,
        "missing": names_of(found.get("not_loaded", [])), "load": LOAD, "first": start + 1, "last": min(start + EDITS_SHOWN, total),
        "before": urlencode(words | {"offset": max(start - EDITS_SHOWN, 0)}) if start else None,
        "after": urlencode(words | {"offset": start + EDITS_SHOWN}) if start + EDITS_SHOWN < total else None,
    }  # fmt: skip


def _context(request: HttpRequest, value: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(request)
    # What only one section needs is worked out when that section is printed.
    context = {
        "product": "case2code", "value": value, "sections": sections(value), "card": page.card(value),
        "levels": partial(page.notes_by_level, value), "fact_groups": partial(page.fact_groups, value),
        "modifier_groups": partial(page.modifier_groups, value), "stale_sources": page.stale_numbers(value),
        "sources": lambda: page.sources_by_release(value, visit.codebook.releases(visit.on)),
        "load": LOAD, "missing_names": names_of(value["not_loaded"]),
    }  # fmt: skip
    user = visit.access.user
    if user is not None:
        actions.remember_view(user, value["system"], value["code"])
        kept = queries.kept(user, value["system"], value["code"])
        for note in kept["notes"]:
            note.html = queries.as_html(note.text)
        context |= {"kept": kept, "teams": user.organisations.all()}
    if value["edits"]:
        setting = next(iter(value["edits"]))
        context["edits"] = SimpleLazyObject(partial(edits_context, request, value["code"], setting))
        context["sought"] = (setting, request.GET.get("edit"), request.GET.get("offset"))
    return context


def _locked_context(value: dict[str, Any]) -> dict[str, Any]:
    """Without a view left: three sections to read, the others by their headings alone."""
    return {
        "product": "case2code",
        "value": locked(value),
        "sections": locked_sections(value),
        "load": LOAD,
        "locked": True,
    }


def _system(name: str) -> System:
    try:
        return parse_system(name)
    except ValueError:
        known = ", ".join(s.value for s in SYSTEM_NAMES)
        raise NotFound(f"there is no code system {name[:40]!r}", f"the known ones are {known}") from None


def _same_query(request: HttpRequest, address: str) -> str:
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address

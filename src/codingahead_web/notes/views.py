"""Coding a note: hand it in, review what it supports, take it on. Nothing is kept unless somebody asks; then masked, for that person alone."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from codingahead.words.codes import System
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead.words.search import SearchQuery
from codingahead_web.gate.access import AllowanceUsed
from codingahead_web.gate.visit import Visit, visit_of
from codingahead_web.notes import actions, counted, engine, exports, review, typed
from codingahead_web.notes.models import KeptNote
from codingahead_web.notes.typed import Decided

HITS = 8
SYSTEMS = (System.ICD10CM, System.CPT, System.HCPCS, System.ICD10PCS)


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest) -> HttpResponse:
    """The box for a note; with a note, its review."""
    visit = visit_of(request)
    context: dict[str, Any] = {"product": "case2code", "settings": typed.SETTINGS, "largest": typed.LARGEST >> 20}
    if request.method != "POST":
        if visit.access.user is not None:
            actions.forget()
            context["kept"] = KeptNote.objects.filter(owner=visit.access.user).defer("text", "suggested")[:20]
        return _private(render(request, "notes/hand_in.html", context))
    try:
        ticket = counted.Ticket(request.POST.get("note_ticket", ""))
        text, suggested = _coded(request, ticket)
    except CodingAheadError as refused:
        status = 429 if isinstance(refused, AllowanceUsed) else 422
        return _private(
            render(
                request,
                "notes/hand_in.html",
                context | {"refused": refused, "text": request.POST.get("text", "")},
                status=status,
            )
        )
    decided = _with_addition(
        request, visit, typed.decisions(request.POST, visit.codebook, visit.on), len(suggested["suggestions"])
    )
    return _review(request, context, text, suggested, decided, ticket)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What stands and what the claim check says of it; the note itself is not sent. For a kept note the log grows."""
    visit = visit_of(request)
    decided = typed.decisions(request.POST, visit.codebook, visit.on)
    context: dict[str, Any] = {}
    if request.POST.get("kept"):
        note = _mine(request, request.POST["kept"])
        actions.decide(note, visit.access.user, decided)  # type: ignore[arg-type]
        context |= {"note": note, "log": note.decisions.select_related("by")}
    ticket = counted.Ticket(request.POST.get("note_ticket", ""))
    setting = typed.setting(request.POST)
    context |= review.panel(decided, [], visit.codebook, visit.access, ticket, on=visit.on, setting=setting)
    return _private(render(request, "notes/panel.html", context))


@require_POST
def found(request: HttpRequest) -> HttpResponse:
    """Codes for the words typed into the box below the suggestions."""
    visit = visit_of(request)
    return _private(render(request, "notes/found.html", {"hits": _hits(visit, request.POST.get("q", ""))}))


@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponse:
    visit = visit_of(request)
    if kind not in ("json", "csv", "fhir"):
        raise Http404
    _, suggested = _coded(request, counted.Ticket(request.POST.get("note_ticket", "")))
    decided = typed.decisions(request.POST, visit.codebook, visit.on)
    if kind == "csv":
        content, written = "text/csv; charset=utf-8", exports.as_csv(suggested, decided)
    elif kind == "fhir":
        content, written = (
            "application/fhir+json",
            json.dumps(exports.as_fhir(suggested, decided, visit.on), ensure_ascii=False, indent=1),
        )
    else:
        value = exports.as_json(suggested, decided, visit.on, typed.setting(request.POST))
        content, written = "application/json", json.dumps(value, ensure_ascii=False, indent=1)
    name = f"note-codes-{visit.on}.{'fhir.json' if kind == 'fhir' else kind}"
    return _private(
        HttpResponse(written, content_type=content, headers={"Content-Disposition": f'attachment; filename="{name}"'})
    )


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Masks and stores the note with what is decided so far, and opens it."""
    visit = visit_of(request)
    text = typed.note(request)
    user = visit.access.user
    assert user is not None
    decided = typed.decisions(request.POST, visit.codebook, visit.on)
    with counted.coded(visit.access, counted.Ticket(request.POST.get("note_ticket", "")), text):
        note = actions.keep_note(user, text, visit.codebook, on=visit.on, setting=typed.setting(request.POST))
    actions.decide(note, user, decided)
    return HttpResponseRedirect(reverse("kept_note", args=[note.token]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """A kept note as it was coded when it was kept, with its log; sent without scripts, decisions are added to the log."""
    visit, note = visit_of(request), _mine(request, token)
    if request.method == "POST":
        sent = _with_addition(
            request, visit, typed.decisions(request.POST, visit.codebook, note.on), len(note.suggested["suggestions"])
        )
        actions.decide(note, visit.access.user, sent)  # type: ignore[arg-type]
        if not request.POST.get("q"):
            return HttpResponseRedirect(reverse("kept_note", args=[token]))
    ticket = counted.Ticket()
    context = {
        "product": "case2code",
        "settings": typed.SETTINGS,
        "note": note,
        "log": note.decisions.select_related("by"),
    }
    return _review(request, context, note.text, note.suggested, _decided_before(note), ticket)


@login_required
@require_POST
def drop(request: HttpRequest, token: str) -> HttpResponse:
    actions.drop(_mine(request, token))
    return HttpResponseRedirect(reverse("note_to_codes"))


def _review(
    request: HttpRequest, context: dict[str, Any], text: str, suggested: dict[str, Any], decided: list[Decided], ticket: counted.Ticket
) -> HttpResponse:  # fmt: skip
    visit = visit_of(request)
    note = context.get("note")
    on, setting = (note.on, note.setting) if note else (visit.on, typed.setting(request.POST))
    told = {(d.at): d for d in decided}
    every = [
        told.get(n, Decided(n, s["code"], s["system"]))
        for n, s in enumerate(suggested["suggestions"][: review.MOST_ROWS])
    ]
    every += [d for d in decided if d.act == "add"]
    context |= review.page(text, suggested, decided, visit.codebook, on)
    context |= review.panel(every, suggested["findings"], visit.codebook, visit.access, ticket, on=on, setting=setting)
    context["hits"] = _hits(visit, request.POST.get("q", ""))
    return _private(render(request, "notes/review.html", context))


def _coded(request: HttpRequest, ticket: counted.Ticket) -> tuple[str, dict[str, Any]]:
    """Raises BadInput for a note that cannot be read, AllowanceUsed when the plan holds no more."""
    visit = visit_of(request)
    text = typed.note(request)
    with counted.coded(visit.access, ticket, text):
        return text, engine.suggest(visit.codebook, text, visit.on, typed.setting(request.POST))


def _with_addition(request: HttpRequest, visit: Visit, decided: list[Decided], least: int) -> list[Decided]:
    value = request.POST.get("add", "")
    if not value:
        return decided
    at = max([least, *(d.at + 1 for d in decided)])
    new = review.addition(value, at, visit.codebook, visit.on)
    return [*decided, new] if new else decided


def _decided_before(note: KeptNote) -> list[Decided]:
    """The last decision about each code of a kept note, at its place in the review."""
    last = actions.last_decisions(note)
    made = []
    for n, one in enumerate(note.suggested["suggestions"]):
        if found := last.pop((one["system"], one["code"]), None):
            act = "" if found.act == "open" else found.act
            made.append(Decided(n, one["code"], one["system"], act, found.reason, found.becomes))
    added = [d for d in last.values() if d.act == "add"]
    start = len(note.suggested["suggestions"])
    return made + [Decided(start + n, d.code, d.system, "add") for n, d in enumerate(added)]


def _hits(visit: Visit, words: str) -> list[Any]:
    if not words.strip():
        return []
    try:
        return list(
            visit.codebook.search(SearchQuery(words.strip()[:200], visit.on, SYSTEMS, HITS, 0, True, None)).hits
        )
    except BadInput:
        return []


def _mine(request: HttpRequest, token: str) -> KeptNote:
    note = KeptNote.objects.filter(token=token, owner_id=getattr(request.user, "pk", None) or 0).first()
    if note is None or note.expires < timezone.now():
        raise Http404
    return note


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response

"""The pages: what CaseConsultant is with a box to try it, my inquiries, the reviewer's queue, how the service is doing."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codingahead import proof
from codingahead.words.errors import CodingAheadError
from codingahead_web.accounts.models import User
from codingahead_web.consultant import actions, letter, queries, vault
from codingahead_web.consultant.answer import nothing_seen
from codingahead_web.consultant.models import Inquiry
from codingahead_web.gate.visit import visit_of
from codingahead_web.metering.models import Meter

LONGEST = 20_000
A_PAGE = 25
EXAMPLE = "1. Can 11042 and 97597 be billed together?\n2. What is the MUE for 61624?"


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest) -> HttpResponse:
    """The box goes the road of a mail, without the mail; nothing of it is kept."""
    text = request.POST.get("mail", "").replace("\x00", "").strip()[:LONGEST]
    context: dict[str, Any] = {
        "product": "caseconsultant",
        "typed": text,
        "example": EXAMPLE,
        "addresses": settings.MAIL_ADDRESSES,
    }
    if request.method != "POST" or not text:
        return render(request, "consultant/product.html", context)
    visit = visit_of(request)
    try:
        with visit.access.metered(Meter.ASK, 1):
            told = actions.tell("", text)
    except CodingAheadError as refused:
        status = 429 if refused.code == "allowance_used" else 422
        return render(request, "consultant/product.html", context | {"refused": refused}, status=status)
    return render(
        request, "consultant/product.html", context | {"told": told, "nothing": "" if told["parts"] else nothing_seen()}
    )


@never_cache
@login_required
@require_safe
def inquiries(request: HttpRequest) -> HttpResponse:
    mine = Inquiry.objects.filter(user=_person(request)).defer("raw", "told", "note")
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "product": "caseconsultant",
        "page": page,
        "reviews": queries.may_review(_person(request)),
        "tab": "mine",
    }
    return render(request, "consultant/inquiries.html", context)


@never_cache
@login_required
@require_safe
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    """The whole thread, oldest first."""
    found = _readable(request, number)
    root = found.root
    thread = [root, *root.followed_by.filter(user=root.user).order_by("received")] if found.user_id else [found]
    shown = [{"inquiry": one, "told": _told(one), "note": vault.unlock_value(one.note) or ""} for one in thread]
    mine = found.user_id == _person(request).pk
    return render(
        request, "consultant/thread.html", {"product": "caseconsultant", "thread": shown, "here": found, "mine": mine}
    )


@never_cache
@login_required
@require_safe
def proof_file(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    found = _readable(request, number)
    told = _told(found)
    if told is None or kind not in ("json", "pdf"):
        raise Http404
    bundle = proof.make(
        visit_of(request).codebook, told, number=found.number, made=letter.made_at(found.answered or found.received)
    )
    one = letter.attachments(bundle)[kind == "pdf"]
    return HttpResponse(
        one.data, content_type=one.kind, headers={"Content-Disposition": f'attachment; filename="{one.name}"'}
    )


@login_required
@require_POST
def delete(request: HttpRequest, number: str) -> HttpResponse:
    actions.drop(get_object_or_404(Inquiry, number=number, user=_person(request)))
    messages.success(request, f"{number} is deleted.")
    return redirect("inquiries")


@never_cache
@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    held = _reviewable(request).filter(state=Inquiry.State.HELD).order_by("received")
    page = Paginator(held, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "consultant/queue.html", {"product": "caseconsultant", "page": page, "tab": "queue", "reviews": True}
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """The note on one side, the draft on the other; approve, edit or reject."""
    held = get_object_or_404(_reviewable(request), number=number)
    if request.method == "POST" and held.state == Inquiry.State.HELD:
        _decided(request, held)
        return redirect("consultant_queue")
    told = _told(held)
    short = "\n".join(told["parts"][0]["short"]) if told and told["parts"] else ""
    context = {
        "product": "caseconsultant",
        "inquiry": held,
        "told": told,
        "note": vault.unlock_value(held.note) or "",
        "short": short,
    }
    return render(request, "consultant/decide.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def health(request: HttpRequest) -> HttpResponse:
    seen = _reviewable(request)
    if request.method == "POST":
        actions.take_up_again(get_object_or_404(seen, number=request.POST.get("number", "")))
        return redirect("consultant_health")
    context = {
        "product": "caseconsultant",
        "health": queries.health(seen),
        "tab": "health",
        "reviews": True,
        "addresses": settings.MAIL_ADDRESSES,
    }
    return render(request, "consultant/health.html", context)


def _decided(request: HttpRequest, held: Inquiry) -> None:
    person, remark = _person(request), request.POST.get("remark", "").strip()[:2000]
    if request.POST.get("act") == "reject":
        actions.reject(held, person, remark=remark)
    elif _told(held) is None:
        # Held before it was read, since its sender is not proven: there is nothing to approve.
        messages.error(request, "This mail was not read: its sender is not proven. It can only be rejected.")
    else:
        lines = [line.strip() for line in request.POST.get("short", "").split("\n") if line.strip()]
        told = _told(held)
        changed = bool(told and told["parts"]) and lines != told["parts"][0]["short"]
        actions.approve(held, person, remark=remark, edited=lines if changed else None)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _told(inquiry: Inquiry) -> dict[str, Any] | None:
    told = vault.unlock_value(inquiry.told)
    return json.loads(json.dumps(told)) if told else None


def _readable(request: HttpRequest, number: str) -> Inquiry:
    """One's own; a stranger's does not exist."""
    return get_object_or_404(Inquiry.objects.select_related("thread"), number=number, user=_person(request))


def _reviewable(request: HttpRequest) -> Any:
    if not queries.may_review(_person(request)):
        raise PermissionDenied
    return queries.reviewable(_person(request))

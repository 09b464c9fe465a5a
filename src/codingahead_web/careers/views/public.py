"""The list, a posting, the feed, the sitemap: what everybody and every search engine may read."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from codingahead_web.accounts.models import User
from codingahead_web.careers import pay, queries, tables, tasks
from codingahead_web.careers.actions import coders, postings
from codingahead_web.careers.models import Application, Bookmark, Posting, SavedSearch
from codingahead_web.careers.permissions import Who, may, who
from codingahead_web.careers.query import CHOICES, PAYS, SINCE, SORTS, Asked, read
from codingahead_web.careers.value import job_posting

A_PAGE = 20
IN_FEED = 50
IN_SITEMAP = 50_000
MOST_PAGES = 500
# Characters that could end a script element, written so that JSON still reads the same.
_SAFE_IN_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def origin_of(request: HttpRequest) -> str:
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@require_safe
def careers(request: HttpRequest) -> HttpResponse:
    asked = read(request.GET)
    number = request.GET.get("page", "1")
    at = min(max(int(number), 1), MOST_PAGES) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    found, rows = queries.page_of(asked, limit=A_PAGE, offset=(at - 1) * A_PAGE)
    pages = min(max(1, -(-found.total // A_PAGE)), MOST_PAGES)
    user = person(request)
    kept = (
        set(Bookmark.objects.filter(user=user, posting__in=rows).values_list("posting", flat=True)) if user else set()
    )
    saved = SavedSearch.objects.filter(user=user, query=asked.address()).first() if user else None
    address = asked.address()
    canonical = f"{origin_of(request)}{reverse('careers')}" + (f"?{address}" if address else "")
    context = {
        "product": "careercenter", "asked": asked, "total": found.total, "postings": rows, "facets": _facets(asked, found.counts), "pays": PAYS,
        "since": SINCE, "sorts": SORTS, "page": at, "pages": pages, "address": address, "more": f"{address}&" if address else "", "kept": kept,
        "saved": saved, "rhythms": SavedSearch.Rhythm.choices, "canonical": canonical if at == 1 else f"{canonical}{'&' if address else '?'}page={at}",
        "filtered": bool(asked), "equal": _equal(asked),
    }  # fmt: skip
    return render(request, "careers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def posting(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """410 when it has ended; unknown to strangers until it is published."""
    one = get_object_or_404(Posting.objects.select_related("employer__organisation"), pk=pk)
    user = person(request)
    inside = may(who(user, one), "read_unpublished")
    if not one.is_open() and not inside:
        if not one.has_been_open():
            raise Http404
        return render(
            request,
            "careers/gone.html",
            {"product": "careercenter", "posting": one, "similar": queries.similar(one)},
            status=410,
        )
    if slug != one.slug:
        return redirect(one, permanent=True)
    if request.method == "POST":
        return _reported(request, one)
    context = posting_context(request, one) | {
        "similar": queries.similar(one), "kept": bool(user and Bookmark.objects.filter(user=user, posting=one).exists()),
        "application": Application.objects.filter(user=user, posting=one).first() if user else None, "role": who(user, one).value,
        "manages": may(who(user, one), "see_applicants"), "moderates": who(user, one) is Who.MODERATOR,
    }  # fmt: skip
    return render(request, "careers/posting.html", context)


def posting_context(request: HttpRequest, one: Posting) -> dict[str, Any]:
    told = json.dumps(job_posting(one, origin_of(request)), ensure_ascii=False) if one.is_open() else ""
    return {
        "product": "careercenter", "posting": one, "canonical": f"{origin_of(request)}{one.get_absolute_url()}" if one.pk else "",
        "states": [tables.STATES.get(s, s) for s in one.states], "code_sets": [tables.CODE_SETS.get(c, c) for c in one.code_sets],
        "specialty": tables.SPECIALTIES.get(one.specialty, ""), "json_ld": mark_safe(told.translate(_SAFE_IN_SCRIPT)),
    }  # fmt: skip


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Any search as an Atom feed, newest first."""
    asked, origin = read(request.GET), origin_of(request)
    newest = Asked(asked.q, asked.chosen, asked.pay, asked.since, asked.exact, "new")
    _, rows = queries.page_of(newest, limit=IN_FEED, offset=0, counted=False)
    query = f"?{asked.address()}" if asked.address() else ""
    made = Atom1Feed(
        title=f"Medical coding jobs: {asked.words()}", link=f"{origin}{reverse('careers')}{query}", description="",
        feed_url=f"{origin}{reverse('careers_feed')}{query}", language="en-us",
    )  # fmt: skip
    for one in rows:
        made.add_item(
            title=f"{one.title}, {one.employer.name}", link=f"{origin}{one.get_absolute_url()}", description=one.description[:600],
            unique_id=f"{origin}{one.get_absolute_url()}", pubdate=one.opens, updateddate=one.changed,
        )  # fmt: skip
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    origin = origin_of(request)
    rows = queries.open_postings().order_by("-opens")[:IN_SITEMAP].only("pk", "title", "changed")
    return render(request, "careers/sitemap.xml", {"origin": origin, "postings": rows}, content_type="application/xml")


@require_safe
def pay_page(request: HttpRequest) -> HttpResponse:
    return render(request, "careers/pay.html", {"product": "careercenter", "told": pay.statistics()})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_alerts(request: HttpRequest, token: str) -> HttpResponse:
    """A mail program posts here with one click (RFC 8058) and has no cookie; a person who follows the link is asked first."""
    pk = tasks.search_of(token)
    if pk is None:
        raise Http404
    if request.method == "POST":
        coders.stop_alerts(pk)
    context = {
        "product": "careercenter",
        "stopped": request.method == "POST",
        "search": SavedSearch.objects.filter(pk=pk).first(),
    }
    return render(request, "careers/stop.html", context)


def _reported(request: HttpRequest, one: Posting) -> HttpResponse:
    """The report button, the moderator's decision."""
    user = person(request)
    if user is None:
        raise PermissionDenied
    act = request.POST.get("act", "")
    try:
        if act == "report":
            postings.report(user, one, request.POST.get("reason", ""))
            messages.success(request, "Thank you. A moderator will look at this posting.")
        elif act == "approve":
            postings.approve(user, one)
        elif act == "turn_down":
            postings.turn_down(user, one, request.POST.get("reason", ""))
        elif act == "close":
            postings.close(user, one)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("moderation" if act in ("approve", "turn_down") else "careers")


def _facets(asked: Asked, counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Values with something behind them, and those that are chosen."""
    told = []
    for name, (label, values) in CHOICES.items():
        chosen = asked.chosen.get(name, ())
        rows = [
            {"value": v, "label": words, "count": counts[name].get(v, 0), "chosen": v in chosen}
            for v, words in values.items()
            if v in chosen or counts[name].get(v)
        ]
        rows.sort(key=lambda row: not row["chosen"])
        told.append(
            {"name": name, "label": label, "rows": rows, "open": bool(chosen) or name in ("credential", "place")}
        )
    return told


def _equal(asked: Asked) -> list[str]:
    """Credentials whose postings come along since they take an equivalent."""
    chosen = asked.chosen.get("credential", ())
    return [] if asked.exact else sorted({c for v in chosen for c in tables.stands_for(v)} - set(chosen))


def paged(rows: Any, request: HttpRequest, size: int = 25) -> Any:
    return Paginator(rows, size).get_page(request.GET.get("page"))

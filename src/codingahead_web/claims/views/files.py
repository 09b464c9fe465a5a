"""Whole files of claims: hand one in, watch it, read its report, give the report on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codingahead.words.claims import Verdict
from codingahead.words.errors import BadInput
from codingahead_web.claims import actions, catalogue, charts, findings, receive
from codingahead_web.claims.models import HOURS_KEPT, Upload
from codingahead_web.gate.visit import visit_of

PAGE = 50
LIFE = timedelta(hours=HOURS_KEPT)
_DONE = 286  # tells htmx to stop asking


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    context: dict[str, Any] = {
        "product": "claims", "largest": receive.LARGEST >> 20, "hours": HOURS_KEPT, "most_lines": actions.MOST_LINES,
    }  # fmt: skip
    if request.method == "POST":
        try:
            upload = _taken_in(request)
        except BadInput as refused:
            return render(request, "claims/files.html", context | {"refused": refused}, status=400)
        actions.start_check(upload, visit.access)
        return HttpResponseRedirect(reverse("claim_file", args=[upload.token]))
    if visit.access.user is not None:
        kept = Upload.objects.filter(owner=visit.access.user, made__gt=timezone.now() - LIFE)
        context["uploads"] = kept[:20]
    return _private(render(request, "claims/files.html", context))


def _taken_in(request: HttpRequest) -> Upload:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > receive.LARGEST:
            raise actions.too_large()
        raise BadInput("no file was chosen", "choose a file of claims")
    return actions.take_in(file, visit_of(request).access.user)


@require_safe
def one_file(request: HttpRequest, token: str) -> HttpResponse:
    """Progress while it is checked, the report afterwards. The progress alone for htmx."""
    upload = _mine(request, token)
    actions.bury(upload)
    upload.refresh_from_db()
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    if is_part and request.htmx.target == "progress":  # type: ignore[attr-defined]
        response = render(
            request, "claims/progress.html", {"upload": upload}, status=200 if upload.is_running else _DONE
        )
        if not upload.is_running:
            response["HX-Refresh"] = "true"
        return _private(response)
    if upload.state != Upload.State.DONE:
        return _private(render(request, "claims/progress_page.html", {"product": "claims", "upload": upload}))
    return _report(request, upload, shared=False)


@require_POST
def change_file(request: HttpRequest, token: str) -> HttpResponse:
    """Stop it, share its report, take the link back, drop everything now."""
    upload = _mine(request, token)
    act = request.POST.get("act")
    if act == "drop":
        actions.drop(upload)
        return HttpResponseRedirect(reverse("claim_files"))
    if act == "cancel":
        actions.cancel(upload)
    elif act in ("share", "unshare") and upload.state == Upload.State.DONE:
        actions.share(upload, act == "share")
    return HttpResponseRedirect(reverse("claim_file", args=[token]))


@require_safe
def shared_report(request: HttpRequest, share: str) -> HttpResponse:
    return _report(request, _shared(share), shared=True)


@require_safe
def download(request: HttpRequest, token: str, kind: str) -> StreamingHttpResponse:
    return _download(request, _mine(request, token), kind, shared=False)


@require_safe
def shared_download(request: HttpRequest, share: str, kind: str) -> StreamingHttpResponse:
    return _download(request, _shared(share), kind, shared=True)


def _report(request: HttpRequest, upload: Upload, *, shared: bool) -> HttpResponse:
    wanted = _wanted(request)
    offset = _number(request.GET.get("offset"))
    path = receive.report_of(upload.token)
    rows, total = findings.page(path, wanted, offset, PAGE) if path.exists() else ([], 0)
    summary = upload.summary
    if shared:
        rows = [findings.hidden(row) for row in rows]
    words = {"verdict": wanted.verdict, "rule": wanted.rule}
    context = {
        "product": "claims", "upload": upload, "summary": summary, "shared": shared, "rows": rows, "total": total, "wanted": wanted,
        "verdicts": [(v.value, summary["verdicts"].get(v.value, 0)) for v in Verdict],
        "rules": [catalogue.rule(r) for r in summary["rules"]], "first": offset + 1, "last": min(offset + PAGE, total),
        "chart": charts.bars([(d["rule"], d["count"]) for d in summary["denials"]]),
        "before": urlencode(words | {"offset": max(offset - PAGE, 0)}) if offset else None,
        "after": urlencode(words | {"offset": offset + PAGE}) if offset + PAGE < total else None,
        "query": urlencode({name: value for name, value in words.items() if value}),
        "address": request.path, "link": request.build_absolute_uri(_share_address(upload)) if upload.share else "",
    }  # fmt: skip
    is_part = request.htmx and request.htmx.target == "report-rows"  # type: ignore[attr-defined]
    return _private(render(request, "claims/report_rows.html" if is_part else "claims/report.html", context))


def _download(request: HttpRequest, upload: Upload, kind: str, *, shared: bool) -> StreamingHttpResponse:
    path = receive.report_of(upload.token)
    if upload.state != Upload.State.DONE or not path.exists():
        raise Http404
    rows: Iterator[str]
    if kind == "csv":
        rows, content = findings.as_csv(path, _wanted(request), shared=shared), "text/csv; charset=utf-8"
    else:
        rows, content = findings.as_json_lines(path, _wanted(request), shared=shared), "application/x-ndjson"
    response = StreamingHttpResponse(rows, content_type=content)
    response["Content-Disposition"] = f'attachment; filename="findings.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _mine(request: HttpRequest, token: str) -> Upload:
    """Whoever was logged in when handing it in must be so again; a guest's upload opens to whoever knows its address."""
    upload = Upload.objects.filter(token=token, made__gt=timezone.now() - LIFE).first()
    if upload is None or (upload.owner_id is not None and upload.owner_id != getattr(request.user, "pk", None)):
        raise Http404
    return upload


def _shared(share: str) -> Upload:
    done = Upload.objects.filter(share=share, state=Upload.State.DONE, made__gt=timezone.now() - LIFE)
    upload = done.first()
    if upload is None:
        raise Http404
    return upload


def _share_address(upload: Upload) -> str:
    return reverse("shared_claim_report", args=[upload.share])


def _wanted(request: HttpRequest) -> findings.Wanted:
    verdict, rule = request.GET.get("verdict", ""), request.GET.get("rule", "")
    known = {v.value for v in Verdict}
    return findings.Wanted(verdict if verdict in known else "", rule[:60])


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response

"""An employer's pages: register, verify the domain, write and publish postings, applicants in columns. And the moderator's queue."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from codingahead_web.careers import queries
from codingahead_web.careers.actions import employers, postings
from codingahead_web.careers.forms import EmployerForm, PostingForm, RegisterForm
from codingahead_web.careers.models import Employer, Posting
from codingahead_web.careers.permissions import may, who
from codingahead_web.careers.views.coder import user_of
from codingahead_web.careers.views.public import origin_of, posting_context


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def employers_page(request: HttpRequest) -> HttpResponse:
    """My employers, and the form that registers one."""
    user = user_of(request)
    form = RegisterForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = employers.register_employer(user, told["team"], told["name"], told["domain"], told["about"])
            return redirect("employer", made.pk)
        except ValidationError as refused:
            form.add_error(None, refused)
    may_register = form.fields["team"].queryset.exists()  # type: ignore[attr-defined]
    context = {
        "product": "careercenter",
        "tab": "employers",
        "employers": queries.employers_of(user),
        "form": form,
        "may_register": may_register,
    }
    return render(request, "careers/employers.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def employer(request: HttpRequest, pk: int) -> HttpResponse:
    """The employer's board: its state, its postings."""
    one = _mine(request, pk)
    user, role = user_of(request), who(request.user, one)  # type: ignore[arg-type]
    form = EmployerForm(
        request.POST if request.POST.get("act") == "edit" else None,
        initial={"name": one.name, "domain": one.domain, "about": one.about},
    )
    if request.method == "POST":
        try:
            if request.POST.get("act") == "verify":
                base = f"{origin_of(request)}{reverse('verify_employer', args=[one.pk, '-'])}".removesuffix("-")
                employers.send_verification(user, one, request.POST.get("local", ""), base)
                messages.success(request, f"A mail is on its way to {one.domain}. Open its link within three days.")
                return redirect("employer", one.pk)
            if form.is_valid():
                told = form.cleaned_data
                employers.edit_employer(user, one, told["name"], told["domain"], told["about"])
                return redirect("employer", one.pk)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
    context = {
        "product": "careercenter", "tab": "employers", "employer": one, "postings": queries.postings_of(one), "form": form,
        "edits": may(role, "edit_employer"), "publishes": may(role, "publish"),
    }  # fmt: skip
    return render(request, "careers/employer.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Asked first, so that a mail scanner which follows links verifies nothing."""
    one = _mine(request, pk)
    if request.method == "POST":
        if employers.verify_employer(user_of(request), one, token):
            messages.success(request, f"{one.domain} is verified.")
        else:
            messages.error(request, "This link does not work any more. Send a new mail.")
        return redirect("employer", one.pk)
    return render(request, "careers/verify.html", {"product": "careercenter", "employer": one})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A new posting of an employer."""
    one = _mine(request, pk)
    return _form(request, one, None)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    if posting.status in (Posting.Status.CLOSED, Posting.Status.EXPIRED):
        raise Http404
    return _form(request, posting.employer, posting)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview, what stands against publishing, and the buttons; then the applicants in columns."""
    posting = _posting(request, pk)
    if request.method == "POST":
        return _managed(request, posting)
    role = who(user_of(request), posting)
    context = posting_context(request, posting) | {
        "tab": "employers", "reasons": postings.reasons_against(posting, date.today()), "warnings": postings.warnings_of(posting),
        "columns": queries.columns_of(posting), "publishes": may(role, "publish"), "moves": may(role, "move_applicant"),
        "ended": posting.status in (Posting.Status.CLOSED, Posting.Status.EXPIRED),
    }  # fmt: skip
    return render(request, "careers/manage.html", context)


@never_cache
@login_required
@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    if not user_of(request).is_staff:
        raise PermissionDenied
    return render(
        request,
        "careers/moderation.html",
        {"product": "careercenter", "tab": "moderation", "postings": queries.waiting()[:100]},
    )


def _form(request: HttpRequest, one: Employer, posting: Posting | None) -> HttpResponse:
    user = user_of(request)
    form = PostingForm(request.POST or None, instance=posting)
    if request.method == "POST" and form.is_valid():
        fresh = Posting.objects.select_related("employer__organisation").get(pk=posting.pk) if posting else None
        try:
            saved = postings.save_posting(user, one, form.cleaned_data, fresh)
            return redirect("manage_posting", saved.pk)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "product": "careercenter",
        "tab": "employers",
        "employer": one,
        "posting": posting,
        "form": form,
        "sections": form.sections(),
    }
    return render(request, "careers/write.html", context)


def _managed(request: HttpRequest, posting: Posting) -> HttpResponse:
    user, act = user_of(request), request.POST.get("act", "")
    days = request.POST.get("days", "")
    try:
        if act == "publish":
            made = postings.publish(
                user, posting, days=int(days) if days.isdigit() and len(days) < 4 else postings.DAYS_OPEN
            )
            told = (
                "The posting is open." if made.status == Posting.Status.OPEN else "The posting waits for a moderator."
            )
            messages.success(request, told)
        elif act == "pause":
            postings.pause(user, posting)
        elif act == "close":
            postings.close(user, posting)
        elif act == "duplicate":
            return redirect("edit_posting", postings.duplicate(user, posting).pk)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("manage_posting", posting.pk)


def _mine(request: HttpRequest, pk: int) -> Employer:
    """One of the reader's teams; another's does not exist."""
    return get_object_or_404(queries.employers_of(user_of(request)), pk=pk)


def _posting(request: HttpRequest, pk: int) -> Posting:
    posting: Any = get_object_or_404(Posting.objects.select_related("employer__organisation"), pk=pk)
    if not may(who(user_of(request), posting), "see_applicants"):
        raise Http404
    return posting  # type: ignore[no-any-return]

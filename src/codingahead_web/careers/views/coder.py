"""A coder's own pages: apply, follow an application, bookmarks, saved searches."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codingahead.words.errors import BadInput
from codingahead_web.accounts.models import User
from codingahead_web.careers import vault
from codingahead_web.careers.actions import coders
from codingahead_web.careers.forms import ApplyForm
from codingahead_web.careers.models import Application, Posting
from codingahead_web.careers.permissions import Who, may, who
from codingahead_web.careers.query import read
from codingahead_web.careers.resume import KINDS, LARGEST
from codingahead_web.careers.views.public import origin_of

LINK_LIFE = 600  # seconds for which the link to a resume works
_SALT = "codingahead.careers.resume"


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    posting = get_object_or_404(Posting.objects.select_related("employer"), pk=pk)
    if not posting.is_open() or posting.apply_url:
        raise Http404
    user = user_of(request)
    form = ApplyForm(request.POST or None, request.FILES or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = coders.apply(user, posting, told["name"], told["letter"], told["resume"].read(LARGEST + 1))
        except BadInput as refused:
            form.add_error("resume", f"{refused.message.capitalize()}. {refused.hint.capitalize()}.")
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Your application is on its way.")
            return redirect("job_application", made.pk)
    return render(request, "careers/apply.html", {"product": "careercenter", "posting": posting, "form": form})


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Applications, bookmarks and saved searches on one page."""
    user = user_of(request)
    context = {
        "product": "careercenter", "tab": "mine", "searches": user.job_searches.all(),  # type: ignore[attr-defined]
        "applications": user.job_applications.defer("resume", "letter").select_related("posting__employer"),  # type: ignore[attr-defined]
        "bookmarks": user.job_bookmarks.select_related("posting__employer"),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "careers/mine.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application as its candidate and as the employer's team see it; to everybody else it does not exist."""
    one, role = readable(request, pk)
    user = user_of(request)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "withdraw":
                coders.withdraw(user, one)
                messages.success(request, "The application is withdrawn and deleted.")
                return redirect("my_jobs")
            if request.POST.get("act") == "move":
                coders.move(user, one, request.POST.get("status", ""))
            else:
                coders.write(user, one, request.POST.get("text", ""), f"{origin_of(request)}{request.path}")
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("job_application", one.pk)
    thread = [
        {"by_employer": m.by_employer, "at": m.at, "text": vault.unlock(m.content).decode()} for m in one.messages.all()
    ]
    context = {
        "product": "careercenter", "application": one, "posting": one.posting, "letter": vault.unlock(one.letter).decode(), "thread": thread,
        "candidate": role is Who.CANDIDATE, "writes": may(role, "reply"), "moves": may(role, "move_applicant"),
        "statuses": Application.Status.choices, "resume": reverse("job_resume", args=[_token(user, one)]) if one.resume else "",
        "accesses": one.accesses.select_related("user") if may(role, "see_accesses") else None,
    }  # fmt: skip
    return render(request, "careers/application.html", context)


@never_cache
@login_required
@require_safe
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """The link works for ten minutes, and for the person alone for whom it was made."""
    try:
        pk, reader = signing.loads(token, salt=_SALT, max_age=LINK_LIFE)
    except signing.BadSignature:
        raise Http404 from None
    user = user_of(request)
    one, _ = readable(request, pk)
    if reader != user.pk:
        raise PermissionDenied
    data = coders.open_resume(user, one)
    if not data:
        raise Http404
    name = f"resume-{one.pk}.{one.resume_kind}"
    return HttpResponse(
        data, content_type=KINDS[one.resume_kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip


@login_required
@require_POST
def bookmark(request: HttpRequest, pk: int) -> HttpResponse:
    posting = get_object_or_404(Posting, pk=pk)
    if not posting.has_been_open():
        raise Http404
    kept = coders.bookmark(user_of(request), posting)
    messages.success(request, f"{posting.title} is {'kept' if kept else 'no longer kept'}.")
    return redirect(posting if posting.is_open() else "my_jobs")


@login_required
@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    asked = read(QueryDict(request.POST.get("query", "")[:1000]))
    try:
        saved = coders.save_search(
            user_of(request), asked, request.POST.get("rhythm", "daily"), request.POST.get("name", "")
        )
        messages.success(request, f"Saved: {saved.name}. {saved.get_rhythm_display()}.")
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("my_jobs")


@login_required
@require_POST
def drop_search(request: HttpRequest, pk: int) -> HttpResponse:
    coders.drop_search(user_of(request), pk)
    return redirect("my_jobs")


def readable(request: HttpRequest, pk: int) -> tuple[Application, Who]:
    one = get_object_or_404(Application.objects.select_related("posting__employer__organisation", "user"), pk=pk)
    role = who(user_of(request), one)
    if not may(role, "read_resume"):
        raise Http404
    return one, role


def _token(user: User, one: Application) -> str:
    return signing.dumps([one.pk, user.pk], salt=_SALT)

"""A person's own settings, data and goodbye."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from codingahead_web.accounts import audit, export, teams
from codingahead_web.accounts.forms import DeleteForm, SettingsForm
from codingahead_web.accounts.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("account_settings")
    return render(request, "accounts/settings.html", {"form": form, "tab": "settings"})


@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/data.html", {"tab": "data", "form": DeleteForm(user=person(request))})


@login_required
@require_safe
def export_data(request: HttpRequest) -> HttpResponse:
    content = json.dumps(export.everything(person(request)), cls=DjangoJSONEncoder, indent=1)
    audit.record("account.exported", actor=person(request))
    name = f"coding-ahead-{timezone.localdate().isoformat()}.json"
    return _file(content, "application/json", name)


@login_required
@require_http_methods(["POST"])
def delete(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = DeleteForm(request.POST, user=user)
    if form.is_valid():
        try:
            _say_goodbye(user)
        except ValidationError as refused:
            form.add_error(None, refused)
    if not form.is_valid():
        return render(request, "accounts/data.html", {"tab": "data", "form": form}, status=422)
    logout(request)
    messages.success(request, "Your account and everything kept with it are deleted.")
    return redirect("home")


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@transaction.atomic
def _say_goodbye(user: User) -> None:
    """Raises ValidationError, and deletes nothing, while others or the payment provider still depend on the account."""
    if teams.is_charged(user):
        raise ValidationError("Cancel your plan first: it would be charged on.")
    if orphaned := teams.leave_all(user):
        raise ValidationError(
            f"You are the only owner of {', '.join(orphaned)}. Name another owner or dissolve the team first."
        )
    audit.record("account.deleted", subject=str(user.pk))
    user.delete()


def _file(content: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )

"""API keys of a person: list, make (the secret is shown this once), revoke."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from codingahead_web.accounts import keys as api_keys
from codingahead_web.accounts.forms import KeyForm
from codingahead_web.accounts.models import ApiKey
from codingahead_web.accounts.permissions import may
from codingahead_web.accounts.teams import role_of
from codingahead_web.accounts.views.own import person


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    form = KeyForm(request.POST or None, user=user, today=today)
    secret = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        expires = timezone.make_aware(datetime.combine(told["expires"], time.max)) if told["expires"] else None
        _, secret = api_keys.make_key(
            user, told["name"], told["scopes"], organisation=told.get("team"), expires=expires, per_minute=told["per_minute"]
        )  # fmt: skip
        form = KeyForm(user=user, today=today)
    context = {
        "tab": "keys",
        "form": form,
        "secret": secret,
        "keys": user.api_keys.select_related("organisation"),
        "now": timezone.now(),
    }
    return render(request, "accounts/keys.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """One's own, or one of a team by those who may make them."""
    user = person(request)
    found = get_object_or_404(ApiKey.objects.select_related("organisation"), pk=key)
    if found.owner_id != user.pk and not (found.organisation and may(role_of(user, found.organisation), "make_key")):
        raise Http404
    api_keys.revoke_key(found, user)
    messages.success(request, f"The key {found.name} no longer works.")
    return redirect("team", found.organisation_id) if found.owner_id != user.pk else redirect("keys")

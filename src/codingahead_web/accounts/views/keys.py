"""API keys of a person: list, make (the secret is shown this once), revoke."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from codingahead_web.accounts import keys as api_keys
from codingahead_web.accounts.forms import KeyForm
from codingahead_web.accounts.models import ApiKey
from codingahead_web.accounts.views.own import person


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None)
    secret = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        expires = timezone.make_aware(datetime.combine(told["expires"], time.max)) if told["expires"] else None
        _, secret = api_keys.make_key(
            person(request), told["name"], told["scopes"], expires=expires, per_minute=told["per_minute"]
        )
        form = KeyForm()
    context = {
        "tab": "keys",
        "form": form,
        "secret": secret,
        "keys": person(request).api_keys.all(),
        "now": timezone.now(),
    }
    return render(request, "accounts/keys.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    found = get_object_or_404(ApiKey, pk=key, owner=person(request))
    api_keys.revoke_key(found, person(request))
    messages.success(request, f"The key {found.name} no longer works.")
    return redirect("keys")

"""What a reader sets for all pages: the day of service, light or dark. Kept in two cookies, nothing else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.views.decorators.http import require_POST

from codingahead.tools import day
from codingahead.words.errors import BadInput
from codingahead_web.gate.visit import DAY_COOKIE, THEME_COOKIE, THEMES, visit_of
from codingahead_web.lookup.forms import way_back

YEAR = 365 * 24 * 3600


@require_POST
def set_day(request: HttpRequest) -> HttpResponseRedirect:
    """An empty day, or the button Today, follows the calendar again."""
    response = _back(request)
    text = "" if request.POST.get("today") else request.POST.get("on", "").strip()
    today = visit_of(request).today
    chosen = day(text, today)
    if not 1990 <= chosen.year <= today.year + 2:
        raise BadInput(f"on: {chosen.isoformat()} is out of reach", f"choose a day from 1990 to {today.year + 2}")
    if chosen == today:
        response.delete_cookie(DAY_COOKIE, samesite="Lax")
    else:
        _keep(response, DAY_COOKIE, chosen.isoformat())
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponseRedirect:
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _keep(response, THEME_COOKIE, theme)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(way_back(request.POST.get("next"), request.get_host()))


def _keep(response: HttpResponseRedirect, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.CSRF_COOKIE_SECURE)

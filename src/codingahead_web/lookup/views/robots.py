"""What search engines may read, and where it is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from codingahead_web.gate.visit import visit_of

_PAGES = ("home", "index", "external_cause", "neoplasm", "drug", "pcs", "modifiers", "places", "releases")
_BROWSED = ("icd10cm", "cpt", "hcpcs", "msdrg")
_CLOSED = ("/search", "/suggest", "/on", "/theme", "/api/", "/*?on=", "/*&on=")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _CLOSED),
        f"Sitemap: {_origin(request)}{reverse('sitemap')}",
        f"Sitemap: {_origin(request)}{reverse('careers_sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The fixed pages and the first two levels of each book: from there every code is one or two links away."""
    visit = visit_of(request)
    paths = [reverse(name) for name in _PAGES]
    for system in _BROWSED:
        paths.append(reverse("browse", args=[system]))
        for child in visit.codebook.browse(system, None, visit.today)["children"]:
            paths.append(reverse("browse_node", args=[system, child["node"].replace(" ", "-")]))
    context = {"addresses": [f"{_origin(request)}{path}" for path in paths]}
    return render(request, "lookup/sitemap.xml", context, content_type="application/xml")


def _origin(request: HttpRequest) -> str:
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"

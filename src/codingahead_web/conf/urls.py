"""Every address of the site: the features' own, health, and the error pages."""

from __future__ import annotations

from django.urls import include, path

from codingahead_web.conf import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("codingahead_web.api.urls")),
    path("", include("codingahead_web.lookup.urls")),
]

handler400 = "codingahead_web.conf.errors.bad_request"
handler403 = "codingahead_web.conf.errors.forbidden"
handler404 = "codingahead_web.conf.errors.not_found"
handler500 = "codingahead_web.conf.errors.server_error"

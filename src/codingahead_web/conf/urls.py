"""Every address of the site: the features' own, health, and the error pages."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from codingahead_web.conf import health

# The second factor and the guard against guessing hold for the admin too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("codingahead_web.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("codingahead_web.accounts.urls")),
    path("", include("codingahead_web.metering.urls")),
    path("", include("codingahead_web.fees.urls")),
    path("", include("codingahead_web.pages.urls")),
    path("", include("codingahead_web.pilot.urls")),
    path("", include("codingahead_web.claims.urls")),
    path("", include("codingahead_web.visits.urls")),
    path("", include("codingahead_web.notes.urls")),
    path("", include("codingahead_web.consultant.urls")),
    path("", include("codingahead_web.careers.urls")),
    path("", include("codingahead_web.lookup.urls")),
    # After our own: it takes everything else below account/.
    path("account/", include("allauth.urls")),
]

if settings.MAIL_WEBHOOK_SECRET:
    urlpatterns.insert(0, path("mail/webhook/", include("anymail.urls")))

handler400 = "codingahead_web.conf.errors.bad_request"
handler403 = "codingahead_web.conf.errors.forbidden"
handler404 = "codingahead_web.conf.errors.not_found"
handler500 = "codingahead_web.conf.errors.server_error"

"""The operator's view: employers may be changed; postings are approved on the site; applications are shown without what people wrote."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from codingahead_web.accounts.models import User
from codingahead_web.careers.actions import employers, postings
from codingahead_web.careers.models import Application, Employer, Posting, Report, SavedSearch
from codingahead_web.careers.permissions import may, who


class _Shown(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Employer)
class EmployerAdmin(_Shown):
    list_display = ("name", "domain", "state", "created")
    list_filter = ("state",)
    actions = ["block"]

    @admin.action(description="Block, and close what is open", permissions=["view"])
    def block(self, request: HttpRequest, chosen: Any) -> None:
        for one in chosen:
            if isinstance(request.user, User) and may(who(request.user, one), "moderate"):
                employers.block_employer(request.user, one)


@admin.register(Posting)
class PostingAdmin(_Shown):
    list_display = ("title", "employer", "status", "held_for", "opens", "expires")
    list_filter = ("status", "setting")
    actions = ["approve"]

    @admin.action(description="Approve", permissions=["view"])
    def approve(self, request: HttpRequest, chosen: Any) -> None:
        for one in chosen.filter(status=Posting.Status.WAITING).select_related("employer"):
            if isinstance(request.user, User) and may(who(request.user, one), "moderate"):
                postings.approve(request.user, one)


@admin.register(Application)
class ApplicationAdmin(_Shown):
    list_display = ("__str__", "status", "made")
    exclude = ("name", "letter", "resume", "credentials")


@admin.register(Report)
class ReportAdmin(_Shown):
    list_display = ("posting", "reason", "at", "settled")


@admin.register(SavedSearch)
class SavedSearchAdmin(_Shown):
    list_display = ("__str__", "rhythm", "sent")
    exclude = ("name", "query")

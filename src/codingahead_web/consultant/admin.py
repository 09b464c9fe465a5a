"""The operator's view: policies may be changed; mails are shown without what people wrote."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from codingahead_web.consultant.models import Inquiry, Policy, Reply


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("__str__", "identifiers", "review", "days_kept")


class _Shown(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Inquiry)
class InquiryAdmin(_Shown):
    list_display = ("number", "state", "reason", "received", "answered", "trust")
    list_filter = ("state", "trust")
    exclude = ("raw", "told", "note")


@admin.register(Reply)
class ReplyAdmin(_Shown):
    list_display = ("message_id", "kind", "state", "reason", "made", "sent")
    list_filter = ("state", "kind")
    exclude = ("content",)

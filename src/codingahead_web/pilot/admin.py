"""Answers that readers judged, for those who improve them. Threads themselves are nobody else's to read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from codingahead_web.pilot.models import Turn


@admin.register(Turn)
class JudgedTurns(admin.ModelAdmin):
    list_display = ("question", "judged", "reason", "on", "pack", "asked")
    list_filter = ("judged", "pack")
    readonly_fields = ("question", "on", "answer", "pack", "asked", "judged", "reason")
    exclude = ("thread",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Turn]:
        return super().get_queryset(request).exclude(judged="")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Turn | None = None) -> bool:
        return False

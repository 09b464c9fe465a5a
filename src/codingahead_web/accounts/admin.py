"""People, organisations and their keys in the admin; the log of acts is read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest, HttpResponse

from codingahead_web.accounts import audit
from codingahead_web.accounts.models import ApiKey, AuditEvent, Invitation, Membership, Organisation, User


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "joined")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    readonly_fields = ("joined", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        ("Use of the site", {"fields": ("setting", "locality", "day", "keeps_history")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("joined", "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "seats", "created")
    search_fields = ("name",)
    inlines = (MembershipInline,)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ("email", "organisation", "role", "sent", "expires", "accepted")
    exclude = ("token_digest",)


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    list_display = ("name", "owner", "organisation", "prefix", "created", "expires", "last_used", "revoked")
    readonly_fields = ("prefix", "last_used", "created")
    autocomplete_fields = ("owner",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    list_display = ("at", "act", "actor", "organisation", "subject")
    list_filter = ("act",)
    date_hierarchy = "at"
    actions = ("export", "look_for_breaks")

    @admin.action(description="Export the chosen as CSV", permissions=["view"])
    def export(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
        response = HttpResponse(content_type="text/csv; charset=utf-8", headers=headers)
        audit.write_csv(queryset.select_related("actor").order_by("id"), response)
        return response

    @admin.action(description="Check that the whole log is unbroken", permissions=["view"])
    def look_for_breaks(self, request: HttpRequest, queryset: Any) -> None:
        if audit.is_whole(AuditEvent.objects.order_by("id").iterator()):
            messages.success(request, "The log is unbroken from its first line to its last.")
        else:
            messages.error(request, "The log is broken: a line is missing or was altered.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

"""Plans and use in the admin: prices and allowances apply at once; ledger rows are read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from codingahead_web.accounts import audit
from codingahead_web.metering.models import Allowance, PaymentEvent, Plan, Receipt, Subscription, Tally, Use


class AllowanceInline(admin.TabularInline):
    model = Allowance
    extra = 0


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "position", "monthly", "yearly", "per_seat", "is_public", "is_sold")
    list_editable = ("position", "is_public", "is_sold")
    inlines = (AllowanceInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        audit.record("plan.changed", actor=request.user, subject=form.instance.slug)  # type: ignore[arg-type]


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    list_display = ("__str__", "plan", "status", "begins", "ends", "cancels_at_end", "provider")
    list_filter = ("status", "plan", "provider")
    search_fields = ("user__email", "organisation__name", "reference")
    autocomplete_fields = ("user",)
    actions = ("approve",)

    @admin.action(description="Approve the chosen requests")
    def approve(self, request: HttpRequest, queryset: Any) -> None:
        from codingahead_web.metering.subscribing import approve

        for subscription in queryset.filter(status=Subscription.Status.REQUESTED):
            approve(subscription)
            audit.record("subscription.approved", actor=request.user, subject=str(subscription.pk))  # type: ignore[arg-type]

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record("subscription.changed", actor=request.user, subject=str(obj.pk))  # type: ignore[arg-type]


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Tally)
class TallyAdmin(ReadOnly):
    list_display = ("holder", "meter", "period", "used", "day")
    list_filter = ("meter", "day")
    search_fields = ("holder",)


@admin.register(Use)
class UseAdmin(ReadOnly):
    list_display = ("tally", "amount", "state", "subject", "at")
    list_filter = ("state",)


@admin.register(Receipt)
class ReceiptAdmin(ReadOnly):
    list_display = ("subscription", "amount", "currency", "at", "reference")


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnly):
    list_display = ("kind", "reference", "at")

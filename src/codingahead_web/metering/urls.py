"""Addresses of plans and use."""

from __future__ import annotations

from django.urls import path

from codingahead_web.metering import views

urlpatterns = [
    path("pricing", views.pricing, name="pricing"),
    path("account", views.overview, name="account"),
    path("account/plan", views.plan, name="plan"),
    path("account/plan/choose/<slug:slug>", views.choose, name="choose_plan"),
    path("account/plan/<int:subscription>/change", views.change, name="change_subscription"),
    path("payments/stripe", views.stripe_webhook, name="stripe_webhook"),
]

"""Addresses of the plain pages."""

from __future__ import annotations

from django.urls import path

from codingahead_web.pages import views

urlpatterns = [
    path("about", views.page, {"name": "about"}, name="about"),
    path("licences", views.page, {"name": "licences"}, name="licences"),
    path("privacy", views.page, {"name": "privacy"}, name="privacy"),
    path("terms", views.page, {"name": "terms"}, name="terms"),
    path("accessibility", views.page, {"name": "accessibility"}, name="accessibility"),
    path("status", views.status, name="status"),
    path("case2code", views.product, {"name": "case2code"}, name="about_case2code"),
]

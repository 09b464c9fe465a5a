"""Addresses of fees."""

from __future__ import annotations

from django.urls import path

from codingahead_web.fees import views

urlpatterns = [
    path("fees", views.fees, name="fees"),
    path("fees/localities.csv", views.localities_csv, name="fee_localities_csv"),
]

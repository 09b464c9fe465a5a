"""Addresses of CasePilot."""

from __future__ import annotations

from django.urls import path

from codingahead_web.pilot import views

urlpatterns = [path("ask", views.ask, name="casepilot")]

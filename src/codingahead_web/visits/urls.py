"""Address of the visit worksheet."""

from __future__ import annotations

from django.urls import path

from codingahead_web.visits import views

urlpatterns = [path("visits", views.visits, name="visits")]

"""Addresses below /api/."""

from __future__ import annotations

from django.urls import path

from codingahead_web.api.docs import docs
from codingahead_web.api.rest import api

urlpatterns = [path("v1/", api.urls), path("docs", docs, name="api_docs")]

"""Addresses of programs: REST below /api/, terminology below /fhir/, tools at /mcp, figures at /metrics."""

from __future__ import annotations

from django.urls import path

from codingahead_web.api import fhir
from codingahead_web.api.docs import docs
from codingahead_web.api.mcp import mcp
from codingahead_web.api.metrics import metrics
from codingahead_web.api.rest import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("api/docs", docs, name="api_docs"),
    path("mcp", mcp, name="mcp"),
    path("metrics", metrics, name="metrics"),
    path("fhir/metadata", fhir.metadata, name="fhir_metadata"),
    path("fhir/CodeSystem/$lookup", fhir.lookup, name="fhir_lookup"),
    path("fhir/CodeSystem/$validate-code", fhir.validate_code, name="fhir_validate_code"),
    path("fhir/ValueSet/$expand", fhir.expand, name="fhir_expand"),
    path("fhir/ConceptMap/$translate", fhir.translate, name="fhir_translate"),
    path("fhir/<path:rest>", fhir.unknown, name="fhir_unknown"),
]

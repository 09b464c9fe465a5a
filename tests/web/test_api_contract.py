"""Does REST keep its own description, whatever is sent? Requests are made up from the OpenAPI document."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import openapi
from schemathesis.specs.openapi import checks

PER_OPERATION = 25
CHECKS = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
OPERATIONS = (
    "GET /api/v1/codes/{code}", "GET /api/v1/codes/{system}/{code}", "POST /api/v1/codes", "GET /api/v1/codes/{system}/{code}/edits",
    "GET /api/v1/search", "POST /api/v1/search", "GET /api/v1/releases", "POST /api/v1/claims/check",
    "GET /api/v1/fees", "POST /api/v1/fees", "GET /api/v1/crosswalks", "GET /api/v1/changes", "GET /api/v1/coverage", "GET /api/v1/units",
    "GET /api/v1/fees/compare", "POST /api/v1/ask", "POST /api/v1/notes/suggest", "POST /api/v1/visits/level",
    "GET /api/v1/jobs", "GET /api/v1/jobs/{id}", "POST /api/v1/jobs",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connection_stays() -> Iterator[None]:
    """The end of a request does not close the connection of the test, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@lru_cache(maxsize=1)
def operations() -> dict[str, Any]:
    described = openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    found = [result.ok() for result in described.get_all_operations()]
    return {f"{o.method.upper()} {o.path}": o for o in found}


def test_every_operation_is_tried() -> None:
    assert set(operations()) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_the_description_names(name: str) -> None:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)

    @settings(
        max_examples=PER_OPERATION,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations()[name].as_strategy())
    def holds(case: Any) -> None:
        case.validate_response(case.call(headers={"Accept-Encoding": "identity"}), checks=CHECKS)

    holds()

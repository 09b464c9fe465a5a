"""The site over the pack of the invented universe, asked for a day that its releases cover."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from codingahead_web.gate.visit import shelf

ON = "2026-08-01"


@pytest.fixture(autouse=True)
def pack(settings: Any, world_packs: Path) -> Path:
    settings.PACK = world_packs
    settings.METERING = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return world_packs


@pytest.fixture(scope="session", autouse=True)
def closed_afterwards(world_packs: Path) -> Iterator[None]:
    yield
    shelf(world_packs).close()
    shelf.cache_clear()


@pytest.fixture(autouse=True)
def plans(request: pytest.FixtureRequest) -> None:
    """The rows of plans stand again after a test with real transactions has emptied every table."""
    marked = request.node.get_closest_marker("django_db")
    if marked is None:
        return
    request.getfixturevalue("transactional_db" if marked.kwargs.get("transaction") else "db")
    from django.apps import apps

    if not apps.get_model("metering", "Plan").objects.exists():
        import_module("codingahead_web.metering.migrations.0002_plans").add_plans(apps, None)


@pytest.fixture
def no_pack(settings: Any, tmp_path: Path) -> Path:
    settings.PACK = tmp_path
    return tmp_path


@pytest.fixture
def site(client: Client) -> Client:
    """A browser whose day of service is set to one that the universe covers."""
    client.cookies["on"] = ON
    return client

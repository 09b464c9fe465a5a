"""Shared by all tests: where the official files are, and the pack of the invented universe, built once per run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codingahead.build.run import build
from codingahead.codebook import Codebook
from tests.world import sources

# A browser of the journeys keeps an event loop in the thread of whatever test comes after it in the same process.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder of official files: SOURCES, else the one beside the project."""
    folder = Path(os.environ.get("SOURCES") or BESIDE)
    if not folder.is_dir():
        pytest.skip(f"no official files: set SOURCES to their folder ({folder} is absent)")
    return folder


@pytest.fixture(scope="session")
def world_packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder whose serving pack is the invented universe; one process builds it for all."""
    shared = (
        tmp_path_factory.getbasetemp().parent
        if os.environ.get("PYTEST_XDIST_WORKER")
        else tmp_path_factory.getbasetemp()
    )
    folder = shared / "world"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "packs" / "CURRENT").exists():
            build(sources.write(folder / "sources"), folder / "packs", now=datetime(2026, 8, 1, tzinfo=UTC))
    return folder / "packs"


@pytest.fixture(scope="session")
def codebook(world_packs: Path) -> Iterator[Codebook]:
    with Codebook.open(world_packs) as opened:
        yield opened


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file instead of memory on SQLite: threads then wait for one another as they do on a real site."""
    from django.db import connections

    described = connections["default"].settings_dict
    if described["ENGINE"].endswith("sqlite3"):
        described["TEST"]["NAME"] = str(tmp_path_factory.getbasetemp() / "site.sqlite3")

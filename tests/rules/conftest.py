"""A pack of the universe of the rules, built once a run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codingahead.build.run import build
from codingahead.codebook import Codebook
from tests.rules import world


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebook]:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "rules"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "packs" / "CURRENT").exists():
            build(world.write(Path(folder) / "sources"), folder / "packs", now=datetime(2026, 8, 1, tzinfo=UTC))
    with Codebook.open(folder / "packs") as opened:
        yield opened

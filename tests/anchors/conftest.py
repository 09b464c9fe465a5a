"""One pack of all official files at hand, built once a run and read by every worker."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codingahead.build.run import build
from codingahead.codebook import Codebook


@pytest.fixture(scope="session")
def book(official: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebook]:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "official"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "CURRENT").exists():
            report = build(official, folder, now=datetime(2026, 8, 1, tzinfo=UTC))
            assert [n for n in report.not_used if n.fault] == []
    with Codebook.open(folder) as opened:
        yield opened

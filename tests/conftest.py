"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder of official files: SOURCES, or shared/data beside the project. Tests without it are skipped."""
    named = os.environ.get("SOURCES")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"official files are not at hand ({folder}): set SOURCES to their folder")
    return folder

"""What the automatic accessibility rules find on a page, in short form."""

from __future__ import annotations

from typing import Any

import pytest


def faults(page: Any) -> list[tuple[str, list[Any]]]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]

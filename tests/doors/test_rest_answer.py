"""REST gives what the library gives."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from codingahead.codebook import Codebook
from codingahead.tools import call

ON = "2026-08-01"


@pytest.fixture(autouse=True)
def pack(settings: Any, world_packs: Path) -> None:
    settings.PACK = world_packs
    settings.METERING = False


@pytest.mark.parametrize(
    ("address", "tool", "arguments"),
    [
        ("/api/v1/codes/cpt/61624", "lookup_code", {"code": "61624", "system": "cpt"}),
        ("/api/v1/codes/icd10cm/E11", "lookup_code", {"code": "E11", "system": "icd10cm"}),
        (
            "/api/v1/search?q=cerebral+aneurysm&system=icd10cm&limit=5",
            "search_codes",
            {"q": "cerebral aneurysm", "system": ["icd10cm"], "limit": 5},
        ),
        ("/api/v1/codes/cpt/61624/edits", "list_edits", {"code": "61624"}),
        ("/api/v1/releases", "list_releases", {}),
    ],
)
def test_rest_answers_as_the_library_does(
    client: Client, codebook: Codebook, address: str, tool: str, arguments: dict[str, Any]
) -> None:
    joined = "&" if "?" in address else "?"
    reply = client.get(f"{address}{joined}on={ON}")
    assert reply.status_code == 200
    expected = call(codebook, tool, {**arguments, "on": ON}, date(2030, 1, 1))
    assert reply.json() == json.loads(json.dumps(expected))


def test_rest_levels_a_visit_as_the_library_does(client: Client, codebook: Codebook) -> None:
    told = {
        "family": "consult_inpatient",
        "payer": "medicare",
        "addressed": {"threat": 1},
        "tests": 3,
        "minutes": 90,
        "shared": True,
        "on": ON,
    }
    reply = client.post("/api/v1/visits/level", told, content_type="application/json")
    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(call(codebook, "level_visit", told, date(2030, 1, 1))))
    assert reply.json() == json.loads(json.dumps(codebook.level(told, date.fromisoformat(ON))))

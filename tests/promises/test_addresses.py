"""The addresses of programs are those of the document, no more and no fewer."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import resolve

from codingahead_web.api.rest import api

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/facts/addresses.md"


def test_rest_serves_the_documented_addresses_by_the_documented_methods() -> None:
    rows = re.findall(r"^\| `(/api/v1/\S*)` \| ([A-Z, ]+) \|$", DOCUMENT.read_text(), re.M)
    documented = {path: set(methods.strip().split(", ")) for path, methods in rows}
    served = {path: {m.upper() for m in methods} for path, methods in api.get_openapi_schema()["paths"].items()}
    assert served == documented


def test_every_other_documented_address_is_served() -> None:
    addresses = re.findall(r"`(/(?:fhir|mcp|healthz|readyz|metrics)[^`]*)`", DOCUMENT.read_text())
    assert len(addresses) == 9
    assert {resolve(address).url_name for address in addresses} & {"fhir_unknown"} == set()

"""What the terminology server says of itself: CapabilityStatement and TerminologyCapabilities of FHIR R4."""

from __future__ import annotations

from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from codingahead.codebook import Codebook
from codingahead.words.codes import SYSTEM_NAMES
from codingahead_web.api.fhir_systems import LISTS, URIS

DEFINITIONS = "http://hl7.org/fhir/OperationDefinition/"
OPERATIONS = {
    "CodeSystem": (("lookup", "CodeSystem-lookup"), ("validate-code", "CodeSystem-validate-code")),
    "ValueSet": (("expand", "ValueSet-expand"),),
    "ConceptMap": (("translate", "ConceptMap-translate"),),
}


def capabilities(base: str, built: str) -> dict[str, Any]:
    resources = [
        {
            "type": kind,
            "operation": [{"name": name, "definition": DEFINITIONS + definition} for name, definition in operations],
        }
        for kind, operations in OPERATIONS.items()
    ]
    return {
        **_head("CapabilityStatement", base, built),
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "instantiates": ["http://hl7.org/fhir/CapabilityStatement/terminology-server"],
        "rest": [{"mode": "server", "resource": resources}],
    }


def terminology(codebook: Codebook, base: str, built: str) -> dict[str, Any]:
    """Each code system with the editions that are loaded; a version is the first day of an edition."""
    loaded: dict[str, set[str]] = {}
    for release in codebook.releases(date.max):
        loaded.setdefault(release["kind"], set()).add(release["effective_from"])
    systems = []
    for system, uri in URIS.items():
        editions = next((sorted(loaded[kind]) for kind in LISTS[system] if kind in loaded), [])
        if editions:
            versions = [{"code": day, "isDefault": day == editions[-1]} for day in editions]
            systems.append({"uri": uri, "version": versions, "subsumption": False})
    return {
        **_head("TerminologyCapabilities", base, built),
        "codeSystem": systems,
        "expansion": {
            "hierarchical": False,
            "paging": True,
            "incomplete": False,
            "parameter": [{"name": n} for n in ("url", "valueSet", "filter", "date", "count", "offset", "activeOnly")],
            "textFilter": "words in any order, abbreviations and lay terms, best first",
        },
        "codeSearch": "all",
        "validateCode": {"translations": False},
        "translation": {"needsMap": False},
    }


def _head(kind: str, base: str, built: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "url": f"{base}/metadata",
        "version": _own_version(),
        "name": "CodingAhead",
        "title": "Coding Ahead terminology",
        "status": "active",
        "date": built,
        "kind": "instance",
        "description": f"{', '.join(SYSTEM_NAMES[s] for s in URIS)} on a date of service.",
        "software": {"name": "Coding Ahead", "version": _own_version()},
        "implementation": {"description": "Coding Ahead", "url": base},
    }


def _own_version() -> str:
    try:
        return version("codingahead")
    except PackageNotFoundError:
        return "0"

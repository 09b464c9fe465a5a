"""ConceptMap/$translate: what a code is called in another system, with how exact the mapping is.

Source: HL7 FHIR R4, ConceptMap $translate; its equivalence says what the target is to the source.
"""

from __future__ import annotations

from typing import Any

from codingahead.words.codes import System, has_shape
from codingahead_web.api import fhir_parameters as form
from codingahead_web.api.fhir_parameters import Problem, Resource, Told
from codingahead_web.api.fhir_systems import OWN, URIS, day_of, system_of
from codingahead_web.gate.visit import Visit

MAPS = OWN + "crosswalk:"
# Groupings for which no address is registered.
GROUPINGS = ("ccsr", "hcc", "rbcs", "apc", "ndc")
REPLACEMENTS = ("successor", "predecessor")


def translate(visit: Visit, asked: Told) -> Resource:
    """Raises Problem. No mapping is an answer: result false."""
    if form.flag(asked, "reverse"):
        raise Problem(422, "not-supported", "reverse: ask for the mapping from the other system instead")
    system, code, version = _source(asked)
    target = _target(asked)
    on = day_of(visit.codebook, asked, system, visit.today, version)
    if not has_shape(system, code):
        raise Problem(422, "code-invalid", f"{code!r} does not have the form of a code of its system")
    found = visit.codebook.crosswalk(code, target, on, system.value)
    matches = [_match(row) for row in found["rows"]]
    held = any(m["part"][0]["valueCode"] != "unmatched" for m in matches)
    message = None if held else _absence(found)
    return form.parameters(form.value("result", "Boolean", held), form.value("message", "String", message), *matches)


def _source(asked: Told) -> tuple[System, str, str | None]:
    coding = form.resource(asked, "coding")
    codeable = form.resource(asked, "codeableConcept")
    if codeable is not None:
        coding = next((c for c in codeable.get("coding") or () if isinstance(c, dict)), None)
    told: Resource = coding or {name: form.text(asked, name) for name in ("system", "code", "version")}
    code, version = told.get("code"), told.get("version")
    if not isinstance(code, str) or not code.strip():
        raise Problem(400, "required", "code: name the code, or give a coding")
    return system_of(told.get("system")), code.strip()[:60], version if isinstance(version, str) else None


def _target(asked: Told) -> str:
    """The target named by `targetsystem`, by `target` (a value set of a whole system) or by the map's own `url`."""
    uri = form.text(asked, "targetsystem") or (form.text(asked, "target") or "").removesuffix("?fhir_vs")
    if uri:
        name = uri.removeprefix(OWN)
        return name if name in GROUPINGS else str(system_of(uri).value)
    url = form.text(asked, "url")
    if not url:
        raise Problem(400, "required", f"targetsystem: name the target, or the map by url ({MAPS}successor, ...)")
    name = url.removeprefix(MAPS)
    if name == url or name not in (*GROUPINGS, *REPLACEMENTS, *(s.value for s in System)):
        raise Problem(404, "not-found", f"no concept map {url[:120]}")
    return name


def _absence(found: dict[str, Any]) -> str:
    if found["not_loaded"]:
        return f"not loaded: {', '.join(found['not_loaded'])}"
    return f"no mapping of {found['code']} to {found['to']} on {found['on']}"


def _match(row: dict[str, Any]) -> Resource:
    system = URIS[System(row["system"])] if row["system"] in set(System) else OWN + row["system"]
    coding = {"system": system, "code": row["code"], "display": row["title"]}
    concept = {name: said for name, said in coding.items() if said}
    return form.parts(
        "match",
        form.value("equivalence", "Code", _equivalence(row)),
        form.value("concept", "Coding", concept if row["code"] else None),
        form.value("source", "Uri", MAPS + row["kind"]),
    )


def _equivalence(row: dict[str, Any]) -> str:
    """A category holds more than the code; a replacement is related and no more is known."""
    if not row["code"]:
        return "unmatched"
    if row["kind"] == "gem":
        return "equivalent" if row["exact"] else "inexact"
    return "relatedto" if row["kind"] in REPLACEMENTS else "wider"

"""CodeSystem/$lookup and CodeSystem/$validate-code: what a code means on a day, and whether it may be used.

Text is the publisher's where it is free, the operator's licensed text where loaded, else our own words. Source: HL7 FHIR R4, CodeSystem operations.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from codingahead.words.codes import SYSTEM_NAMES, System, has_shape
from codingahead_web.api import fhir_parameters as form
from codingahead_web.api.fhir_parameters import Problem, Resource, Told
from codingahead_web.api.fhir_systems import URIS, day_of, edition, system_of
from codingahead_web.gate.visit import Visit

STANDING = ("active", "header")
_ASK_MORE = ("parent", "child")


def lookup(visit: Visit, asked: Told) -> Resource:
    """Raises Problem: 404 for a code that the edition of the day does not hold."""
    system, code, on = _asked(visit, asked, _one_coding(asked))
    found = _found(visit, system, code, on)
    if found is None or found["status"] not in (*STANDING, "deleted"):
        raise Problem(404, "not-found", _absence(found, system, code, on))
    return form.parameters(
        form.value("name", "String", SYSTEM_NAMES[system]),
        form.value("version", "String", edition(visit.codebook, system, on)),
        form.value("display", "String", display(found)),
        *_designations(found),
        *_properties(visit, asked, found),
    )


def validate_code(visit: Visit, asked: Told) -> Resource:
    """A code that does not stand is an answer, not an error; so is a display that is none of the code's."""
    codeable = form.resource(asked, "codeableConcept")
    if codeable is not None:
        codings = [c for c in codeable.get("coding") or () if isinstance(c, dict)]
        if not codings:
            raise Problem(400, "required", "codeableConcept: it holds no coding")
        made = [_validated(visit, asked, coding) for coding in codings]
        return next((one for one in made if one["parameter"][0]["valueBoolean"]), made[0])
    return _validated(visit, asked, _one_coding(asked))


def _validated(visit: Visit, asked: Told, coding: Resource) -> Resource:
    system, code, on = _asked(visit, asked, coding)
    found = _found(visit, system, code, on)
    message = _refused(found, system, code, on, abstract=form.flag(asked, "abstract"))
    shown = display(found) if found and found["status"] in (*STANDING, "deleted") else None
    wording = coding.get("display")
    if not message and found and wording and not _is_wording(str(wording), found):
        message = f"{str(wording)[:200]!r} is no wording of {code}; it is {shown!r}"
    return form.parameters(
        form.value("result", "Boolean", not message),
        form.value("message", "String", message or None),
        form.value("display", "String", shown),
        form.value("code", "Code", found["code"] if found else code),
        form.value("system", "Uri", URIS[system]),
        form.value("version", "String", edition(visit.codebook, system, on)),
    )


def display(found: dict[str, Any]) -> str:
    descriptor = found.get("descriptor") or {}
    return str(descriptor.get("long") or found["title"] or f"{SYSTEM_NAMES[System(found['system'])]} {found['code']}")


def _one_coding(asked: Told) -> Resource:
    """The coding asked about, from `coding` or from `code` with `system` (in $validate-code `url`)."""
    coding = form.resource(asked, "coding")
    if coding is not None:
        return coding
    names = {"system": form.text(asked, "system") or form.text(asked, "url"), "code": form.text(asked, "code")}
    return names | {"display": form.text(asked, "display")}


def _asked(visit: Visit, asked: Told, coding: Resource) -> tuple[System, str, date]:
    code = coding.get("code")
    if not isinstance(code, str) or not code.strip():
        raise Problem(400, "required", "code: name the code, or give a coding")
    system = system_of(coding.get("system"))
    version = coding.get("version")
    on = day_of(visit.codebook, asked, system, visit.today, version if isinstance(version, str) else None)
    return system, code.strip()[:60], on


def _found(visit: Visit, system: System, code: str, on: date) -> dict[str, Any] | None:
    """The Code value; None for characters that cannot be a code of the system."""
    if not has_shape(system, code):
        return None
    return visit.codebook.lookup(code, on, system.value)


def _absence(found: dict[str, Any] | None, system: System, code: str, on: date) -> str:
    name, day = SYSTEM_NAMES[system], on.isoformat()
    if found is None:
        return f"{code!r} does not have the form of a code of {name}"
    if found["status"] == "not_loaded":
        return f"no edition of {name} is loaded that could tell {code} on {day}"
    if found["status"] == "future":
        return f"{name} {code} begins on {found['valid_from']}, after {day}"
    return f"{name} has no code {code} on {day}"


def _refused(found: dict[str, Any] | None, system: System, code: str, on: date, *, abstract: bool) -> str:
    if found is None or found["status"] not in (*STANDING, "deleted"):
        return _absence(found, system, code, on)
    if found["status"] == "deleted":
        return f"{SYSTEM_NAMES[system]} {found['code']} ended on {found['valid_to']}"
    if found["status"] == "header" and not abstract:
        return f"{found['code']} is a heading: it needs more characters to be used"
    return ""


def _is_wording(wording: str, found: dict[str, Any]) -> bool:
    descriptor = found.get("descriptor") or {}
    known = [found["title"], *(descriptor.get(name) for name in ("short", "medium", "long", "consumer"))]
    return _plain(wording) in {_plain(text) for text in known if text}


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _designations(found: dict[str, Any]) -> list[Resource]:
    """The code's other wordings."""
    descriptor, common = found.get("descriptor") or {}, found.get("common_language") or {}
    named = {
        "short": descriptor.get("short"),
        "medium": descriptor.get("medium"),
        "consumer": descriptor.get("consumer"),
        "title": found["title"] if descriptor else None,
        "plain language": common.get("summary"),
    }
    return [
        form.parts(
            "designation",
            form.value("language", "Code", "en"),
            form.value("use", "Coding", {"system": "urn:codingahead:designation", "code": name.replace(" ", "-"), "display": name}),
            form.value("value", "String", text),
        )
        for name, text in named.items()
        if text
    ]  # fmt: skip


def _properties(visit: Visit, asked: Told, found: dict[str, Any]) -> list[Resource]:
    """Standing always; parents, children and facts when they are asked for and the caller's plan opens the code."""
    wanted = [str(name) for name in asked.get("property") or ()]
    made = [
        _property("inactive", "Boolean", found["status"] == "deleted"),
        _property("notSelectable", "Boolean", found["status"] == "header"),
        _property("status", "Code", found["status"]),
        _property("effectiveDate", "DateTime", found["valid_from"]),
        _property("deprecationDate", "DateTime", found["valid_to"] if found["status"] == "deleted" else None),
        _property("titleSource", "Code", found["title_source"]),
    ]
    if found["billable"] is not None:
        made.append(_property("billable", "Boolean", found["billable"]))
    if any(name not in ("display", "designation", "version", "name") for name in wanted):
        made += _more(visit, wanted, found)
    return [one for one in made if one is not None]


def _more(visit: Visit, wanted: list[str], found: dict[str, Any]) -> list[Resource | None]:
    if not visit.access.open(found["system"], found["code"]):
        return [_property("locked", "String", "Register to view content")]
    every = "*" in wanted
    made: list[Resource | None] = []
    if every or "parent" in wanted:
        above = [h for h in found["hierarchy"] if h.get("code") and h["code"] != found["code"]]
        made += [_property("parent", "Code", str(h["code"])) for h in above[-1:]]
    if every or "child" in wanted:
        made += [_property("child", "Code", c["code"], c["title"]) for c in found["children"]]
    for fact in found["facts"]:
        if (every or fact["name"] in wanted) and fact["name"] not in _ASK_MORE and fact["value"]:
            made.append(_property(fact["name"], "String", fact["value"], fact["meaning"]))
    return made


def _property(code: str, kind: str, said: Any, description: str | None = None) -> Resource | None:
    if said is None:
        return None
    return form.parts(
        "property",
        form.value("code", "Code", code),
        form.value("value", kind, said),
        form.value("description", "String", description),
    )

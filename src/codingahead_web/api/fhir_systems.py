"""Which of our code systems does a FHIR address name, and which day does a version or a date mean?

Addresses: HL7 Terminology (THO) for the public systems; a urn of ours where none is registered. A version is the first day of the edition.
"""

from __future__ import annotations

import re
from datetime import date

from codingahead.codebook import Codebook
from codingahead.words.codes import FHIR_URIS, SYSTEM_NAMES, System
from codingahead_web.api.fhir_parameters import Problem, Told, text

OWN = "urn:codingahead:"
URIS: dict[System, str] = {
    **FHIR_URIS,
    System.ICD9CM: "http://hl7.org/fhir/sid/icd-9-cm",
    System.POS: "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
    System.MSDRG: "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software",
    System.MODIFIER: OWN + "modifier",
}
_BY_URI = {uri: system for system, uri in URIS.items()}
_OID = {
    "urn:oid:2.16.840.1.113883.6.90": System.ICD10CM,
    "urn:oid:2.16.840.1.113883.6.4": System.ICD10PCS,
    "urn:oid:2.16.840.1.113883.6.12": System.CPT,
    "urn:oid:2.16.840.1.113883.6.285": System.HCPCS,
    "urn:oid:2.16.840.1.113883.6.103": System.ICD9CM,
}
# The list whose edition a version names.
LISTS = {
    System.ICD10CM: ("icd10cm",),
    System.ICD10PCS: ("icd10pcs",),
    System.HCPCS: ("hcpcs", "pfs"),
    System.CPT: ("cpt", "pfs"),
    System.MODIFIER: ("hcpcs.modifier", "content"),
    System.POS: ("pos", "content"),
    System.MSDRG: ("msdrg",),
    System.ICD9CM: ("icd9cm",),
}


def system_of(uri: str | None) -> System:
    """Raises Problem for an address that no system here has."""
    if not uri:
        raise Problem(400, "required", "system: name the code system")
    found = _BY_URI.get(uri.rstrip("/")) or _OID.get(uri)
    if found is None and uri.startswith(OWN) and uri[len(OWN) :] in set(System):
        found = System(uri[len(OWN) :])
    if found is None or found not in URIS:
        raise Problem(404, "not-found", f"system: {uri[:120]} is not served here; served: {', '.join(URIS.values())}")
    return found


def edition(codebook: Codebook, system: System, on: date) -> str | None:
    """The version that speaks for the day: the first day of the list in force."""
    speaking = {r["kind"]: str(r["effective_from"]) for r in codebook.releases(on) if r["in_force"]}
    return next((speaking[kind] for kind in LISTS[system] if kind in speaking), None)


def day_of(codebook: Codebook, asked: Told, system: System, today: date, version: str | None = None) -> date:
    """The date of service: `date`, else the first day of the `version`, else today. Raises Problem when the two disagree."""
    named = version or text(asked, "version")
    told = text(asked, "date")
    on = _read_date(told) if told else None
    if named is None:
        return on or today
    first = _first_day(codebook, system, named)
    if on is None:
        return first
    if edition(codebook, system, on) != edition(codebook, system, first):
        raise Problem(422, "business-rule", f"version {named} is not the edition in force on {on.isoformat()}")
    return on


def _read_date(told: str) -> date:
    """A date, or the day of a dateTime; a year or a month means its first day."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?", told)
    try:
        assert found is not None
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except (AssertionError, ValueError):
        raise Problem(400, "value", f"date: {told[:30]!r} is not a date") from None


def _first_day(codebook: Codebook, system: System, version: str) -> date:
    """An edition by its first day, by a release id, or by a year; a year of an ICD system is a fiscal year."""
    for release in codebook.releases(date.max):
        if release["kind"] in LISTS[system] and version in (release["id"], release["effective_from"]):
            return date.fromisoformat(release["effective_from"])
    if re.fullmatch(r"\d{4}", version) and int(version) > 1:
        fiscal = system in (System.ICD10CM, System.ICD10PCS, System.MSDRG)
        day = date(int(version) - 1, 10, 1) if fiscal else date(int(version), 1, 1)
        if edition(codebook, system, day):
            return day
    try:
        day = date.fromisoformat(version)
    except ValueError:
        day = None
    if day is not None and edition(codebook, system, day):
        return day
    raise Problem(404, "not-found", f"version {version[:40]!r} of {SYSTEM_NAMES[system]} is not loaded")

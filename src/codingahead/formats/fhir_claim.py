"""What claims does a FHIR R4 value hold: a Claim resource, or a Bundle with Claims and what they refer to?

Read is the base Claim of HL7 FHIR 4.0.1 with US code systems. References to practitioners, organizations, patients and conditions
are followed inside the Bundle or the resource itself, never over the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from codingahead.formats import fields
from codingahead.formats.claim_json import rejected
from codingahead.words.claims import Claim, Rejected, ServiceLine, Setting
from codingahead.words.errors import BadField

Resource = Mapping[str, Any]

NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"
NDC_SYSTEM = "http://hl7.org/fhir/sid/ndc"
_TAXONOMY = "nucc.org/provider-taxonomy"
_ICD = ("icd-10", "icd10", "icd-9")
_PROCEDURES = ("ama-assn.org/go/cpt", "hcpcs", "icd10")
_DEAD = {"cancelled": "is cancelled", "entered-in-error": "was entered in error"}
_UNREAD_TYPES = {"oral": "a dental claim", "pharmacy": "a pharmacy claim"}
_INPATIENT_BILLS = ("11", "18", "21", "41")


def is_fhir(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("resourceType"), str)


def read_fhir(value: Resource, position: int = 1) -> Iterator[Claim | Rejected]:
    """`Rejected.position` is `position` for a single resource, the entry of a Bundle from 1 otherwise."""
    kind = value.get("resourceType")
    if kind == "Claim":
        yield _read_or_reject(value, _Known({}), position)
    elif kind == "Bundle":
        entries = _objects(value.get("entry"))
        known = _Known(_by_reference(entries))
        claims = 0
        for number, entry in enumerate(entries, 1):
            resource = entry.get("resource")
            if isinstance(resource, Mapping) and resource.get("resourceType") == "Claim":
                claims += 1
                yield _read_or_reject(resource, known, number)
        if not claims:
            yield Rejected(position, "the Bundle holds no Claim resource")
    else:
        yield Rejected(position, f"a FHIR {kind} is not a claim: a Claim or a Bundle of them is read")


def read_fhir_claim(claim: Resource, known: Mapping[str, Resource] | None = None) -> Claim:
    """Raises BadField naming the element by the name of our field."""
    return _claim(claim, _Known(known or {}))


class _Known:
    """Resources that references may point to."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self.resources = resources

    def find(self, reference: object, claim: Resource) -> Resource:
        """The resource referred to, {} when it is not at hand."""
        target = _object(reference).get("reference")
        if not isinstance(target, str):
            return {}
        if target.startswith("#"):
            return next((r for r in _objects(claim.get("contained")) if r.get("id") == target[1:]), {})
        return self.resources.get(target) or self.resources.get("/".join(target.split("/")[-2:])) or {}

    def npi(self, reference: object, claim: Resource) -> str | None:
        """The NPI of who is referred to, else the other identifier or the reference itself."""
        found = self.find(reference, claim)
        own = _object(_object(reference).get("identifier"))
        held = [*_objects(found.get("identifier")), own]
        for identifier in held:
            if identifier.get("system") == NPI_SYSTEM and identifier.get("value"):
                return str(identifier["value"])
        target = _object(reference).get("reference")
        return str(own["value"]) if own.get("value") else target if isinstance(target, str) else None


def _read_or_reject(resource: Resource, known: _Known, position: int) -> Claim | Rejected:
    try:
        return _claim(resource, known)
    except BadField as error:
        return rejected(position, error, _identifier(resource))


def _claim(claim: Resource, known: _Known) -> Claim:
    kind = _code(claim.get("type"))
    status = str(claim.get("status"))
    if status in _DEAD:
        raise BadField("status", f"the claim {_DEAD[status]}", "send only claims that stand")
    if kind in _UNREAD_TYPES:
        raise BadField("setting", f"this is {_UNREAD_TYPES[kind]}", "professional and institutional claims are read")
    diagnoses = sorted(_objects(claim.get("diagnosis")), key=lambda d: _sequence(d, "diagnoses"))
    positions = {_sequence(d, "diagnoses"): n for n, d in enumerate(diagnoses, 1)}
    notes: list[str] = []
    lines = tuple(_line(claim, item, known, positions, notes) for item in _objects(claim.get("item")))
    if not lines:
        raise BadField("lines", "the claim has no item", "give at least one item")
    if len({line.line for line in lines}) < len(lines):
        raise BadField("line", "two items have the same sequence", "number each item once")
    first = min(line.date_of_service for line in lines)
    patient = known.find(claim.get("patient"), claim)
    number = fields.text("id", _identifier(claim), "an identifier or an id")
    if str(claim.get("use")) in ("preauthorization", "predetermination"):
        notes.insert(0, f"this is a {claim['use']}, not a bill")
    source = [("claim", number), *([("notes", "; ".join(notes))] if notes else [])]
    born = patient.get("birthDate")
    return Claim(
        id=number,
        patient=_patient_key(claim, patient, number),
        setting=_setting(claim, kind),
        lines=lines,
        diagnoses=tuple(_diagnosis(d, claim, known, first) for d in diagnoses),
        birth_date=fields.iso_day("birth_date", born) if isinstance(born, str) and len(born) == 10 else None,
        sex={"male": "M", "female": "F"}.get(str(patient.get("gender"))),
        payer=_payer(claim, known),
        source=tuple(source),
    )


def _line(
    claim: Resource, item: Resource, known: _Known, diagnoses: Mapping[int, int], notes: list[str]
) -> ServiceLine:
    number = _sequence(item, "line")
    try:
        provider, specialty = _performer(claim, item, known)
        return ServiceLine(
            line=number,
            code=fields.procedure(_code(item.get("productOrService"), *_PROCEDURES)),
            date_of_service=_day(claim, item, number, notes),
            modifiers=tuple(fields.modifier(_code(m)) for m in _objects(item.get("modifier"))),
            units=_units(item, number, notes),
            place_of_service=_place(item),
            provider=provider,
            specialty=specialty,
            group=known.npi(claim.get("provider"), claim),
            pointers=_pointers(item, diagnoses),
            charge=_charge(item),
            ndc=_ndc(item),
        )
    except BadField as error:
        raise BadField(error.field, error.message, error.hint, number) from None


def _pointers(item: Resource, diagnoses: Mapping[int, int]) -> tuple[int, ...]:
    """Positions of the diagnoses whose sequence numbers the item names."""
    wanted = _numbers(item.get("diagnosisSequence"))
    for sequence in wanted:
        if sequence not in diagnoses:
            raise BadField(
                "pointers", f"diagnosisSequence names {sequence}, which no diagnosis has", "name a diagnosis"
            )
    return tuple(diagnoses[sequence] for sequence in wanted)


def _performer(claim: Resource, item: Resource, known: _Known) -> tuple[str | None, str | None]:
    """The care team member the item names, else the only one there is, else who bills."""
    team = _objects(claim.get("careTeam"))
    wanted = _numbers(item.get("careTeamSequence"))
    chosen = [member for member in team if member.get("sequence") in wanted] if wanted else team
    if (wanted and not chosen) or (not wanted and len(team) > 1):
        return None, None
    if not chosen:
        return known.npi(claim.get("provider"), claim), None
    return known.npi(chosen[0].get("provider"), claim), _code(chosen[0].get("qualification"), _TAXONOMY)


def _day(claim: Resource, item: Resource, number: int, notes: list[str]) -> date:
    """The item's day or the first of its period; without either the claim's period when it is one day."""
    if item.get("servicedDate"):
        return _iso(item["servicedDate"])
    of_item = bool(item.get("servicedPeriod"))
    period = _object(item.get("servicedPeriod") or claim.get("billablePeriod"))
    first = _iso(period.get("start"))
    last = _iso(period["end"]) if period.get("end") else first if of_item else None
    if first != last:
        if not of_item:
            raise BadField("date_of_service", "the item has no day of service", "give servicedDate")
        notes.append(f"line {number}: {first} to {last}, the first day is taken")
    return first


def _iso(value: object) -> date:
    return fields.iso_day("date_of_service", value[:10] if isinstance(value, str) else value)


def _units(item: Resource, number: int, notes: list[str]) -> int:
    value = _object(item.get("quantity")).get("value")
    if value is None:
        return 1
    if isinstance(value, float | Decimal) and value == value and 0 < value < fields.MOST_UNITS and value % 1:
        notes.append(f"line {number}: {value} units are counted as {int(value) + 1}")
        value = int(value) + 1
    return fields.units(value)


def _charge(item: Resource) -> Decimal | None:
    """`net`, else the price of a unit by the quantity."""
    net = _object(item.get("net")).get("value")
    if net is not None:
        return fields.money("charge", net)
    price = _object(item.get("unitPrice")).get("value")
    if price is None:
        return None
    quantity = _object(item.get("quantity")).get("value", 1)
    times = Decimal(str(quantity)) if isinstance(quantity, int | float | Decimal) else Decimal(fields.units(quantity))
    return fields.money("charge", (fields.money("charge", price) * times).quantize(Decimal("0.01")))


def _place(item: Resource) -> str | None:
    code = _code(item.get("locationCodeableConcept"))
    return fields.place(code) if code and code.isdigit() else None


def _ndc(item: Resource) -> str | None:
    for concept in [item.get("productOrService"), *_objects(item.get("programCode")), *_objects(item.get("detail"))]:
        holder = _object(concept).get("productOrService") or concept
        for coding in _objects(_object(holder).get("coding")):
            if coding.get("system") == NDC_SYSTEM and coding.get("code"):
                return str(coding["code"])
    return None


def _diagnosis(entry: Resource, claim: Resource, known: _Known, on: date) -> str:
    concept = entry.get("diagnosisCodeableConcept")
    if concept is None:
        concept = known.find(entry.get("diagnosisReference"), claim).get("code")
    return fields.diagnosis(_code(concept, *_ICD), on)


def _setting(claim: Resource, kind: str | None) -> Setting:
    """Institutional claims by their subtype or type of bill; outpatient when neither says inpatient."""
    if kind != "institutional":
        return Setting.PRACTITIONER
    bills = [
        _code(info.get("code")) or ""
        for info in _objects(claim.get("supportingInfo"))
        if _code(info.get("category")) == "typeofbill"
    ]
    subtype = (_code(claim.get("subType")) or "").lower()
    bill = next((b.lstrip("0") for b in bills if b), subtype.lstrip("0") if subtype.isdigit() else "")
    if "inpatient" in subtype or bill.startswith(_INPATIENT_BILLS):
        return Setting.INPATIENT
    return Setting.OUTPATIENT


def _payer(claim: Resource, known: _Known) -> str | None:
    insurer = _object(claim.get("insurer"))
    named = (
        insurer.get("display")
        or known.find(insurer, claim).get("name")
        or _object(insurer.get("identifier")).get("value")
    )
    return str(named) if named else None


def _patient_key(claim: Resource, patient: Resource, number: str) -> str:
    """By the reference, which is an identifier of the sender; else by the identifier it carries."""
    reference = _object(claim.get("patient"))
    target, own = reference.get("reference"), _object(reference.get("identifier")).get("value")
    held = next((i.get("value") for i in _objects(patient.get("identifier")) if i.get("value")), None)
    contained = isinstance(target, str) and target.startswith("#")
    key = held if contained or not target else target
    return fields.patient_key((str(key or own or f"claim {number}"),))


def _by_reference(entries: list[Resource]) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    for entry in entries:
        resource = _object(entry.get("resource"))
        if resource.get("resourceType") and resource.get("id"):
            found[f"{resource['resourceType']}/{resource['id']}"] = resource
        if isinstance(entry.get("fullUrl"), str):
            found[entry["fullUrl"]] = resource
    return found


def _identifier(claim: Resource) -> str | None:
    for identifier in _objects(claim.get("identifier")):
        if identifier.get("value"):
            return str(identifier["value"])
    return str(claim["id"]) if claim.get("id") else None


def _sequence(entry: Resource, field: str) -> int:
    value = entry.get("sequence")
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise BadField(field, f"sequence is {value!r}, expected a whole number from 1", "number the entries")


def _code(concept: object, *systems: str) -> str | None:
    """The code of the first coding whose system holds one of `systems`, else of the first coding."""
    codings = [c for c in _objects(_object(concept).get("coding")) if isinstance(c.get("code"), str)]
    for coding in codings:
        if any(system in str(coding.get("system")).lower() for system in systems):
            return str(coding["code"])
    return str(codings[0]["code"]) if codings else None


def _numbers(value: object) -> list[int]:
    return [number for number in value if isinstance(number, int)] if isinstance(value, list | tuple) else []


def _object(value: object) -> Resource:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Resource]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list | tuple) else []

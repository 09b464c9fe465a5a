"""What does a professional claim say (837P, ASC X12N 005010X222A1)?

Units measured in minutes (anesthesia) stay minutes, and their lines are named in the claim's source. A range of service days
counts as its first day, with a note.
"""

from __future__ import annotations

from codingahead.formats.x12.elements import (
    amount,
    days,
    place,
    pointers,
    procedure,
    whole_units,
)
from codingahead.formats.x12.loops import ClaimReader, PendingClaim, PendingLine
from codingahead.words.claims import ServiceLine, Setting

# NUCC Health Care Provider Taxonomy: ambulatory surgical clinic; suppliers of durable medical equipment (all of 332B).
_SURGICAL_CENTER = "261QA1903X"
_EQUIPMENT_SUPPLIER = "332B"
_DIAGNOSES = ("ABK", "ABF", "BK", "BF")


class ProfessionalReader(ClaimReader):
    service_tag = "SV1"

    def setting(self, claim: PendingClaim) -> Setting:
        """By the billing provider's taxonomy: a surgical center and an equipment supplier bill on this form too."""
        specialty = self.billing_specialty or ""
        if specialty == _SURGICAL_CENTER:
            return Setting.ASC
        return Setting.DME if specialty.startswith(_EQUIPMENT_SUPPLIER) else Setting.PRACTITIONER

    def diagnosis_codes(self, claim: PendingClaim) -> list[tuple[str, str]]:
        return [pair for pair in claim.diagnoses if pair[0] in _DIAGNOSES]

    def service_line(self, claim: PendingClaim, line: PendingLine, number: int) -> ServiceLine:
        parts = line.parts
        code, modifiers = procedure(parts[1], self.sub)
        units, fraction = whole_units(parts[4])
        if line.dates is None:
            raise ValueError("the date of service (DTP*472) is missing")
        first, last = days(*line.dates)
        if first != last:
            claim.notes.append(f"line {number}: {first} to {last}, the first day is taken")
        if fraction:
            claim.notes.append(f"line {number}: {parts[4]} units are counted as {units}")
        if parts[3] == "MJ":
            claim.minutes.append(number)
            claim.notes.append(f"line {number}: its {units} units are minutes")
        provider, specialty = self._performer(claim, line)
        return ServiceLine(
            number,
            code,
            first,
            modifiers,
            units,
            self._place(claim, parts[5]),
            provider,
            specialty,
            self.billing,
            pointers(parts[7], self.sub),
            amount(parts[2]),
            line.ndc,
        )

    def _performer(self, claim: PendingClaim, line: PendingLine) -> tuple[str | None, str | None]:
        """Who rendered the line, with the specialty given for that person: line, else claim, else the billing provider."""
        if line.provider is not None:
            same = line.provider == claim.provider
            return line.provider or None, line.specialty or (claim.specialty if same else None)
        if claim.provider is not None:
            return claim.provider or None, claim.specialty
        return self.billing, self.billing_specialty

    def _place(self, claim: PendingClaim, on_line: str) -> str | None:
        """SV105, else CLM05-1."""
        return place(on_line) if on_line else place(claim.place.partition(self.sub)[0])

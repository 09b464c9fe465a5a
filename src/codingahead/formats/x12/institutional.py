"""What does an institutional claim say (837I, ASC X12N 005010X223A2)?

The provider of every line is the billing facility, because the hospital's edits compare the services of one facility. A line
without a procedure is kept under its four-digit revenue code, so that the claim has as many lines as the file.
"""

from __future__ import annotations

from datetime import date

from codingahead.formats.x12.elements import amount, days, procedure, whole_units
from codingahead.formats.x12.loops import ClaimReader, PendingClaim, PendingLine
from codingahead.words.claims import ServiceLine, Setting

# Principal, other, external cause; the admitting diagnosis and the patient's reason for the visit are not reported as conditions.
_DIAGNOSIS_ORDER = ({"ABK", "BK"}, {"ABF", "BF"}, {"ABN", "BN"})
# Type of bill (NUBC UB-04, form locator 4): first digit the facility, second digit the kind of care.
_HOSPITAL_LIKE = "12456"
_INPATIENT_CARE = "15678"
_SURGICAL_CENTER = "83"


class InstitutionalReader(ClaimReader):
    service_tag = "SV2"

    def setting(self, claim: PendingClaim) -> Setting:
        """By the type of bill: 11x, 18x, 21x, 41x ... are inpatient; 83x a surgical center; 12x, 13x, 14x, 85x ... outpatient."""
        bill = claim.place.partition(self.sub)[0].strip().lstrip("0")
        if bill == _SURGICAL_CENTER:
            return Setting.ASC
        if len(bill) == 2 and bill[0] in _HOSPITAL_LIKE and bill[1] in _INPATIENT_CARE:
            return Setting.INPATIENT
        return Setting.OUTPATIENT

    def diagnosis_codes(self, claim: PendingClaim) -> list[tuple[str, str]]:
        return [pair for kinds in _DIAGNOSIS_ORDER for pair in claim.diagnoses if pair[0] in kinds]

    def service_line(self, claim: PendingClaim, line: PendingLine, number: int) -> ServiceLine:
        parts = line.parts
        revenue, service = parts[1].strip(), parts[2].strip()
        if service:
            code, modifiers = procedure(service, self.sub)
        elif revenue.isascii() and revenue.isdigit() and len(revenue) <= 4:
            code, modifiers = revenue.zfill(4), ()
        else:
            raise ValueError(f"the line has neither a procedure nor a revenue code, but {revenue[:20]!r}")
        units, fraction = whole_units(parts[5])
        if fraction:
            claim.notes.append(f"line {number}: {parts[5]} units are counted as {units}")
        return ServiceLine(
            line=number,
            code=code,
            date_of_service=self._day(claim, line, number, bool(service)),
            modifiers=modifiers,
            units=units,
            provider=self.billing,
            specialty=self.billing_specialty,
            group=self.billing,
            charge=amount(parts[3]),
            ndc=line.ndc,
        )

    def _day(self, claim: PendingClaim, line: PendingLine, number: int, coded: bool) -> date:
        """The line's own day; without one the statement's first, except for a procedure on a bill of several days."""
        if line.dates is not None:
            first, last = days(*line.dates)
        elif claim.dates is not None:
            first, last = days(*claim.dates)
            if coded and first != last and self.setting(claim) is not Setting.INPATIENT:
                raise ValueError("the date of service (DTP*472) is missing, and the bill covers several days")
        else:
            raise ValueError("the date of service (DTP*472) is missing, and so are the statement dates (DTP*434)")
        if first != last:
            claim.notes.append(f"line {number}: {first} to {last}, the first day is taken")
        return first

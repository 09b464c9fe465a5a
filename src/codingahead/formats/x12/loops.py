"""Whose claim is it, and who did what on it? The loops that the 837P and the 837I have in common.

Billing provider (HL 20), subscriber (HL 22), patient (HL 23, only when it is not the subscriber), claim (CLM), other payers
(SBR after CLM, passed over), service line (LX). ASC X12N 005010X222 and 005010X223, section 2. Names are read only to tell
patients apart and are not kept.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from typing import ClassVar

from codingahead.formats.fields import MOST_LINES, patient_key
from codingahead.formats.x12.elements import day, diagnosis, element, npi
from codingahead.formats.x12.envelopes import Act
from codingahead.formats.x12.segments import Separators
from codingahead.words.claims import Claim, Rejected, ServiceLine, Setting

FREQUENCIES = {"7": "replaces an earlier claim", "8": "voids an earlier claim"}


# Diagnoses, procedures, conditions, occurrences and values together are at most a few hundred (005010X223, loop 2300).
MOST_HEALTH_CODES = 1_000
# A rendering provider that is named without a National Provider Identifier: somebody, but not known who.
UNNAMED = ""


class Level(IntEnum):
    BILLING = 0
    SUBSCRIBER = 1
    PATIENT = 2
    CLAIM = 3
    OTHER_PAYER = 4
    LINE = 5


class Person:
    """Subscriber or patient while its claims are read."""

    __slots__ = ("birth_date", "first", "last", "member", "sex")

    def __init__(self, member: str = "") -> None:
        self.member, self.last, self.first = member, "", ""
        self.birth_date: date | None = None
        self.sex: str | None = None


class PendingLine:
    """A service line while its segments are read."""

    __slots__ = ("at", "dates", "ndc", "number", "parts", "provider", "specialty")

    def __init__(self, number: str, at: int) -> None:
        self.number, self.at = number, at
        self.parts: list[str] = []
        self.dates: tuple[str, str] | None = None
        self.provider: str | None = None
        self.specialty: str | None = None
        self.ndc: str | None = None


class PendingClaim:
    """A claim while its segments are read."""

    def __init__(self, parts: list[str], at: int) -> None:
        self.id, self.at = element(parts, 1).strip(), at
        self.place: str = element(parts, 5)
        self.provider: str | None = None
        self.specialty: str | None = None
        self.dates: tuple[str, str] | None = None
        self.diagnoses: list[tuple[str, str]] = []
        self.lines: list[ServiceLine] = []
        self.numbers: set[int] = set()
        self.last_number = 0
        self.notes: list[str] = []
        self.minutes: list[int] = []
        self.rejected: list[int] = []
        self.refused: str | None = None


class ClaimReader:
    """One 837 transaction; what each kind of 837 has of its own is in `setting`, `service_line` and `diagnosis_codes`."""

    service_tag: ClassVar[str] = ""

    def __init__(self, separators: Separators, transaction: str, file: str, out: list[Claim | Rejected]) -> None:
        self.separators, self.transaction, self.file, self.out = separators, transaction, file, out
        self.el, self.sub = separators.element, separators.component
        # So that every service segment has the elements its reader looks at.
        self.padding = self.el * 8
        self.level = Level.BILLING
        self.billing: str | None = None
        self.billing_specialty: str | None = None
        self.subscriber = self.person = Person()
        self.payer: str | None = None
        self.filing = ""
        self.rendering_named = False
        self.claim: PendingClaim | None = None
        self.line: PendingLine | None = None
        self.acts: dict[str, Act] = {
            f"HL{self.el}": self._hierarchy,
            f"HI{self.el}": self._health,
            f"LX{self.el}": self._line_number,
            "NM1": self._name,
            "PRV": self._specialty,
            "SBR": self._payer_role,
            "DMG": self._demographics,
            "CLM": self._claim,
            "DTP": self._date,
            "LIN": self._drug,
            self.service_tag: self._service,
        }

    # What the kinds of 837 differ in.

    def setting(self, claim: PendingClaim) -> Setting:
        raise NotImplementedError

    def service_line(self, claim: PendingClaim, line: PendingLine, number: int) -> ServiceLine:
        """Raises ValueError with the reason why the line cannot be read."""
        raise NotImplementedError

    def diagnosis_codes(self, claim: PendingClaim) -> list[tuple[str, str]]:
        raise NotImplementedError

    # Segments, in the order of the loops.

    def _hierarchy(self, segment: str, at: int) -> None:
        self._finish_claim()
        level = element(segment.split(self.el), 3)
        if level == "20":
            self.level = Level.BILLING
            self.billing = self.billing_specialty = None
        elif level == "22":
            self.level = Level.SUBSCRIBER
            self.subscriber = self.person = Person()
            self.payer, self.filing = None, ""
        elif level == "23":
            self.level = Level.PATIENT
            self.person = Person(self.subscriber.member)

    def _name(self, segment: str, at: int) -> None:
        level = self.level
        if level is Level.OTHER_PAYER:
            return
        role = segment[4:6]
        if level >= Level.CLAIM:
            self.rendering_named = role == "82"
            if self.rendering_named:
                holder = self.line if level is Level.LINE else self.claim
                if holder is not None:
                    holder.provider = npi(segment.split(self.el)) or UNNAMED
        elif role == "85":
            self.billing = npi(segment.split(self.el))
        elif role == "IL" or role == "QC":
            parts = segment.split(self.el)
            self.person.last, self.person.first = element(parts, 3), element(parts, 4)
            self.person.member = element(parts, 9).strip() or self.person.member
        elif role == "PR":
            parts = segment.split(self.el)
            self.payer = element(parts, 3).strip() or element(parts, 9).strip() or None

    def _specialty(self, segment: str, at: int) -> None:
        if self.level is Level.OTHER_PAYER:
            return
        parts = segment.split(self.el)
        taxonomy = element(parts, 3).strip() if element(parts, 2) == "PXC" else ""
        if not taxonomy:
            return
        if self.level is Level.BILLING:
            self.billing_specialty = taxonomy
        elif self.rendering_named:
            holder = self.line if self.level is Level.LINE else self.claim
            if holder is not None:
                holder.specialty = taxonomy

    def _payer_role(self, segment: str, at: int) -> None:
        if self.level is Level.SUBSCRIBER:
            self.filing = element(segment.split(self.el), 9).strip()
        elif self.level is Level.CLAIM:
            self.level = Level.OTHER_PAYER

    def _demographics(self, segment: str, at: int) -> None:
        if self.level not in (Level.SUBSCRIBER, Level.PATIENT):
            return
        parts = segment.split(self.el)
        self.person.sex = {"M": "M", "F": "F"}.get(element(parts, 3).strip())
        try:
            self.person.birth_date = day(element(parts, 2))
        except ValueError:
            self.out.append(
                Rejected(
                    at, "the patient's day of birth is no day as CCYYMMDD; the claim is read without it", "birth_date"
                )
            )

    def _claim(self, segment: str, at: int) -> None:
        self._finish_claim()
        self.level = Level.CLAIM
        self.rendering_named = False
        self.claim = PendingClaim(segment.split(self.el), at)
        if not self.claim.id:
            self.claim.refused = "the claim has no number (CLM01)"

    def _date(self, segment: str, at: int) -> None:
        """Service days of a line (472) and statement days of a claim (434); the other dates of a claim are passed over."""
        kind = segment[4:7]
        if kind == "472" and self.level is Level.LINE and self.line is not None:
            parts = segment.split(self.el)
            self.line.dates = element(parts, 2), element(parts, 3)
        elif kind == "434" and self.level is Level.CLAIM and self.claim is not None:
            parts = segment.split(self.el)
            self.claim.dates = element(parts, 2), element(parts, 3)

    def _health(self, segment: str, at: int) -> None:
        if self.claim is None or self.level is not Level.CLAIM:
            return
        for part in segment.split(self.el)[1:]:
            qualifier, _, rest = part.partition(self.sub)
            code = rest.partition(self.sub)[0].strip()
            if code:
                self.claim.diagnoses.append((qualifier, code))
            elif part.strip():
                # Left out, it would move every later diagnosis to another pointer.
                self.claim.refused = (
                    f"{part[:20]!r} in its HI segment is no qualifier and code such as ABK{self.sub}I10"
                )
        if len(self.claim.diagnoses) > MOST_HEALTH_CODES:
            self.claim.refused = f"the claim has more than {MOST_HEALTH_CODES:,} codes in its HI segments"
            self.claim.diagnoses.clear()

    def _line_number(self, segment: str, at: int) -> None:
        self._finish_line()
        self.level = Level.LINE
        self.rendering_named = False
        self.line = PendingLine(segment[3:], at)

    def _service(self, segment: str, at: int) -> None:
        if self.claim is None:
            return
        if self.line is None or self.line.parts:
            self._line_number("", at)
        if self.line is not None:
            self.line.parts = (segment + self.padding).split(self.el)
            self.line.at = at

    def _drug(self, segment: str, at: int) -> None:
        if self.line is not None:
            parts = segment.split(self.el)
            if element(parts, 2) == "N4":
                self.line.ndc = element(parts, 3).strip() or None

    def end(self, at: int, whole: bool) -> None:
        if not whole and self.claim is not None:
            self.claim.refused = "the file breaks off inside this claim, so lines of it may be missing"
        self._finish_claim()

    # Whole lines and claims.

    def _finish_line(self) -> None:
        line, claim, self.line = self.line, self.claim, None
        if line is None or claim is None or claim.refused is not None:
            return
        if len(claim.numbers) >= MOST_LINES:
            claim.refused = f"the claim has more than {MOST_LINES:,} lines"
            return
        number = self._number(line, claim)
        try:
            if not line.parts:
                raise ValueError(f"the line has no {self.service_tag} segment")
            claim.lines.append(self.service_line(claim, line, number))
        except ValueError as error:
            claim.rejected.append(number)
            shown = self.el.join(line.parts).rstrip(self.el)[:120]
            self.out.append(Rejected(line.at, f"line {number}: {error}", id=claim.id, text=shown))

    @staticmethod
    def _number(line: PendingLine, claim: PendingClaim) -> int:
        """LX01, or the next number when it is missing or given twice."""
        given = line.number.strip()
        number = int(given) if given.isascii() and given.isdigit() and len(given) <= 6 else 0
        if number < 1 or number in claim.numbers:
            number = claim.last_number + 1
        claim.numbers.add(number)
        claim.last_number = max(claim.last_number, number)
        return number

    def _finish_claim(self) -> None:
        self._finish_line()
        claim, self.claim = self.claim, None
        if claim is None:
            return
        refused = claim.refused
        if refused is None and not claim.lines:
            refused = "the claim has no service line that can be read"
        if refused is not None:
            self.out.append(Rejected(claim.at, refused, id=claim.id or None))
            return
        self.out.append(self._read(claim))

    def _read(self, claim: PendingClaim) -> Claim:
        return Claim(
            id=claim.id,
            patient=self._patient(claim),
            setting=self.setting(claim),
            lines=tuple(claim.lines),
            diagnoses=tuple(diagnosis(code, len(kind) == 2) for kind, code in self.diagnosis_codes(claim)),
            birth_date=self.person.birth_date,
            sex=self.person.sex,
            payer=self.payer,
            source=self._source(claim),
        )

    def _patient(self, claim: PendingClaim) -> str:
        """Member number and day of birth; of a dependent, who shares the subscriber's number, the first name as well."""
        person = self.person
        born = person.birth_date.isoformat() if person.birth_date else ""
        if not person.member and not person.last:
            return patient_key(("claim", self.file, self.transaction, claim.id, str(claim.at)))
        last = "" if person.member else person.last
        first = person.first if person is not self.subscriber or not person.member else ""
        return patient_key((person.member, born, last, first))

    def _source(self, claim: PendingClaim) -> tuple[tuple[str, str], ...]:
        """Where the claim stood, and what a reader of its report must know of how it was read."""
        source = [
            ("file", self.file),
            ("transaction", self.transaction),
            ("claim", claim.id),
            ("segment", str(claim.at)),
        ]
        frequency = element(claim.place.split(self.sub), 2)
        if frequency in FREQUENCIES:
            source.append(("frequency", frequency))
            claim.notes.insert(0, f"this claim {FREQUENCIES[frequency]}")
        if self.filing:
            source.append(("filing", self.filing))
        if claim.minutes:
            source.append(("minutes", " ".join(map(str, claim.minutes))))
        if claim.rejected:
            source.append(("rejected_lines", " ".join(map(str, claim.rejected))))
        if claim.notes:
            source.append(("notes", "; ".join(claim.notes)))
        return tuple(source)

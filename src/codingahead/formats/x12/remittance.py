"""What did the payer answer (835, ASC X12N 005010X221A1)?

One Remittance for each transaction. A claim or line that cannot be read is rejected with its segment; whether the amounts add up is
not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import IO

from codingahead.formats.x12.elements import amount, day, element, npi, procedure
from codingahead.formats.x12.envelopes import Act, Reader, walked
from codingahead.formats.x12.segments import Separators
from codingahead.words.claims import Rejected
from codingahead.words.remittances import Adjustment, ProviderAdjustment, Remittance, RemittedClaim, RemittedLine

_VERSION = "005010X221"
# Remark codes stand in MIA05 and MIA20 to MIA23 of an inpatient claim, in MOA03 to MOA07 of any other.
_REMARKS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}


@dataclass(slots=True)
class _Service:
    """A service payment while its segments are read."""

    parts: list[str]
    at: int
    days: dict[str, date] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    control: str | None = None
    allowed: Decimal | None = None


@dataclass(slots=True)
class _Claim:
    """A claim payment while its segments are read."""

    parts: list[str]
    at: int
    days: dict[str, date] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    provider: str | None = None
    lines: list[RemittedLine] = field(default_factory=list)
    rejected: int = 0

    @property
    def id(self) -> str:
        return element(self.parts, 1).strip()


@dataclass(slots=True)
class _Payment:
    """The header of the transaction while it is read."""

    payer: str | None = None
    payee: str | None = None
    payee_npi: str | None = None
    check: str | None = None
    method: str | None = None
    amount: Decimal | None = None
    paid_on: date | None = None


class RemittanceReader:
    """Reads one 835 transaction."""

    def __init__(self, separators: Separators, transaction: str, file: str, out: list[Remittance | Rejected]) -> None:
        self.el, self.sub = separators.element, separators.component
        self.transaction, self.file, self.out = transaction, file, out
        self.payment = _Payment()
        self.claims: list[RemittedClaim] = []
        self.provider_adjustments: list[ProviderAdjustment] = []
        self.claim: _Claim | None = None
        self.service: _Service | None = None
        read = {
            "BPR": self._money,
            "TRN": self._trace,
            f"N1{self.el}": self._party,
            "CLP": self._claim,
            "CAS": self._adjusted,
            "NM1": self._name,
            "MIA": self._remarked,
            "MOA": self._remarked,
            "SVC": self._service,
            "DTM": self._date,
            "REF": self._reference,
            "AMT": self._allowed,
            f"LQ{self.el}": self._line_remark,
            "PLB": self._provider_level,
        }
        self.acts: dict[str, Act] = {tag: self._guarded(act) for tag, act in read.items()}

    def _guarded(self, act: Act) -> Act:
        """The same, with a segment that cannot be read rejected at its place."""

        def read(segment: str, at: int) -> None:
            try:
                act(segment, at)
            except ValueError as error:
                if self.claim is not None:
                    self.claim.rejected += 1
                number = self.claim.id if self.claim else None
                self.out.append(Rejected(at, f"{segment[:3].rstrip(self.el)}: {error}", id=number))

        return read

    def end(self, at: int, whole: bool) -> None:
        if not whole and self.claim is not None:
            reason = "the file breaks off inside this claim payment, so it is not given"
            self.out.append(Rejected(self.claim.at, reason, id=self.claim.id))
            self.claim = self.service = None
        self._finish_claim()
        paid = self.payment
        if paid.amount is None:
            self.out.append(
                Rejected(
                    at, f"transaction {self.transaction} has no readable payment (BPR)", id=self.transaction or None
                )
            )
            return
        self.out.append(
            Remittance(
                payer=paid.payer,
                payee=paid.payee,
                payee_npi=paid.payee_npi,
                check=paid.check,
                method=paid.method,
                payment=paid.amount,
                paid_on=paid.paid_on,
                claims=tuple(self.claims),
                provider_adjustments=tuple(self.provider_adjustments),
                source=(("file", self.file), ("transaction", self.transaction)),
            )
        )

    # The payment.

    def _money(self, segment: str, at: int) -> None:
        parts = segment.split(self.el)
        self.payment.amount = amount(element(parts, 2))
        self.payment.method = element(parts, 4).strip() or None
        if element(parts, 16):
            self.payment.paid_on = day(element(parts, 16))

    def _trace(self, segment: str, at: int) -> None:
        if self.claim is None:
            self.payment.check = element(segment.split(self.el), 2).strip() or None

    def _party(self, segment: str, at: int) -> None:
        parts = segment.split(self.el)
        if parts[1] == "PR":
            self.payment.payer = element(parts, 2).strip() or None
        elif parts[1] == "PE":
            self.payment.payee = element(parts, 2).strip() or None
            self.payment.payee_npi = element(parts, 4).strip() or None if element(parts, 3) == "XX" else None

    def _provider_level(self, segment: str, at: int) -> None:
        self._finish_claim()
        parts = segment.split(self.el)
        for position in range(3, len(parts) - 1, 2):
            reason, _, reference = parts[position].partition(self.sub)
            if reason:
                moved = ProviderAdjustment(parts[1], reason, amount(parts[position + 1]), reference or None)
                self.provider_adjustments.append(moved)

    # A claim and its services.

    def _claim(self, segment: str, at: int) -> None:
        self._finish_claim()
        self.claim = _Claim(segment.split(self.el), at)

    def _name(self, segment: str, at: int) -> None:
        """The rendering provider; the names of patients and insured are passed over."""
        if self.claim is not None and segment[4:6] == "82":
            self.claim.provider = npi(segment.split(self.el))

    def _remarked(self, segment: str, at: int) -> None:
        if self.claim is not None:
            parts = segment.split(self.el)
            self.claim.remarks += [code for p in _REMARKS[segment[:3]] if (code := element(parts, p).strip())]

    def _service(self, segment: str, at: int) -> None:
        self._finish_service()
        if self.claim is not None:
            self.service = _Service(segment.split(self.el), at)

    def _adjusted(self, segment: str, at: int) -> None:
        """CAS: a group, then up to six times reason, amount and quantity."""
        holder = self.service or self.claim
        if holder is None:
            return
        parts = segment.split(self.el)
        for position in range(2, len(parts), 3):
            reason = parts[position].strip()
            if reason:
                quantity = element(parts, position + 2)
                taken = amount(element(parts, position + 1))
                holder.adjustments.append(Adjustment(parts[1], reason, taken, amount(quantity) if quantity else None))

    def _date(self, segment: str, at: int) -> None:
        holder = self.service or self.claim
        if holder is not None:
            parts = segment.split(self.el)
            holder.days[element(parts, 1)] = day(element(parts, 2))

    def _reference(self, segment: str, at: int) -> None:
        if self.service is not None and segment[4:6] == "6R":
            self.service.control = element(segment.split(self.el), 2).strip() or None

    def _allowed(self, segment: str, at: int) -> None:
        if self.service is not None and segment[4:6] == "B6":
            self.service.allowed = amount(element(segment.split(self.el), 2))

    def _line_remark(self, segment: str, at: int) -> None:
        parts = segment.split(self.el)
        if self.service is not None and element(parts, 1) == "HE" and element(parts, 2):
            self.service.remarks.append(parts[2].strip())

    def _finish_service(self) -> None:
        service, claim, self.service = self.service, self.claim, None
        if service is None or claim is None:
            return
        try:
            claim.lines.append(self._line(service, claim))
        except ValueError as error:
            claim.rejected += 1
            self.out.append(Rejected(service.at, f"SVC: {error}", id=claim.id, text=self.el.join(service.parts)[:120]))

    def _line(self, service: _Service, claim: _Claim) -> RemittedLine:
        parts = service.parts
        code, modifiers = procedure(element(parts, 1), self.sub)
        billed = element(parts, 6)
        days = service.days
        return RemittedLine(
            code=code,
            charge=amount(element(parts, 2)),
            paid=amount(element(parts, 3)),
            modifiers=modifiers,
            units=amount(element(parts, 5)) if element(parts, 5) else None,
            billed_code=procedure(billed, self.sub)[0] if billed else None,
            billed_units=amount(element(parts, 7)) if element(parts, 7) else None,
            revenue=element(parts, 4).strip() or None,
            date_of_service=days.get("472") or days.get("150") or claim.days.get("232"),
            allowed=service.allowed,
            adjustments=tuple(service.adjustments),
            remarks=tuple(service.remarks),
            control=service.control,
        )

    def _finish_claim(self) -> None:
        self._finish_service()
        claim, self.claim = self.claim, None
        if claim is None:
            return
        try:
            self.claims.append(self._read(claim))
        except ValueError as error:
            self.out.append(Rejected(claim.at, f"CLP: {error}", id=claim.id or None))

    def _read(self, claim: _Claim) -> RemittedClaim:
        parts = claim.parts
        source = [
            ("file", self.file),
            ("transaction", self.transaction),
            ("claim", claim.id),
            ("segment", str(claim.at)),
        ]
        if claim.rejected:
            source.append(("rejected_segments", str(claim.rejected)))
        return RemittedClaim(
            id=claim.id,
            status=element(parts, 2).strip(),
            charge=amount(element(parts, 3)),
            paid=amount(element(parts, 4)),
            patient_responsibility=amount(element(parts, 5)) if element(parts, 5) else None,
            filing=element(parts, 6).strip() or None,
            payer_claim=element(parts, 7).strip() or None,
            provider=claim.provider,
            first_day=claim.days.get("232"),
            last_day=claim.days.get("233"),
            lines=tuple(claim.lines),
            adjustments=tuple(claim.adjustments),
            remarks=tuple(claim.remarks),
            source=tuple(source),
        )


def read_x12_remittances(stream: IO[bytes], file: str) -> Iterator[Remittance | Rejected]:
    """Every 835 transaction of the stream; `Rejected.position` is the segment, ISA being 1. Raises BadInput when it is no X12."""

    def opened(
        kind: str, version: str, separators: Separators, transaction: str, out: list[Remittance | Rejected]
    ) -> Reader[Remittance] | str:
        if kind == "835" and version.startswith(_VERSION):
            return RemittanceReader(separators, transaction, file, out)
        shown = f"{kind} {version}".strip()
        return f"transaction {transaction} is {shown}, no remittance: an 835 in version {_VERSION} is read"

    yield from walked(stream, opened)

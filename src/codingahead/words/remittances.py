"""What a payer answered to claims: payments, and adjustments with the payer's reason codes. No patient is named.

Codes stand as the payer wrote them. `group`: CO the provider bears it, PR the patient, OA other, PI the payer's own reduction.
`reason` is a claim adjustment reason code (CARC), a remark a remittance advice remark code (RARC). Amounts are dollars; a reversal
carries negative ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What was not paid, and why. `amount` is subtracted from the charge; `quantity` counts the units taken off."""

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RemittedLine:
    """One service as adjudicated. `billed_code` and `billed_units` where the payer names what was billed beside what it judged;
    `control` is the line's own number."""

    code: str
    charge: Decimal
    paid: Decimal
    modifiers: tuple[str, ...] = ()
    units: Decimal | None = None
    billed_code: str | None = None
    billed_units: Decimal | None = None
    revenue: str | None = None
    date_of_service: date | None = None
    allowed: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    control: str | None = None


@dataclass(frozen=True, slots=True)
class RemittedClaim:
    """The answer to one claim. `id` is the number the claim was sent with; `status` as printed: 1 primary, 2 secondary, 4 denied, 22 reversal ..."""

    id: str
    status: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal | None = None
    filing: str | None = None
    payer_claim: str | None = None
    provider: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    lines: tuple[RemittedLine, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    source: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """Money moved outside any claim: interest, recoupment, forwarded balance. A positive amount lowers the payment."""

    provider: str
    reason: str
    amount: Decimal
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Remittance:
    """One payment with the claims it pays. `check`: number of the check or transfer; `method`: CHK, ACH, NON ..."""

    payer: str | None
    payee: str | None
    payee_npi: str | None
    check: str | None
    method: str | None
    payment: Decimal
    paid_on: date | None
    claims: tuple[RemittedClaim, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    source: tuple[tuple[str, str], ...] = ()

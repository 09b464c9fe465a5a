"""Invented employers with invented postings: for the demonstration board and for measuring. The same seed makes the same board."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from codingahead_web.accounts.models import Organisation
from codingahead_web.careers import tables, words
from codingahead_web.careers.actions.postings import yearly
from codingahead_web.careers.models import Employer, Posting, PostingWord

_FIRST = (
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Hazel",
    "Juniper",
    "Larch",
    "Maple",
    "Oak",
    "Poplar",
    "Rowan",
    "Spruce",
    "Willow",
)
_SECOND = ("Bay", "Brook", "Creek", "Field", "Harbor", "Hill", "Lake", "Ridge", "River", "Valley")
_KINDS = ("Health", "Coding Partners", "Medical Group", "Regional Hospital", "Revenue Services")
_CITIES = {
    "TX": "Austin", "CA": "Fresno", "NY": "Albany", "FL": "Tampa", "OH": "Dayton", "CO": "Pueblo", "WA": "Spokane", "GA": "Macon", "IL": "Peoria",
    "MN": "Duluth", "NC": "Durham", "PA": "Erie", "AZ": "Mesa", "TN": "Memphis", "MO": "Columbia", "MA": "Worcester",
}  # fmt: skip
_ENCODERS = ("", "", "3M 360 Encompass", "Optum EncoderPro", "TruCode", "Epic", "Cerner", "Meditech")


@dataclass(frozen=True, slots=True)
class _Work:
    """A kind of work: title, setting, credentials of which one or two are asked for, code sets, dollars an hour from which pay begins, duties."""

    title: str
    setting: str
    credentials: tuple[str, ...]
    code_sets: tuple[str, ...]
    pay: int
    duties: str


_WORK = (
    _Work(
        "Inpatient Coder",
        "facility",
        ("CCS", "CIC", "RHIT"),
        ("icd10cm", "icd10pcs", "msdrg"),
        29,
        "Assign diagnoses, procedures and the DRG of inpatient stays.",
    ),
    _Work(
        "Outpatient Facility Coder",
        "facility",
        ("COC", "CCS", "CPC"),
        ("icd10cm", "cpt", "hcpcs", "apc"),
        26,
        "Code same-day surgery and observation encounters.",
    ),
    _Work(
        "Professional Fee Coder",
        "professional",
        ("CPC", "CCS-P"),
        ("icd10cm", "cpt", "hcpcs"),
        24,
        "Code visits and procedures from the notes of physicians.",
    ),
    _Work(
        "Entry Level Medical Coder",
        "professional",
        ("CPC-A", "CCA"),
        ("icd10cm", "cpt"),
        19,
        "Learn from senior coders and code primary care visits.",
    ),
    _Work(
        "Risk Adjustment Coder",
        "risk_adjustment",
        ("CRC", "CPC"),
        ("icd10cm", "hcc"),
        25,
        "Review charts for conditions that count in risk adjustment.",
    ),
    _Work(
        "Coding Auditor",
        "auditing",
        ("CPMA", "CPC", "CCS"),
        ("icd10cm", "cpt", "hcpcs"),
        32,
        "Audit coded claims and tell coders what to do better.",
    ),
    _Work(
        "Clinical Documentation Specialist",
        "cdi",
        ("CCDS", "CDEO", "RHIA"),
        ("icd10cm", "icd10pcs", "msdrg"),
        36,
        "Query providers where the record does not say enough.",
    ),
    _Work(
        "Billing Specialist",
        "billing",
        ("CPB",),
        ("cpt", "hcpcs"),
        20,
        "Submit claims, work denials and post payments.",
    ),
    _Work(
        "Coding Educator",
        "education",
        ("CPC", "CCS", "RHIA"),
        ("icd10cm", "cpt"),
        33,
        "Teach coders and providers and keep the course material.",
    ),
)
_TEXT = (
    "{employer} is looking for a {title} in {specialty}. {duties}\n\n"
    "You work with a team of {team} coders. The standard is {charts} charts an hour at an accuracy of {accuracy} percent, measured by monthly audits. "
    "{place}\n\nWe offer health insurance, {days} days of paid leave and a yearly allowance for continuing education credits."
)
_PLACES = {
    "remote": "You work from home with equipment that we send.",
    "hybrid": "You come to the office two days a week.",
    "onsite": "You work at our office next to the providers.",
}


@transaction.atomic
def add_employers(organisations: list[Organisation], seed: int = 1) -> list[Employer]:
    """One for each organisation, with a name and an .example domain of its own. Those that are employers already stay as they are."""
    rng = random.Random(seed)
    names = [f"{a} {b} {c}" for a in _FIRST for b in _SECOND for c in _KINDS]
    rng.shuffle(names)
    made = []
    for organisation, name in zip(organisations, names, strict=False):
        employer, _ = Employer.objects.get_or_create(
            organisation=organisation,
            defaults={
                "name": name, "domain": f"{name.lower().replace(' ', '-')}.example", "state": Employer.State.TRUSTED,
                "verified": timezone.now(), "about": "An invented employer of the demonstration board.",
            },
        )  # fmt: skip
        made.append(employer)
    return made


@transaction.atomic
def add_postings(employers: list[Employer], total: int, seed: int = 1) -> int:
    """Open postings, spread over the last weeks."""
    rng = random.Random(seed)
    for start in range(0, total, 1000):
        made = [_posting(rng, rng.choice(employers)) for _ in range(min(1000, total - start))]
        kept = Posting.objects.bulk_create(made, batch_size=500)
        rows = [PostingWord(word=w, posting=p, weight=n) for p in kept for w, n in words.of_posting(p).items()]
        PostingWord.objects.bulk_create(rows, batch_size=2000)
    return total


def _posting(rng: random.Random, employer: Employer) -> Posting:
    work, specialty = rng.choice(_WORK), rng.choice(list(tables.SPECIALTIES))
    place = rng.choices(["remote", "hybrid", "onsite"], [5, 2, 3])[0]
    states = (
        [rng.choice(list(_CITIES))] if place != "remote" else rng.sample(list(tables.STATES), rng.choice([0, 0, 3, 12]))
    )
    low, high, unit = _pay(rng, work)
    opens = timezone.now() - timedelta(hours=rng.randint(1, 24 * 25))
    years = 0 if "Entry" in work.title else rng.choice([0, 1, 2, 2, 3, 5])
    named = tables.SPECIALTIES[specialty]
    text = _TEXT.format(
        employer=employer.name, title=work.title, specialty=named.lower(), duties=work.duties, team=rng.randint(4, 60), charts=rng.randint(3, 22),
        accuracy=rng.choice([95, 96, 97]), place=_PLACES[place], days=rng.randint(15, 30),
    )  # fmt: skip
    return Posting(
        employer=employer, title=f"{work.title}, {named}", description=text, setting=work.setting, specialty=specialty,
        credentials=list(rng.sample(work.credentials, min(len(work.credentials), rng.choice([1, 1, 2])))), or_equivalent=rng.random() < 0.7,
        kind=rng.choices(list(Posting.Kind.values), [12, 2, 3, 1, 1, 1])[0], place=place, states=states,
        city=_CITIES[states[0]] if place != "remote" else "", pay_min=low, pay_max=high, pay_unit=unit, pay_year_min=yearly(low, unit),
        pay_year_max=yearly(high, unit), experience_years=years, code_sets=list(work.code_sets), encoder=rng.choice(_ENCODERS),
        sponsors=rng.random() < 0.05, status=Posting.Status.OPEN, opens=opens, expires=opens + timedelta(days=60), created=opens,
    )  # fmt: skip


def _pay(rng: random.Random, work: _Work) -> tuple[Decimal, Decimal, str]:
    low = work.pay + rng.randint(-2, 8)
    high = low + rng.randint(3, 12)
    if rng.random() < 0.3:
        return Decimal(low * 2080 // 1000 * 1000), Decimal(high * 2080 // 1000 * 1000), "year"
    return Decimal(low), Decimal(high), "hour"

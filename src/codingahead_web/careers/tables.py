"""What CareerCenter knows from its data files: credentials and their equivalents, states that ask for a pay range, moderation rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "data"

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado", "CT": "Connecticut",
    "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
    "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska",
    "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
SPECIALTIES = {
    "anesthesia": "Anesthesia", "cardiology": "Cardiology", "dermatology": "Dermatology", "emergency": "Emergency medicine",
    "gastroenterology": "Gastroenterology", "general_surgery": "General surgery", "hospitalist": "Hospital medicine",
    "inpatient": "Inpatient, all services", "multispecialty": "Multispecialty", "neurology": "Neurology", "obgyn": "Obstetrics and gynecology",
    "oncology": "Oncology", "ophthalmology": "Ophthalmology", "orthopedics": "Orthopedics", "pathology": "Pathology and laboratory",
    "pediatrics": "Pediatrics", "primary_care": "Primary care", "radiology": "Radiology", "behavioral": "Behavioral health", "trauma": "Trauma",
    "urology": "Urology",
}  # fmt: skip
CODE_SETS = {
    "icd10cm": "ICD-10-CM",
    "icd10pcs": "ICD-10-PCS",
    "cpt": "CPT",
    "hcpcs": "HCPCS",
    "msdrg": "MS-DRG",
    "apc": "APC",
    "hcc": "HCC",
}


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    kind: str
    pattern: re.Pattern[str]
    says: str


@lru_cache(maxsize=8)
def _read(name: str) -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return value


@lru_cache(maxsize=1)
def equivalents() -> dict[str, tuple[str, ...]]:
    """By credential asked for: what counts in its place where the posting says "or equivalent"."""
    return {row["name"]: tuple(row["equivalent"]) for row in _read("credentials")["credentials"]}


def stands_for(credential: str) -> tuple[str, ...]:
    """Credentials whose postings with "or equivalent" a holder of this one may answer."""
    return tuple(asked for asked, taken in equivalents().items() if credential in taken)


def credentials() -> dict[str, str]:
    return {name: name for name in equivalents()}


def asks_pay_range(states: list[str], *, anywhere: bool, on: date) -> list[str]:
    """Which of the states ask for a pay range on this day; all of them for work that may be done anywhere."""
    return [
        row["state"]
        for row in _read("pay_ranges")["states"]
        if row["from"] <= on and (anywhere or row["state"] in states)
    ]


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    return tuple(Rule(r["name"], r["kind"], re.compile(r["pattern"]), r["says"]) for r in _read("rules")["rules"])


def private_mail() -> frozenset[str]:
    return frozenset(_read("rules")["private_mail"])


def hits(text: str) -> list[Rule]:
    """Rules that the text breaks, in the order of the table."""
    low = text.lower()
    return [rule for rule in rules() if rule.pattern.search(low)]

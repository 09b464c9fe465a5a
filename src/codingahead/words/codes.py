"""Which code systems exist, and what does a stranger's spelling of a code mean in each?

Pure text work: no look-ups. Whether a well-formed code exists on a day is `reference`'s question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class System(StrEnum):
    """A code system, by the short name used in addresses, commands and JSON."""

    ICD10CM = "icd10cm"
    ICD10PCS = "icd10pcs"
    HCPCS = "hcpcs"
    CPT = "cpt"
    MODIFIER = "modifier"
    POS = "pos"
    MSDRG = "msdrg"
    ICD9CM = "icd9cm"
    CDT = "cdt"
    REVENUE = "revenue"


SYSTEM_NAMES: dict[System, str] = {
    System.ICD10CM: "ICD-10-CM",
    System.ICD10PCS: "ICD-10-PCS",
    System.HCPCS: "HCPCS Level II",
    System.CPT: "CPT",
    System.MODIFIER: "Modifier",
    System.POS: "Place of service",
    System.MSDRG: "MS-DRG",
    System.ICD9CM: "ICD-9-CM",
    System.CDT: "CDT",
    System.REVENUE: "Revenue code",
}

FHIR_URIS: dict[System, str] = {
    System.ICD10CM: "http://hl7.org/fhir/sid/icd-10-cm",
    System.ICD10PCS: "http://www.cms.gov/Medicare/Coding/ICD10",
    System.CPT: "http://www.ama-assn.org/go/cpt",
    System.HCPCS: "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}

# Letters I and O are never used in ICD-10-PCS, to keep them apart from digits (ICD-10-PCS Official Guidelines, A2).
_SHAPES: dict[System, re.Pattern[str]] = {
    # FY2026 added the category QA0, the first whose second character is no digit.
    System.ICD10CM: re.compile(r"(?:[A-Z]\d|QA)[0-9A-Z](?:[0-9A-Z]{1,4})?"),
    System.ICD10PCS: re.compile(r"[0-9A-HJ-NP-Z]{7}"),
    System.HCPCS: re.compile(r"[A-CE-V]\d{4}"),
    System.CDT: re.compile(r"D\d{4}"),
    System.CPT: re.compile(r"\d{4}[0-9AFTUM]"),
    System.MODIFIER: re.compile(r"[A-Z0-9]{2}"),
    System.POS: re.compile(r"\d{2}"),
    System.MSDRG: re.compile(r"\d{3}"),
    System.ICD9CM: re.compile(r"(?:\d{3}|V\d{2}|E\d{3})\d{0,2}"),
}


@dataclass(frozen=True, slots=True)
class CodeKey:
    """A code within its system: `code` is upper case and, for ICD, shown with its dot."""

    system: System
    code: str

    def __str__(self) -> str:
        return f"{SYSTEM_NAMES[self.system]} {self.code}"


def bare(text: str) -> str:
    """The letters and digits of a code as typed: upper case; blanks, dots and hyphens gone."""
    return re.sub(r"[\s.\-]", "", text).upper()


def _icd9_dotted(plain: str) -> str:
    """An ICD-9-CM diagnosis code with its dot: after the third character, after the fourth for external causes (E800-E999)."""
    at = 4 if plain.startswith("E") else 3
    return plain if len(plain) <= at else f"{plain[:at]}.{plain[at:]}"


def spelled(system: System, text: str) -> str:
    """How `system` writes the code typed as `text`, whether or not it exists."""
    plain = bare(text)
    if system is System.ICD10CM:
        return plain if len(plain) <= 3 else f"{plain[:3]}.{plain[3:]}"
    if system is System.ICD9CM:
        return _icd9_dotted(plain)
    if system is System.MSDRG and plain.isdigit():
        return plain.zfill(3)
    if system is System.POS and plain.isdigit():
        return plain.zfill(2)
    return plain


def has_shape(system: System, text: str) -> bool:
    """Could `text` be a code of `system`, by its characters alone?"""
    shape = _SHAPES.get(system)
    return bool(shape and shape.fullmatch(bare(text)))


def possible_systems(text: str) -> tuple[System, ...]:
    """Every system whose codes have the shape of `text`; a dot after the third character says ICD-10-CM or ICD-9-CM."""
    plain = bare(text)
    has_dot = bool(re.match(r"\s*[A-Za-z0-9]{3,4}\.[A-Za-z0-9]", text))
    diagnosis = (System.ICD10CM, System.ICD9CM)
    return tuple(s for s, shape in _SHAPES.items() if shape.fullmatch(plain) and (not has_dot or s in diagnosis))


def parse_system(text: str) -> System:
    """The system named by `text`; raises ValueError naming the known ones."""
    try:
        return System(text.strip().lower().replace("-", "").replace("_", ""))
    except ValueError:
        known = ", ".join(s.value for s in System)
        raise ValueError(f"unknown code system {text!r}; known systems: {known}") from None

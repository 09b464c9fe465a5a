"""What do the kinds of release mean to a reader, and how is a missing one loaded?"""

from __future__ import annotations

from collections.abc import Iterable

LOAD = "codingahead data build --sources DIR"

NAMES = {
    "icd10cm": "ICD-10-CM codes",
    "icd10cm.tabular": "ICD-10-CM Tabular List (notes and headings)",
    "icd10cm.index": "ICD-10-CM Alphabetic Index",
    "icd10cm.external_cause": "ICD-10-CM External Cause Index",
    "icd10cm.neoplasm": "ICD-10-CM Table of Neoplasms",
    "icd10cm.drug": "ICD-10-CM Table of Drugs and Chemicals",
    "icd10cm.conversion": "ICD-10-CM conversion table",
    "icd10cm.poa": "codes exempt from present-on-admission reporting",
    "icd10pcs": "ICD-10-PCS codes",
    "icd10pcs.tables": "ICD-10-PCS tables",
    "icd10pcs.definitions": "ICD-10-PCS definitions",
    "icd10pcs.index": "ICD-10-PCS Index",
    "hcpcs": "HCPCS Level II codes",
    "hcpcs.modifier": "HCPCS Level II modifiers",
    "cpt": "licensed CPT descriptors",
    "cpt.modifier": "licensed CPT modifiers",
    "pfs": "Medicare physician fee schedule relative values",
    "ncci.ptp.practitioner": "NCCI procedure-to-procedure edits, practitioner",
    "ncci.ptp.outpatient": "NCCI procedure-to-procedure edits, outpatient hospital",
    "ncci.mue.practitioner": "NCCI medically unlikely edits, practitioner",
    "ncci.mue.outpatient": "NCCI medically unlikely edits, outpatient hospital",
    "ncci.mue.dme": "NCCI medically unlikely edits, equipment suppliers",
    "ncci.add_on": "NCCI add-on code edits",
    "rbcs": "RBCS classification of services",
    "ccsr": "CCSR diagnosis categories",
    "msdrg": "MS-DRG list",
    "msdrg.diagnosis": "MS-DRG groups of diagnoses",
    "msdrg.severity": "MS-DRG complication levels",
    "asp.ndc": "NDC packages of drug codes",
    "opps": "hospital outpatient rates",
    "pos": "place of service codes",
    "icd9cm": "ICD-9-CM codes",
    "content": "our plain-language content",
}


def name_of(kind: str) -> str:
    return NAMES.get(kind, kind)


def names_of(kinds: Iterable[str]) -> list[str]:
    return [name_of(kind) for kind in kinds]

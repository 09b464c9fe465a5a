"""Where does a text say who the patient is? Finds the identifiers that stand in a recognisable form and masks them at their length.

Kinds after 45 CFR 164.514(b)(2)(i), the eighteen of the Safe Harbor method. Names are found where a label or a title announces them;
a bare name in running text is not. Medical codes, amounts, measurements and a clinician's NPI are left alone. A masked text is as long as
the one it came from, so that places in one are places in the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MASK = "█"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_NAME = r"[A-Z][a-zA-Z'’-]+(?:,?[ \t]+(?:[A-Z]\.|[A-Z][a-zA-Z'’-]+)){0,3}"
_NUMBER = r"[A-Z]{0,4}[- ]?\d[\dA-Z/-]{3,}"
# Kind, pattern; the group named `it`, else the whole, is what is masked. The order settles overlaps.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("email", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    ("url", r"\bhttps?://[^\s<>\"']+|\bwww\.[^\s<>\"']+"),
    ("ssn", r"\b\d{3}-\d{2}-\d{4}\b|(?i:\b(?:ssn|social security(?: (?:no|number))?))[:#\s]*(?P<it>\d{3}[ -]?\d{2}[ -]?\d{4})\b"),
    ("beneficiary", r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b"),
    ("ip", r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    ("record", rf"(?i:\b(?:mrn|mr\s?#|medical record(?: (?:no|number))?|chart (?:no|number)|account(?: (?:no|number))?|acct|member id|policy(?: (?:no|number))?|subscriber id|patient id|hic|medicare (?:no|number|id)|medicaid (?:no|number|id)|encounter (?:no|number)|accession(?: (?:no|number))?|visit (?:no|number))\b)[.:#\s]*(?P<it>{_NUMBER})"),
    ("licence", rf"(?i:\b(?:driver'?s? licen[sc]e|dl|licen[sc]e plate|plate|certificate)(?: (?:no|number))?)[.:#\s]+(?P<it>{_NUMBER})"),
    ("device", rf"(?i:\b(?:serial|s/n|udi|lot)(?: (?:no|number))?\b)[.:#\s]+(?P<it>{_NUMBER})"),
    ("phone", r"(?i:\b(?:phone|tel|telephone|cell|mobile|fax|call))[.:#\s]+(?P<it>\+?1?\d{10})\b"),
    ("phone", r"(?<![\w.-])(?:\+?1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b"),
    ("vehicle", r"(?i:\bvin)[:#\s]+(?P<it>[A-HJ-NPR-Z0-9]{17})\b"),
    ("date", r"\b(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d\b"),
    ("date", rf"\b\d{{1,2}}[/-]\d{{1,2}}[/-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b|\b(?i:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?i:{_MONTH}),? (?:19|20)\d\d\b"),
    ("birth", rf"(?i:\b(?:dob|d\.o\.b\.|date of birth|born(?: on)?)\b)[:\s]*(?P<it>[\w ,./-]{{0,3}}\d[\d/.-]{{3,}}|{_MONTH} \d{{1,2}},? \d{{4}})"),
    ("age", r"\b(?P<it>9\d|1[01]\d)(?=[- ]?(?:year|yr|y/?o\b|y\.o\.))|(?i:\bage[d:]?) (?P<it2>9\d|1[01]\d)\b"),
    ("zip", r"\b[A-Z]{2} (?P<it>\d{5}(?:-\d{4})?)\b|(?i:\bzip(?: code)?)[:\s]+(?P<it2>\d{5}(?:-\d{4})?)\b"),
    ("address", r"\b\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl)\b\.?"),
    ("name", rf"(?:(?i:\b(?:patient(?:'s)? name|name of patient|patient|pt|name|mother's name|father's name|spouse|next of kin|emergency contact|guarantor))[ \t]*[:=][ \t]*)(?P<it>{_NAME})"),
    ("name", rf"\b(?:Mr|Mrs|Ms|Miss|Mx)\.?[ \t]+(?P<it>{_NAME})"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
# Words in capitals behind "Patient:" that begin a sentence and no name.
_NO_NAMES = frozenset(
    [
        "the",
        "this",
        "a",
        "an",
        "he",
        "she",
        "is",
        "was",
        "has",
        "had",
        "denies",
        "reports",
        "presents",
        "complains",
        "with",
        "no",
        "old",
        "year",
        "male",
        "female",
    ]
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One place that identifies somebody. `kind` is one of the names in this module; the text itself is not kept."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` with each place covered, as long as the text it came from."""

    text: str
    found: tuple[Identifier, ...]


def mask(text: str) -> Masked:
    found: list[Identifier] = []
    taken = bytearray(len(text))
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            start, end = _place(match)
            if any(taken[start:end]) or (kind == "name" and _is_no_name(text[start:end])):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Identifier(kind, start, end))
    if not found:
        return Masked(text, ())
    covered = "".join(MASK if taken[i] and not c.isspace() else c for i, c in enumerate(text))
    return Masked(covered, tuple(sorted(found, key=lambda f: f.start)))


def _place(match: re.Match[str]) -> tuple[int, int]:
    for name in ("it", "it2"):
        if name in match.re.groupindex and match.group(name) is not None:
            return match.span(name)
    return match.span()


def _is_no_name(text: str) -> bool:
    return text.split()[0].strip(",").lower() in _NO_NAMES

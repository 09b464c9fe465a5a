"""What does a question ask for? Intents, codes, modifiers, a place: read off the words. What identifies a patient is masked first.

Stops before anything is looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

MOST_CODES = 8
LONGEST = 4_000
_PERSONAL = re.compile(
    r"\b\d{3}-\d{2}-\d{4}\b|\b(?:MRN|MR#|acct|account|DOB|member id)[:#\s]*[\w/-]*\d[\w/-]*|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y]{1}[AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y]{2}\d{2}\b",
    re.IGNORECASE,
)
_ZIP = re.compile(r"\bzip(?: code)?\s*:?\s*(\d{5})\b", re.IGNORECASE)
_CODE = re.compile(
    r"(?<![\w.$])(?:[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|\d{4}[0-9FTUM]|[A-V]\d{4}|\d{3}\.\d{1,2}|(?=[A-Z]*\d)[0-9A-HJ-NP-Z]{7})(?![\w])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\b(\d{4}[0-9A-Z])\s*(?:-|to|through)\s*(\d{4}[0-9A-Z])\b")
_MODIFIER = re.compile(
    r"\b(?:modifiers?|mods?)\s+([0-9A-Z]{2}(?:\s*(?:,|or|and|/|vs\.?)\s*[0-9A-Z]{2})*)\b", re.IGNORECASE
)
_HYPHENED = re.compile(r"\b(?:\d{4}[0-9A-Z]|[A-V]\d{4})((?:-[0-9A-Z]{2})+)\b", re.IGNORECASE)
_KNOWN = r"(?:2[2-6]|5[0-9]|6[26]|7[6-9]|8[0-2]|9[135])"
_BARE = re.compile(
    rf"(?<![\w.-])({_KNOWN}(?:\s*(?:,|or|and|/|vs\.?)\s*{_KNOWN})+)\b(?!\s*(?:years?|yrs?|min|mg|days?|%|percent))",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"(?<![\w-])(JW|JZ|GA|GX|GY|GZ|KX|TC|XE|XS|XP|XU|FS|FT|Q5|Q6|GC|GE)\b")
_DAY = re.compile(r"\b(20\d\d-\d\d-\d\d)\b")
_FOR_MONEY = (
    r"so (?:that )?(?:it|this|they|the claim|the \w+)\b.{0,30}\b(?:pays?|gets? paid|is covered|gets covered)"
    r"|change (?:the )?(?:diagnosis|dx|code).{0,40}(?:cover|pay|paid)"
    r"|(?:which|what) (?:diagnosis|dx).{0,40}(?:will|to) (?:get|make).{0,20}(?:paid|covered)"
)
_OTHER = re.compile(
    r"\b(?:qué|que|cuál|código|para|une?|los|las|quel|quelle|pour|les|welche[rs]?|für|der|und|ist|das)\b"
)
INTENTS = (
    ("refuse", _FOR_MONEY),
    ("pair", r"\b(?:together|with|bundl|unbundl|same day|edits?|ncci|ptp|pair)\b"),
    ("units", r"\b(?:mue|units?|how many|per day)\b"),
    ("global", r"\b(?:global|post-?op|postoperative|follow-?up days)\b"),
    ("modifier", r"\b(?:modifiers?|mods?|bilateral|assistant|co-?surg|professional component)\b"),
    ("fee", r"\b(?:pays?|paid|payment|fees?|allow(?:ed|able)|reimburs\w*|rvus?|conversion factor|limiting charge|cost)\b"),
    ("coverage", r"\b(?:cover(?:ed|age|s)?|lcds?|ncds?|medical(?:ly)? necess\w*|abn)\b"),
    ("crosswalk", r"\b(?:icd-?9|crosswalk|maps? to|hcc|risk adjust\w*|ccsr|become|became|replac\w+|successor)\b"),
    ("history", r"\b(?:chang\w+|histor\w+|new in|deleted|revised|since when)\b"),
    ("add_on", r"\b(?:add-?on|primary (?:code|procedure))\b"),
    ("notes", r"\b(?:excludes?1?2?|code first|use additional|seventh character|7th character|sequenc\w+|first-?listed|principal)\b"),
    ("find", r"\b(?:what|which) (?:code|cpt|icd|hcpcs|dx)|code for|codes for|how (?:do|to|should) (?:i|we) code|cpt for|icd-?10 for\b"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """`text` with identifiers masked, and how many there were; codes as typed, in order."""

    text: str
    masked: int
    codes: tuple[str, ...]
    modifiers: tuple[str, ...]
    intents: frozenset[str]
    zip: str | None
    basis: str | None
    on: date | None
    foreign: bool = False


def understand(text: str) -> Question:
    masked, count = _PERSONAL.subn("[masked]", text.strip()[:LONGEST])
    found_zip = _ZIP.search(masked)
    plain = _DAY.sub(" ", _ZIP.sub(" ", masked))
    codes = tuple(dict.fromkeys(m.group().upper() for m in _CODE.finditer(plain)))[:MOST_CODES]
    low = plain.lower()
    intents = frozenset(name for name, pattern in INTENTS if re.search(pattern, low))
    named = [m for found in _MODIFIER.finditer(plain) for m in re.findall(r"[0-9A-Za-z]{2}", _bare(found[1]))]
    named += [m for found in _HYPHENED.finditer(plain) for m in found[1].strip("-").split("-")]
    named += [m for found in _BARE.finditer(plain) for m in re.findall(r"[0-9A-Za-z]{2}", _bare(found[1]))]
    named += [found[1] for found in _LETTERED.finditer(plain)]
    modifiers = tuple(dict.fromkeys(m.upper() for m in named))
    facility = re.search(r"\b(?:facility|hospital|inpatient|outpatient|asc)\b", low)
    office = re.search(r"\b(?:office|non-?facility|clinic)\b", low)
    basis = "facility" if facility and not office else "nonfacility" if office and not facility else None
    place = found_zip[1] if found_zip else None
    return Question(masked, count, codes, modifiers, intents, place, basis, _day(masked), _foreign(low, codes))


def _foreign(low: str, codes: tuple[str, ...]) -> bool:
    """Whether a question without codes is in another language: two of its commonest words, or another script."""
    letters = [c for c in low if c.isalpha()]
    strange = sum(not ("a" <= c <= "z") for c in letters)
    return not codes and (len(_OTHER.findall(low)) > 1 or (len(letters) > 5 and strange > len(letters) / 2))


def _day(text: str) -> date | None:
    """The date of service that the question itself names."""
    found = _DAY.search(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _bare(text: str) -> str:
    return re.sub(r"\b(?:or|and|vs)\b", " ", text, flags=re.IGNORECASE)

"""In what context does a note name a condition: of the patient now, denied, uncertain, of the past, of the family, or only planned for?

After the method of ConText (Harkema, Dowling, Thornblade, Chapman 2009): triggers before and after the words, with a scope that ends at
the clause. The lists are our own. Stops at the status; what follows from it for coding is `suggest`.
"""

from __future__ import annotations

import re
from enum import Enum

from codingahead.coder.text import Sentence


class Status(Enum):
    """`HISTORY` is a condition of the past or one the patient is known to have; `HYPOTHETICAL` is advice, a plan, an allergy, a screen."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    HISTORY = "history"
    FAMILY = "family"
    HYPOTHETICAL = "hypothetical"


BEFORE, AFTER = 90, 60  # characters that a trigger reaches
_NEGATED = re.compile(
    r"\b(?:no|not|without|w/o|den(?:y|ies|ied|ying)|negative for|neg for|absence of|absent|rule[sd]? out|ruling out|exclud(?:e[sd]?|ing)|never"
    r"|free of|neither|nor|discard(?:ed|ing)?|lack(?:s|ed|ing)?(?: of)?|resolved|unremarkable for|fails? to (?:show|reveal)|no evidence of)\b",
    re.I,
)
# These begin like a denial and are none.
_NO_DENIAL = re.compile(
    r"\b(?:not only|no (?:significant )?(?:change|increase|improvement)|no longer able|not (?:well )?controlled|no response|without (?:success|relief|improvement)"
    r"|not? (?:tolerat|respond)\w*|(?:is|are|was|were) not (?:well |yet |fully )?(?:controlled|tolerated|at goal|healed|resolved|improving|better)|cannot be (?:excluded|ruled out)|not (?:been )?(?:excluded|ruled out))",
    re.I,
)
_NEGATED_AFTER = re.compile(
    r"^[^,.;:]{0,25}\b(?:(?:was|were|is|are|has been|have been)\s+(?:not|never|ruled out|excluded|discarded|negative|absent)|not (?:seen|present|found|identified|observed)"
    r"|unlikely|ruled out)\b|^\s*[:-]\s*(?:no|none|negative|absent|denied|denies)\b",
    re.I,
)
_UNCERTAIN = re.compile(
    r"\b(?:suspect(?:ed|ing|s)?|suspicio(?:n|us)|possibl[ey]|probabl[ey]|likely|presum(?:ed|ptive|ably)|questionable|differential|to (?:exclude|rule out)|r/o"
    r"|compatible with|consistent with|suggest(?:ive|ed|ing|s)|could be|may (?:be|have)|might|versus|vs|concern(?:ing)? for|working diagnosis|cannot be (?:excluded|ruled out)|evaluate for)\b",
    re.I,
)
_UNCERTAIN_AFTER = re.compile(r"^[^,.;:]{0,12}\b(?:is |was )?(?:suspected|possible|probable|likely|not excluded|cannot be (?:excluded|ruled out)|versus|vs)\b|^\s*\?", re.I)  # fmt: skip
_FAMILY = re.compile(
    r"\b(?:mother|father|brothers?|sisters?|siblings?|parents?|uncles?|aunts?|grand(?:mother|father|parents?)|cousins?|son|daughter|relatives?|family history|familial history|maternal|paternal|fhx?)\b",
    re.I,
)
_HISTORY = re.compile(
    r"\b(?:history of|h/o|hx of|antecedents?(?: of)?|previous(?:ly)?|prior|past|status[- ]post|s/p|years? ago|in childhood|known|background(?: of)?)\b",
    re.I,
)
_HISTORY_AFTER = re.compile(
    r"^[^,.;]{0,30}\b(?:\d+ (?:years?|months?) (?:ago|earlier|before)|in (?:19|20)\d\d|in childhood)\b", re.I
)
_PLANNED = re.compile(
    r"\b(?:screen(?:ing|ed)? for|monitor for|watch for|risk (?:of|for|factors?)|at risk|prevent(?:ion|s)?(?: of)?|prophyla\w+|return\b[^.;]{0,40}?\b(?:if|for)|go to\b[^.;]{0,30}\bif|call\b[^.;]{0,30}\bif|if (?:he|she|they|you|the patient)|in case of|educat\w+ (?:about|on)|counsel\w+ (?:about|on)|vaccin\w+ (?:against|for)|allerg(?:y|ic) to|should)\b",
    re.I,
)
# A clause ends here: what was denied before it is not denied after it.
_CLAUSE = re.compile(
    r"\b(?:but|however|although|except|yet|though|nevertheless|apart from|aside from|other than|which|presents?(?:ed)? with|show(?:s|ed|ing)|reveal(?:s|ed|ing)|found|observed|complain\w* of)\b|:",
    re.I,
)
_PLANNED_AFTER = re.compile(
    r"^\s*(?:prophylaxis|prevention|screen(?:ing)?|vaccin\w+|precautions?|risk|education|counseling|protocol|panel|assay)\b",
    re.I,
)
_FAMILY_AFTER = re.compile(
    r"^[^.;]{0,20}\b(?:in|of|by) (?:(?:his|her|the|a) )?(?:mother|father|brothers?|sisters?|siblings?|parents?|uncles?|aunts?|grand\w+|cousins?|family)\b",
    re.I,
)
# A differential diagnosis is a list, and all of it is uncertain.
_LISTED = re.compile(r"\b(?:differential|ddx|possibilities|considerations?)\b", re.I)
_SECTION_STATUS = {"family": Status.FAMILY, "allergy": Status.HYPOTHETICAL, "medication": Status.HYPOTHETICAL}


def status_of(sentence: Sentence, start: int, end: int) -> Status:
    """The status of the words from `start` to `end` of the sentence."""
    before, after = sentence.text[:start], sentence.text[end : end + AFTER]
    if sentence.section in _SECTION_STATUS:
        return _SECTION_STATUS[sentence.section]
    if _FAMILY.search(before[-70:]) and not re.search(r"\bpatient|\bshe\b|\bhe\b", before[-40:], re.I):
        return Status.FAMILY
    if _FAMILY_AFTER.search(after):
        return Status.FAMILY
    if _is_denied(before, after):
        return Status.NEGATED
    scope = _clause(before)
    if _PLANNED.search(scope[-BEFORE:]) or _PLANNED_AFTER.search(after):
        return Status.HYPOTHETICAL
    if _LISTED.search(before) or _UNCERTAIN.search(scope[-45:]) or _UNCERTAIN_AFTER.search(after):
        return Status.UNCERTAIN
    if _HISTORY.search(before[-60:]) or _HISTORY_AFTER.search(after) or sentence.section == "history":
        return Status.HISTORY
    return Status.ASSERTED


def denied_within(said: str, wording: str) -> bool:
    """'Colon without bleeding' is no bleeding of the colon, unless the wording itself says 'without'."""
    return bool(_NEGATED.search(said)) and not _NEGATED.search(wording)


def _is_denied(before: str, after: str) -> bool:
    if _NEGATED_AFTER.search(_NO_DENIAL.sub("", after)):
        return True
    near = _NO_DENIAL.sub(lambda m: " " * len(m.group()), before[-BEFORE:])
    triggers = list(_NEGATED.finditer(near))
    return bool(triggers) and not _CLAUSE.search(near[triggers[-1].end() :])


def _clause(before: str) -> str:
    ends = [m.end() for m in _CLAUSE.finditer(before)]
    return before[ends[-1] :] if ends else before

"""Which words does a text consist of, for searching? The same answer for wordings in the index and for questions.

Stops at word stems: spelling, abbreviations and equivalents belong to `query`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

LONGEST_TEXT = 2000  # characters; the rest of a longer text is not read

# British to American, as ICD-10-CM spells; applied to lower-case words.
_BRITISH = (
    ("haem", "hem"),
    ("aemi", "emi"),
    ("oedem", "edem"),
    ("oesoph", "esoph"),
    ("rrhoe", "rrhe"),
    ("paed", "ped"),
    ("foet", "fet"),
    ("tumour", "tumor"),
    ("anaes", "anes"),
    ("gynaec", "gynec"),
    ("caec", "cec"),
    ("coeliac", "celiac"),
    ("faec", "fec"),
    ("behaviour", "behavior"),
    ("fibre", "fiber"),
    ("pnoea", "pnea"),
    ("oestr", "estr"),
    ("isation", "ization"),
    ("leucocyt", "leukocyt"),
    ("colour", "color"),
    ("litre", "liter"),
    ("sulph", "sulf"),
    ("coelom", "celom"),
    ("hydrocoel", "hydrocel"),
    ("varicocoel", "varicocel"),
    ("aetiolog", "etiolog"),
    ("homoeo", "homeo"),
    ("manoeuv", "maneuv"),
    ("mould", "mold"),
    ("grey", "gray"),
)
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "i": "1"}
_UNTOLD = """of the in to by due a an for on and or as at from is it its which that this be are into nos nec classified
    elsewhere"""
STOP_WORDS = frozenset(_UNTOLD.split())
_WORD = re.compile(r"[a-z0-9]+")
_POSSESSIVE = re.compile(r"['’]s\b")
SHORTEST_ROOT = 4
_ENDING = re.compile(r"(?<=....)(?:iasis|iat|osis|ot|ium|eal|ial|ia|ic|al|ar|um|us|is|ous|i|a|e|y)$")
_stemmer = Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Lower-case words without marks, in American spelling, Roman numerals I to IX as digits unless they open the text."""
    plain = text[:LONGEST_TEXT]
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    found = _WORD.findall(_POSSESSIVE.sub("", plain.lower()))
    return [roman(w) if i else w for i, w in enumerate(map(in_american, found))]


def stems(text: str) -> list[str]:
    """The stems of the words of `text` that are not stop words, in order, each as often as it occurs."""
    return [stem(w) for w in words(text) if w not in STOP_WORDS]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


@lru_cache(maxsize=100_000)
def root(word: str) -> str:
    """What the Greek and Latin noun and adjective of one thing share: 'ischem' of ischemia and of the stem of ischemic."""
    return _ENDING.sub("", word) if len(word) > SHORTEST_ROOT else word


def roman(word: str) -> str:
    """I to IX as digits."""
    return _ROMAN.get(word, word)


@lru_cache(maxsize=100_000)
def in_american(word: str) -> str:
    """A lower-case word in American spelling."""
    for british, american in _BRITISH:
        if british in word:
            word = word.replace(british, american)
    return word

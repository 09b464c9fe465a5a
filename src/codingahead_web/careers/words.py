"""By which stems is a posting found, and what does a query ask for? Credentials such as CCS-P stay whole."""

from __future__ import annotations

import re
import threading
from html import unescape

from Stemmer import Stemmer

from codingahead_web.careers import tables
from codingahead_web.careers.models import Posting

TITLE, FACT, TEXT = 8, 4, 1
LONGEST = 40
MOST = 12  # words of a query that count
_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_STOP = frozenset(
    ("a an and are as at be by for from in is it job jobs of on or our the this to we will with you your").split()  # noqa: SIM905
)
# What coders type for what a posting says in other words.
_ALIASES = {
    "wfh": "remot", "telecommut": "remot", "telework": "remot", "home": "remot", "hcc": "risk", "ed": "emerg", "er": "emerg", "gi": "gastroenterolog",
    "ob": "obstetr", "gyn": "gynecolog", "ortho": "orthoped", "onc": "oncolog", "cardio": "cardiolog", "auditor": "audit", "junior": "entri",
    "trainee": "entri", "apprentic": "entri", "ip": "inpati", "pt": "part",
}  # fmt: skip
_local = threading.local()


def stems(text: str) -> list[str]:
    """In order, with repeats. A word with a hyphen counts whole, unless it is no credential: then its parts count."""
    names = {name.lower() for name in tables.equivalents()}
    found: list[str] = []
    for token in _TOKEN.findall(unescape(text).lower()):
        parts = [token] if token in names else token.split("-")
        found += [_ALIASES.get(stem, stem) for part in parts if part not in _STOP for stem in [_stem(part)]]
    return [stem[:LONGEST] for stem in found]


def asked(query: str) -> list[str]:
    """The stems of a query, each once."""
    return list(dict.fromkeys(stems(query)))[:MOST]


def of_posting(posting: Posting) -> dict[str, int]:
    """Stems with the weight of the best place in which each stands."""
    facts = [
        posting.employer.name, *posting.credentials, tables.SPECIALTIES.get(posting.specialty, ""), posting.get_setting_display(),
        posting.get_kind_display(), posting.get_place_display(), posting.city, posting.encoder, *(tables.STATES.get(s, s) for s in posting.states),
        *posting.states, *(tables.CODE_SETS.get(c, c) for c in posting.code_sets), "" if posting.experience_years else "entry level",
    ]  # fmt: skip
    weights = dict.fromkeys(stems(posting.description), TEXT)
    weights |= dict.fromkeys(stems(" ".join(facts)), FACT)
    return weights | dict.fromkeys(stems(posting.title), TITLE)


def _stem(word: str) -> str:
    # One for each thread: a stemmer keeps state.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer("english")
    return str(stemmer.stemWord(word))

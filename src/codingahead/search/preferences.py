"""Which codes does a question seldom mean unless it says so? What is taken off their score.

Read off the question's own words and filters: nothing is taken off what it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from codingahead.search.analysis import stem, stems
from codingahead.search.arrays import Floats, Longs
from codingahead.search.part import SYSTEMS, Part
from codingahead.words.codes import System
from codingahead.words.search import SearchQuery

# External causes, injuries, pregnancy, the newborn, and what is left over.
_CHAPTERS = {"20": 0.12, "19": 0.12, "15": 0.07, "16": 0.03}
_WORDS = {"other": 0.06, "maternal": 0.03}
_PREGNANCY = frozenset(
    stems("pregnancy pregnant maternal obstetric labor delivery puerperal postpartum childbirth gestational")
)
_INJURY = frozenset(
    stems(
        """injury injured trauma traumatic fracture broken break wound laceration cut bite burn sprain strain dislocation
        contusion bruise crush amputation puncture foreign poisoning overdose toxic adverse complication abrasion tear
        rupture graft implant device prosthesis frostbite exposure allergy allergic abuse concussion"""
    )
)
# They describe a line or a stay rather than name a disease or a service: shown first only when their own words are asked for.
_SYSTEMS = {System.MODIFIER: 1.5, System.POS: 1.2, System.MSDRG: 2.0}
_NAMED = {
    System.MODIFIER: frozenset(stems("modifier")),
    System.POS: frozenset([*stems("pos place setting")]),
    System.MSDRG: frozenset(stems("drg msdrg")),
}
# HCPCS codes that report quality measures and models of payment, not services (CMS Quality Payment Program).
_MEASURES = (("G8395", "G9999"), ("M0001", "M0005"), ("M1000", "M1999"))
_MEASURE = 0.8
_REPORTING = frozenset(stems("measure quality mips pqrs documented documentation performance reason exclusion"))


@dataclass(frozen=True, slots=True)
class Preferences:
    """Amounts by chapter, by stem number in a code's title, by system, and for reporting codes."""

    chapters: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[int, float] = field(default_factory=dict)
    systems: Mapping[System, float] = field(default_factory=dict)
    measures: float = 0.0


def preferences(query: SearchQuery, vocabulary: Mapping[str, int]) -> Preferences:
    said = set(stems(query.text))
    exempt = {"15": _PREGNANCY, "19": _INJURY}
    chapters = {c: off for c, off in _CHAPTERS.items() if not said & exempt.get(c, frozenset())}
    words = {stem(w): off for w, off in _WORDS.items() if not (w == "maternal" and said & _PREGNANCY)}
    systems = {s: off for s, off in _SYSTEMS.items() if s not in query.systems and not said & _NAMED[s]}
    return Preferences(
        {} if query.chapter else chapters,
        {vocabulary[w]: off for w, off in words.items() if w in vocabulary and w not in said},
        systems,
        0.0 if said & _REPORTING else _MEASURE,
    )


def penalties(part: Part, entries: Longs, preferred: Preferences) -> Floats:
    """What is taken off each of `entries`."""
    off = np.zeros(len(entries), np.float32)
    for chapter, amount in preferred.chapters.items():
        if System.ICD10CM in part.held_systems and chapter in part.chapter_names:
            off[part.chapters[entries] == part.chapter_names.index(chapter)] += amount
    for number, amount in preferred.words.items():
        if System.ICD10CM in part.held_systems:
            off[part.has_title_stem(number)[entries]] += amount
    for system, amount in preferred.systems.items():
        if system in part.held_systems:
            off[part.systems[entries] == SYSTEMS.index(system)] += amount
    if preferred.measures and System.HCPCS in part.held_systems:
        for first, last in _MEASURES:
            held = part.between(System.HCPCS, first, last)
            off[(entries >= held.start) & (entries < held.stop)] += preferred.measures
    return off

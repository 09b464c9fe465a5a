"""What does a note name? Every mention of a condition or a service, with its status and the code it comes to on a day.

Stops at what is named; which of it a coder would report is `suggest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from itertools import product

from codingahead.coder.confidence import Named
from codingahead.coder.context import Status, denied_within, status_of
from codingahead.coder.mentions import Mention, mentions
from codingahead.coder.sought import sought
from codingahead.coder.specific import Specific, specific, trimester_of
from codingahead.coder.text import Sentence, sentences
from codingahead.coder.wordings import Alternatives, Keys, Wording, Wordings, joined, keys
from codingahead.search.dictionaries import dictionaries
from codingahead.search.index import SearchIndex
from codingahead.search.part import Part
from codingahead.words.codes import System

DIAGNOSES = ("title", "inclusion", "includes", "index", "neoplasm", "synonym")
SERVICES = ("title", "content", "official", "licensed")
FEWEST_WORDS = 2  # of a service: one word is not enough to say what was done
# Conditions that the classification presumes to be linked with what stands after "with" in their index entry
# (ICD-10-CM Official Guidelines, I.A.15, I.C.4.a, I.C.9.a).
LINKED = {
    "E08": "diabetes due to underlying condition", "E09": "drug or chemical induced diabetes", "E10": "type 1 diabetes", "E11": "type 2 diabetes",
    "E13": "specified type diabetes", "I10": "hypertension",
}  # fmt: skip
_WITH = frozenset(keys("with"))


class NoteReader:
    """Reads notes with the wordings of one index; the dictionaries are made at the first note. Safe to share between threads."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    @cached_property
    def diagnoses(self) -> Wordings:
        return Wordings(self.part("diagnoses"), (System.ICD10CM,), DIAGNOSES)

    @cached_property
    def services(self) -> Wordings | None:
        part = self._index.part("procedures")
        return Wordings(part, (System.CPT, System.HCPCS), SERVICES) if part is not None else None

    @cached_property
    def _alternatives(self) -> Alternatives:
        return Alternatives.of(dictionaries())

    def part(self, name: str) -> Part:
        found = self._index.part(name)
        assert found is not None, name
        return found

    def _finder(self, wordings: Wordings) -> Callable[[str], list[Mention]]:
        """Finds the mentions of a sentence; one that comes again, as headings and templates do, is read once."""
        return cache(lambda text: mentions(text, wordings, self._alternatives))

    def conditions(self, note: str, on: date) -> tuple[list[Named], dict[int, Specific]]:
        """Every condition named, and for each code how specific it could be made."""
        wordings = self.diagnoses
        named: list[Named] = []
        reached: dict[int, Specific] = {}
        trimester = trimester_of(note)
        find = self._finder(wordings)
        for sentence in sentences(note):
            held = find(sentence.text)
            beside = list(sought(self._index, wordings, sentence.text, held, on))
            covered = [(m.start, m.end) for m, _ in beside]
            read = [(m, wordings.best(m.named, on)) for m in held if not _lies_within(m, covered)]
            for mention, wording in [*read, *beside]:
                if wording is None or denied_within(
                    sentence.text[mention.start : mention.end], wordings.part.texts[wording.term]
                ):
                    continue
                status = status_of(sentence, mention.start, mention.end)
                wording = (self._gone(wording, on) if status is Status.HISTORY else None) or wording
                end = specific(
                    wordings.part, wording.entry, sentence.text, mention.start, mention.end, on, trimester=trimester
                )
                reached.setdefault(end.entry, end)
                named.append(_named(sentence, mention, wording, end.entry, status, wordings))
        return [*named, *self._linked(named, reached, on)], reached

    def done(self, note: str, on: date) -> list[Named]:
        """Services that the note says were done."""
        wordings = self.services
        if wordings is None:
            return []
        found = []
        find = self._finder(wordings)
        for sentence in sentences(note):
            if sentence.section in ("family", "allergy", "plan", "history"):
                continue
            for mention in find(sentence.text):
                wording = wordings.best(mention.named, on)
                if wording is not None and len(mention.named) >= FEWEST_WORDS and wordings.part.billable(wording.entry):
                    status = status_of(sentence, mention.start, mention.end)
                    found.append(_named(sentence, mention, wording, wording.entry, status, wordings))
        return found

    def _gone(self, wording: Wording, on: date) -> Wording | None:
        """The personal history code of a cancer of the past (ICD-10-CM Official Guidelines, I.C.2.m)."""
        part = self.diagnoses.part
        code = part.code(wording.entry)
        if code[0] != "C":
            return None
        category = part.find(System.ICD10CM, code[:3])
        named = frozenset(keys(f"personal history of {part.titles[category]}")) if category is not None else frozenset()
        named = joined(named)
        return self.diagnoses.best(named, on) if self.diagnoses.holds(named) else None

    def _linked(self, named: list[Named], reached: dict[int, Specific], on: date) -> Iterator[Named]:
        """Combination codes of what stands apart in the note: 'type 2 diabetes' here, 'chronic kidney disease' there."""
        part = self.diagnoses.part
        present = [n for n in named if n.status is Status.ASSERTED or n.status is Status.HISTORY]
        for base in present:
            if part.code(base.entry)[:3] not in LINKED:
                continue
            for other in present:
                both = self._joined(base, other, on)
                if both is not None and part.code(both.entry)[:3] != part.code(other.entry)[:3]:
                    end = specific(part, both.entry, "", 0, 0, on)
                    reached.setdefault(end.entry, end)
                    union = base.mention.named | other.mention.named
                    yield replace(
                        other,
                        wording=both,
                        entry=end.entry,
                        weight=self.diagnoses.weight(union),
                        mention=replace(other.mention, named=union, places=other.mention.places | {-1}),
                    )

    def _joined(self, base: Named, other: Named, on: date) -> Wording | None:
        if base.entry == other.entry or base.mention.named >= other.mention.named:
            return None
        part = self.diagnoses.part
        category = part.find(System.ICD10CM, part.code(other.entry)[:3])
        plainer = [other.mention.named]
        if category is not None:
            plainer.append(joined(frozenset(keys(part.titles[category]))))
        bases: list[Keys] = [base.mention.named, frozenset(keys(LINKED[part.code(base.entry)[:3]]))]
        for first, said in product(bases, plainer):
            for named in (first | said | _WITH, first | said):
                if named not in bases and named != said and self.diagnoses.holds(named):
                    return self.diagnoses.best(named, on)
        return None


def _lies_within(mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= mention.start and mention.end <= b for a, b in spans)


def _named(
    sentence: Sentence, mention: Mention, wording: Wording, entry: int, status: Status, wordings: Wordings
) -> Named:
    # Breaks that the wording itself has are none: 'Major depressive disorder, recurrent, moderate'.
    printed = wordings.part.texts[wording.term].count(",")
    mention = replace(mention, commas=max(mention.commas - printed, 0))
    return Named(
        mention, wording, entry, wordings.weight(mention.named), status, sentence.number,
        sentence.start + mention.start, sentence.start + mention.end,
    )  # fmt: skip

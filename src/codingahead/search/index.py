"""What is in an index folder, mapped into memory? Codes, rows, terms, postings and, when built, vectors.

Opens and answers small questions of fact; searching is `run`'s. A folder is never written while it is open.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np

from codingahead.search.arrays import Array, Bools, read_array, read_meta, read_strings
from codingahead.search.index_build import SEGMENTS, SYSTEM_ORDER
from codingahead.search.lexical import Postings
from codingahead.words.codes import System

_KEPT_DAYS = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts on one day: codes, entry rows and terms."""

    codes: Bools
    terms: Bools
    row_of: Array  # the row of each code in force, else its last


class Index:
    """The arrays of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.meta = read_meta(folder)
        for name in (
            "code_text code_bare code_system code_parent code_flags code_rows code_terms code_chapter row_from row_to row_billable "
            "term_code term_kind term_from term_to term_words term_idf postings posting_starts idf context_starts context_stems"
        ).split():
            setattr(self, name, read_array(folder, name))
        self.row_titles = read_strings(folder, "row_titles")
        self.term_texts = read_strings(folder, "term_texts")
        stems = bytes(read_array(folder, "stems")).decode().strip("\n")
        self.stem_ids = {s: i for i, s in enumerate(stems.split("\n"))} if stems else {}
        self.system_starts = np.searchsorted(self.code_system, np.arange(len(SYSTEM_ORDER) + 1))
        self._standing: OrderedDict[date, Standing] = OrderedDict()
        self._lock = Lock()

    code_text: Array
    code_bare: Array
    code_system: Array
    code_parent: Array
    code_flags: Array
    code_rows: Array
    code_terms: Array
    code_chapter: Array
    row_from: Array
    row_to: Array
    row_billable: Array
    term_code: Array
    term_kind: Array
    term_from: Array
    term_to: Array
    term_words: Array
    term_idf: Array
    postings: Array
    posting_starts: Array
    idf: Array
    context_starts: Array
    context_stems: Array

    def standing(self, on: date) -> Standing:
        with self._lock:
            found = self._standing.get(on)
            if found is None:
                found = self._standing[on] = self._stand(on.toordinal())
                while len(self._standing) > _KEPT_DAYS:
                    self._standing.popitem(last=False)
            return found

    def _stand(self, day: int) -> Standing:
        rows = (self.row_from <= day) & (self.row_to >= day)
        owner = np.repeat(np.arange(len(self.code_system)), np.diff(self.code_rows))
        row_of = self.code_rows[1:] - 1
        standing = np.flatnonzero(rows)
        row_of[owner[standing]] = standing
        codes = np.zeros(len(self.code_system), np.bool_)
        codes[owner[standing]] = True
        terms = (self.term_from <= day) & (self.term_to >= day) & codes[self.term_code]
        return Standing(codes, terms, row_of)

    def codes_of(self, system: System) -> tuple[int, int]:
        at = SYSTEM_ORDER.index(system)
        return int(self.system_starts[at]), int(self.system_starts[at + 1])

    def segment_terms(self, segment: int) -> tuple[int, int]:
        systems = list(SEGMENTS.values())[segment]
        first, last = self.codes_of(systems[0])[0], self.codes_of(systems[-1])[1]
        return int(self.code_terms[first]), int(self.code_terms[last])

    def segment_postings(self, segment: int) -> Postings:
        first, last = self.segment_terms(segment)
        return Postings(
            self.postings,
            self.posting_starts,
            self.idf,
            self.term_idf[first:last],
            self.term_words[first:last],
            segment,
            len(SEGMENTS),
            first,
        )

    def system_of(self, code: int) -> System:
        return SYSTEM_ORDER[int(self.code_system[code])]

    def code_name(self, code: int) -> str:
        return str(self.code_text[code].decode())

    def find(self, system: System, plain: str) -> int | None:
        """The number of the code whose letters and digits are `plain`."""
        first, last = self.codes_of(system)
        at = first + int(np.searchsorted(self.code_bare[first:last], plain.encode()))
        return at if at < last and self.code_bare[at] == plain.encode() else None

    def below(self, system: System, plain: str) -> tuple[int, int]:
        """Codes of `system` that start with `plain`, as a range of numbers."""
        first, last = self.codes_of(system)
        bare = self.code_bare[first:last]
        a, b = np.searchsorted(bare, [plain.encode(), plain.encode() + b"\x7f"])
        return first + int(a), first + int(b)

    def between(self, system: System, low: str, high: str) -> tuple[int, int]:
        """Codes from `low` to `high`, both ends and everything below `high` included."""
        first, last = self.codes_of(system)
        bare = self.code_bare[first:last]
        a, b = np.searchsorted(bare, [low.encode(), high.encode() + b"\x7f"])
        return first + int(a), first + int(b)

"""What is asked of search, what it answers, and what its index is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from codingahead.words.codes import System

TERM_KINDS = (
    "title",
    "short",
    "inclusion",
    "includes",
    "index",
    "external_cause",
    "neoplasm",
    "drug",
    "content",
    "official",
    "licensed",
    "synonym",
)


@dataclass(frozen=True, slots=True)
class Term:
    """One wording that leads to one code. `text` keeps the word order that English would use; `kind` is one of TERM_KINDS.

    The wording counts on days from `valid_from` to `valid_to` (None: still so).
    """

    text: str
    system: System
    code: str
    kind: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A code as search needs it. `parent`: the code one level up in the same system, None at the top (categories of ICD-10-CM).

    `headings`: titles of chapter and block above, for context words. `chapter`: ICD-10-CM chapter number, HCPCS first letter,
    CPT section, ICD-10-PCS section character. `has_seventh`: the code is a 7th-character form of its parent.
    """

    system: System
    code: str
    title: str
    parent: str | None
    headings: tuple[str, ...]
    chapter: str
    billable: bool
    has_seventh: bool
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """`systems` empty: all. `billable`: True keeps only billable codes. `chapter` as in `Entry`."""

    text: str
    on: date
    systems: tuple[System, ...] = ()
    limit: int = 20
    offset: int = 0
    billable: bool | None = None
    chapter: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One found code. `why` says in words which wording matched; `score` orders hits of one query and means nothing across queries."""

    code: str
    system: System
    title: str
    billable: bool
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """`total` counts every match before paging; `corrected` is the spelling searched instead, if another; `suggestions` are
    'did you mean' wordings, offered when nothing fits; `facets` count matches as {'system': {...}, 'chapter': {...}}."""

    query: SearchQuery
    hits: tuple[Hit, ...]
    total: int
    corrected: str | None = None
    suggestions: tuple[str, ...] = ()
    facets: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()

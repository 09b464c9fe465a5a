"""The shapes of requests, and of answers as far as clients may rely on them. Answers may hold more keys."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict

from codingahead.tools import BY_NAME

MOST_ITEMS = 500
MOST_QUERIES = 100


def _in_words(argument: str) -> str:
    """The choices of an argument of `level_visit`."""
    return "one of " + ", ".join(BY_NAME["level_visit"].schema["properties"][argument]["enum"])


class ErrorDetail(Schema):
    model_config = ConfigDict(extra="allow")
    code: str = Field(description="snake_case name")
    message: str
    hint: str
    retry: bool = Field(description="whether the same request may succeed later")


class Error(Schema):
    error: ErrorDetail


class Source(Schema):
    n: int
    release: str
    row: int | None
    where: str
    quote: str | None


class Fact(Schema):
    model_config = ConfigDict(extra="allow")
    name: str
    value: str
    meaning: str | None
    source: int


class Code(Schema):
    """Everything about one code on a day."""

    model_config = ConfigDict(extra="allow")
    code: str
    system: str
    on: date
    status: str = Field(description="active, header, deleted, future, unknown or not_loaded")
    billable: bool | None
    title: str | None
    title_source: str | None = Field(description="official, codingahead or licensed")
    descriptor: dict[str, Any] | None
    common_language: dict[str, Any] | None
    facts: list[Fact]
    modifiers: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    edits: dict[str, Any]
    fees: dict[str, Any]
    coverage: dict[str, Any]
    crosswalks: list[dict[str, Any]]
    related: list[dict[str, Any]]
    history: list[dict[str, Any]]
    sources: list[Source]
    not_loaded: list[str]
    stale: list[dict[str, Any]]


class Hit(Schema):
    code: str
    system: str
    title: str | None
    billable: bool
    score: float
    why: str


class Search(Schema):
    model_config = ConfigDict(extra="allow")
    query: str
    on: date
    total: int
    results: list[Hit]
    releases: list[str]


class Release(Schema):
    model_config = ConfigDict(extra="allow")
    id: str
    kind: str
    publisher: str
    title: str
    effective_from: date
    effective_to: date | None
    expected_until: date | None
    file: str
    sha256: str
    rows: int
    stale: bool


class Releases(Schema):
    on: date
    releases: list[Release]


class Edits(Schema):
    model_config = ConfigDict(extra="allow")
    rows: list[dict[str, Any]]
    total: int | None = Field(description="null when the edits are not loaded for the day")


class CodeQuestion(Schema):
    id: str | int | None = None
    code: str = Field(max_length=40)
    system: str | None = None
    on: str | None = Field(None, description="date of service, YYYY-MM-DD; today if left out")


class CodeBatch(Schema):
    codes: list[CodeQuestion] = Field(max_length=MOST_ITEMS)


class SearchQuestion(Schema):
    id: str | int | None = None
    q: str = Field(max_length=2000)
    system: list[str] = []
    on: str | None = Field(None, description="date of service, YYYY-MM-DD; today if left out")
    limit: int = Field(20, ge=1, le=200)
    offset: int = Field(0, ge=0, le=100_000)
    billable: bool | None = None
    chapter: str | None = None


class SearchBatch(Schema):
    queries: list[SearchQuestion] = Field(max_length=MOST_QUERIES)


class Batch(Schema):
    """One entry a question, in its order, with its `id`: the answer, or `error`."""

    results: list[dict[str, Any]]


class Crosswalk(Schema):
    """Mapped codes, each with kind, direction, exactness and source."""

    model_config = ConfigDict(extra="allow")
    code: str
    system: str
    to: str
    rows: list[dict[str, Any]]


class Coverage(Schema):
    """`result`: supported, not_supported, no_policy or needs_reading; null when no policy is loaded."""

    model_config = ConfigDict(extra="allow")
    code: str
    result: str | None
    policies: list[dict[str, Any]]


class Question(Schema):
    question: str = Field(max_length=4_000)
    on: date | None = None


class Note(Schema):
    text: str = Field(max_length=2_000_000)
    setting: str | None = None
    on: date | None = None


class Suggest(Schema):
    """Codes that a note supports, surest first; then what it denies or says of others."""

    model_config = ConfigDict(extra="allow")
    suggestions: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    masked: int


class Answer(Schema):
    """Sentences, each with the numbers of its sources; what could not be answered, and why."""

    model_config = ConfigDict(extra="allow")
    answer: str
    sentences: list[dict[str, Any]]
    sources: list[Source]
    unanswered: list[str]
    engine: str


class VisitQuestion(Schema):
    """A visit as it was: levels of elements or the worksheet behind them, minutes, and what stands beside it."""

    family: str = Field(description=_in_words("family"))
    patient: str | None = Field(None, description=_in_words("patient"))
    last_seen: date | None = None
    payer: str | None = Field(None, description=_in_words("payer"))
    problems: str | None = Field(None, description=_in_words("problems"))
    data: str | None = None
    risk: str | None = None
    minutes: int | None = None
    addressed: list[str] | dict[str, int] | None = Field(
        None, description="problems that were addressed, instead of their level"
    )
    risks: list[str] | None = None
    tests: int | None = None
    historian: bool | None = None
    interpretation: bool | None = None
    discussion: bool | None = None
    longitudinal: bool | None = None
    modifier_25: bool | None = None
    preventive: bool | None = None
    shared: bool | None = None
    physician_minutes: int | None = None
    other_minutes: int | None = None
    on: str | None = Field(None, description="date of service, YYYY-MM-DD; today if left out")


class VisitLevel(Schema):
    """The code of a visit, each reason with its source, and what would change it."""

    model_config = ConfigDict(extra="allow")
    code: str | None = Field(description="null where what was told comes to no code")
    family: str
    basis: str | None = Field(description="mdm or time")
    level: str | None
    reasons: list[dict[str, Any]]
    prolonged: list[dict[str, Any]]
    add_on: list[dict[str, Any]]
    alternatives: list[dict[str, Any]]
    assumptions: list[str]
    sources: list[Source]


class Changes(Schema):
    """Rows of what differs between two days, with the counts of all."""

    model_config = ConfigDict(extra="allow")
    rows: list[dict[str, Any]]
    counts: dict[str, int]


class Fee(Schema):
    """What Medicare pays for one service, with every factor and its source."""

    model_config = ConfigDict(extra="allow")
    code: str
    amount: str | None = Field(description="US dollars; null with a reason")
    reason: str | None


class Comparison(Schema):
    """The fee on two days; `parts` add up to `change`."""

    model_config = ConfigDict(extra="allow")
    code: str
    change: str | None
    parts: list[dict[str, Any]]


class Units(Schema):
    """Billing units of an amount of a drug, and the service lines."""

    model_config = ConfigDict(extra="allow")
    code: str
    units: int
    lines: list[dict[str, Any]]
    notes: list[str]


class FeeQuestion(Schema):
    """One service, or `lines` of one session; the rest as in GET /fees."""

    model_config = ConfigDict(extra="allow")
    id: Any = None
    code: str | None = None
    pos: str | None = None
    on: date | None = None


class FeeBatch(Schema):
    services: list[FeeQuestion] = Field(max_length=MOST_ITEMS)


class Finding(Schema):
    model_config = ConfigDict(extra="allow")
    rule: str
    severity: str = Field(description="deny, review or info")
    lines: list[int]
    codes: list[str]
    message: str
    fix: str
    carc: str | None
    indicator: str | None
    release: str | None


class Report(Schema):
    """What the rules say of one claim; for several claims sent together `reports` holds one each."""

    model_config = ConfigDict(extra="allow")


CLAIM = {**BY_NAME["check_claim"].schema["properties"]["claim"], "description": 'One claim, or {"claims": [...]}'}

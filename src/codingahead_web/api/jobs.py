"""REST of the job board: read by everybody with the filters of the list, written by employers with a key that may post jobs."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from codingahead_web.accounts.models import ApiKey, Scope
from codingahead_web.api import schemas
from codingahead_web.api.errors import error_response
from codingahead_web.careers import queries, tables
from codingahead_web.careers.actions import postings
from codingahead_web.careers.models import Posting
from codingahead_web.careers.query import CHOICES, SORTS, read
from codingahead_web.careers.value import posting_json

MOST = 100
DEEPEST = 100_000
Words = Annotated[list[str] | None, Query(None, description="Repeated, or with commas between.")]
router = Router(tags=["Jobs"])


class Pay(Schema):
    """Decimal strings in US dollars; `year_min` and `year_max`: in full time, null for pay by the chart."""

    min: str | None
    max: str | None
    unit: str
    year_min: int | None
    year_max: int | None


class JobEmployer(Schema):
    name: str
    domain: str


class Job(Schema):
    model_config = ConfigDict(extra="allow")
    id: int
    title: str
    employer: JobEmployer
    status: str
    address: str
    apply_url: str | None = Field(description="null: applications come in at `address`")
    credentials: list[str]
    or_equivalent: bool
    specialty: str | None
    setting: str
    type: str
    place: str
    states: list[str] = Field(description="empty: anywhere in the US")
    city: str | None
    pay: Pay | None
    experience_years: int
    code_sets: list[str]
    encoder: str | None
    sponsors: bool
    opens: str | None
    expires: str | None


class WholeJob(Job):
    description: str
    held_for: str | None = None


class Jobs(Schema):
    total: int
    limit: int
    offset: int
    results: list[Job]
    counts: dict[str, dict[str, int]] = Field(description="by filter and value: how many there would be")


class NewJob(Schema):
    title: str = Field(min_length=1, max_length=120)
    description: str = Field(min_length=50, max_length=12_000)
    setting: Literal["professional", "facility", "risk_adjustment", "auditing", "cdi", "billing", "education"]
    place: Literal["remote", "hybrid", "onsite"]
    type: Literal["full_time", "part_time", "contract", "temporary", "per_diem", "intern"] = "full_time"
    credentials: list[str] = Field(default=[], max_length=14)
    or_equivalent: bool = True
    specialty: str = Field(default="", max_length=30)
    states: list[str] = Field(default=[], max_length=60)
    city: str = Field(default="", max_length=80)
    pay_min: Decimal | None = Field(default=None, ge=0, max_digits=10, decimal_places=2)
    pay_max: Decimal | None = Field(default=None, ge=0, max_digits=10, decimal_places=2)
    pay_unit: Literal["hour", "year", "chart"] = "hour"
    experience_years: int = Field(default=0, ge=0, le=50)
    code_sets: list[str] = Field(default=[], max_length=10)
    encoder: str = Field(default="", max_length=80)
    sponsors: bool = False
    apply_url: str = Field(default="", max_length=200, pattern=r"^(https?://[^\s]+)?$")
    days: int = Field(default=30, ge=1, le=90, description="how long it is open")


@router.get("", response={200: Jobs, 422: schemas.Error}, summary="Search jobs")
def jobs(
    request: HttpRequest, q: str = "", credential: Words = None, setting: Words = None, specialty: Words = None, type: Words = None,
    place: Words = None, state: Words = None, pay: int | None = None, since: int | None = None, exact: bool = False, sort: str = "", limit: int = 20,
    offset: int = 0,
) -> HttpResponse:  # fmt: skip
    """The filters of the page, by the same names; values that are not known are refused. `pay`: dollars a year at least; `since`: days."""
    given = {
        "credential": credential,
        "setting": setting,
        "specialty": specialty,
        "type": type,
        "place": place,
        "state": state,
    }
    query = QueryDict(mutable=True)
    query.update(
        {"q": q, "exact": "1" if exact else "", "sort": sort, "pay": str(pay or ""), "since": str(since or "")}
    )
    for name, values in given.items():
        query.setlist(name, [v.strip() for value in values or [] for v in value.split(",") if v.strip()])
    refused = _unknown(query, sort, limit, offset, pay, since)
    if refused:
        return error_response(422, "bad_input", refused, "see /api/docs for what is expected")
    found, rows = queries.page_of(read(query), limit=limit, offset=offset)
    results = [posting_json(row, _origin(request), whole=False) for row in rows]
    return JsonResponse(
        {"total": found.total, "limit": limit, "offset": offset, "results": results, "counts": found.counts}
    )


@router.get(
    "/{id}", response={200: WholeJob, 404: schemas.Error, 410: schemas.Error, 422: schemas.Error}, summary="Read a job"
)
def job(request: HttpRequest, id: int) -> HttpResponse:
    """410 when it is no longer open."""
    row = Posting.objects.select_related("employer").filter(pk=id).first() if 0 < id < 2**63 else None
    if row is None or not (row.is_open() or row.has_been_open()):
        return error_response(404, "not_found", f"there is no job {id}", "search at /api/v1/jobs")
    if not row.is_open():
        return error_response(410, "gone", f"job {id} is no longer open", "search at /api/v1/jobs")
    return JsonResponse(posting_json(row, _origin(request)))


@router.post(
    "", response={201: WholeJob, 400: schemas.Error, 403: schemas.Error, 413: schemas.Error, 422: schemas.Error}, summary="Post a job"
)  # fmt: skip
def post_job(request: HttpRequest, payload: NewJob) -> HttpResponse:
    """With a key of a verified employer's team that may post jobs. `status` says whether it is open or waits for a moderator."""
    key: ApiKey | None = getattr(request, "api_key", None)
    employer = getattr(key.organisation, "employer", None) if key and key.organisation else None
    if key is None or Scope.JOBS not in key.scopes or employer is None or not employer.is_verified:
        told = "posting takes a key of a verified employer's team with the scope to post jobs"
        return error_response(403, "key_required", told, "make one at /account/keys")
    values = payload.dict() | {"kind": payload.type}
    days = values.pop("days")
    refused = _unknown_in(values)
    if refused:
        return error_response(422, "bad_input", refused, "see /api/docs for what is expected")
    row = Posting(employer=employer, **{name: values[name] for name in postings.FIELDS})
    try:
        row.clean_fields()
        reasons = postings.reasons_against(row, _today(request))
        if reasons:
            raise ValidationError(reasons)
        row = postings.post(key.owner, employer, values, days=days)
    except ValidationError as problem:
        return error_response(422, "bad_input", " ".join(problem.messages), "change the posting")
    except PermissionDenied:
        return error_response(
            403, "key_required", "the owner of this key may not publish for the employer", "ask an admin of the team"
        )
    return JsonResponse(posting_json(row, _origin(request)) | {"held_for": row.held_for or None}, status=201)


def _unknown(query: QueryDict, sort: str, limit: int, offset: int, pay: int | None, since: int | None) -> str:
    """What of the parameters cannot be; '' when all can."""
    for name, (_, values) in CHOICES.items():
        low = {value.lower() for value in values}
        for value in query.getlist(name):
            if value.lower() not in low:
                return f"{name} {value!r} is not one of {', '.join(values)}"
    if sort not in SORTS:
        return f"sort is one of {', '.join(s for s in SORTS if s)}"
    if not (1 <= limit <= MOST and 0 <= offset <= DEEPEST):
        return f"limit is from 1 to {MOST}, offset from 0 to {DEEPEST}"
    if (pay or 0) < 0 or (since or 0) < 0:
        return "pay and since are not negative"
    return ""


def _unknown_in(values: dict[str, Any]) -> str:
    for name, known in (
        ("credentials", tables.equivalents()),
        ("states", tables.STATES),
        ("code_sets", tables.CODE_SETS),
    ):
        wrong = [value for value in values[name] if value not in known]
        if wrong:
            return f"{name} holds {wrong[0]!r}, which is not one of {', '.join(known)}"
    if values["specialty"] and values["specialty"] not in tables.SPECIALTIES:
        return f"specialty is one of {', '.join(tables.SPECIALTIES)}"
    if any("\x00" in value for value in values.values() if isinstance(value, str)):
        return "NUL is no character of a text"
    return ""


def _today(request: HttpRequest) -> Any:
    return request.visit.today  # type: ignore[attr-defined]


def _origin(request: HttpRequest) -> str:
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"

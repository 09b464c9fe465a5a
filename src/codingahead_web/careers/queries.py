"""Named questions about the job board that are not searches: whose employers, which columns, what pays."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from codingahead_web.accounts.models import User
from codingahead_web.careers.board import Found, board
from codingahead_web.careers.models import Application, Employer, Posting
from codingahead_web.careers.query import Asked


def page_of(asked: Asked, *, limit: int, offset: int, counted: bool = True) -> tuple[Found, list[Posting]]:
    """The postings of one page, best first, and how many there are."""
    found = board().find(asked, limit=limit, offset=offset, counted=counted)
    by_id = Posting.objects.select_related("employer").in_bulk(found.ids)
    return found, [by_id[i] for i in found.ids if i in by_id]


def employers_of(user: User) -> QuerySet[Employer]:
    return Employer.objects.filter(organisation__memberships__user=user).select_related("organisation")


def postings_of(employer: Employer) -> QuerySet[Posting]:
    applied = Count("applications")
    return employer.postings.annotate(
        applied=applied, new=Count("applications", filter=Q(applications__status="new"))
    ).order_by("-changed")


def columns_of(posting: Posting) -> list[dict[str, Any]]:
    """Applicants by status, oldest first, without what is encrypted."""
    rows = list(posting.applications.defer("resume", "letter").order_by("made"))
    return [
        {"value": value, "label": label, "applicants": [a for a in rows if a.status == value]}
        for value, label in Application.Status.choices
    ]


def similar(posting: Posting, limit: int = 4) -> list[Posting]:
    """Open postings of the same setting, of the same specialty or credential."""
    chosen = {"setting": (posting.setting,)}
    if posting.specialty:
        chosen["specialty"] = (posting.specialty,)
    elif posting.credentials:
        chosen["credential"] = tuple(posting.credentials)
    _, rows = page_of(Asked(chosen=chosen), limit=limit + 1, offset=0, counted=False)
    return [row for row in rows if row.pk != posting.pk][:limit]


def open_postings() -> QuerySet[Posting]:
    now = timezone.now()
    return Posting.objects.filter(status=Posting.Status.OPEN, opens__lte=now, expires__gt=now)


def waiting() -> QuerySet[Posting]:
    """What a moderator has to look at, oldest first."""
    return Posting.objects.filter(status=Posting.Status.WAITING).select_related("employer").order_by("changed")

"""What a worker does for the job board from time to time: mails the new postings of saved searches, marks what has run out, forgets old papers."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from codingahead_web.careers.actions import postings
from codingahead_web.careers.board import board
from codingahead_web.careers.models import Application, Posting, SavedSearch
from codingahead_web.careers.query import read

EVERY = {
    SavedSearch.Rhythm.INSTANT: timedelta(0),
    SavedSearch.Rhythm.DAILY: timedelta(days=1),
    SavedSearch.Rhythm.WEEKLY: timedelta(days=7),
}
IN_A_MAIL = 20
A_ROUND = 500
TRY_AGAIN = timedelta(minutes=10)
SALT = "codingahead.careers.unsubscribe"


def send_alerts() -> None:
    """One mail for each search that is due and has something new. Marked before it is sent: a mail may be lost, never doubled."""
    now = timezone.now()
    for rhythm, pause in EVERY.items():
        untried = Q(tried=None) | Q(tried__lte=now - max(TRY_AGAIN, pause / 24) if pause else now)
        due = SavedSearch.objects.filter(untried, rhythm=rhythm, sent__lte=now - pause, user__is_active=True)
        for search in due.select_related("user").order_by("tried", "sent")[:A_ROUND]:
            _tell(search)


def expire_postings() -> None:
    postings.expire()


def forget_applications() -> None:
    """Deletes applications for postings that ended longer ago than the operator keeps them."""
    before = timezone.now() - timedelta(days=settings.CAREERS_DAYS_KEPT)
    ended = (Posting.Status.CLOSED, Posting.Status.EXPIRED)
    Application.objects.filter(posting__status__in=ended, posting__changed__lt=before, made__lt=before).delete()


def unsubscribe_token(search: SavedSearch) -> str:
    return signing.dumps(search.pk, salt=SALT)


def search_of(token: str) -> int | None:
    """The search whose mails end; None for a token that is not ours."""
    try:
        return int(signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def origin() -> str:
    """What addresses in mails begin with; a worker has no request to learn it from."""
    return settings.PUBLIC_URL or f"http://{settings.HOST}:{settings.PORT}"


def _tell(search: SavedSearch) -> None:
    from django.http import QueryDict

    now = timezone.now()
    found = board().find(read(QueryDict(search.query)), limit=IN_A_MAIL, counted=False, after=search.sent)
    mine = SavedSearch.objects.filter(pk=search.pk, sent=search.sent)
    if not found.total:
        mine.update(tried=now)
        return
    if not mine.update(sent=now, tried=now):
        return  # another worker was faster
    by_id = Posting.objects.select_related("employer").in_bulk(found.ids)
    context = {
        "search": search, "postings": [by_id[i] for i in found.ids if i in by_id], "total": found.total, "origin": origin(),
        "stop": f"{origin()}{reverse('stop_alerts', args=[unsubscribe_token(search)])}",
    }  # fmt: skip
    _mail(search, found.total, context)


def _mail(search: SavedSearch, total: int, context: dict[str, object]) -> None:
    mail = EmailMessage(
        subject=f"{total} new {'job' if total == 1 else 'jobs'}: {search.name}",
        body=render_to_string("careers/mail/alert.txt", context),
        to=[search.user.email],
        headers={"List-Unsubscribe": f"<{context['stop']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    mail.send(fail_silently=True)

"""What coders and the employers they meet do: apply, withdraw, move to another column, write, bookmark, save a search."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from codingahead_web.accounts import audit
from codingahead_web.accounts.models import User
from codingahead_web.careers import vault
from codingahead_web.careers.models import Application, Bookmark, Message, Posting, ResumeAccess, SavedSearch
from codingahead_web.careers.permissions import may, who
from codingahead_web.careers.query import Asked
from codingahead_web.careers.resume import read_resume

LONGEST = 5000  # characters of a letter or a message
MOST_A_DAY = 50  # applications of one person
MOST_SEARCHES = 25


def require(user: User, application: Application, act: str) -> None:
    if not may(who(user, application), act):
        raise PermissionDenied


def apply(user: User, posting: Posting, name: str, letter: str, resume: bytes) -> Application:
    """Raises BadInput for a file that is no resume, ValidationError for a posting that takes no application here or has this person's already."""
    kind, credentials = read_resume(resume)
    if not posting.is_open() or posting.apply_url:
        raise ValidationError("This posting takes no applications here.")
    today = user.job_applications.filter(made__gt=timezone.now() - timedelta(days=1))  # type: ignore[attr-defined]
    if today.count() >= MOST_A_DAY:
        raise ValidationError(f"More than {MOST_A_DAY} applications in a day are not possible.")
    try:
        with transaction.atomic():
            made = Application.objects.create(
                posting=posting, user=user, name=name.strip()[:120], letter=vault.lock(letter.strip()[:LONGEST].encode()),
                resume=vault.lock(resume), resume_kind=kind, credentials=credentials,
            )  # fmt: skip
    except IntegrityError:
        raise ValidationError("You have applied for this job already.") from None
    audit.record("careers.applied", actor=user, subject=str(posting.pk))
    return made


def withdraw(user: User, application: Application) -> None:
    """Deletes it with letter, resume and messages."""
    require(user, application, "withdraw")
    audit.record("careers.withdrawn", actor=user, subject=str(application.posting_id))
    application.delete()


def move(user: User, application: Application, status: str) -> None:
    require(user, application, "move_applicant")
    if status not in Application.Status.values:
        raise ValidationError("There is no such column.")
    application.status, application.changed = status, timezone.now()
    application.save(update_fields=["status", "changed"])
    audit.record(
        "careers.applicant_moved",
        actor=user,
        organisation=application.posting.employer.organisation,
        subject=f"{application.pk} {status}",
    )


def write(user: User, application: Application, text: str, address: str) -> None:
    """A message to the other side, who gets a mail that says so and no more. `address`: the page on which it stands."""
    require(user, application, "reply")
    if not text.strip():
        raise ValidationError("Write something first.")
    from_candidate = application.user_id == user.pk
    Message.objects.create(
        application=application, by_employer=not from_candidate, content=vault.lock(text.strip()[:LONGEST].encode())
    )
    if not from_candidate:
        told = f"{application.posting.employer.name} wrote to you about your application for {application.posting.title}.\n\nRead it: {address}\n"
        send_mail(
            f"A message about {application.posting.title}", told, settings.DEFAULT_FROM_EMAIL, [application.user.email]
        )


def open_resume(user: User, application: Application) -> bytes:
    """What it holds. Each reading by the employer is written down for the candidate."""
    require(user, application, "read_resume")
    if application.user_id != user.pk:
        ResumeAccess.objects.create(application=application, user=user)
        audit.record(
            "careers.resume_read",
            actor=user,
            organisation=application.posting.employer.organisation,
            subject=str(application.pk),
        )
    return vault.unlock(application.resume)


def bookmark(user: User, posting: Posting) -> bool:
    """Sets or takes back; whether it is set now."""
    made, new = Bookmark.objects.get_or_create(user=user, posting=posting)
    if not new:
        made.delete()
    return new


def save_search(user: User, asked: Asked, rhythm: str, name: str = "") -> SavedSearch:
    if rhythm not in SavedSearch.Rhythm.values:
        raise ValidationError("There is no such rhythm.")
    query = asked.address()
    if len(query) > 500:
        raise ValidationError("This search has too many filters to be saved.")
    if user.job_searches.exclude(query=query).count() >= MOST_SEARCHES:  # type: ignore[attr-defined]
        raise ValidationError(f"No more than {MOST_SEARCHES} searches are kept. Delete one.")
    saved, new = SavedSearch.objects.get_or_create(
        user=user, query=query, defaults={"name": name.strip()[:120] or asked.words(), "rhythm": rhythm}
    )
    if not new and saved.rhythm != rhythm:
        saved.rhythm, saved.sent = rhythm, timezone.now()
        saved.save(update_fields=["rhythm", "sent"])
    return saved


def drop_search(user: User, pk: int) -> None:
    SavedSearch.objects.filter(user=user, pk=pk).delete()


def stop_alerts(pk: int) -> None:
    """The one click of an unsubscribe link: the search stays, the mails end."""
    SavedSearch.objects.filter(pk=pk).update(rhythm=SavedSearch.Rhythm.NEVER)

"""Named questions about inquiries: whose mail is this, which thread, what policy, how is the service doing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Avg, Count, F, Min, Q, QuerySet
from django.utils import timezone

from codingahead_web.accounts.models import Organisation, Role, User
from codingahead_web.consultant.models import Inquiry, Policy, Reply

_DAY = timedelta(days=1)


def plain_address(address: str) -> str:
    """Lower case and without the part after a plus."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if local else ""


def person_of(address: str) -> User | None:
    """The active account with this address confirmed. An account that an operator made by hand has no row to confirm; its own address counts."""
    if not address:
        return None
    found = (
        EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
        .select_related("user")
        .first()
    )
    if found is not None:
        return found.user  # type: ignore[no-any-return]
    return User.objects.filter(email__iexact=address, is_active=True, emailaddress__isnull=True).first()


def organisation_of(person: User) -> Organisation | None:
    return person.organisations.order_by("pk").first()


def policy_of(organisation: Organisation | None) -> Policy:
    own = Policy.objects.filter(organisation=organisation).first() if organisation else None
    return own or Policy.objects.filter(organisation=None).first() or Policy()


def thread_of(ids: Sequence[str], sender: str) -> Inquiry | None:
    """The first mail of the thread that these ids belong to, if the same sender wrote it."""
    if not ids:
        return None
    mine = Inquiry.objects.filter(sender=sender).select_related("thread")
    found = mine.filter(Q(message_id__in=ids) | Q(reply__message_id__in=ids)).order_by("received").first()
    return found.root if found else None


def replies_in_thread(inquiry: Inquiry) -> int:
    root = inquiry.root.pk
    return Reply.objects.filter(Q(inquiry=root) | Q(inquiry__thread=root), made__gt=timezone.now() - _DAY).count()


def recent_from(sender: str, seconds: int) -> int:
    return Inquiry.objects.filter(sender=sender, received__gt=timezone.now() - timedelta(seconds=seconds)).count()


def recent(seconds: int) -> int:
    return Inquiry.objects.filter(received__gt=timezone.now() - timedelta(seconds=seconds)).count()


def reviewable(person: User) -> QuerySet[Inquiry]:
    """What a person may review: staff everything, owners and admins the mails of their organisations."""
    if person.is_staff:
        return Inquiry.objects.all()
    led = person.memberships.filter(role__in=(Role.OWNER, Role.ADMIN)).values("organisation")
    return Inquiry.objects.filter(organisation__in=led)


def may_review(person: User) -> bool:
    return person.is_staff or person.memberships.filter(role__in=(Role.OWNER, Role.ADMIN)).exists()


def health(inquiries: QuerySet[Inquiry]) -> dict[str, Any]:
    """Numbers of the last day, and who has waited longest."""
    State, now = Inquiry.State, timezone.now()
    waiting = Q(state__in=(State.RECEIVED, State.WORKING))
    told = inquiries.aggregate(
        waiting=Count("pk", filter=waiting), oldest=Min("received", filter=waiting), held=Count("pk", filter=Q(state=State.HELD)),
        dead=Count("pk", filter=Q(state=State.DEAD)), today=Count("pk", filter=Q(received__gt=now - _DAY)),
        replied=Count("pk", filter=Q(answered__gt=now - _DAY)),
        took=Avg(F("answered") - F("received"), filter=Q(answered__gt=now - _DAY)),
    )  # fmt: skip
    replies = Reply.objects.filter(inquiry__in=inquiries)
    told["unsent"] = replies.filter(state__in=(Reply.State.READY, Reply.State.SENDING)).count()
    told["undeliverable"] = replies.filter(state__in=(Reply.State.DEAD, Reply.State.BOUNCED)).count()
    told["failures"] = list(
        inquiries.filter(
            Q(state=State.DEAD) | Q(reply__state__in=(Reply.State.DEAD, Reply.State.BOUNCED))
        ).select_related("reply")[:50]
    )
    return told

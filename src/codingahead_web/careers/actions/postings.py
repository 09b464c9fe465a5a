"""Postings: written, checked, opened or held for a moderator, paused, closed, duplicated, expired."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from codingahead_web.accounts import audit
from codingahead_web.accounts.models import User
from codingahead_web.careers import tables, words
from codingahead_web.careers.actions.employers import require
from codingahead_web.careers.models import Employer, Posting, PostingWord, Report

HOURS_A_YEAR = 2080  # 52 weeks of 40 hours
DAYS_OPEN = 30
REPORTS_TO_HOLD = 3
FIELDS = (
    "title", "description", "credentials", "or_equivalent", "specialty", "setting", "kind", "place", "states", "city", "pay_min", "pay_max",
    "pay_unit", "experience_years", "code_sets", "encoder", "sponsors", "apply_url",
)  # fmt: skip
Status = Posting.Status


def yearly(amount: Decimal | None, unit: str) -> int | None:
    """Dollars a year in full time; None for pay by the chart, which depends on how many are done."""
    if amount is None or unit == Posting.PayUnit.CHART:
        return None
    return int(amount * HOURS_A_YEAR) if unit == Posting.PayUnit.HOUR else int(amount)


@transaction.atomic
def save_posting(user: User, employer: Employer, values: dict[str, Any], posting: Posting | None = None) -> Posting:
    """A draft, or another wording of a posting. One that is open is checked again, and may wait for a moderator again."""
    if posting is not None:
        employer = posting.employer
    require(user, employer, "write_posting")
    if posting is None:
        posting = Posting(employer=employer)
    elif posting.status in (Status.OPEN, Status.WAITING, Status.PAUSED):
        require(user, employer, "publish")
    elif posting.status != Status.DRAFT:
        raise ValidationError("A posting that has ended is not changed. Duplicate it.")
    for name in FIELDS:
        if name in values:
            setattr(posting, name, values[name])
    posting.pay_year_min = yearly(posting.pay_min, posting.pay_unit)
    posting.pay_year_max = yearly(posting.pay_max if posting.pay_max is not None else posting.pay_min, posting.pay_unit)
    posting.changed = timezone.now()
    if posting.status in (Status.OPEN, Status.WAITING, Status.PAUSED):
        _require_publishable(posting, posting.changed.date())
        if posting.status == Status.OPEN:
            _open_or_hold(posting)
    posting.save()
    _write_words(posting)
    return posting


def reasons_against(posting: Posting, on: date) -> list[str]:
    """Why this cannot be published as it stands; empty when it can."""
    told = []
    if not posting.title.strip() or len(posting.description.strip()) < 50:
        told.append("A posting needs a title and at least 50 characters about the work.")
    if posting.place != Posting.Place.REMOTE and not (posting.states and posting.city):
        told.append("Work on site or hybrid needs a state and a city.")
    has_range = posting.pay_min is not None and posting.pay_max is not None
    asking = tables.asks_pay_range(posting.states, anywhere=not posting.states, on=on)
    if asking and not has_range:
        told.append(f"A pay range is required in {', '.join(tables.STATES[s] for s in asking)}.")
    if has_range and posting.pay_min > posting.pay_max:  # type: ignore[operator]
        told.append("The lower end of the pay range is above the upper end.")
    return told


def warnings_of(posting: Posting) -> list[str]:
    """What a moderator will look at: words that fit the patterns of scams and of discrimination."""
    return [f"The text {rule.says}." for rule in tables.hits(f"{posting.title}\n{posting.description}")]


@transaction.atomic
def publish(user: User, posting: Posting, *, days: int = DAYS_OPEN) -> Posting:
    """Opens it, or lets it wait for a moderator. Raises ValidationError with what is missing."""
    require(user, posting, "publish")
    posting = _hold(posting)
    if posting.status not in (Status.DRAFT, Status.PAUSED):
        raise ValidationError("Only a draft or a paused posting is published.")
    if not posting.employer.is_verified:
        raise ValidationError("Verify the domain of your organisation first.")
    now = timezone.now()
    _require_publishable(posting, now.date())
    if posting.status == Status.DRAFT or not posting.expires or posting.expires <= now:
        posting.opens, posting.expires = posting.opens or now, now + timedelta(days=max(1, min(days, 90)))
    _open_or_hold(posting)
    posting.changed = now
    posting.save()
    _write_words(posting)
    audit.record(
        f"careers.posting_{posting.status}",
        actor=user,
        organisation=posting.employer.organisation,
        subject=str(posting.pk),
    )
    return posting


@transaction.atomic
def post(user: User, employer: Employer, values: dict[str, Any], *, days: int = DAYS_OPEN) -> Posting:
    """Written and published in one go, or not at all."""
    require(user, employer, "publish")
    return publish(user, save_posting(user, employer, values), days=days)


@transaction.atomic
def pause(user: User, posting: Posting) -> None:
    require(user, posting, "publish")
    posting = _hold(posting)
    if posting.status == Status.OPEN:
        _change(user, posting, Status.PAUSED)


@transaction.atomic
def close(user: User, posting: Posting) -> None:
    require(user, posting, "close")
    posting = _hold(posting)
    if posting.status not in (Status.CLOSED, Status.EXPIRED):
        _change(user, posting, Status.CLOSED)


@transaction.atomic
def duplicate(user: User, posting: Posting) -> Posting:
    """A draft with the same words."""
    values = {name: getattr(posting, name) for name in FIELDS}
    return save_posting(user, posting.employer, values)


@transaction.atomic
def approve(moderator: User, posting: Posting) -> None:
    """Its employer is known from now on: the next posting without a hit opens by itself."""
    require(moderator, posting, "moderate")
    posting = _hold(posting)
    if posting.status != Status.WAITING or not posting.employer.is_verified:
        return
    now = timezone.now()
    lasts = (posting.expires - posting.opens) if posting.expires and posting.opens else timedelta(days=DAYS_OPEN)
    posting.opens, posting.expires, posting.held_for = now, now + lasts, ""
    Report.objects.filter(posting=posting, settled=None).update(settled=now)
    Employer.objects.filter(pk=posting.employer_id, state=Employer.State.VERIFIED).update(state=Employer.State.TRUSTED)
    _change(moderator, posting, Status.OPEN)


@transaction.atomic
def turn_down(moderator: User, posting: Posting, reason: str) -> None:
    """Back to a draft, with the reason for its writers."""
    require(moderator, posting, "moderate")
    posting = _hold(posting)
    if posting.status == Status.WAITING:
        posting.held_for = reason.strip()[:300]
        posting.opens = None
        _change(moderator, posting, Status.DRAFT)


@transaction.atomic
def report(user: User, posting: Posting, reason: str) -> None:
    """Once a person. After several people, it waits for a moderator."""
    Report.objects.get_or_create(posting=posting, user=user, defaults={"reason": reason.strip()[:500] or "no reason"})
    held = _hold(posting)
    if held.status == Status.OPEN and held.reports.filter(settled=None).count() >= REPORTS_TO_HOLD:
        held.held_for = "reported by readers"
        _change(None, held, Status.WAITING)


def expire() -> int:
    """Marks what has run out. The pages do not wait for it: they look at the clock."""
    now = timezone.now()
    ended = Posting.objects.filter(status__in=[Status.OPEN, Status.PAUSED], expires__lte=now)
    return ended.update(status=Status.EXPIRED, changed=now)


def _require_publishable(posting: Posting, on: date) -> None:
    reasons = reasons_against(posting, on)
    if reasons:
        raise ValidationError(reasons)


def _open_or_hold(posting: Posting) -> None:
    why = [rule.says for rule in tables.hits(f"{posting.title}\n{posting.description}")]
    why += ["same as another posting of this employer"] if _has_twin(posting) else []
    why += [] if posting.employer.state == Employer.State.TRUSTED else ["first posting of a new employer"]
    posting.held_for = "; ".join(why)[:300]
    posting.status = Status.WAITING if why else Status.OPEN


def _has_twin(posting: Posting) -> bool:
    same = Posting.objects.filter(
        employer=posting.employer, title__iexact=posting.title, description=posting.description, city=posting.city
    )
    return same.filter(status__in=[Status.OPEN, Status.WAITING, Status.PAUSED]).exclude(pk=posting.pk).exists()


def _change(user: User | None, posting: Posting, status: str) -> None:
    posting.status, posting.changed = status, timezone.now()
    posting.save()
    audit.record(
        f"careers.posting_{status}", actor=user, organisation=posting.employer.organisation, subject=str(posting.pk)
    )


def _hold(posting: Posting) -> Posting:
    """The row as it is now, locked until the end of the transaction."""
    return Posting.objects.select_for_update(of=("self",)).select_related("employer__organisation").get(pk=posting.pk)


def _write_words(posting: Posting) -> None:
    PostingWord.objects.filter(posting=posting).delete()
    rows = [PostingWord(word=w, posting=posting, weight=weight) for w, weight in words.of_posting(posting).items()]
    PostingWord.objects.bulk_create(rows, batch_size=500)

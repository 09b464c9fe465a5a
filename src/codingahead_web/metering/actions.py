"""The only writer of tallies and ledger: open a page, reserve, settle, give back, carry a guest's pages into an account."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from codingahead_web.metering.models import Meter, Tally, Use
from codingahead_web.metering.queries import Caller, Standing, standing

TRIES = 60
GUEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a page may be read in full, and how the caller stands after it. `token`: a new guest's, for the cookie."""

    is_open: bool
    spent: bool
    standing: Standing
    token: str | None = None


def open_page(caller: Caller, subject: str, today: date, *, meter: str = Meter.CODE_PAGE) -> Opening:
    """Spends one view unless the page is open already. Of simultaneous spenders of the last view exactly one gets it."""
    for _ in range(TRIES):
        now = standing(caller, meter, today)
        if now.is_unlimited or subject in now.opened:
            return Opening(True, False, now, _token(now))
        if not now.left or _is_crowded(caller, now):
            return Opening(False, False, now, _token(now))
        spent = _spend(caller, now, subject, today, meter)
        if spent is not None:
            return Opening(True, True, spent, _token(spent))
    return Opening(False, False, now, _token(now))


def close_page(opening: Opening, subject: str) -> None:
    """Takes a view back that was spent on a page which then failed."""
    if opening.spent and opening.standing.tally is not None:
        with transaction.atomic():
            tally = Tally.objects.select_for_update().get(pk=opening.standing.tally)
            tally.opened = [s for s in tally.opened if s != subject]
            tally.used = max(tally.used - 1, 0)
            tally.version += 1
            tally.save()


def carry_over(guest: Caller, user: int, today: date) -> None:
    """What a guest has opened stays open in the new account and costs it nothing."""
    seen = Tally.objects.filter(holder=guest.holder, meter=Meter.CODE_PAGE).values_list("opened", flat=True)
    pages = list(dict.fromkeys(page for opened in seen for page in opened))
    if not pages:
        return
    now = standing(Caller(user=user), Meter.CODE_PAGE, today)
    with transaction.atomic():
        tally, _ = Tally.objects.select_for_update().get_or_create(
            holder=now.holder, meter=Meter.CODE_PAGE, period=now.key, defaults={"day": today}
        )
        tally.opened = list(dict.fromkeys([*tally.opened, *pages]))
        tally.version += 1
        tally.save()


def reserve(caller: Caller, meter: str, amount: int, today: date, *, subject: str = "") -> Use | None:
    """Sets `amount` aside before the work is done; None when the allowance does not hold that much."""
    tally = _take(caller, meter, amount, today)
    return Use.objects.create(tally_id=tally, amount=amount, subject=subject[:80]) if tally is not None else None


def count(caller: Caller, meter: str, today: date) -> int | None:
    """One more of something that is done at once and of which no line is kept. The tally, or None when the allowance is used up."""
    return _take(caller, meter, 1, today)


def uncount(tally: int) -> None:
    """What was counted came to nothing."""
    Tally.objects.filter(pk=tally, used__gt=0).update(used=F("used") - 1)


def settle(use: Use, amount: int | None = None) -> None:
    """Books what the work came to, which may be less than was reserved."""
    with transaction.atomic():
        held = Use.objects.select_for_update().get(pk=use.pk)
        if held.state != Use.State.RESERVED:
            return
        came_to = held.amount if amount is None else min(amount, held.amount)
        _lower(held, held.amount - came_to)
        held.amount, held.state = came_to, Use.State.SETTLED
        held.save()


def give_back(use: Use) -> None:
    """The work failed: nothing was used."""
    with transaction.atomic():
        held = Use.objects.select_for_update().get(pk=use.pk)
        if held.state == Use.State.RESERVED:
            _lower(held, held.amount)
            held.state = Use.State.RETURNED
            held.save()


def forget_guests(today: date) -> int:
    """Drops the tallies of guests not counted for long; returns how many."""
    old = today - timedelta(days=GUEST_DAYS)
    return Tally.objects.filter(holder__startswith="guest:", day__lt=old).delete()[0]


def _spend(caller: Caller, now: Standing, subject: str, today: date, meter: str) -> Standing | None:
    """One write. None when somebody else was quicker, so that the standing must be read again."""
    opened = [*now.opened, subject]
    if now.tally is None:
        holder = caller.holder if not caller.is_guest else f"guest:{caller.token or secrets.token_urlsafe(16)}"
        try:
            with transaction.atomic():
                tally = Tally.objects.create(
                    holder=holder, meter=meter, period=now.key, used=1, opened=opened, version=1, day=today,
                    fingerprint=caller.fingerprint if caller.is_guest else None, network=caller.network,
                )  # fmt: skip
        except IntegrityError:
            return None
        return _after(now, tally.pk, holder, opened)
    changed = Tally.objects.filter(pk=now.tally, version=now.version).update(
        used=now.used + 1, opened=opened, version=now.version + 1
    )
    return _after(now, now.tally, now.holder, opened) if changed else None


def _after(now: Standing, tally: int, holder: str, opened: list[str]) -> Standing:
    return Standing(
        now.plan, now.plan_name, now.amount, now.period, now.key, tally, holder, now.used + 1, tuple(opened), now.version + 1, now.neighbours,
        now.more,
    )  # fmt: skip


def _take(caller: Caller, meter: str, amount: int, today: date) -> int | None:
    """Adds to the tally in one write that cannot exceed the allowance; the tally, or None when there is no room."""
    now = standing(caller, meter, today)
    if now.amount is not None and now.amount < amount:
        return None
    tally = now.tally or _new_tally(caller, now, meter, today)
    room = Tally.objects.filter(pk=tally)
    if now.amount is not None:
        room = room.filter(used__lte=now.amount - amount)
    return tally if room.update(used=F("used") + amount) else None


def _new_tally(caller: Caller, now: Standing, meter: str, today: date) -> int:
    holder = now.holder if now.holder != "guest:" else f"guest:{secrets.token_urlsafe(16)}"
    extra = {"fingerprint": caller.fingerprint, "network": caller.network} if caller.is_guest else {}
    try:
        with transaction.atomic():
            return Tally.objects.create(holder=holder, meter=meter, period=now.key, day=today, **extra).pk
    except IntegrityError:
        found = standing(caller, meter, today).tally
        assert found is not None
        return found


def _lower(use: Use, amount: int) -> None:
    if amount:
        Tally.objects.filter(pk=use.tally_id).update(used=Greatest(F("used") - amount, 0))


def _is_crowded(caller: Caller, now: Standing) -> bool:
    """Too many guests today behind one address; a guest already counted goes on."""
    return caller.is_guest and now.tally is None and now.neighbours >= settings.GUESTS_PER_NETWORK


def _token(now: Standing) -> str | None:
    return now.holder.removeprefix("guest:") or None if now.holder.startswith("guest:") else None

"""The only writer of kept notes: keep one masked, add to its log what was decided, drop it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from codingahead.codebook import Codebook
from codingahead_web.accounts.models import User
from codingahead_web.notes import engine
from codingahead_web.notes.models import DAYS_KEPT, Decision, KeptNote
from codingahead_web.notes.typed import Decided


@transaction.atomic
def keep_note(owner: User, text: str, codebook: Codebook, *, on: date, setting: str) -> KeptNote:
    """Masks first, then codes the masked text, so that what is kept points into what is kept."""
    forget()
    masked = engine.masked(text)
    suggested = engine.suggest(codebook, masked, on, setting)
    return KeptNote.objects.create(owner=owner, text=masked, setting=setting, on=on, suggested=suggested)


@transaction.atomic
def decide(note: KeptNote, by: User, decided: list[Decided]) -> list[Decision]:
    """Adds a row for each decision that differs from the last one about its code; what lacks something is not one yet."""
    last = last_decisions(note)
    made = []
    for d in decided:
        before = last.get((d.system, d.code))
        now = (d.act, d.reason, d.becomes)
        if d.lacks or (before is None and not d.act):
            continue
        if before is not None and (before.act, before.reason, before.becomes) == (
            d.act or Decision.Act.OPEN,
            d.reason,
            d.becomes,
        ):
            continue
        act = now[0] or Decision.Act.OPEN
        made.append(
            Decision.objects.create(
                note=note, by=by, code=d.code, system=d.system, act=act, reason=d.reason, becomes=d.becomes
            )
        )
    return made


def drop(note: KeptNote) -> None:
    """The note and its log."""
    note.delete()


def forget() -> int:
    """Drops notes past their time with their logs; returns how many."""
    old = KeptNote.objects.filter(made__lt=timezone.now() - timedelta(days=DAYS_KEPT))
    gone = len(old)
    old.delete()
    return gone


def last_decisions(note: KeptNote) -> dict[tuple[str, str], Decision]:
    return {(d.system, d.code): d for d in note.decisions.all()}


def export_kept(user: User) -> list[dict[str, Any]]:
    """Everything kept of a person's notes, with their logs."""
    return [
        {
            "kept": note.made.isoformat(), "on": note.on.isoformat(), "setting": note.setting, "text": note.text, "suggested": note.suggested,
            "log": [{"at": d.at.isoformat(), "code": d.code, "system": d.system, "act": d.act, "reason": d.reason, "becomes": d.becomes}
                    for d in note.decisions.all()],
        }
        for note in KeptNote.objects.filter(owner=user).prefetch_related("decisions")
    ]  # fmt: skip

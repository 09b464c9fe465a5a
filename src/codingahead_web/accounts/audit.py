"""The append-only log of security-relevant acts: who did what to which thing. Never content, never an address."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from codingahead_web.accounts.cells import safe_cell
from codingahead_web.accounts.models import AuditEvent, Organisation, User


def record(
    act: str, *, actor: User | None = None, organisation: Organisation | None = None, subject: str = ""
) -> AuditEvent:
    """Seals the event with the digest of the one before it, so that a missing or altered line shows."""
    with transaction.atomic():
        last = _hold_last()
        event = AuditEvent(at=timezone.now(), actor=actor, organisation=organisation, act=act, subject=subject[:120])
        event.chain = _seal(last.chain if last else "", event)
        event.save()
    return event


def _hold_last() -> AuditEvent | None:
    """The newest event, locked. Whoever waited for the lock may find that a newer one was written meanwhile."""
    while True:
        held = AuditEvent.objects.select_for_update().order_by("-id").first()
        newest = AuditEvent.objects.order_by("-id").values_list("pk", flat=True).first()
        if newest == (held.pk if held else None):
            return held


def write_csv(events: Iterable[AuditEvent], to: Any) -> None:
    rows = csv.writer(to)
    rows.writerow(["at", "act", "who", "subject", "seal"])
    for e in events:
        rows.writerow([e.at.isoformat(), e.act, safe_cell(str(e.actor or "")), safe_cell(e.subject), e.chain])


def is_whole(events: Iterable[AuditEvent]) -> bool:
    """Whether events, oldest first and beginning with the first ever, are sealed in an unbroken chain."""
    before = ""
    for event in events:
        if event.chain != _seal(before, event):
            return False
        before = event.chain
    return True


def _seal(before: str, event: AuditEvent) -> str:
    told = "|".join((before, event.at.isoformat(), event.act, event.subject))
    return hashlib.sha256(told.encode()).hexdigest()

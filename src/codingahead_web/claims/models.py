"""A file of claims that somebody handed in, and how far its check has come. Neither the file's name nor anything of a patient is kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

HOURS_KEPT = 24


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Upload(models.Model):
    """`token` opens it to whoever handed it in, `share` its report to whoever has the link. `summary`: the report's numbers."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READING = "reading", "Reading the file"
        CHECKING = "checking", "Checking the claims"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        CANCELLED = "cancelled", "Cancelled"

    RUNNING = (State.WAITING, State.READING, State.CHECKING)

    token = models.CharField(max_length=40, unique=True, default=new_token)
    share = models.CharField(max_length=40, unique=True, null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="claim_uploads"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    size = models.PositiveBigIntegerField()
    claims = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0, help_text="Lines checked so far.")
    reason = models.CharField(max_length=400, blank=True, help_text="Why it was refused.")
    summary = models.JSONField(default=dict)
    made = models.DateTimeField(default=timezone.now, db_index=True)
    began = models.DateTimeField(null=True, blank=True, help_text="When the checking of claims began.")
    moved = models.DateTimeField(default=timezone.now, help_text="The last sign of life of the check.")

    class Meta:
        ordering = ["-made"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.lines} lines"

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def expires(self) -> datetime:
        return self.made + timedelta(hours=HOURS_KEPT)

    @property
    def percent(self) -> int:
        return min(100 * self.checked // self.lines, 100) if self.lines else 0

    @property
    def rate(self) -> int:
        """Lines a second since the checking began."""
        passed = (self.moved - self.began).total_seconds() if self.began else 0.0
        return round(self.checked / passed) if passed > 0 and self.checked else 0

    @property
    def seconds_left(self) -> int | None:
        return -(-(self.lines - self.checked) // self.rate) if self.rate else None

"""A note that somebody asked to keep, with its identifiers masked, and what was decided about each suggestion: a log that only grows."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

DAYS_KEPT = 30


def new_token() -> str:
    return secrets.token_urlsafe(24)


class KeptNote(models.Model):
    """`text`: masked; `suggested`: the Suggest value for it, whose evidence points into `text`."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_notes")
    text = models.TextField()
    setting = models.CharField(max_length=20)
    on = models.DateField(help_text="Date of service.")
    suggested = models.JSONField()
    made = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-made"]

    def __str__(self) -> str:
        return f"{self.on}, {len(self.text)} characters"

    @property
    def expires(self) -> datetime:
        return self.made + timedelta(days=DAYS_KEPT)


class OnlyGrows(models.QuerySet["Decision"]):
    """Rows of a log go only together with their note. Raises ValueError."""

    def update(self, **kwargs: Any) -> int:
        raise ValueError("a decision is never rewritten")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ValueError("a decision is never deleted by itself")


class Decision(models.Model):
    """What a person decided about one code of a note. `becomes`: the code taken instead; `reason`: why it was rejected."""

    class Act(models.TextChoices):
        ACCEPT = "accept", "accepted"
        REJECT = "reject", "rejected"
        CHANGE = "change", "changed"
        ADD = "add", "added"
        OPEN = "open", "opened again"

    note = models.ForeignKey(KeptNote, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    code = models.CharField(max_length=12)
    system = models.CharField(max_length=12)
    act = models.CharField(max_length=6, choices=Act.choices)
    reason = models.CharField(max_length=80, blank=True)
    becomes = models.CharField(max_length=12, blank=True)

    objects = OnlyGrows.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.get_act_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError for a row that stands already: a change of mind is another row."""
        if self.pk is not None:
            raise ValueError("a decision is never rewritten")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValueError("a decision is never deleted by itself")

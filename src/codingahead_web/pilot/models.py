"""What a person keeps of CasePilot: threads of questions, each with its answer as it was given. Questions are kept masked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Thread(models.Model):
    """Questions that belong together. Readable by its owner, and by whoever holds `share`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="casepilot_threads")
    name = models.CharField(max_length=120)
    share = models.CharField(max_length=40, unique=True, null=True, blank=True)
    begun = models.DateTimeField(default=timezone.now)
    touched = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-touched"]
        indexes = [models.Index(fields=["owner", "-touched"])]

    def __str__(self) -> str:
        return self.name


class Turn(models.Model):
    """One question and the Answer value it got. `pack` names the pack that answered, so that a later one can be compared."""

    class Judged(models.TextChoices):
        HELPFUL = "helpful", "Helpful"
        WRONG = "wrong", "Not right"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="turns")
    question = models.TextField(max_length=4_000)
    on = models.DateField()
    answer = models.JSONField()
    pack = models.CharField(max_length=80)
    asked = models.DateTimeField(default=timezone.now)
    judged = models.CharField(max_length=8, choices=Judged.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["asked", "id"]

    def __str__(self) -> str:
        return self.question[:60]

"""What a person keeps about codes: favourite lists, notes, and where he or she has been."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from codingahead_web.accounts.models import Organisation


class FavouriteList(models.Model):
    """A named, ordered list of codes. Shared with the team of `organisation`, and by link with whoever holds `share`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourite_lists")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="favourite_lists"
    )
    name = models.CharField(max_length=80)
    share = models.CharField(max_length=40, unique=True, null=True, blank=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Favourite(models.Model):
    list = models.ForeignKey(FavouriteList, on_delete=models.CASCADE, related_name="favourites")
    system = models.CharField(max_length=12)
    code = models.CharField(max_length=12)
    remark = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["list", "system", "code"], name="one_favourite_a_list")]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class CodeNote(models.Model):
    """A note on a code, in Markdown: the writer's own, or read by the team of `organisation`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="code_notes")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="code_notes"
    )
    system = models.CharField(max_length=12)
    code = models.CharField(max_length=12)
    text = models.TextField(max_length=10_000)
    written = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-written"]
        indexes = [models.Index(fields=["system", "code"])]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class Viewed(models.Model):
    """The last time somebody looked at a code."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="viewed")
    system = models.CharField(max_length=12)
    code = models.CharField(max_length=12)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["user", "system", "code"], name="one_view_a_code")]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class Searched(models.Model):
    """The last time somebody searched for these words."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="searched")
    text = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="one_search_a_text")]

    def __str__(self) -> str:
        return self.text

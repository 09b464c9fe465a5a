"""Employers, their postings, the words postings are found by, and what a coder does with them. Resumes and letters are kept encrypted only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from codingahead_web.accounts.models import Organisation


class Employer(models.Model):
    """An organisation that posts. `VERIFIED`: somebody reads mail of the domain; `TRUSTED`: a moderator let a posting through."""

    class State(models.TextChoices):
        NEW = "new", "Not verified"
        VERIFIED = "verified", "Verified"
        TRUSTED = "trusted", "Verified and known"
        BLOCKED = "blocked", "Blocked"

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="employer")
    name = models.CharField(max_length=120)
    domain = models.CharField(max_length=120, db_index=True)
    about = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    token_digest = models.CharField(max_length=64, blank=True, editable=False)
    token_sent = models.DateTimeField(null=True, blank=True, editable=False)
    verified = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        return self.state in (self.State.VERIFIED, self.State.TRUSTED)


class Posting(models.Model):
    """One job. `pay_year_min` and `pay_year_max` are what the list compares: dollars a year, empty where pay is by the chart."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Waiting for approval"
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"
        EXPIRED = "expired", "Expired"

    class Setting(models.TextChoices):
        PROFESSIONAL = "professional", "Professional fee"
        FACILITY = "facility", "Facility"
        RISK = "risk_adjustment", "Risk adjustment"
        AUDIT = "auditing", "Auditing"
        CDI = "cdi", "Clinical documentation"
        BILLING = "billing", "Billing"
        EDUCATION = "education", "Education"

    class Kind(models.TextChoices):
        FULL = "full_time", "Full time"
        PART = "part_time", "Part time"
        CONTRACT = "contract", "Contract"
        TEMPORARY = "temporary", "Temporary"
        PER_DIEM = "per_diem", "Per diem"
        INTERN = "intern", "Internship"

    class Place(models.TextChoices):
        REMOTE = "remote", "Remote"
        HYBRID = "hybrid", "Hybrid"
        ONSITE = "onsite", "On site"

    class PayUnit(models.TextChoices):
        HOUR = "hour", "an hour"
        YEAR = "year", "a year"
        CHART = "chart", "a chart"

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="postings")
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=12_000)
    credentials = models.JSONField(default=list, blank=True)
    or_equivalent = models.BooleanField(default=True)
    specialty = models.CharField(max_length=30, blank=True)
    setting = models.CharField(max_length=20, choices=Setting.choices)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FULL)
    place = models.CharField(max_length=10, choices=Place.choices)
    states = models.JSONField(
        default=list, blank=True, help_text="Where it is, or from where it may be done; empty: anywhere."
    )
    city = models.CharField(max_length=80, blank=True)
    pay_min = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    pay_max = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    pay_unit = models.CharField(max_length=6, choices=PayUnit.choices, default=PayUnit.HOUR)
    pay_year_min = models.PositiveIntegerField(null=True, blank=True, editable=False)
    pay_year_max = models.PositiveIntegerField(null=True, blank=True, editable=False)
    experience_years = models.PositiveSmallIntegerField(default=0)
    code_sets = models.JSONField(default=list, blank=True)
    encoder = models.CharField(max_length=80, blank=True)
    sponsors = models.BooleanField(default=False, help_text="Sponsors a visa.")
    apply_url = models.URLField(blank=True, help_text="Empty: applications come in here.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    held_for = models.CharField(max_length=300, blank=True, editable=False)
    opens = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)
    changed = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-opens", "-id"]
        indexes = [
            models.Index(fields=["status", "changed"]),
            models.Index(fields=["status", "expires"]),
            models.Index(fields=["employer", "status"]),
            models.Index(fields=["changed"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        return slugify(self.title)[:80] or "posting"

    def get_absolute_url(self) -> str:
        return reverse("posting", args=[self.pk, self.slug])

    def is_open(self) -> bool:
        now = timezone.now()
        return bool(
            self.status == self.Status.OPEN and self.opens and self.expires and self.opens <= now < self.expires
        )

    def has_been_open(self) -> bool:
        """Whether the address ever answered: then it is gone now, and not unknown."""
        return self.opens is not None and self.status in (self.Status.OPEN, self.Status.CLOSED, self.Status.EXPIRED)


class PostingWord(models.Model):
    """A stem by which an open posting is found. `weight`: title 8, facts 4, description 1."""

    word = models.CharField(max_length=40)
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="words", db_index=False)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["posting", "word"], name="one_word_a_posting")]
        indexes = [models.Index(fields=["word", "posting", "weight"], name="careers_word")]

    def __str__(self) -> str:
        return self.word


class Application(models.Model):
    """One person for one posting. The letter and the resume are encrypted; withdrawing deletes them."""

    class Status(models.TextChoices):
        NEW = "new", "New"
        SCREENED = "screened", "Screened"
        INTERVIEW = "interview", "Interview"
        OFFER = "offer", "Offer"
        REJECTED = "rejected", "Not chosen"

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="applications")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="job_applications")
    name = models.CharField(max_length=120)
    letter = models.BinaryField(null=True, blank=True, help_text="Encrypted.")
    resume = models.BinaryField(null=True, blank=True, help_text="Encrypted.")
    resume_kind = models.CharField(max_length=4, blank=True)
    credentials = models.JSONField(default=list, help_text="Credentials that the resume names; not verified.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made"]
        constraints = [models.UniqueConstraint(fields=["posting", "user"], name="one_application_each")]

    def __str__(self) -> str:
        return f"{self.pk} for {self.posting_id}"


class ResumeAccess(models.Model):
    """Who opened a resume, and when: shown to the candidate."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.application_id} at {self.at:%Y-%m-%d %H:%M}"


class Message(models.Model):
    """One message between an employer and a candidate, encrypted. Neither learns the other's address."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="messages")
    by_employer = models.BooleanField()
    content = models.BinaryField(help_text="Encrypted.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.application_id} at {self.at:%Y-%m-%d %H:%M}"


class Bookmark(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="job_bookmarks")
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="bookmarks")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made"]
        constraints = [models.UniqueConstraint(fields=["user", "posting"], name="one_bookmark_each")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.posting_id}"


class SavedSearch(models.Model):
    """The query of a list, and how often its new postings are mailed. `sent`: up to when postings were told."""

    class Rhythm(models.TextChoices):
        NEVER = "never", "No mail"
        INSTANT = "instant", "At once"
        DAILY = "daily", "Daily"
        WEEKLY = "weekly", "Weekly"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="job_searches")
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=500)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.DAILY)
    sent = models.DateTimeField(default=timezone.now)
    tried = models.DateTimeField(null=True, blank=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made"]
        verbose_name_plural = "saved searches"
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="one_search_each")]
        indexes = [models.Index(fields=["rhythm", "sent"])]

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """A reader's word to the moderator about a posting."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="reports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["posting", "user"], name="one_report_each")]

    def __str__(self) -> str:
        return self.reason[:60]

"""Mails that came in, the replies that go out, and what an organisation has decided about both. What people wrote is kept encrypted only."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone

from codingahead_web.accounts.models import Organisation

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def new_number() -> str:
    """A tracking number that tells nothing and cannot be guessed."""
    return "CC-" + "".join(secrets.choice(_LETTERS) for _ in range(10))


class Inquiry(models.Model):
    """One mail in. `identity` makes a mail that is delivered again harmless; `lease_until` and `holder`: who works on it now."""

    class State(models.TextChoices):
        RECEIVED = "received", "Waiting"
        WORKING = "working", "Being answered"
        HELD = "held", "With a reviewer"
        ANSWERED = "answered", "Answered"
        SILENT = "silent", "Not answered"
        REFUSED = "refused", "Refused"
        DEAD = "dead", "Failed"

    number = models.CharField(max_length=20, unique=True, default=new_number)
    identity = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=998, blank=True, db_index=True)
    thread = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followed_by")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="inquiries"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="inquiries"
    )
    sender = models.EmailField(blank=True, db_index=True)
    recipient = models.EmailField(blank=True)
    trust = models.CharField(max_length=20, blank=True, help_text="What SPF, DKIM and DMARC said of the sender.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    reason = models.CharField(max_length=200, blank=True)
    raw = models.BinaryField(
        null=True, blank=True, help_text="The mail as it came, encrypted; dropped after the days of the policy."
    )
    told = models.BinaryField(null=True, blank=True, help_text="The answer, encrypted.")
    note = models.BinaryField(null=True, blank=True, help_text="The sender's words with identifiers masked, encrypted.")
    codes = models.JSONField(default=list, help_text="Codes of the answer: the memory of the thread.")
    confidence = models.FloatField(null=True, blank=True)
    size = models.PositiveIntegerField(default=0)
    received = models.DateTimeField(default=timezone.now, db_index=True)
    answered = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=120, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=20, blank=True, help_text="What the reviewer did: approved, edited, rejected."
    )

    class Meta:
        ordering = ["-received"]
        verbose_name_plural = "inquiries"
        indexes = [models.Index(fields=["state", "next_try"])]

    def __str__(self) -> str:
        return f"{self.number}, {self.get_state_display()}"

    @property
    def root(self) -> Inquiry:
        return self.thread or self


class Reply(models.Model):
    """One mail out, written before it is sent. `message_id` never changes, so that a mail sent twice is known as one."""

    class Kind(models.TextChoices):
        ANSWER = "answer", "Answer"
        INVITATION = "invitation", "Invitation"
        ALLOWANCE = "allowance", "Allowance used up"
        REFUSAL = "refusal", "Refusal"

    class State(models.TextChoices):
        READY = "ready", "Ready to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        BOUNCED = "bounced", "Came back"
        DEAD = "dead", "Cannot be sent"

    inquiry = models.OneToOneField(Inquiry, on_delete=models.CASCADE, related_name="reply")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    message_id = models.CharField(max_length=200, unique=True)
    sender = models.EmailField()
    recipient = models.EmailField()
    content = models.BinaryField(help_text="The whole mail, encrypted.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    reason = models.CharField(max_length=200, blank=True)
    made = models.DateTimeField(default=timezone.now)
    sent = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-made"]
        verbose_name_plural = "replies"
        indexes = [models.Index(fields=["state", "next_try"])]

    def __str__(self) -> str:
        return f"{self.kind} to {self.inquiry.number}, {self.state}"


class Stranger(models.Model):
    """An address without an account that was invited once; only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"invited {self.at:%Y-%m-%d}"


class Policy(models.Model):
    """What holds for the mails of an organisation's members; the row without an organisation holds for everybody else."""

    class Identifiers(models.TextChoices):
        MASK = "mask", "Mask and answer"
        HOLD = "hold", "Hold for a person"
        REFUSE = "refuse", "Refuse and delete"

    class Review(models.TextChoices):
        NEVER = "never", "Answers go out by themselves"
        UNSURE = "unsure", "A person reads uncertain answers first"
        ALWAYS = "always", "A person reads every answer first"

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="mail_policy"
    )
    identifiers = models.CharField(max_length=10, choices=Identifiers.choices, default=Identifiers.MASK)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.NEVER)
    least_confidence = models.FloatField(default=0.6, help_text="Answers below it are uncertain; from 0 to 1.")
    days_kept = models.PositiveSmallIntegerField(default=30, help_text="Days until the mail as it came is deleted.")
    domain = models.CharField(
        max_length=120, blank=True, help_text="Confirmed mail domain whose people may ask for the organisation."
    )

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["domain"], condition=~models.Q(domain=""), name="one_policy_a_domain")
        ]

    def __str__(self) -> str:
        return f"Policy of {self.organisation or 'everybody'}"

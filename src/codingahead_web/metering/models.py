"""What each plan allows, who has which plan, and what was used."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from codingahead_web.accounts.models import Organisation


class Meter(models.TextChoices):
    CODE_PAGE = "code_page", "code page views"
    ASK = "casepilot_turn", "CasePilot questions"
    EMAIL = "consultant_email", "mails to CaseConsultant"
    CLAIM_LINE = "claim_line", "claim lines checked"
    API_CALL = "api_call", "API calls"


class Period(models.TextChoices):
    LIFETIME = "lifetime", "Once"
    DAY = "day", "Each day"
    MONTH = "month", "Each month"


class Plan(models.Model):
    """A row of the pricing page. `guest` and `free` are what people have without a subscription. A price of None is by agreement."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(
        help_text="Order on the pricing page; of several plans a person has, the highest counts."
    )
    tagline = models.CharField(max_length=140, blank=True)
    monthly = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="US dollars a month; blank: by agreement."
    )
    yearly = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="US dollars a year; blank: by agreement."
    )
    per_seat = models.BooleanField(default=False)
    trial_days = models.PositiveSmallIntegerField(default=0)
    features = models.TextField(blank=True, help_text="One a line.")
    is_public = models.BooleanField(default=True)
    is_sold = models.BooleanField(default=True, help_text="Can be asked for or bought on the pricing page.")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    def feature_list(self) -> list[str]:
        return [line.strip() for line in self.features.splitlines() if line.strip()]


class Allowance(models.Model):
    """How much of one thing a plan gives in a period; no amount: as much as wanted."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="allowances")
    meter = models.CharField(max_length=20, choices=Meter.choices)
    amount = models.PositiveIntegerField(null=True, blank=True, help_text="Blank: unlimited.")
    period = models.CharField(max_length=10, choices=Period.choices, default=Period.LIFETIME)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "meter"], name="one_allowance_each")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.words()}"

    def words(self) -> str:
        """'5 code page views', '1 API call a day', 'CasePilot questions without limit'."""
        thing = str(self.get_meter_display())
        if self.amount is None:
            return f"{thing[:1].upper()}{thing[1:]} without limit"
        if self.amount == 1:
            thing = " ".join(
                w.removesuffix("s") if w in ("views", "questions", "mails", "lines", "calls") else w
                for w in thing.split()
            )
        often = {Period.DAY.value: " a day", Period.MONTH.value: " a month"}.get(self.period, "")
        return f"{self.amount:,} {thing}{often}"


class Subscription(models.Model):
    """A person's or an organisation's plan. It counts while `status` is one that counts and `ends` has not come."""

    class Status(models.TextChoices):
        REQUESTED = "requested", "Waiting for approval"
        TRIAL = "trial", "Trial"
        ACTIVE = "active", "Active"
        PAST_DUE = "past_due", "Payment failed, in grace"
        ENDED = "ended", "Ended"

    COUNTS = (Status.TRIAL, Status.ACTIVE, Status.PAST_DUE)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="subscriptions"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="subscriptions"
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    begins = models.DateTimeField(default=timezone.now)
    ends = models.DateTimeField(null=True, blank=True, help_text="The plan stops counting then; blank: it runs on.")
    renews = models.DateTimeField(null=True, blank=True, editable=False)
    cancels_at_end = models.BooleanField(default=False)
    yearly = models.BooleanField(default=False)
    seats = models.PositiveIntegerField(default=1)
    next_plan = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="From the next period on."
    )
    provider = models.CharField(max_length=20, default="manual", editable=False)
    customer = models.CharField(max_length=80, blank=True, editable=False)
    reference = models.CharField(max_length=80, blank=True, db_index=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) ^ models.Q(organisation__isnull=False), name="subscribed_by_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} for {self.user or self.organisation}"


class Receipt(models.Model):
    """One payment, as the provider reported it. `reference` makes a repeated report harmless."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="receipts")
    at = models.DateTimeField(default=timezone.now)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")
    reference = models.CharField(max_length=80, unique=True)
    page = models.URLField(blank=True, max_length=500)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.at:%Y-%m-%d}"


class PaymentEvent(models.Model):
    """A report of the payment provider that was acted on, so that the same one is never acted on twice."""

    reference = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Tally(models.Model):
    """What one holder has used of one thing in one period.

    `holder`: 'user:7', 'organisation:3' or 'guest:<token of the cookie>'. `opened`: the pages that were paid for and stay open.
    `version` lets one of several simultaneous spenders win. A guest is also known by a coarse `fingerprint` that expires with its salt, and
    counted by a digest of the `network`; no address is kept.
    """

    holder = models.CharField(max_length=80)
    meter = models.CharField(max_length=20, choices=Meter.choices)
    period = models.CharField(max_length=10, blank=True)
    used = models.PositiveIntegerField(default=0)
    opened = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=40, null=True, blank=True, editable=False)
    network = models.CharField(max_length=40, blank=True, editable=False)
    day = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["holder", "meter", "period"], name="one_tally_each"),
            models.UniqueConstraint(fields=["fingerprint", "meter", "period"], name="one_tally_a_fingerprint"),
        ]
        indexes = [models.Index(fields=["network", "meter", "day"])]

    def __str__(self) -> str:
        return f"{self.holder} {self.meter} {self.period}: {self.used}"


class Use(models.Model):
    """One line of the ledger: reserved before the work, settled with what it came to, or given back."""

    class State(models.TextChoices):
        RESERVED = "reserved", "Reserved"
        SETTLED = "settled", "Settled"
        RETURNED = "returned", "Given back"

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="uses")
    amount = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RESERVED)
    subject = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


def period_key(period: str, on: Any) -> str:
    """'' for once, '2026-11-23' for a day, '2026-11' for a month."""
    day: str = on.isoformat()
    return {Period.DAY.value: day, Period.MONTH.value: day[:7]}.get(period, "")

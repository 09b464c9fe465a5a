"""Who uses the site: people by their e-mail address, organisations with members, keys for programs, and what they did that matters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone


class PeopleManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The operator at the console: the address is taken as confirmed."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `setting`, `locality` and `day` are what the site assumes when nothing is said."""

    class Setting(models.TextChoices):
        PRACTITIONER = "practitioner", "Practitioner"
        OUTPATIENT = "outpatient", "Outpatient hospital"
        ASC = "asc", "Ambulatory surgical center"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined = models.DateTimeField(default=timezone.now, editable=False)
    setting = models.CharField(max_length=20, choices=Setting.choices, default=Setting.PRACTITIONER)
    locality = models.CharField(
        max_length=20, blank=True, help_text="Medicare contractor and locality, such as 10112/00."
    )
    day = models.DateField(null=True, blank=True, help_text="The date of service to begin with; blank: today.")
    keeps_history = models.BooleanField(default=True)

    objects = PeopleManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    MEMBER = "member", "Member"


class Organisation(models.Model):
    """A team that shares lists, notes, keys and a plan. `seats`: how many members it may have."""

    name = models.CharField(max_length=120)
    seats = models.PositiveIntegerField(default=5)
    created = models.DateTimeField(default=timezone.now, editable=False)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="organisations")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    joined = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"


class Invitation(models.Model):
    """Sent to an address; only the digest of its token is kept. It ends when accepted, withdrawn or past `expires`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sent = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "email"], name="one_invitation_each")]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"


class Scope(models.TextChoices):
    READ = "read", "Look up and search"
    CLAIMS = "claims", "Check claims"
    ASK = "ask", "Ask CasePilot"
    JOBS = "jobs", "Post jobs"


class ApiKey(models.Model):
    """A program's key: the secret is shown once, its digest kept. `per_minute` limits this key alone; 0 is no limit."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="api_keys"
    )
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField(default=120)
    created = models.DateTimeField(default=timezone.now, editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True, editable=False)
    revoked = models.DateTimeField(null=True, blank=True)
    window = models.PositiveIntegerField(default=0, editable=False)
    window_used = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def works(self, now: Any) -> bool:
        return self.revoked is None and (self.expires is None or self.expires > now)


class AppendOnly(models.QuerySet["AuditEvent"]):
    def update(self, **changed: Any) -> int:
        raise TypeError("an audit event is never changed")

    def delete(self) -> Any:
        raise TypeError("an audit event is never deleted")


class AuditEvent(models.Model):
    """One security-relevant act. Written once, never changed; `chain` seals each event with the one before it."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    act = models.CharField(max_length=60, editable=False)
    subject = models.CharField(max_length=120, blank=True, editable=False)
    chain = models.CharField(max_length=64, editable=False)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["organisation", "-id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("an audit event is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("an audit event is never deleted")

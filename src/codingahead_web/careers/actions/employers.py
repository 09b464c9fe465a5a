"""Employers: registered for an organisation, verified by a mail to their domain, blocked."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from codingahead_web.accounts import audit
from codingahead_web.accounts.models import Organisation, User
from codingahead_web.accounts.permissions import may as may_in_team
from codingahead_web.accounts.teams import role_of
from codingahead_web.careers import tables
from codingahead_web.careers.models import Employer, Posting
from codingahead_web.careers.permissions import may, who

TOKEN_LIFE = timedelta(days=3)
MAIL_AGAIN = timedelta(minutes=2)
_DOMAIN = re.compile(r"^(?=.{4,120}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$")


def require(user: User | None, on: Employer | Posting, act: str) -> None:
    if not may(who(user, on), act):
        raise PermissionDenied


def domain_of(text: str) -> str:
    """The domain of an address of the web or of mail. Raises ValidationError for none, or for a provider of private mail."""
    told = text.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0]
    domain = told.rpartition("@")[2].removeprefix("www.")
    if not _DOMAIN.match(domain):
        raise ValidationError("This is no domain, such as example.org.")
    if domain in tables.private_mail():
        raise ValidationError("An address at a mail provider proves no employer. Name the domain of the organisation.")
    return domain


def register_employer(user: User, organisation: Organisation, name: str, domain: str, about: str = "") -> Employer:
    """Raises ValidationError when the organisation is an employer already."""
    if not may_in_team(role_of(user, organisation), "rename"):
        raise PermissionDenied
    try:
        with transaction.atomic():
            employer = Employer.objects.create(
                organisation=organisation, name=name.strip()[:120], domain=domain_of(domain), about=about.strip()[:2000]
            )
    except IntegrityError:
        raise ValidationError("This team is an employer already.") from None
    audit.record("careers.employer_registered", actor=user, organisation=organisation, subject=employer.domain)
    return employer


def edit_employer(user: User, employer: Employer, name: str, domain: str, about: str) -> None:
    """Another domain must be verified anew, and until then open postings are paused."""
    require(user, employer, "edit_employer")
    new = domain_of(domain)
    with transaction.atomic():
        if new != employer.domain:
            if employer.state != Employer.State.BLOCKED:
                employer.state = Employer.State.NEW
            employer.domain, employer.verified, employer.token_digest = new, None, ""
            employer.postings.filter(status=Posting.Status.OPEN).update(
                status=Posting.Status.PAUSED, changed=timezone.now()
            )
        employer.name, employer.about = name.strip()[:120], about.strip()[:2000]
        employer.save()
    audit.record("careers.employer_changed", actor=user, organisation=employer.organisation, subject=employer.domain)


def send_verification(user: User, employer: Employer, local: str, address_of: str) -> None:
    """Mails a token to `local`@domain. `address_of`: the page that takes it, ending where the token goes."""
    require(user, employer, "verify_employer")
    to = f"{local.strip()}@{employer.domain}"
    validate_email(to)
    now = timezone.now()
    if employer.token_sent and now - employer.token_sent < MAIL_AGAIN:
        raise ValidationError("A mail was sent a moment ago. Wait two minutes.")
    token = secrets.token_urlsafe(32)
    employer.token_digest, employer.token_sent = _digest(token), now
    employer.save(update_fields=["token_digest", "token_sent"])
    text = (
        f"Somebody of {employer.name} wants to post jobs on Coding Ahead and named this address.\n\n"
        f"To confirm that {employer.domain} is yours, open this link while logged in, within three days:\n\n{address_of}{token}\n\n"
        "If you know nothing of this, do nothing."
    )
    send_mail(f"Confirm {employer.domain} for job postings", text, settings.DEFAULT_FROM_EMAIL, [to])
    audit.record("careers.verification_sent", actor=user, organisation=employer.organisation, subject=employer.domain)


def verify_employer(user: User, employer: Employer, token: str) -> bool:
    """Whether the token is the one that was mailed, and young enough."""
    require(user, employer, "verify_employer")
    now = timezone.now()
    fresh = employer.token_sent is not None and now - employer.token_sent < TOKEN_LIFE
    if not (fresh and employer.token_digest and secrets.compare_digest(employer.token_digest, _digest(token))):
        return False
    if employer.state == Employer.State.NEW:
        employer.state, employer.verified = Employer.State.VERIFIED, now
    employer.token_digest = ""
    employer.save(update_fields=["state", "verified", "token_digest"])
    audit.record("careers.employer_verified", actor=user, organisation=employer.organisation, subject=employer.domain)
    return True


@transaction.atomic
def block_employer(moderator: User, employer: Employer) -> None:
    """Everything that is open closes."""
    require(moderator, employer, "moderate")
    employer.state = Employer.State.BLOCKED
    employer.save(update_fields=["state"])
    living = [Posting.Status.OPEN, Posting.Status.PAUSED, Posting.Status.WAITING]
    employer.postings.filter(status__in=living).update(status=Posting.Status.CLOSED, changed=timezone.now())
    audit.record("careers.employer_blocked", actor=moderator, organisation=employer.organisation)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

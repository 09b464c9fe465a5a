"""The only writer of organisations: founded, joined by invitation, changed, left, dissolved. Each act is checked against the table and logged."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from codingahead_web.accounts import audit
from codingahead_web.accounts.models import Invitation, Membership, Organisation, Role, User
from codingahead_web.accounts.permissions import may

INVITATION_DAYS = 14


def role_of(user: User, organisation: Organisation) -> str | None:
    return Membership.objects.filter(user=user, organisation=organisation).values_list("role", flat=True).first()


def require(user: User, organisation: Organisation, act: str) -> None:
    """Raises PermissionDenied unless the user's role allows the act."""
    if not may(role_of(user, organisation), act):
        raise PermissionDenied


@transaction.atomic
def found(owner: User, name: str) -> Organisation:
    organisation = Organisation.objects.create(name=name.strip()[:120])
    Membership.objects.create(organisation=organisation, user=owner, role=Role.OWNER)
    audit.record("team.founded", actor=owner, organisation=organisation, subject=organisation.name)
    return organisation


def invite(actor: User, organisation: Organisation, email: str, role: str) -> tuple[Invitation, str]:
    """The invitation and its token, which stands only in the mail. Inviting again sends a new token. Raises ValidationError when no seat is free."""
    require(actor, organisation, "invite")
    email = email.strip().lower()
    if role == Role.OWNER:
        raise ValidationError("An owner is named, not invited.")
    if Membership.objects.filter(organisation=organisation, user__email=email).exists():
        raise ValidationError("This person is a member already.")
    if seats_left(organisation) < 1 and not organisation.invitations.filter(email=email, accepted=None).exists():
        raise ValidationError("No seat is free. Remove a member or an invitation, or add seats to the plan.")
    token = secrets.token_urlsafe(32)
    invitation, _ = Invitation.objects.update_or_create(
        organisation=organisation, email=email,
        defaults={
            "role": role, "token_digest": _digest(token), "invited_by": actor, "sent": timezone.now(), "accepted": None,
            "expires": timezone.now() + timedelta(days=INVITATION_DAYS),
        },
    )  # fmt: skip
    audit.record("team.invited", actor=actor, organisation=organisation, subject=role)
    return invitation, token


def find_invitation(token: str) -> Invitation | None:
    """One that can still be accepted."""
    found = Invitation.objects.select_related("organisation").filter(token_digest=_digest(token), accepted=None)
    return found.filter(expires__gt=timezone.now()).first()


@transaction.atomic
def accept(user: User, invitation: Invitation) -> Membership:
    """Raises PermissionDenied when the invitation was sent to another address."""
    if not user.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists():
        raise PermissionDenied
    membership, _ = Membership.objects.get_or_create(
        organisation=invitation.organisation, user=user, defaults={"role": invitation.role}
    )
    invitation.accepted = timezone.now()
    invitation.save(update_fields=["accepted"])
    audit.record("team.joined", actor=user, organisation=invitation.organisation, subject=invitation.role)
    return membership


def withdraw(actor: User, invitation: Invitation) -> None:
    require(actor, invitation.organisation, "invite")
    audit.record("team.invitation_withdrawn", actor=actor, organisation=invitation.organisation)
    invitation.delete()


def change_role(actor: User, membership: Membership, role: str) -> None:
    require(actor, membership.organisation, "change_role")
    if role not in Role.values:
        raise ValidationError("There is no such role.")
    _keep_an_owner(membership, role)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(
        "team.role_changed", actor=actor, organisation=membership.organisation, subject=f"{membership.user_id} {role}"
    )


def remove(actor: User, membership: Membership) -> None:
    """Anybody may leave; to remove somebody else takes the right to."""
    if membership.user_id != actor.pk:
        require(actor, membership.organisation, "remove_member")
        if membership.role == Role.OWNER:
            require(actor, membership.organisation, "change_role")
    _keep_an_owner(membership, None)
    audit.record("team.left", actor=actor, organisation=membership.organisation, subject=str(membership.user_id))
    membership.delete()


def rename(actor: User, organisation: Organisation, name: str) -> None:
    require(actor, organisation, "rename")
    organisation.name = name.strip()[:120] or organisation.name
    organisation.save(update_fields=["name"])


def dissolve(actor: User, organisation: Organisation) -> None:
    require(actor, organisation, "dissolve")
    audit.record("team.dissolved", actor=actor, subject=organisation.name)
    organisation.delete()


def seats_left(organisation: Organisation) -> int:
    open_invitations = organisation.invitations.filter(accepted=None, expires__gt=timezone.now()).count()
    return organisation.seats - organisation.memberships.count() - open_invitations


def _keep_an_owner(membership: Membership, role: str | None) -> None:
    owners = Membership.objects.filter(organisation=membership.organisation, role=Role.OWNER)
    if membership.role == Role.OWNER and role != Role.OWNER and owners.count() == 1:
        raise ValidationError("A team needs an owner. Name another one first, or dissolve the team.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

"""The only writer of organisations: founded, joined by invitation, changed, left, dissolved. Each act is checked against the table and logged."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from codingahead_web.accounts import audit, keys
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
    if role not in (Role.ADMIN, Role.MEMBER):
        raise ValidationError("An owner is named, not invited.")
    if Membership.objects.filter(organisation=organisation, user__email=email).exists():
        raise ValidationError("This person is a member already.")
    if seats_left(organisation, but=email) < 1:
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
    """Raises PermissionDenied when the invitation was sent to another address, ValidationError when the team has no seat any more."""
    if not user.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists():
        raise PermissionDenied
    team = _hold(invitation.organisation)
    if team.memberships.exclude(user=user).count() >= team.seats:
        raise ValidationError("The team has no free seat any more. Ask for one.")
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


@transaction.atomic
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


@transaction.atomic
def remove(actor: User, membership: Membership) -> None:
    """Anybody may leave; to remove somebody else takes the right to. Keys made for the team stop working."""
    if membership.user_id != actor.pk:
        require(actor, membership.organisation, "remove_member")
        if membership.role == Role.OWNER:
            require(actor, membership.organisation, "change_role")
    _keep_an_owner(membership, None)
    for key in membership.organisation.api_keys.filter(owner=membership.user_id, revoked=None):
        keys.revoke_key(key, actor)
    audit.record("team.left", actor=actor, organisation=membership.organisation, subject=str(membership.user_id))
    membership.delete()


def rename(actor: User, organisation: Organisation, name: str) -> None:
    require(actor, organisation, "rename")
    organisation.name = name.replace("\x00", "").strip()[:120] or organisation.name
    organisation.save(update_fields=["name"])


def dissolve(actor: User, organisation: Organisation) -> None:
    """Raises ValidationError while a plan is being paid for: the provider would go on charging."""
    require(actor, organisation, "dissolve")
    if is_charged(organisation):
        raise ValidationError("Cancel the team's plan first: it would be charged on.")
    audit.record("team.dissolved", actor=actor, subject=organisation.name)
    organisation.delete()


def leave_all(user: User) -> list[str]:
    """Leaves every team before the account goes; teams of nobody else are dissolved. Returns the names of those that would be left without an
    owner, and then leaves none."""
    mine = list(user.memberships.select_related("organisation"))
    alone = [m for m in mine if not m.organisation.memberships.exclude(user=user).exists()]
    others = [m for m in mine if m not in alone]
    orphaned = [m.organisation.name for m in others if m.role == Role.OWNER and _owners(m.organisation) == 1]
    if orphaned:
        return orphaned
    for membership in others:
        remove(user, membership)
    for membership in alone:
        dissolve(user, membership.organisation)
    return []


def is_charged(holder: User | Organisation) -> bool:
    """Whether a payment provider goes on charging for a plan of the holder."""
    charged = holder.subscriptions.exclude(provider="manual").exclude(status="ended")
    return bool(charged.filter(cancels_at_end=False).exists())


def seats_left(organisation: Organisation, *, but: str = "") -> int:
    """Seats neither taken nor promised to anybody `but` this address."""
    promised = organisation.invitations.filter(accepted=None, expires__gt=timezone.now()).exclude(email=but).count()
    return organisation.seats - organisation.memberships.count() - promised


def _keep_an_owner(membership: Membership, role: str | None) -> None:
    _hold(membership.organisation)
    if membership.role == Role.OWNER and role != Role.OWNER and _owners(membership.organisation) == 1:
        raise ValidationError("A team needs an owner. Name another one first, or dissolve the team.")


def _owners(organisation: Organisation) -> int:
    return Membership.objects.filter(organisation=organisation, role=Role.OWNER).count()


def _hold(organisation: Organisation) -> Organisation:
    """One change of members at a time: two owners who leave together must not leave none."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

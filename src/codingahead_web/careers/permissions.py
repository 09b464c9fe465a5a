"""Who may do what on the job board: the whole table. Roles are relations to one posting, application or employer."""

from __future__ import annotations

from enum import Enum

from codingahead_web.accounts.models import Membership, Role, User
from codingahead_web.careers.models import Application, Employer, Posting


class Who(Enum):
    """The strongest relation counts. `MEMBER`, `ADMIN`, `OWNER`: of the employer's organisation; `CANDIDATE`: who applied."""

    GUEST = "guest"
    PERSON = "person"
    CANDIDATE = "candidate"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"
    MODERATOR = "moderator"


_TEAM = frozenset({Who.MEMBER, Who.ADMIN, Who.OWNER})
_LEADS = frozenset({Who.ADMIN, Who.OWNER})

PERMISSIONS: dict[str, frozenset[Who]] = {
    "read_unpublished": _TEAM | {Who.MODERATOR},
    "write_posting": _TEAM,
    "publish": _LEADS,
    "close": _LEADS | {Who.MODERATOR},
    "see_applicants": _TEAM,
    "move_applicant": _LEADS,
    "reply": _LEADS | {Who.CANDIDATE},
    "read_resume": _TEAM | {Who.CANDIDATE},
    "withdraw": frozenset({Who.CANDIDATE}),
    "see_accesses": frozenset({Who.CANDIDATE}),
    "edit_employer": _LEADS,
    "verify_employer": _LEADS,
    "moderate": frozenset({Who.MODERATOR}),
}


def may(who: Who, act: str) -> bool:
    """Raises KeyError for an act that is not in the table."""
    return who in PERMISSIONS[act]


def who(user: User | None, on: Posting | Application | Employer) -> Who:
    """A moderator who is in the team acts as the team: nobody moderates their own postings."""
    if user is None or not user.is_authenticated:
        return Who.GUEST
    if isinstance(on, Application) and on.user_id == user.pk:
        return Who.CANDIDATE
    employer = on if isinstance(on, Employer) else on.employer if isinstance(on, Posting) else on.posting.employer
    role = (
        Membership.objects.filter(user=user, organisation=employer.organisation_id)
        .values_list("role", flat=True)
        .first()
    )
    if role is not None:
        return {Role.OWNER.value: Who.OWNER, Role.ADMIN.value: Who.ADMIN}.get(role, Who.MEMBER)
    return Who.MODERATOR if user.is_staff else Who.PERSON

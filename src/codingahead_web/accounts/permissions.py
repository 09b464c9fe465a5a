"""Who may do what in an organisation: the whole table."""

from __future__ import annotations

from codingahead_web.accounts.models import Role

OWNER, ADMIN, MEMBER = Role.OWNER, Role.ADMIN, Role.MEMBER
EVERYONE = frozenset({OWNER, ADMIN, MEMBER})
STAFF = frozenset({OWNER, ADMIN})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "see_members": EVERYONE,
    "read_shared": EVERYONE,
    "write_shared": EVERYONE,
    "invite": STAFF,
    "remove_member": STAFF,
    "change_role": frozenset({OWNER}),
    "rename": STAFF,
    "see_keys": STAFF,
    "make_key": STAFF,
    "see_audit": STAFF,
    "buy": frozenset({OWNER}),
    "dissolve": frozenset({OWNER}),
}


def may(role: str | None, act: str) -> bool:
    """A stranger (`role` None) may nothing. Raises KeyError for an act that is not in the table."""
    return role in PERMISSIONS[act]

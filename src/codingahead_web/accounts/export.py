"""Everything kept about a person, as JSON. Each app that keeps something adds its part here when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession

from codingahead_web.accounts.models import AuditEvent, User

Part = Callable[[User], Any]
_PARTS: dict[str, Part] = {}


def add_part(name: str, part: Part) -> None:
    _PARTS[name] = part


def everything(user: User) -> dict[str, Any]:
    return {name: part(user) for name, part in sorted(_PARTS.items())}


def _account(user: User) -> dict[str, Any]:
    return {
        "email": user.email, "name": user.name, "joined": user.joined.isoformat(), "setting": user.setting, "locality": user.locality,
        "day": user.day.isoformat() if user.day else None, "keeps_history": user.keeps_history,
        "addresses": list(user.emailaddress_set.values("email", "verified", "primary")),
    }  # fmt: skip


def _teams(user: User) -> list[dict[str, Any]]:
    return [
        {"organisation": m.organisation.name, "role": m.role, "joined": m.joined.isoformat()}
        for m in user.memberships.select_related("organisation")
    ]


def _keys(user: User) -> list[dict[str, Any]]:
    return [
        {
            "name": k.name,
            "prefix": k.prefix,
            "scopes": k.scopes,
            "created": k.created.isoformat(),
            "revoked": bool(k.revoked),
        }
        for k in user.api_keys.all()
    ]


def _acts(user: User) -> list[dict[str, Any]]:
    return [{"at": e.at.isoformat(), "act": e.act, "subject": e.subject} for e in AuditEvent.objects.filter(actor=user)]


def _factors(user: User) -> list[dict[str, Any]]:
    return [
        {"kind": f.type, "added": f.created_at.isoformat(), "last_used": f.last_used_at and f.last_used_at.isoformat()}
        for f in user.authenticator_set.all()
    ]


def _sessions(user: User) -> list[dict[str, Any]]:
    return [{"since": s.created_at.isoformat(), "browser": s.user_agent} for s in UserSession.objects.filter(user=user)]


add_part("account", _account)
add_part("second_factors", _factors)
add_part("sessions", _sessions)
add_part("teams", _teams)
add_part("api_keys", _keys)
add_part("acts", _acts)

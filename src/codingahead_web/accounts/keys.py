"""Keys for programs: made once, shown once, kept as a digest, limited each on its own."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from codingahead_web.accounts import audit
from codingahead_web.accounts.models import ApiKey, Organisation, Scope, User

MARK = "cak_"
MINUTE = 60
# Whatever is not named here is looking up.
SCOPES = (("/api/v1/claims", Scope.CLAIMS), ("/api/v1/ask", Scope.ASK))
USED_EVERY = timedelta(minutes=1)


def make_key(
    owner: User, name: str, scopes: list[str], *, organisation: Organisation | None = None, expires: datetime | None = None,
    per_minute: int = 120,
) -> tuple[ApiKey, str]:  # fmt: skip
    """The key and its secret, which is not kept and cannot be shown again."""
    secret = MARK + secrets.token_urlsafe(32)
    known = [s for s in scopes if s in Scope.values] or [Scope.READ.value]
    key = ApiKey.objects.create(
        owner=owner, organisation=organisation, name=name.strip()[:80] or "Key", prefix=secret[:12], digest=digest(secret), scopes=known,
        expires=expires, per_minute=per_minute,
    )  # fmt: skip
    audit.record("key.made", actor=owner, organisation=organisation, subject=f"{key.name} {key.prefix}")
    return key, secret


def revoke_key(key: ApiKey, actor: User) -> None:
    if key.revoked is None:
        key.revoked = timezone.now()
        key.save(update_fields=["revoked"])
        audit.record("key.revoked", actor=actor, organisation=key.organisation, subject=f"{key.name} {key.prefix}")


def find_key(secret: str) -> ApiKey | None:
    """The key that works and belongs to this secret."""
    if not secret.startswith(MARK):
        return None
    key = ApiKey.objects.select_related("owner", "organisation").filter(digest=digest(secret)).first()
    return key if key and key.works(timezone.now()) and key.owner.is_active else None


def scope_for(path: str) -> Scope:
    """What a key must be allowed to do to call this address."""
    return next((scope for prefix, scope in SCOPES if path.startswith(prefix)), Scope.READ)


def take_turn(key: ApiKey) -> bool:
    """Counts one call; False when the key has used up its minute."""
    now = timezone.now()
    window = int(now.timestamp()) // MINUTE
    mine = ApiKey.objects.filter(pk=key.pk)
    if key.last_used is None or now - key.last_used > USED_EVERY:
        mine.update(last_used=now)
    if not key.per_minute:
        return True
    counted = mine.filter(window=window, window_used__lt=key.per_minute)
    # A new minute is opened by one caller; those who come at the same moment count in it.
    return bool(
        counted.update(window_used=F("window_used") + 1)
        or mine.exclude(window=window).update(window=window, window_used=1)
        or counted.update(window_used=F("window_used") + 1)
    )


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

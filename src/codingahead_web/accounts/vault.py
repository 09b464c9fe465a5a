"""Locks and opens what people wrote or uploaded. The key follows from the site's secret and the purpose; without it the rows say nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@lru_cache(maxsize=16)
def _box(purpose: str, *secrets: str) -> MultiFernet:
    salt = f"codingahead.{purpose}".encode()
    keys = [hashlib.scrypt(s.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32) for s in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


class Vault:
    """What one purpose locks, no other opens."""

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose

    def _opened(self) -> MultiFernet:
        """An old secret in SECRET_KEY_FALLBACKS still opens what it locked."""
        return _box(self._purpose, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)

    def lock(self, data: bytes) -> bytes:
        return self._opened().encrypt(data)

    def unlock(self, data: bytes | memoryview | None) -> bytes:
        """b'' for what is gone, or was locked with a secret that is no longer known."""
        if not data:
            return b""
        try:
            return self._opened().decrypt(bytes(data))
        except InvalidToken:
            return b""

    def lock_value(self, value: Any) -> bytes:
        return self.lock(json.dumps(value, ensure_ascii=False).encode())

    def unlock_value(self, data: bytes | memoryview | None) -> Any:
        opened = self.unlock(data)
        return json.loads(opened) if opened else None

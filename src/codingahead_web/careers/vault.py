"""Locks and opens resumes, letters and messages. The key follows from the site's secret; without it the rows say nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _box(*secrets: str) -> MultiFernet:
    keys = [hashlib.scrypt(s.encode(), salt=b"codingahead.careers", n=2**14, r=8, p=1, dklen=32) for s in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _opened() -> MultiFernet:
    """An old secret in SECRET_KEY_FALLBACKS still opens what it locked."""
    return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def lock(data: bytes) -> bytes:
    return _opened().encrypt(data)


def unlock(data: bytes | memoryview | None) -> bytes:
    """b'' for what is gone, or was locked with a secret that is no longer known."""
    if not data:
        return b""
    try:
        return _opened().decrypt(bytes(data))
    except InvalidToken:
        return b""

"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStatics(StaticFilesStorage):
    def url(self, name: str | None) -> str:
        address = str(super().url(name))
        mark = _digest(name or "") if not settings.DEBUG else ""
        return f"{address}?v={mark}" if mark else address


@lru_cache(maxsize=256)
def _digest(name: str) -> str:
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10] if isinstance(found, str) else ""

"""Is this password known from a breach? Answered from a file on this machine; no password leaves it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

LINE = 40  # hexadecimal digits of a SHA-1 digest


class BreachedPasswordValidator:
    """Looks the password up in the operator's sorted list of SHA-1 digests (`DIGEST:COUNT` a line, as Have I Been Pwned publishes it)."""

    def __init__(self, file: str | None = None) -> None:
        self._file = Path(file or settings.BREACHED_PASSWORDS) if file or settings.BREACHED_PASSWORDS else None

    def validate(self, password: str, user: Any = None) -> None:
        if (
            self._file
            and self._file.is_file()
            and _holds(self._file, hashlib.sha1(password.encode()).hexdigest().upper())
        ):
            raise ValidationError(
                "This password is known from a data breach. Choose another.", code="password_breached"
            )

    def get_help_text(self) -> str:
        return "Your password can’t be one that is known from a data breach."


def _holds(file: Path, digest: str) -> bool:
    """Binary search by byte position: the list is tens of gigabytes and stays on the disk."""
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            lines.seek(middle)
            if middle:
                lines.readline()
            line = lines.readline()
            found = line[:LINE].decode("ascii", "replace").upper()
            if found == digest:
                return True
            if line and found < digest:
                low = lines.tell()
            else:
                high = middle
        lines.seek(low)
        return lines.readline()[:LINE].decode("ascii", "replace").upper() == digest

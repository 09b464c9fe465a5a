"""What does coding a note cost the reader? Each text once, and each service line of its check once: reviewing it costs nothing more.

The page carries a signed ticket with a digest of the text and the number of lines counted. It holds for two hours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core import signing

from codingahead_web.gate.access import Access
from codingahead_web.metering.models import Meter

LIFE = 2 * 3600
_SALT = "codingahead.notes"


class Ticket:
    def __init__(self, text: str = "") -> None:
        self.digest, self.lines = _read(text)

    @property
    def text(self) -> str:
        return signing.dumps([self.digest, self.lines], salt=_SALT)


@contextmanager
def coded(access: Access, ticket: Ticket, note: str) -> Iterator[None]:
    """Counts one question for a text that the ticket does not know. Raises AllowanceUsed."""
    digest = hashlib.sha256(note.encode("utf-8", "surrogatepass")).hexdigest()
    with nullcontext() if ticket.digest == digest else access.metered(Meter.ASK, 1):
        yield
    ticket.digest = digest


@contextmanager
def checked(access: Access, ticket: Ticket, lines: int) -> Iterator[None]:
    """Counts the lines beyond those of the ticket. Raises AllowanceUsed."""
    more = max(lines - ticket.lines, 0)
    with access.metered(Meter.CLAIM_LINE, more) if more else nullcontext():
        yield
    ticket.lines = max(lines, ticket.lines)


def _read(text: str) -> tuple[str, int]:
    try:
        told: Any = signing.loads(text, salt=_SALT, max_age=LIFE)
        return str(told[0]), int(told[1])
    except (signing.BadSignature, ValueError, TypeError, LookupError):
        return "", 0

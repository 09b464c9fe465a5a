"""What does a check cost the reader? Lines are counted once for a grid: mending a claim that was counted costs nothing more.

The grid carries a signed ticket with the number of lines it was counted for. A ticket holds for an hour and for a limited number of
checks, so that it mends one claim and does not check a thousand. Only numbers are kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.core import signing
from django.core.cache import cache

from codingahead_web.gate.access import Access, Reader
from codingahead_web.metering.models import Meter

MOST_CHECKS = 120
HOUR = 3600
_SALT = "codingahead.claims"


class Ticket:
    """`lines`: how many are counted already; `text`: what the page carries until the next check."""

    def __init__(self, text: str = "") -> None:
        self.name, self.lines = _read(text)

    @property
    def text(self) -> str:
        return signing.dumps([self.name, self.lines], salt=_SALT)


@contextmanager
def counted(access: Access, ticket: Ticket, lines: int) -> Iterator[None]:
    """Counts the lines beyond those of the ticket. Raises AllowanceUsed when the plan does not hold so many."""
    if access.reader is Reader.OPEN:
        yield
        return
    _punch(ticket)
    more = max(lines - ticket.lines, 0)
    with access.metered(Meter.CLAIM_LINE, more) if more else nullcontext():
        yield
    ticket.lines = max(lines, ticket.lines)


def _read(text: str) -> tuple[str, int]:
    try:
        name, lines = signing.loads(text, salt=_SALT, max_age=HOUR)
        return str(name), int(lines)
    except (signing.BadSignature, ValueError, TypeError):
        return secrets.token_urlsafe(9), 0


def _punch(ticket: Ticket) -> None:
    """One more check on the ticket; one that is used up begins anew."""
    key = f"claims:{ticket.name}"
    cache.add(key, 0, HOUR)
    try:
        used = cache.incr(key)
    except ValueError:
        used = 1
    if used > MOST_CHECKS:
        ticket.name, ticket.lines = secrets.token_urlsafe(9), 0

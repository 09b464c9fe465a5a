"""Mail in by SMTP: a listener that says 250 once the mail is stored, and a word of refusal otherwise."""

from __future__ import annotations

import asyncio
import logging
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from codingahead.formats import mail as mails
from codingahead_web.consultant import actions, queries, trust

log = logging.getLogger("codingahead.consultant")
HOUR = 3600
MOST_RECIPIENTS = 20


class Intake:
    """aiosmtpd's handler. The database is asked in threads, so that many may hand in at once."""

    def __init__(self, lookup: trust.Lookup | None = None) -> None:
        self._lookup = lookup or trust.resolver()
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="intake")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address):
            return "550 5.1.1 no such address here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = (
            envelope.content
            if isinstance(envelope.content, bytes)
            else (envelope.content or "").encode("utf-8", "surrogateescape")
        )
        peer = session.peer[0] if isinstance(session.peer, tuple) else "127.0.0.1"
        helo = str(session.host_name or "")
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, self._take, raw, peer, helo, envelope.mail_from or "", envelope.rcpt_tos[0]
        )

    def _take(self, raw: bytes, peer: str, helo: str, envelope: str, recipient: str) -> str:
        close_old_connections()
        try:
            return self._store(raw, peer, helo, envelope, recipient)
        except DatabaseError as error:
            log.error("intake.not_stored kind=%s", type(error).__name__)
            return "451 4.3.0 cannot store the mail now, try again"

    def _store(self, raw: bytes, peer: str, helo: str, envelope: str, recipient: str) -> str:
        sender = mails.read(raw).sender
        if (
            queries.recent_from(sender, HOUR) >= settings.MAIL_PER_SENDER
            or queries.recent(HOUR) >= settings.MAIL_PER_HOUR
        ):
            return "451 4.7.1 too many mails, try again later"
        if trust.is_local(peer, settings.MAIL_TRUSTED):
            judged = trust.LOCAL
        else:
            judged = trust.judge(raw, sender=sender, envelope=envelope, peer=peer, helo=helo, lookup=self._lookup)
        inquiry = actions.receive_inquiry(raw, recipient=recipient, trust=judged, envelope=envelope)
        return f"250 2.0.0 OK {inquiry.number}"


def is_ours(address: str) -> bool:
    """Without a list of our addresses every recipient is: nothing is ever passed on."""
    return not settings.MAIL_ADDRESSES or queries.plain_address(address) in settings.MAIL_ADDRESSES


def listener(
    host: str, port: int, *, lookup: trust.Lookup | None = None, tls: ssl.SSLContext | None = None
) -> Controller:
    """Starts with `.start()`; STARTTLS when a certificate is given."""
    more: dict[str, Any] = {"tls_context": tls} if tls else {}
    return Controller(
        Intake(lookup), hostname=host, port=port, data_size_limit=settings.MAIL_LARGEST << 20, ident="Coding Ahead", enable_SMTPUTF8=True,
        timeout=120, **more,
    )  # fmt: skip

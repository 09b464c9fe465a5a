"""A reply as bytes: plain text and HTML, attachments, and the headers that keep it in its thread and out of loops (RFC 5322, RFC 3834)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

MARK = "X-Coding-Ahead"


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """`answers`: the Message-ID replied to; `references`: the thread before it, oldest first."""

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    sent: datetime
    answers: str = ""
    references: tuple[str, ...] = ()
    tracking: str = ""
    attachments: tuple[Attachment, ...] = ()


def write(reply: Reply) -> bytes:
    """The whole message, lines ended as SMTP wants them."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=900))
    message["From"], message["To"] = reply.sender, reply.recipient
    message["Subject"] = _one_line(reply.subject)
    message["Date"] = format_datetime(reply.sent)
    message["Message-ID"] = reply.message_id
    if reply.answers:
        message["In-Reply-To"] = reply.answers
        kept = dict.fromkeys([*reply.references[-20:], reply.answers])
        message["References"] = " ".join(kept)
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    message[MARK] = reply.tracking or "reply"
    message.set_content(reply.text, cte="quoted-printable")
    message.add_alternative(reply.html, subtype="html", cte="quoted-printable")
    for one in reply.attachments:
        main, _, sub = one.kind.partition("/")
        message.add_attachment(one.data, maintype=main, subtype=sub, filename=one.name)
    return message.as_bytes()


def subject_of(subject: str) -> str:
    """The thread's subject with one 'Re:' before it."""
    bare = re.sub(r"(?i)^(?:\s*(?:re|aw|sv|fwd?)\s*:)+", "", subject).strip()
    return f"Re: {bare}"[:200] if bare else "Re: your question"


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""Mails of the tests, and what came back."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.core import mail as outgoing

from codingahead_web.consultant import actions
from codingahead_web.consultant.models import Inquiry
from codingahead_web.consultant.trust import LOCAL
from codingahead_web.consultant.worker import Worker

TO = "code@consult.test"
ON = "on 2026-08-01"


def written(
    text: str, *, sender: str = "ada@example.org", subject: str = "Question", number: str = "1", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, TO, subject
    message["Message-ID"] = f"<{number}@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def hand_in(raw: bytes, *, trust: str = LOCAL, envelope: str | None = None) -> Inquiry:
    return actions.receive_inquiry(raw, recipient=TO, trust=trust, envelope=envelope)


def worked() -> list[EmailMessage]:
    """Does what is due and gives every mail that went out since the last look."""
    Worker().drain()
    sent = [message_from_bytes(m.message().as_bytes(linesep="\r\n"), policy=default) for m in outgoing.outbox]
    outgoing.outbox.clear()
    return sent


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())

"""Mail in from a provider: django-anymail's signal, raised once the provider's signature was checked, with the mail as it came."""

from __future__ import annotations

from typing import Any

from anymail.signals import inbound
from django.dispatch import receiver

from codingahead.formats import mail as mails
from codingahead_web.consultant import actions
from codingahead_web.consultant.trust import judged_by_server


@receiver(inbound, dispatch_uid="codingahead.consultant")
def take(sender: Any, event: Any, esp_name: str, **_: Any) -> None:
    """Storing fails with an exception, so that the provider is told and delivers again."""
    message = event.message
    raw = message.as_bytes()
    judged = judged_by_server(str(message.get("Authentication-Results") or ""))
    recipient = message.envelope_recipient or next(iter(mails.read(raw).recipients), "")
    actions.receive_inquiry(raw, recipient=recipient, trust=judged, envelope=message.envelope_sender)

"""Mail in from a mailbox by IMAP: what is unread is stored, then marked as read; the server's IDLE tells of new mail."""

from __future__ import annotations

import logging
import threading
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import close_old_connections
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags

from codingahead.formats import mail as mails
from codingahead_web.consultant import actions
from codingahead_web.consultant.trust import judged_by_server

log = logging.getLogger("codingahead.consultant")
TOGETHER = 50
IDLE, PAUSE = 20.0, 30.0


def poll(stop: threading.Event) -> None:
    """Until `stop`; a lost connection is taken up again after a while."""
    while not stop.is_set():
        try:
            with opened() as box:
                while not stop.is_set():
                    close_old_connections()
                    fetch(box)
                    box.idle.wait(timeout=IDLE)
        except Exception as error:
            log.warning("imap.failed kind=%s", type(error).__name__)
            stop.wait(PAUSE)


def opened() -> BaseMailBox:
    """The mailbox of IMAP_URL: imaps://USER:PASSWORD@HOST/FOLDER, or imap:// on this machine."""
    parts = urlsplit(settings.IMAP_URL)
    host = parts.hostname or "localhost"
    if parts.scheme not in ("imap", "imaps"):
        raise ValueError("IMAP_URL: write imaps://USER:PASSWORD@HOST/FOLDER")
    box: BaseMailBox
    box = MailBox(host, parts.port or 993) if parts.scheme == "imaps" else MailBoxUnencrypted(host, parts.port or 143)
    return box.login(
        unquote(parts.username or ""), unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX"
    )


def fetch(box: BaseMailBox) -> int:
    """Takes in what is unread. Marked as read only once stored; a mail seen twice is the same inquiry."""
    taken = 0
    for message in box.fetch(AND(seen=False), mark_seen=False, limit=TOGETHER):
        raw = message.obj.as_bytes()
        to = mails.read(raw).recipients
        ours = [a for a in to if a in settings.MAIL_ADDRESSES] or [*settings.MAIL_ADDRESSES[:1]] or list(to[:1])
        actions.receive_inquiry(
            raw,
            recipient=ours[0] if ours else "",
            trust=judged_by_server(str(message.obj.get("Authentication-Results") or "")),
        )
        if message.uid:
            box.flag(message.uid, MailMessageFlags.SEEN, True)
        taken += 1
    return taken

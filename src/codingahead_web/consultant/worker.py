"""Works the tables of inquiries and replies: takes a lease, answers, sends. Any number of workers, any of which may die at any moment.

A lease names its holder's machine and process, so that the work of a dead process on this machine is taken up at once, elsewhere when the
lease runs out. A reply is marked before and after it is handed over; one whose worker died between the two marks is sent again under the same
Message-ID, since it cannot be known whether the other side has it.
"""

from __future__ import annotations

import logging
import os
import smtplib
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.db import OperationalError, connections
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from codingahead_web.consultant import actions, vault
from codingahead_web.consultant.models import Inquiry, Reply

log = logging.getLogger("codingahead.consultant")
LEASE = timedelta(seconds=180)
PAUSE = 0.15
RHYTHM = 60.0  # seconds between rounds of the periodic functions
LONGEST_WAIT, GIVE_UP = timedelta(minutes=5), timedelta(days=5)


def holder() -> str:
    """This process: machine, number, and when it started, since numbers are used again."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{_started(os.getpid())}"


class Worker:
    """Two threads, so that a slow outgoing server holds nobody's answer up, and one for what is done from time to time."""

    def __init__(self, periodic: tuple[str, ...] = ()) -> None:
        self.name = holder()
        self._stop = threading.Event()
        self._periodic = [import_string(p) for p in periodic]
        self._connection: Any = None

    def run(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Until `stop`, or until `wanted` says no; what is begun is finished."""
        jobs = (lambda: self._repeat(self.answer_one), lambda: self._repeat(self.send_one), self._now_and_then)
        threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        while wanted() and not self._stop.wait(0.2):
            pass
        self._stop.set()
        for thread in threads[:2]:
            thread.join(60)

    def stop(self, *_: object) -> None:
        self._stop.set()

    def drain(self) -> int:
        """Everything that can be done now; returns how much it was."""
        done = 0
        while self.answer_one() or self.send_one():
            done += 1
        return done

    def answer_one(self) -> bool:
        """Answers one waiting inquiry; False when there is none."""
        leased = _lease(Inquiry, Inquiry.State.RECEIVED, Inquiry.State.WORKING, self.name)
        if leased is None:
            return False
        inquiry = Inquiry.objects.select_related("thread", "user").get(pk=leased)
        try:
            actions.answer_inquiry(inquiry)
        except Exception as error:
            actions.fail(Inquiry.objects.get(pk=leased), error)
        return True

    def send_one(self) -> bool:
        """Sends one reply; False when none is due."""
        leased = _lease(Reply, Reply.State.READY, Reply.State.SENDING, self.name)
        if leased is None:
            return False
        reply = Reply.objects.get(pk=leased)
        try:
            self._hand_over(reply)
        except Exception as error:
            self._connection = None
            _not_sent(reply, error)
        else:
            mark = _mark(reply.pk)
            mark.touch()
            Reply.objects.filter(pk=reply.pk).update(
                state=Reply.State.SENT, sent=timezone.now(), lease_until=None, holder=""
            )
            mark.unlink(missing_ok=True)
            log.info("reply.sent inquiry=%d", reply.inquiry_id)
        return True

    def _hand_over(self, reply: Reply) -> None:
        if self._connection is None:
            self._connection = get_connection()
        if not self._connection.send_messages([_Prepared(reply)]):
            raise OSError("nothing was handed over")

    def _repeat(self, work: Callable[[], bool]) -> None:
        looked = 0.0
        try:
            while not self._stop.is_set():
                try:
                    if time.monotonic() - looked > 2:
                        looked = time.monotonic()
                        free_the_dead()
                    busy = work()
                except OperationalError as error:
                    log.warning("worker.database kind=%s", type(error).__name__)
                    connections.close_all()
                    busy = False
                if not busy:
                    self._stop.wait(PAUSE)
        finally:
            connections.close_all()

    def look_round(self) -> None:
        """Calls each periodic function once; one that fails does not stop the others."""
        for job in self._periodic:
            try:
                job()
            except Exception as error:
                log.error("worker.periodic name=%s kind=%s", job.__name__, type(error).__name__)

    def _now_and_then(self) -> None:
        while not self._stop.is_set():
            self.look_round()
            connections.close_all()
            self._stop.wait(RHYTHM)


def free_the_dead() -> int:
    """Takes leases from processes of this machine that no longer live, and from anybody whose time is over."""
    now, freed = timezone.now(), 0
    for model, busy, waiting in ((Inquiry, "working", "received"), (Reply, "sending", "ready")):
        for pk, name, until in model.objects.filter(state=busy).values_list("pk", "holder", "lease_until"):
            if until is None or until < now or _is_dead(name):
                state, mark = waiting, _mark(pk)
                if model is Reply and mark.exists():
                    # Handed over; its worker died before the database knew.
                    state = Reply.State.SENT.value
                freed += model.objects.filter(pk=pk, state=busy, holder=name).update(
                    state=state, holder="", lease_until=None
                )
                if state == Reply.State.SENT.value:
                    mark.unlink(missing_ok=True)
    return freed


def _mark(reply: int) -> Path:
    """A file that stands from the moment the other side has accepted a reply until the database knows; quicker than the database."""
    folder = Path(settings.HOME) / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{reply}.sent"


def _lease(model: type[Inquiry] | type[Reply], waiting: str, busy: str, name: str) -> int | None:
    """One row that is due, marked as ours; of several workers exactly one gets it."""
    now = timezone.now()
    due = Q(state=waiting, next_try__lte=now)
    for pk in model.objects.filter(due).order_by("next_try").values_list("pk", flat=True)[:5]:
        if model.objects.filter(due, pk=pk).update(state=busy, holder=name, lease_until=now + LEASE):
            return int(pk)
    return None


def _not_sent(reply: Reply, error: Exception) -> None:
    """Tried again after a while unless the other side has refused for good; given up after some days."""
    permanent = _is_permanent(error) or timezone.now() - reply.made > GIVE_UP
    wait = min(timedelta(seconds=2 * 2 ** min(reply.attempts, 10)), LONGEST_WAIT)
    Reply.objects.filter(pk=reply.pk).update(
        state=Reply.State.DEAD if permanent else Reply.State.READY, reason=_kind(error), attempts=min(reply.attempts + 1, 30_000),
        next_try=timezone.now() + wait, lease_until=None, holder="",
    )  # fmt: skip
    log.warning("reply.not_sent inquiry=%d kind=%s again=%s", reply.inquiry_id, _kind(error), not permanent)


def _is_permanent(error: Exception) -> bool:
    """A code of 500 to 599 (RFC 5321, section 4.2.1) about this mail; a refused login is the operator's matter and may be mended."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _kind(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


class _Prepared(EmailMessage):
    """A mail that is already whole; the mail backend sends its bytes as they are."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(from_email=reply.sender, to=[reply.recipient])
        self._content = vault.unlock(reply.content)
        if not self._content:
            raise ValueError("the reply cannot be opened")

    def message(self, *_: Any, **__: Any) -> Any:
        return _Bytes(self._content)


class _Bytes:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        return self._content.replace(b"\r\n", linesep.encode())

    def as_string(self, unixfrom: bool = False, linesep: str = "\n") -> str:
        return self.as_bytes(linesep=linesep).decode("utf-8", "replace")

    def get_charset(self) -> str:
        return "utf-8"

    def __getitem__(self, name: str) -> str:
        from email import message_from_bytes

        return str(message_from_bytes(self._content).get(name, ""))


def _is_dead(name: str) -> bool:
    machine, _, rest = name.partition(":")
    number, _, started = rest.partition(":")
    if machine != socket.gethostname()[:60] or not number.isdecimal():
        return False
    return _started(int(number)) != started


def _started(pid: int) -> str:
    """When a living process began, in the kernel's ticks; '' for none, or for one that has ended and only waits to be noticed."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "" if not _lives(pid) else "unknown"
    return "" if told[0] in "ZX" else told[19]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def periodic() -> tuple[str, ...]:
    return tuple(settings.PERIODIC)

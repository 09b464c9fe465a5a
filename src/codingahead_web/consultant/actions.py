"""The only writer of inquiries and replies: take a mail in, answer it, hold it, let a reviewer decide, drop what is old."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from codingahead import proof
from codingahead.codebook import Codebook
from codingahead.formats import mail as mails
from codingahead.formats.mail_reply import Attachment, subject_of, write
from codingahead.formats.mail_reply import Reply as Letter
from codingahead.pilot.question import understand
from codingahead_web.accounts.models import User
from codingahead_web.consultant import letter, queries, vault
from codingahead_web.consultant.answer import compose, nothing_seen
from codingahead_web.consultant.files import read_file
from codingahead_web.consultant.models import Inquiry, Policy, Reply, Stranger
from codingahead_web.consultant.triage import triage
from codingahead_web.consultant.trust import FAIL, LOCAL, NONE, NOT_CHECKED, PASS
from codingahead_web.gate.visit import shelf
from codingahead_web.metering import actions as meter
from codingahead_web.metering.models import Meter
from codingahead_web.metering.queries import Caller

log = logging.getLogger("codingahead.consultant")
MOST_IN_THREAD = 30  # replies in one thread within a day; two machines that talk to each other end here
RETRIES = 5
_GONE = timedelta(days=5)


def receive_inquiry(raw: bytes, *, recipient: str = "", trust: str = NONE, envelope: str | None = None) -> Inquiry:
    """Stores a mail once, however often it is delivered. `envelope`: the sender on the envelope, '' for bounces, None when not known."""
    identity = mails.identity(raw)
    found = Inquiry.objects.filter(identity=identity).first()
    if found is not None:
        return found
    mail = mails.read(raw)
    inquiry = Inquiry(
        identity=identity, message_id=mail.message_id, sender=mail.sender if "@" in mail.sender else "", recipient=recipient[:254], trust=trust,
        raw=vault.lock(raw), size=len(raw), thread=queries.thread_of(mail.in_reply_to, mail.sender),
    )  # fmt: skip
    reason = (
        mail.automatic
        or ("bounce" if envelope == "" else "")
        or ("our own mail" if _is_own(mail.sender, recipient) else "")
    )
    if reason:
        inquiry.state, inquiry.reason, inquiry.raw = Inquiry.State.SILENT, reason, None
    try:
        with transaction.atomic():
            inquiry.save()
            Reply.objects.filter(message_id__in=mail.bounced).update(state=Reply.State.BOUNCED, reason="came back")
    except IntegrityError:
        return Inquiry.objects.get(identity=identity)
    log.info("inquiry.received number=%s bytes=%d state=%s", inquiry.number, inquiry.size, inquiry.state)
    return inquiry


def answer_inquiry(inquiry: Inquiry, *, base: str = "") -> None:
    """Works an inquiry that the caller has leased. Everything it changes is written in one go at the end."""
    mail = mails.read(vault.unlock(inquiry.raw))
    stop = _not_trusted(inquiry)
    person = None if stop else queries.person_of(inquiry.sender)
    if stop:
        _end(inquiry, Inquiry.State.HELD if settings.MAIL_UNPROVEN == "hold" else Inquiry.State.SILENT, stop)
    elif person is None:
        _meet_stranger(inquiry, mail)
    elif queries.replies_in_thread(inquiry) >= MOST_IN_THREAD:
        _end(inquiry, Inquiry.State.SILENT, "too many replies in this thread today")
    else:
        inquiry.user, inquiry.organisation = person, queries.organisation_of(person)
        _answer_person(inquiry, mail, queries.policy_of(inquiry.organisation))


def approve(inquiry: Inquiry, reviewer: User, *, remark: str = "", edited: list[str] | None = None) -> None:
    """A reviewer lets the held answer go, with a remark or with other words for its short part."""
    told = vault.unlock_value(inquiry.told)
    with transaction.atomic():
        held = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        if held.state != Inquiry.State.HELD or not told:
            return
        told["remark"] = remark
        if edited is not None and told["parts"]:
            told["parts"][0]["short"] = edited
        held.told, held.reviewer, held.reviewed = vault.lock_value(told), reviewer, timezone.now()
        held.outcome = "edited" if edited is not None else "approved"
        _send_answer(held, mails.read(vault.unlock(held.raw)), told)


def reject(inquiry: Inquiry, reviewer: User, *, remark: str = "") -> None:
    with transaction.atomic():
        held = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        if held.state != Inquiry.State.HELD:
            return
        held.reviewer, held.reviewed, held.outcome = reviewer, timezone.now(), "rejected"
        known = queries.person_of(held.sender) if held.trust in (LOCAL, PASS) or held.user_id else None
        if known:
            text, html = letter.note_letter("rejected", number=held.number, remark=remark)
            _queue(held, mails.read(vault.unlock(held.raw)), Reply.Kind.REFUSAL, text, html)
        _end(held, Inquiry.State.REFUSED, "rejected by a reviewer")


def take_up_again(inquiry: Inquiry) -> None:
    """Gives a failed inquiry, or a reply that could not be sent, another chance."""
    now = timezone.now()
    Inquiry.objects.filter(pk=inquiry.pk, state=Inquiry.State.DEAD).update(
        state=Inquiry.State.RECEIVED, attempts=0, next_try=now, holder=""
    )
    Reply.objects.filter(inquiry=inquiry, state=Reply.State.DEAD).update(
        state=Reply.State.READY, attempts=0, next_try=now, holder=""
    )


def fail(inquiry: Inquiry, error: Exception) -> None:
    """After a fault of ours: tried again a little later, then left for a person. The kind is kept, the words are not: they may quote the mail."""
    inquiry.attempts += 1
    dead = inquiry.attempts >= RETRIES
    inquiry.state = Inquiry.State.DEAD if dead else Inquiry.State.RECEIVED
    inquiry.reason, inquiry.holder, inquiry.lease_until = f"fault: {type(error).__name__}", "", None
    inquiry.next_try = timezone.now() + timedelta(seconds=2 * 4**inquiry.attempts)
    inquiry.save(update_fields=["attempts", "state", "reason", "holder", "lease_until", "next_try"])
    log.error("inquiry.failed number=%s kind=%s attempts=%d", inquiry.number, type(error).__name__, inquiry.attempts)


def drop(inquiry: Inquiry) -> None:
    """The sender wants it gone: mail, answer and reply. The identity stays, so that a late delivery is not answered anew."""
    Reply.objects.filter(inquiry=inquiry).exclude(state=Reply.State.SENDING).delete()
    inquiry.raw = inquiry.told = inquiry.note = None
    inquiry.codes, inquiry.message_id = [], ""
    if inquiry.state in (Inquiry.State.RECEIVED, Inquiry.State.HELD, Inquiry.State.DEAD):
        inquiry.state = Inquiry.State.SILENT
    inquiry.reason = "deleted"
    inquiry.save()


def forget() -> int:
    """Drops mails and answers past the days of their policy; returns how many."""
    gone = 0
    for policy in [*Policy.objects.all(), None]:
        days = policy.days_kept if policy else queries.policy_of(None).days_kept
        old = Inquiry.objects.filter(received__lt=timezone.now() - timedelta(days=days), raw__isnull=False)
        old = (
            old.filter(organisation=policy.organisation)
            if policy and policy.organisation_id
            else old.filter(organisation=None)
        )
        Reply.objects.filter(inquiry__in=old, state__in=(Reply.State.SENT, Reply.State.BOUNCED)).update(content=b"")
        gone += old.exclude(state__in=(Inquiry.State.RECEIVED, Inquiry.State.WORKING)).update(
            raw=None, told=None, note=None
        )
    return gone


@contextmanager
def opened_codebook() -> Iterator[Codebook]:
    lender = shelf(Path(settings.PACK))
    codebook = lender.borrow()
    try:
        yield codebook
    finally:
        lender.give_back(codebook)


def tell(
    subject: str,
    text: str,
    files: tuple[mails.File, ...] = (),
    *,
    remembered: tuple[str, ...] = (),
    setting: str = "practitioner",
) -> dict[str, Any]:
    """Words and files to a told value: the road of every mail and of the box on the product page."""
    read = [read_file(n, f) for n, f in enumerate(files, 1)]
    asked = triage(subject, text, tuple(r.text for r in read if r.text), remembered)
    claims = [c for r in read for c in r.claims]
    unread = [r.said for r in read if r.said]
    with opened_codebook() as codebook:
        return compose(codebook, asked, timezone.localdate(), setting=setting, claims=claims, unread=unread)


def _answer_person(inquiry: Inquiry, mail: mails.Mail, policy: Policy) -> None:
    person = inquiry.user
    assert person is not None
    remembered = tuple(c["code"] for c in inquiry.root.codes) if inquiry.thread_id else ()
    told = tell(mail.subject, mail.text, mail.files, remembered=remembered, setting=person.setting)
    seen = understand(f"{mail.subject}\n{mail.text}")
    told["number"], told["remark"] = inquiry.number, ""
    told["masked"] = max(told["masked"], seen.masked)
    inquiry.confidence, inquiry.codes = told["confidence"], told["codes"]
    inquiry.note, inquiry.told = vault.lock_value(_masked(mail.text)), vault.lock_value(told)
    with transaction.atomic():
        if told["masked"] and policy.identifiers == Policy.Identifiers.REFUSE:
            text, html = letter.note_letter("refusal", number=inquiry.number)
            _queue(inquiry, mail, Reply.Kind.REFUSAL, text, html)
            inquiry.raw = inquiry.note = inquiry.told = None
            _end(inquiry, Inquiry.State.REFUSED, "holds identifiers of a patient")
        elif not _pay(inquiry, person):
            text, html = letter.note_letter("allowance", number=inquiry.number, link=_link("/pricing"))
            _queue(inquiry, mail, Reply.Kind.ALLOWANCE, text, html)
            _end(inquiry, Inquiry.State.REFUSED, "allowance used up")
        elif reason := _held(told, policy):
            _end(inquiry, Inquiry.State.HELD, reason)
        else:
            _send_answer(inquiry, mail, told)
    log.info("inquiry.worked number=%s state=%s parts=%d", inquiry.number, inquiry.state, len(told["parts"]))


def _pay(inquiry: Inquiry, person: User) -> bool:
    """In the transaction that also writes the reply, so that a mail is paid for once whatever dies between."""
    if not settings.METERING:
        return True
    caller = Caller(user=person.pk)
    use = meter.reserve(caller, Meter.EMAIL, 1, timezone.localdate(), subject=inquiry.number)
    if use is not None:
        meter.settle(use)
    return use is not None


def _held(told: dict[str, Any], policy: Policy) -> str:
    if told["masked"] and policy.identifiers == Policy.Identifiers.HOLD:
        return "holds identifiers of a patient"
    if policy.review == Policy.Review.ALWAYS:
        return "policy: every answer is read first"
    if policy.review == Policy.Review.UNSURE and told["confidence"] < policy.least_confidence:
        return "uncertain answer"
    return ""


def _send_answer(inquiry: Inquiry, mail: mails.Mail, told: dict[str, Any]) -> None:
    if not told["parts"]:
        text, html = letter.note_letter("nothing", number=inquiry.number, words=nothing_seen(), unread=told["unread"])
        _queue(inquiry, mail, Reply.Kind.ANSWER, text, html)
    else:
        case = any(p["kind"] == "case" for p in told["parts"])
        words = "" if case else _masked(mail.text)
        text, html = letter.answer_letter(told, link=_link(f"/consultant/inquiries/{inquiry.number}"), words=words)
        with opened_codebook() as codebook:
            bundle = proof.make(codebook, told, number=inquiry.number, made=letter.made_at(timezone.now()))
        _queue(inquiry, mail, Reply.Kind.ANSWER, text, html, letter.attachments(bundle))
    inquiry.answered = timezone.now()
    _end(inquiry, Inquiry.State.ANSWERED, "")


def _meet_stranger(inquiry: Inquiry, mail: mails.Mail) -> None:
    """One polite invitation an address, and only where the address is proven or hands in from here."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{inquiry.sender}".encode()).hexdigest()
    with transaction.atomic():
        invites = bool(inquiry.sender) and inquiry.trust in (LOCAL, PASS)
        if invites and Stranger.objects.get_or_create(digest=digest)[1]:
            text, html = letter.note_letter("invitation", link=_link("/account/signup/"))
            _queue(inquiry, mail, Reply.Kind.INVITATION, text, html)
        inquiry.raw = None
        _end(inquiry, Inquiry.State.SILENT, "sender has no account")


def _not_trusted(inquiry: Inquiry) -> str:
    """Why the sender is not believed, or ''."""
    if inquiry.trust in (LOCAL, PASS):
        return ""
    if inquiry.trust == NOT_CHECKED and settings.MAIL_WITHOUT_DNS == "answer":
        return ""
    return {FAIL: "sender failed SPF, DKIM and DMARC", NOT_CHECKED: "sender not checked: no name server answers"}.get(
        inquiry.trust, "sender not proven by SPF or DKIM"
    )


def _queue(
    inquiry: Inquiry, mail: mails.Mail, kind: str, text: str, html: str, attached: tuple[Attachment, ...] = ()
) -> None:
    sender = _own_address(inquiry)
    name = inquiry.identity[:40]
    message_id = f"<{kind}.{name}@{sender.rpartition('@')[2] or 'localhost'}>"
    subject = subject_of(_masked(mail.subject))
    content = write(
        Letter(
            f"CaseConsultant <{sender}>", inquiry.sender, subject, text, html, message_id, timezone.now(), answers=mail.message_id,
            references=tuple(reversed(mail.in_reply_to)), tracking=inquiry.number, attachments=attached,
        )
    )  # fmt: skip
    Reply.objects.get_or_create(
        inquiry=inquiry,
        defaults={
            "kind": kind,
            "message_id": message_id,
            "sender": sender,
            "recipient": inquiry.sender,
            "content": vault.lock(content),
        },
    )


def _end(inquiry: Inquiry, state: str, reason: str) -> None:
    inquiry.state, inquiry.reason = state, reason
    inquiry.lease_until, inquiry.holder = None, ""
    inquiry.save()


def _own_address(inquiry: Inquiry) -> str:
    """The address that was written to, when it is known for ours; else the first of ours, else the site's."""
    bare = queries.plain_address(inquiry.recipient)
    if settings.MAIL_ADDRESSES:
        return bare if bare in settings.MAIL_ADDRESSES else str(settings.MAIL_ADDRESSES[0])
    return bare if bare and inquiry.trust == LOCAL else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _is_own(sender: str, recipient: str) -> bool:
    own = {
        *settings.MAIL_ADDRESSES,
        parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(),
        queries.plain_address(recipient),
    }
    return queries.plain_address(sender) in own - {""}


def _masked(text: str) -> str:
    return "\n".join(understand(line).text for line in text.split("\n"))


def _link(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else ""

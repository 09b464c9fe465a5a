"""The only writer of uploads: take a file in, check it in the background, share or drop its report, forget what is old."""

from __future__ import annotations

import itertools
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone

from codingahead.codebook import Codebook
from codingahead.formats.opened import read_claims
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead_web.accounts.models import User
from codingahead_web.claims import background, masked, receive
from codingahead_web.claims.findings import FindingsFile
from codingahead_web.claims.models import HOURS_KEPT, Upload
from codingahead_web.claims.summary import Summary
from codingahead_web.gate.access import Access, AllowanceUsed
from codingahead_web.gate.visit import shelf
from codingahead_web.metering.models import Meter

log = logging.getLogger("codingahead.claims")

MOST_LINES = 250_000
# Claims checked at a time; all claims of one patient stand together.
TOGETHER = 400
# Seconds between two signs of life, and after how many without one a check is taken for dead.
RHYTHM = 0.4
DEAD = {Upload.State.WAITING: 1_800, Upload.State.READING: 180, Upload.State.CHECKING: 180}
INTERRUPTED = "The check was interrupted. Hand the file in again."


class Stopped(Exception):
    """Somebody cancelled the check, or dropped the upload."""


def take_in(file: UploadedFile, owner: User | None) -> Upload:
    """Stores the file under a random name. Raises BadInput when it is empty or too large."""
    forget()
    if not file.size:
        raise BadInput("the file is empty", "choose a file that holds claims")
    if file.size > receive.LARGEST:
        raise too_large()
    upload = Upload(owner=owner, size=file.size)
    receive.store(file, upload.token)
    upload.save()
    return upload


def too_large() -> BadInput:
    return BadInput(
        f"the file is larger than {receive.LARGEST >> 20} MB", "compress it, split it, or use `codingahead scrub`"
    )


def start_check(upload: Upload, access: Access) -> None:
    """Lets the file be checked in the background and counted for who handed it in."""
    access.caller  # noqa: B018  who asks is worked out while the request is here
    background.submit(lambda: check_file(upload.pk, access))


def check_file(pk: int, access: Access) -> None:
    """Reads, counts and checks; whatever happens, the file is gone afterwards and the upload says how it ended."""
    upload = Upload.objects.filter(pk=pk).first()
    if upload is None or not upload.is_running:
        return
    try:
        _check(upload, access)
    except Stopped:
        receive.report_of(upload.token).unlink(missing_ok=True)
    except CodingAheadError as refused:
        _refuse(upload, f"{_sentence(refused.message)} {_sentence(refused.hint)}")
    except Exception as error:
        # Its words may quote the file; its kind does not.
        log.error("upload.failed kind=%s", type(error).__name__)
        _refuse(upload, "Something went wrong here while the file was read. The fault is ours.")
    finally:
        receive.drop_file(upload.token)


def cancel(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk, state__in=Upload.RUNNING).update(state=Upload.State.CANCELLED)
    receive.drop_file(upload.token)


def share(upload: Upload, on: bool) -> None:
    upload.share = secrets.token_urlsafe(24) if on else None
    upload.save(update_fields=["share"])


def drop(upload: Upload) -> None:
    """The file, the findings and the row."""
    receive.drop_file(upload.token)
    receive.report_of(upload.token).unlink(missing_ok=True)
    upload.delete()


def bury(upload: Upload) -> None:
    """A check whose process has ended says so instead of waiting for ever."""
    silent = (timezone.now() - upload.moved).total_seconds()
    if upload.is_running and silent > DEAD[Upload.State(upload.state)]:
        _refuse(upload, INTERRUPTED)
        receive.drop_file(upload.token)


def forget() -> int:
    """Drops uploads past their time, and files that no upload knows; returns how many uploads."""
    now = timezone.now()
    old = list(Upload.objects.filter(made__lt=now - timedelta(hours=HOURS_KEPT)))
    for upload in old:
        drop(upload)
    known = set(Upload.objects.values_list("token", flat=True))
    for file in receive.folder().glob("*") if receive.folder().is_dir() else ():
        stranger = file.suffix in (".claims", ".findings") and file.stem not in known
        if (stranger or file.suffix == receive.ON_ITS_WAY) and time.time() - file.stat().st_mtime > 3_600:
            file.unlink(missing_ok=True)
    for upload in Upload.objects.filter(Q(state__in=Upload.RUNNING)):
        bury(upload)
    return len(old)


def _check(upload: Upload, access: Access) -> None:
    path = receive.file_of(upload.token)
    _move(upload, state=Upload.State.READING)
    receive.refuse_bombs(path)
    claims, rejected = _read(upload, path)
    lines = sum(len(claim.lines) for claim in claims)
    _move(upload, state=Upload.State.CHECKING, claims=len(claims), lines=lines, began=timezone.now())
    with _counted(access, lines), _codebook() as codebook:
        summary = _reports(upload, claims, codebook)
        _move(upload, state=Upload.State.DONE, checked=lines, summary=summary.value(rejected, receive.names_in(path)))
    log.info("upload.checked claims=%d lines=%d rejected=%d", len(claims), lines, len(rejected))


def _read(upload: Upload, path: Path) -> tuple[list[Claim], list[Rejected]]:
    """Raises BadInput when nothing of the file is a claim, or when it holds too many lines."""
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    lines, said = 0, time.monotonic()
    for one in read_claims(path):
        if isinstance(one, Rejected):
            rejected.append(one)
        else:
            claims.append(one)
            lines += len(one.lines)
        if lines > MOST_LINES:
            raise BadInput(f"the file holds more than {MOST_LINES:,} lines", "split it, or use `codingahead scrub`")
        if time.monotonic() - said > RHYTHM:
            said = time.monotonic()
            _move(upload, claims=len(claims), lines=lines)
    if not claims:
        first = f" {_sentence(rejected[0].reason)}" if rejected else ""
        raise BadInput(
            f"no claim could be read in the file.{first}", "see the forms of claim files in the documentation"
        )
    return claims, rejected


@contextmanager
def _counted(access: Access, lines: int) -> Iterator[None]:
    try:
        with access.metered(Meter.CLAIM_LINE, lines):
            yield
    except AllowanceUsed as used:
        raise AllowanceUsed(f"the file holds {lines:,} lines, more than your plan has left", used.hint) from None


@contextmanager
def _codebook() -> Iterator[Codebook]:
    lender = shelf(Path(settings.PACK))
    codebook = lender.borrow()
    try:
        yield codebook
    finally:
        lender.give_back(codebook)


def _reports(upload: Upload, claims: list[Claim], codebook: Codebook) -> Summary:
    """Patient by patient, since lines of one patient are compared across claims; kept in the order of the file."""
    reports: dict[int, Any] = {}
    checked, said = 0, time.monotonic()
    for part in _parts(claims):
        chosen = [claims[n] for n in part]
        reports |= zip(part, codebook.check(chosen), strict=True)
        checked += sum(len(claim.lines) for claim in chosen)
        if time.monotonic() - said > RHYTHM:
            said = time.monotonic()
            _move(upload, checked=checked)
    summary = Summary()
    with FindingsFile(receive.report_of(upload.token)) as file:
        for n, claim in enumerate(claims):
            summary.add(claim, reports[n])
            file.add(n + 1, claim, reports[n])
    return summary


def _parts(claims: list[Claim]) -> Iterator[list[int]]:
    """Places of claims, a few hundred at a time, never a patient's in two parts."""
    patients: dict[str, list[int]] = {}
    for n, claim in enumerate(claims):
        patients.setdefault(claim.patient, []).append(n)
    part: list[int] = []
    for places in itertools.chain(patients.values()):
        part += places
        if len(part) >= TOGETHER:
            yield part
            part = []
    if part:
        yield part


def _move(upload: Upload, **fields: Any) -> None:
    """A sign of life. Raises Stopped when the upload is no longer wanted."""
    fields["moved"] = timezone.now()
    if not Upload.objects.filter(pk=upload.pk, state__in=Upload.RUNNING).update(**fields):
        raise Stopped
    for name, value in fields.items():
        setattr(upload, name, value)


def _refuse(upload: Upload, reason: str) -> None:
    told = masked.reason(reason, receive.names_in(receive.file_of(upload.token)))
    Upload.objects.filter(pk=upload.pk, state__in=Upload.RUNNING).update(
        state=Upload.State.REFUSED, reason=told, moved=timezone.now()
    )
    receive.report_of(upload.token).unlink(missing_ok=True)


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""

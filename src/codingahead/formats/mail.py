"""What did a person write? Bytes of a mail to `Mail`: subject, his or her own words, files, and the headers that decide about it.

Reads MIME as it is met in life and never raises: what cannot be read is said in `File.problem`. Stops before any meaning is looked for.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr

from codingahead.formats.mail_words import own_words, plain_of_html

MOST_PARTS, DEEPEST = 200, 12
MOST_FILES, LARGEST_FILE = 20, 25 << 20
# What an archive inside a mail may hold (count, bytes, and how much larger than packed).
ZIP_FILES, ZIP_BYTES, ZIP_RATIO = 50, 50 << 20, 100
_ID = re.compile(r"<[^<>\s]{1,990}>")
_NOBODY = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|.*-bounces)(?:\+.*)?@", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. `problem`: why it could not be opened, in words for the sender; `data` is then empty."""

    name: str
    kind: str
    data: bytes = b""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """`text`: the sender's own words, without quotes, signature and disclaimer. Ids are kept with their angle brackets."""

    sender: str
    subject: str
    text: str
    quoted: str
    files: tuple[File, ...]
    message_id: str
    in_reply_to: tuple[str, ...]
    recipients: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)
    automatic: str = ""
    bounced: tuple[str, ...] = ()


def read(raw: bytes) -> Mail:
    """The Mail value of any bytes."""
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
    except Exception:
        message = Message()
    found = _Found()
    for part in _parts(message):
        _take(part, found)
    written = "\n".join(found.plain) or "\n".join(plain_of_html(h) for h in found.html)
    if not written.strip():
        written = "\n".join(found.inner)
    own, quoted = own_words(written, forwarded=_is_forward(_text(message, "Subject")))
    if not own and found.inner:
        own = own_words("\n".join(found.inner), forwarded=True)[0]
    return Mail(
        sender=_address(_text(message, "From")), subject=_text(message, "Subject")[:500], text=own, quoted=quoted,
        files=tuple(found.files), message_id=next(iter(_ids(message, "Message-ID")), ""),
        in_reply_to=tuple(dict.fromkeys([*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))]))[:100],
        recipients=_addresses(message, "To", "Cc", "Delivered-To", "X-Original-To"),
        headers={name.lower(): _text(message, name)[:2000] for name in ("Date", "Reply-To", "List-Id", "Auto-Submitted")},
        automatic=_automatic(message), bounced=_bounced(message),
    )  # fmt: skip


def identity(raw: bytes) -> str:
    """What makes a mail the same mail when it is delivered again: Message-ID, sender and a digest of its body. Trace headers do not count."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    message = message_from_bytes(head + b"\n\n", policy=policy.compat32)
    told = [_text(message, name) for name in ("Message-ID", "From", "Subject", "Date")]
    made = hashlib.sha256("\0".join(told).encode("utf-8", "replace"))
    made.update(hashlib.sha256(body.rstrip()).digest())
    return made.hexdigest()


@dataclass(slots=True)
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """Leaves of the tree, and mails inside the mail, as deep and as many as anybody writes by hand."""
    if depth > DEEPEST:
        return
    content = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(content, list):
        for part in content[:MOST_PARTS]:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)
    else:
        yield message


def _take(part: Message, found: _Found) -> None:
    kind, name = part.get_content_type(), _name(part)
    attached = "attachment" in str(part.get("Content-Disposition", "")).lower()
    if kind == "message/rfc822":
        _take_inner(part, found)
    elif kind == "text/plain" and not (attached and name):
        found.plain.append(_decoded(part))
    elif kind == "text/html" and not (attached and name):
        found.html.append(_decoded(part))
    elif kind in (
        "message/delivery-status",
        "text/rfc822-headers",
        "application/pkcs7-signature",
        "application/pgp-signature",
    ):
        return
    elif len(found.files) < MOST_FILES:
        found.files.extend(_files(name or f"part.{kind.rpartition('/')[2]}", kind, _payload(part)))


def _take_inner(part: Message, found: _Found) -> None:
    """A mail attached to the mail: its words count when the sender wrote none, its files always."""
    content = part.get_payload()
    for one in [c for c in content if isinstance(c, Message)] if isinstance(content, list) else []:
        inside = read(one.as_bytes())
        found.inner.append(f"{inside.subject}\n\n{inside.text}")
        found.files.extend(inside.files[: MOST_FILES - len(found.files)])


def _files(name: str, kind: str, data: bytes) -> list[File]:
    if len(data) > LARGEST_FILE:
        return [File(name, kind, problem=f"is larger than {LARGEST_FILE >> 20} MB")]
    if not data:
        return [File(name, kind, problem="is empty")]
    office = name.lower().endswith((".docx", ".xlsx", ".pptx", ".odt"))
    if data[:4] == b"PK\x03\x04" and not office and "officedocument" not in kind:
        return _unpacked(name, data)
    return [File(name, kind, data)]


def _unpacked(name: str, data: bytes) -> list[File]:
    made: list[File] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            total = sum(i.file_size for i in infos)
            if any(i.flag_bits & 1 for i in infos):
                return [File(name, "application/zip", problem="is protected by a password")]
            if len(infos) > ZIP_FILES or total > min(ZIP_BYTES, max(len(data), 1) * ZIP_RATIO):
                return [File(name, "application/zip", problem="unpacks to more than is permitted")]
            if any("word/document.xml" in i.filename for i in infos):
                return [File(name, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", data)]
            for info in infos:
                with archive.open(info) as stream:
                    made.append(File(info.filename, _kind_of(info.filename), stream.read(LARGEST_FILE)))
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError):
        return [File(name, "application/zip", problem="is broken")]
    return made or [File(name, "application/zip", problem="is empty")]


def _kind_of(name: str) -> str:
    known = {
        "pdf": "application/pdf",
        "txt": "text/plain",
        "rtf": "application/rtf",
        "csv": "text/csv",
        "json": "application/json",
    }
    return known.get(name.lower().rpartition(".")[2], "application/octet-stream")


def _payload(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except Exception:
        return b""
    return data if isinstance(data, bytes) else b""


def _decoded(part: Message) -> str:
    data = _payload(part)
    try:
        charset = str(part.get_content_charset() or "utf-8")
    except Exception:
        charset = "utf-8"
    for name in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(name).replace("\x00", "")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1").replace("\x00", "")


def _name(part: Message) -> str:
    try:
        name = str(part.get_filename() or "")
    except Exception:
        return ""
    return _header(name).replace("\\", "/").rpartition("/")[2][:200]


def _text(message: Message, name: str) -> str:
    try:
        return _header(str(message.get(name) or ""))
    except Exception:
        return ""


def _header(value: str) -> str:
    """Encoded words decoded, folded lines joined, control characters dropped."""
    made = []
    try:
        for piece, charset in decode_header(value):
            if isinstance(piece, str):
                made.append(piece)
                continue
            try:
                made.append(piece.decode(charset or "utf-8"))
            except (LookupError, UnicodeError):
                made.append(piece.decode("cp1252", "replace"))
    except Exception:
        made = [value]
    return " ".join("".join(c if c.isprintable() else " " for c in "".join(made)).split())


def _address(value: str) -> str:
    return parseaddr(value)[1].strip().lower()[:254]


def _addresses(message: Message, *names: str) -> tuple[str, ...]:
    values = [_header(str(v)) for name in names for v in message.get_all(name, [])]
    return tuple(dict.fromkeys(a.strip().lower() for _, a in getaddresses(values) if "@" in a))[:100]


def _ids(message: Message, name: str) -> list[str]:
    return _ID.findall(" ".join(str(v) for v in message.get_all(name, [])))


def _is_forward(subject: str) -> bool:
    return bool(re.match(r"\s*(?:re:\s*)*(?:fwd?|wg|tr):", subject, re.IGNORECASE))


def _automatic(message: Message) -> str:
    """Why no person waits for an answer (RFC 3834, section 2; RFC 2919; RFC 2369), or ''."""
    submitted = _text(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return "auto-submitted"
    if any(message.get(n) for n in ("List-Id", "List-Unsubscribe", "List-Post", "Mailing-List")):
        return "mailing list"
    if _text(message, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return "bulk mail"
    suppress = _text(message, "X-Auto-Response-Suppress").lower()
    if any(message.get(n) for n in ("X-Autoreply", "X-Autorespond", "X-Loop")) or re.search(
        r"\b(?:all|autoreply)\b", suppress
    ):
        return "auto-reply"
    if message.get_content_type() == "multipart/report" or _text(message, "Return-Path") == "<>":
        return "bounce"
    if _NOBODY.match(_address(_text(message, "From"))):
        return "sender that reads no mail"
    return ""


def _bounced(message: Message) -> tuple[str, ...]:
    """Ids of our own mails that a delivery report (RFC 3464) speaks of."""
    if message.get_content_type() != "multipart/report":
        return ()
    text = message.as_bytes()[: 1 << 20].decode("latin-1")
    return tuple(dict.fromkeys(_ID.findall(" ".join(re.findall(r"(?im)^Message-ID:\s*(<[^>\s]+>)", text)))))

"""What stands in an attached file? Its text or its claims, or the sentence that says why it could not be read."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from codingahead.formats.mail import File
from codingahead.formats.opened import read_claims
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import CodingAheadError

MOST_PAGES = 60
MOST_TEXT = 200_000
MOST_CLAIMS = 200
_CLAIMS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".837", ".x12", ".edi", ".parquet")


@dataclass(frozen=True, slots=True)
class Read:
    """`said`: what the reply tells about the file, which it calls by its number and kind: names of files may name patients."""

    text: str = ""
    claims: tuple[Claim, ...] = ()
    said: str = ""


def read_file(number: int, file: File) -> Read:
    ending = Path(file.name.lower()).suffix
    called = f"attachment {number} ({(ending.lstrip('.') or file.kind.rpartition('/')[2] or 'file').upper()[:12]})"
    if file.problem:
        return Read(said=f"{called} {file.problem}")
    if ending in _CLAIMS or file.data[:3] == b"ISA":
        return _claims(called, ending, file.data)
    if file.kind.startswith("image/"):
        return Read(said=f"{called} is an image, and was not read")
    try:
        text = _text(ending, file).strip()[:MOST_TEXT]
    except _Locked:
        return Read(said=f"{called} is protected by a password; send it without one")
    except Exception:
        return Read(said=f"{called} could not be opened; it may be broken")
    if text:
        return Read(text)
    unread = "holds no text; a scan must be sent as text" if ending == ".pdf" else "is of a kind that is not read here"
    return Read(said=f"{called} {unread}")


class _Locked(Exception):
    """The file asks for a password."""


def _text(ending: str, file: File) -> str:
    if ending == ".pdf" or file.data[:5] == b"%PDF-":
        return _pdf(file.data)
    if ending == ".docx" or "wordprocessingml" in file.kind:
        return _docx(file.data)
    if ending == ".rtf" or file.data[:5] == b"{\\rtf":
        from striprtf.striprtf import rtf_to_text

        return str(rtf_to_text(file.data.decode("cp1252", "replace"), errors="ignore"))
    if (file.kind.startswith("text/") and file.kind != "text/calendar") or ending in (".txt", ".md"):
        try:
            return file.data.decode("utf-8-sig")
        except UnicodeError:
            return file.data.decode("cp1252", "replace")
    return ""


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Locked
    return "\n\n".join(page.extract_text() for page in reader.pages[:MOST_PAGES])


def _docx(data: bytes) -> str:
    from docx import Document

    document = Document(io.BytesIO(data))
    rows = ["  ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return "\n".join([*(p.text for p in document.paragraphs), *rows])


def _claims(called: str, ending: str, data: bytes) -> Read:
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"claims{ending}"
        path.write_bytes(data)
        try:
            for one in read_claims(path):
                if not isinstance(one, Rejected):
                    claims.append(one)
                if len(claims) >= MOST_CLAIMS:
                    break
        except CodingAheadError:
            claims = []
    if claims:
        return Read(claims=tuple(claims))
    return Read(said=f"{called} holds no claim that could be read")

"""Is this file a resume that may be kept, and which credentials does it name? Told by its content, never by its name."""

from __future__ import annotations

import io
import re
import zipfile

from codingahead.formats.documents import document_text
from codingahead.words.errors import BadInput
from codingahead_web.careers import tables

LARGEST = 5_000_000  # bytes
LARGEST_INSIDE = 50_000_000  # bytes of an unpacked DOCX
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# Names in a PDF that let it act by itself; written plainly or inside its packed objects.
_ACTS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia")


def read_resume(data: bytes) -> tuple[str, list[str]]:
    """Kind and credentials named. Raises BadInput for what is no PDF or DOCX, too large, damaged, or able to act by itself."""
    if len(data) > LARGEST:
        raise BadInput(f"the resume is larger than {LARGEST // 1_000_000} MB", "save it smaller")
    if data.startswith(b"%PDF"):
        kind = "pdf"
        _refuse_acting_pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        kind = "docx"
        _refuse_acting_docx(data)
    else:
        raise BadInput("a resume is a PDF or a Word document (DOCX)", "save it as one of these")
    return kind, credentials_in(document_text(data, name="the resume"))


def credentials_in(text: str) -> list[str]:
    """In the order of the table. CCS-P is not CCS, and CPC-A not CPC, unless that stands there too."""
    return [c for c in tables.equivalents() if re.search(rf"(?<![\w-]){re.escape(c)}(?![\w-])", text)]


def _refuse_acting_docx(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = [i.filename.lower() for i in packed.infolist()]
            size = sum(i.file_size for i in packed.infolist())
    except zipfile.BadZipFile:
        raise BadInput("the document is damaged", "save it anew") from None
    if size > LARGEST_INSIDE:
        raise BadInput("the document is too large unpacked", "leave the pictures out")
    if any("vba" in name or "/activex/" in name or "/embeddings/" in name for name in names):
        raise BadInput("the document has macros or embedded files", "save it as a plain DOCX or as PDF")


def _refuse_acting_pdf(data: bytes) -> None:
    if any(re.search(re.escape(name) + rb"[^A-Za-z]", data) for name in _ACTS) or _acts_inside(data):
        raise BadInput("the PDF has scripts or attached files", "print it to a new PDF")


def _acts_inside(data: bytes) -> bool:
    """What the packed objects of a PDF hold. Raises BadInput for one that cannot be read."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise BadInput("the PDF has a password", "send it without one")
        root = reader.root_object
        names = root.get("/Names")
        named = names.get_object() if names is not None else {}
        return "/JavaScript" in named or "/EmbeddedFiles" in named or "/AA" in root
    except BadInput:
        raise
    except Exception as problem:  # the reader raises what it likes
        raise BadInput("the PDF cannot be read: it is damaged or cut off", "save it anew") from problem

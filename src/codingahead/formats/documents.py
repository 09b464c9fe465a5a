"""Text out of a document: plain text, PDF, DOCX, RTF, HTML, scans and pictures, CCDA and FHIR DocumentReference.

What a file is, is told by its content and not by its name. Readers other than for text need the extra `documents`; pictures need the
program Tesseract too. Pure: bytes in, text out; nothing is kept.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from codingahead.words.errors import BadInput

LARGEST = 50_000_000  # bytes
MOST_PAGES = 400
MOST_SCANNED = 40  # pages read as pictures; about a second each
LONGEST_TEXT = 2_000_000  # characters
LARGEST_INSIDE = 200_000_000  # bytes of an unpacked DOCX
FEWEST_ON_PAGE = 20  # characters below which a page of a PDF counts as a picture
_INSTALL = "install codingahead[documents]"


def document_text(data: bytes, *, name: str = "") -> str:
    """The text of a document. Raises BadInput for a kind that cannot be read, a password, a broken file, or one above the limits."""
    if len(data) > LARGEST:
        raise BadInput(f"the file is larger than {LARGEST // 1_000_000} MB", "send the pages that matter")
    if not data.strip():
        raise BadInput("the file is empty", "send a file with text")
    try:
        text = _reader(data)(data)
    except BadInput:
        raise
    except Exception as problem:  # the readers of other people raise what they like
        raise BadInput(
            f"{name or 'the file'} cannot be read: it is damaged or cut off", "save it anew, or send its text"
        ) from problem
    if not text.strip():
        raise BadInput("no text was found in the file", "send a file with text, or a scan that can be read")
    return text[:LONGEST_TEXT]


def _reader(data: bytes) -> Callable[[bytes], str]:
    head = data[:1024].lstrip()
    if head.startswith(b"%PDF"):
        return _pdf
    if head.startswith(b"PK\x03\x04"):
        return _docx
    if head.startswith(b"{\\rtf"):
        return _rtf
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")) or head[8:12] == b"WEBP":
        return _picture
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            "this is a Word file of before 2007, or one with a password", "save it as DOCX or PDF without a password"
        )
    low = head.lower()
    if b"urn:hl7-org:v3" in low or b"<clinicaldocument" in low:
        return _ccda
    if low.startswith((b"<!doctype html", b"<html")) or b"<body" in low:
        return _html
    if low.startswith(b"{") and b"documentreference" in data[:100_000].lower():
        return _document_reference
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput("this kind of file is not known", "send text, PDF, DOCX, RTF, HTML, CCDA or a picture")
    return _plain


def _plain(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _pdf(data: bytes) -> str:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise BadInput("PDF files cannot be read here", _INSTALL) from None
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise BadInput("the PDF has a password", "send it without one")
    if len(reader.pages) > MOST_PAGES:
        raise BadInput(f"the PDF has more than {MOST_PAGES} pages", "send the pages that matter")
    pages: list[str] = []
    scanned = 0
    for page in reader.pages:
        text = page.extract_text() or ""
        if len(text.strip()) < FEWEST_ON_PAGE and scanned < MOST_SCANNED and len(page.images):
            scanned += 1
            text = "\n".join(_seen(image.data) for image in page.images) or text
        pages.append(text)
    return "\n\n".join(pages)


def _docx(data: bytes) -> str:
    try:
        from docx import Document
    except ImportError:
        raise BadInput("DOCX files cannot be read here", _INSTALL) from None
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if "word/document.xml" not in packed.namelist():
            raise BadInput("this is a zip file and no Word document", "unpack it and send the document")
        if sum(i.file_size for i in packed.infolist()) > LARGEST_INSIDE:
            raise BadInput("the document is too large unpacked", "send the pages that matter")
    parts: list[str] = []
    for block in Document(io.BytesIO(data)).iter_inner_content():
        if hasattr(block, "rows"):
            parts += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            parts.append(block.text)
    return "\n".join(parts)


def _rtf(data: bytes) -> str:
    try:
        from striprtf import striprtf
    except ImportError:
        raise BadInput("RTF files cannot be read here", _INSTALL) from None
    return str(striprtf.rtf_to_text(data.decode("cp1252", "replace"), errors="ignore"))  # type: ignore[no-untyped-call]


def _html(data: bytes) -> str:
    from lxml import html

    tree = html.document_fromstring(data)
    for silent in tree.xpath("//script|//style|//head"):
        silent.drop_tree()
    for block in tree.xpath("//p|//div|//br|//li|//tr|//h1|//h2|//h3|//h4"):
        block.tail = "\n" + (block.tail or "")
    return str(tree.text_content())


def _ccda(data: bytes) -> str:
    """The narrative of each section under its title; the coded entries repeat it."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(data, parser)
    parts: list[str] = []
    for section in root.iter("{*}section"):
        title, text = section.find("{*}title"), section.find("{*}text")
        if text is not None:
            body = "\n".join(" ".join(t.split()) for t in text.itertext() if t.strip())
            parts.append(f"{(title.text or '').strip() if title is not None else ''}:\n{body}\n")
    return "\n".join(parts)


def _document_reference(data: bytes) -> str:
    loaded: Any = json.loads(data)
    texts: list[str] = []
    for resource in _resources(loaded):
        for content in resource.get("content") or []:
            encoded = (content.get("attachment") or {}).get("data")
            if isinstance(encoded, str):
                try:
                    texts.append(document_text(base64.b64decode(encoded, validate=True)))
                except binascii.Error:
                    raise BadInput("attachment.data is not base64", "send the document in base64") from None
    if not texts:
        raise BadInput(
            "the DocumentReference holds no document",
            "put the document in content.attachment.data; addresses are not followed",
        )
    return "\n\n".join(texts)


def _resources(loaded: Any) -> list[dict[str, Any]]:
    if not isinstance(loaded, dict):
        return []
    if loaded.get("resourceType") == "Bundle":
        inside = [e.get("resource") for e in loaded.get("entry") or [] if isinstance(e, dict)]
        return [r for r in inside if isinstance(r, dict) and r.get("resourceType") == "DocumentReference"]
    return [loaded] if loaded.get("resourceType") == "DocumentReference" else []


def _picture(data: bytes) -> str:
    return _seen(data)


def _seen(data: bytes) -> str:
    """What Tesseract reads on a picture."""
    try:
        import pytesseract
        from PIL import Image
    except ImportError:
        raise BadInput("pictures cannot be read here", _INSTALL) from None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            text: str = pytesseract.image_to_string(picture, timeout=60)
            return text
    except pytesseract.TesseractNotFoundError:
        raise BadInput("pictures cannot be read here", "install the program tesseract") from None

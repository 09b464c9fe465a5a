"""Text out of documents of every kind, and clear refusals of what cannot be read."""

from __future__ import annotations

import base64
import io
import json
import shutil
import zipfile

import pytest

from codingahead.formats.documents import LARGEST, document_text
from codingahead.words.errors import BadInput


def _docx(*lines: str) -> bytes:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Pulse", "72"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pdf(*pages: str, password: str = "") -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    if not password:
        return out.getvalue()
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(out.getvalue())))
    writer.encrypt(password, algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


CCDA = b"""<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>
<title>Problems</title><text><list><item>Asthma</item><item>Migraine</item></list></text></section></component></structuredBody></component></ClinicalDocument>"""


def test_plain_text_in_any_usual_encoding() -> None:
    assert document_text("Fièvre".encode()) == "Fièvre"
    assert document_text("Fièvre".encode("cp1252")) == "Fièvre"
    assert document_text("Fever".encode("utf-16")) == "Fever"
    assert document_text(b"\xef\xbb\xbfFever") == "Fever"


def test_pages_paragraphs_tables_and_sections_are_read() -> None:
    assert [p.strip() for p in document_text(_pdf("Chest pain", "Asthma")).split("\n\n")] == ["Chest pain", "Asthma"]
    assert "Asthma" in (text := document_text(_docx("Chest pain", "Asthma"))) and "Pulse\t72" in text
    assert "Chest pain" in document_text(rb"{\rtf1\ansi Chest pain\par Asthma}")
    assert document_text(
        b"<html><head><title>x</title></head><body><p>Chest pain</p><script>evil()</script>"
    ).split() == ["Chest", "pain"]
    assert document_text(CCDA).split() == ["Problems:", "Asthma", "Migraine"]


def test_two_hundred_pages_are_read() -> None:
    assert document_text(_pdf(*[f"Page {i}" for i in range(200)])).count("Page") == 200


def test_a_document_reference_is_opened_and_its_addresses_are_not_followed() -> None:
    def reference(attachment: dict[str, str]) -> bytes:
        return json.dumps({"resourceType": "DocumentReference", "content": [{"attachment": attachment}]}).encode()

    assert document_text(reference({"data": base64.b64encode(b"Asthma").decode()})) == "Asthma"
    with pytest.raises(BadInput, match="no document"):
        document_text(reference({"url": "http://127.0.0.1/secret"}))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="pictures need the program tesseract")
def test_a_picture_is_read() -> None:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (900, 140), 255)
    ImageDraw.Draw(picture).text((20, 40), "Chest pain", fill=0, font=ImageFont.load_default(48))
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert "pain" in document_text(out.getvalue()).lower()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "empty"), (b"  \n", "empty"), (b"%PDF-1.7 broken", "damaged"), (b"PK\x03\x04broken", "damaged"), (_zip(), "zip"),
     (b"\x00\x01\x02" * 90, "not known"),
     (b"\xd0\xcf\x11\xe0" + b"\x00" * 90, "2007"), (b"<html></html>", "no text"), (b"\x89PNG\r\n\x1a\nbroken", "damaged"), (b"x" * (LARGEST + 1), "larger")],
    ids=["empty", "blank", "pdf", "docx", "zip", "unknown", "doc", "no text", "png", "large"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_clear_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        document_text(data)
    assert refused.value.hint


def test_a_password_is_named() -> None:
    with pytest.raises(BadInput, match="password"):
        document_text(_pdf("Secret", password="x"))

"""The one place where the pages reach the library's note coding: documents to text, text to suggestions, identifiers masked."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.codebook import Codebook
from codingahead.words.errors import BadInput, NotFound


def suggest(codebook: Codebook, text: str, on: date, setting: str) -> dict[str, Any]:
    """The Suggest value. Raises NotFound where the library has no note coding."""
    code_note = getattr(codebook, "code_note", None)
    if code_note is None:
        raise NotFound("coding of notes is not part of this installation", "search for the codes, or level the visit")
    found: dict[str, Any] = code_note(text, on, setting=setting)
    return found


def document_text(name: str, content: bytes) -> str:
    """The text of a document by its content. Raises BadInput for what cannot be read."""
    try:
        from codingahead.formats.documents import read_document  # type: ignore[import-not-found]
    except ImportError:
        raise BadInput(
            "this installation reads no documents", "paste the text, or install codingahead[documents]"
        ) from None
    return str(read_document(content, name))


def masked(text: str) -> str:
    """The text with the patient's identifiers masked. Raises NotFound rather than pass it on as it is."""
    try:
        from codingahead.privacy import mask  # type: ignore[import-not-found]
    except ImportError:
        raise NotFound("masking of identifiers is not part of this installation", "the note is not kept") from None
    return str(mask(text))

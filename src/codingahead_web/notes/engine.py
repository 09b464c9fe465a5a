"""The one place where the pages reach the library's note coding: documents to text, text to suggestions, identifiers masked."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.codebook import Codebook


def suggest(codebook: Codebook, text: str, on: date, setting: str) -> dict[str, Any]:
    """The Suggest value."""
    return codebook.code_note(text, on, setting=setting)  # type: ignore[attr-defined,no-any-return]


def document_text(name: str, content: bytes) -> str:
    """The text of a document by its content. Raises BadInput for what cannot be read."""
    from codingahead.formats.documents import read_document  # type: ignore[import-not-found]  # an extra

    return str(read_document(content, name))


def masked(text: str) -> str:
    """The text with the patient's identifiers masked, character for character as long as before where the library can."""
    from codingahead.privacy import mask  # type: ignore[import-not-found]

    return str(mask(text))

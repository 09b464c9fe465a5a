"""The one place where the pages reach the library's note coding: documents to text, text to suggestions, identifiers masked."""

from __future__ import annotations

from datetime import date
from typing import Any

from codingahead.codebook import Codebook
from codingahead.formats import documents
from codingahead.privacy.mask import mask


def suggest(codebook: Codebook, text: str, on: date, setting: str) -> dict[str, Any]:
    """The Suggest value."""
    return codebook.code_note(text, on, setting=setting)


def document_text(name: str, content: bytes) -> str:
    """The text of a document by its content. Raises BadInput for what cannot be read."""
    return documents.document_text(content, name=name)


def masked(text: str) -> str:
    """The text with the patient's identifiers masked, at its length."""
    return mask(text).text

"""The told value as a letter: plain text and HTML from our own templates, with its proof attached."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from codingahead.formats.mail_reply import Attachment
from codingahead_web.consultant.pdf import pdf


def answer_letter(told: dict[str, Any], *, link: str, words: str = "") -> tuple[str, str]:
    """`words`: what the sender wrote, masked, to stand below the answer."""
    context = {"told": told, "link": link, "words": words.split("\n")[:40] if words else []}
    return _both("answer", context)


def note_letter(kind: str, **context: Any) -> tuple[str, str]:
    """'invitation', 'allowance', 'refusal' or 'nothing'."""
    return _both("note", {"kind": kind} | context)


def attachments(bundle: dict[str, Any]) -> tuple[Attachment, ...]:
    data = json.dumps(bundle, ensure_ascii=False, indent=1).encode()
    number = bundle["number"]
    return (
        Attachment(f"{number}-proof.json", "application/json", data),
        Attachment(f"{number}.pdf", "application/pdf", pdf(bundle)),
    )


def made_at(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def _both(name: str, context: dict[str, Any]) -> tuple[str, str]:
    text = render_to_string(f"consultant/mail/{name}.txt", context)
    lines = [line.rstrip() for line in text.strip().split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept) + "\n", render_to_string(f"consultant/mail/{name}.html", context)

"""What stands in an attached file? Its text or its claims, or the sentence that says why it could not be read."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from codingahead.formats.documents import document_text
from codingahead.formats.mail import File
from codingahead.formats.opened import read_claims
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import BadInput, CodingAheadError

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
    if file.kind == "text/calendar":
        return Read(said=f"{called} is a calendar entry, and was not read")
    try:
        return Read(document_text(file.data)[:MOST_TEXT].strip())
    except BadInput as refused:
        return Read(said=f"{called} was not read: {refused.message}; {refused.hint}")


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

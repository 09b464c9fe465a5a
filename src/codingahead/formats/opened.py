"""What kind of file is this, and which claims stand in it?

Recognised by content, never by name: X12, JSON (one claim, an array, JSON Lines, FHIR), delimited text, Parquet; plain, gzip, or
inside a zip archive. Streams; a file that is none of these is refused in one sentence.
"""

from __future__ import annotations

import gzip
import io
import itertools
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import IO, TypeVar, cast

from codingahead.formats import texts
from codingahead.formats.claim_json import parsed, read_claim, read_or_reject
from codingahead.formats.columns import header_of, layout_in, read_columns
from codingahead.formats.fhir_claim import is_fhir, read_fhir
from codingahead.formats.header import ColumnMapping
from codingahead.formats.json_stream import elements
from codingahead.formats.parquet import parquet_layout, read_parquet
from codingahead.formats.x12.claims import read_x12_claims
from codingahead.formats.x12.remittance import read_x12_remittances
from codingahead.formats.x12.segments import separators_of
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import BadInput
from codingahead.words.remittances import Remittance

T = TypeVar("T")

_HEAD = 1 << 16
_PARQUET = b"PAR1"
# One JSON document is held whole; claims in number come as an array or as JSON Lines.
LARGEST_DOCUMENT = 256 << 20
# Parquet in an archive is unpacked to disk, and an archive can claim to hold any amount.
LARGEST_UNPACKED = 4 << 30
_HINT = "give X12 837, JSON, JSON Lines, FHIR, CSV or Parquet, plain or in gzip or zip"


class Kind(Enum):
    X12 = "X12"
    OBJECT = "JSON object"
    ARRAY = "JSON array"
    LINES = "JSON Lines"
    COLUMNS = "delimited text"
    PARQUET = "Parquet"


def read_claims(path: str | Path, mapping: ColumnMapping | None = None) -> Iterator[Claim | Rejected]:
    """Every claim of the file in its order, with what could not be read in between.

    `mapping` gives column names by field for delimited text and Parquet. Raises BadInput at once when the file is of no known kind
    or lacks a needed column.
    """
    path = Path(path)
    _judge(path, mapping)
    return _read(path, mapping, lambda kind, stream, name: _claims(kind, stream, name, mapping))


def read_remittances(path: str | Path) -> Iterator[Remittance | Rejected]:
    """Every 835 transaction of the file. Raises BadInput at once when the file is no X12."""
    path = Path(path)
    if _judge(path, None) is not Kind.X12:
        raise BadInput(f"{path.name} is no remittance", "give an X12 835, plain or in gzip or zip")
    return _read(path, None, lambda kind, stream, name: read_x12_remittances(stream, name))


def _judge(path: Path, mapping: ColumnMapping | None) -> Kind:
    """The kind of the first file. Raises BadInput when nothing of it can be read."""
    with opened(path) as members:
        first = next(members, None)
        if first is None:
            raise BadInput(f"{path.name} holds no file", _HINT)
        kind, stream = _recognised(*first, mapping)
        if kind is Kind.X12:
            separators_of(texts.text_of(stream.read(_HEAD)).lstrip())
        elif kind is Kind.COLUMNS:
            layout_in(stream, first[0], mapping)
    if kind is Kind.PARQUET and first[0] == path.name:
        with path.open("rb") as plain:
            if plain.read(4) == _PARQUET:
                parquet_layout(path, path.name, mapping)
    return kind


def _read(
    path: Path, mapping: ColumnMapping | None, read: Callable[[Kind, IO[bytes], str], Iterator[T]]
) -> Iterator[T | Rejected]:
    """All files in `path`, one after the other."""
    with opened(path) as members:
        for name, stream in members:
            last = 0
            try:
                kind, whole = _recognised(name, stream, mapping)
                for found in read(kind, whole, name):
                    if isinstance(found, Rejected):
                        last = max(last, found.position)
                        found = found if name == path.name else replace(found, reason=f"{name}: {found.reason}")
                    yield found
            except BadInput as error:
                yield Rejected(last + 1, f"{name}: {error.message}; what follows is not read; {error.hint}")


@contextmanager
def opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The plain files in `path` by name: itself, what gzip holds, or the members of a zip archive."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}", "name a readable file") from error
    with file:
        magic = file.read(4)
        file.seek(0)
        if magic.startswith(b"PK"):
            yield _members(file, path.name)
        else:
            yield iter([(path.name, _plain(file))])


def _plain(file: IO[bytes]) -> IO[bytes]:
    """What gzip holds, or the file itself."""
    magic = file.read(2)
    file.seek(0)
    return cast(IO[bytes], gzip.GzipFile(fileobj=file)) if magic == b"\x1f\x8b" else file


def _members(file: IO[bytes], name: str) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise BadInput(f"{name} is a damaged zip archive ({error})", "make the archive again") from error
    inside = {member.filename for member in archive.infolist()}
    if "[Content_Types].xml" in inside:
        raise BadInput(f"{name} is an office document, not a claim file", "save the sheet as CSV")
    for member in archive.infolist():
        if member.is_dir() or member.filename.startswith("__MACOSX/") or Path(member.filename).name.startswith("."):
            continue
        if member.flag_bits & 1:
            raise BadInput(f"{member.filename} in {name} is locked with a password", "give the archive without one")
        with archive.open(member) as stream:
            yield f"{name}/{member.filename}", _plain(stream)


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were already read, and whose damage is said in a sentence."""

    def __init__(self, head: bytes, rest: IO[bytes], name: str) -> None:
        self.head, self.rest, self.name_ = head, rest, name

    def read(self, size: int = -1) -> bytes:
        if self.head:
            taken = self.head if size < 0 else self.head[:size]
            self.head = self.head[len(taken) :]
            return taken if size >= 0 else taken + _some(self.rest, size, self.name_)
        return _some(self.rest, size, self.name_)

    def readable(self) -> bool:
        return True


def _some(stream: IO[bytes], size: int, name: str) -> bytes:
    try:
        return stream.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise BadInput(f"{name} is damaged ({error})", "make the archive again") from error


def _recognised(name: str, stream: IO[bytes], mapping: ColumnMapping | None) -> tuple[Kind, IO[bytes]]:
    head = b""
    while len(head) < _HEAD and (more := _some(stream, _HEAD - len(head), name)):
        head += more
    kind = kind_of(head, mapping)
    if kind is None:
        what = "is empty" if not head.strip() else "is no claim file"
        raise BadInput(f"{name} {what}", _HINT)
    return kind, cast(IO[bytes], _Rejoined(head, stream, name))


def kind_of(head: bytes, mapping: ColumnMapping | None = None) -> Kind | None:
    """By the first 64 KB."""
    if head.startswith(_PARQUET):
        return Kind.PARQUET
    text = texts.text_of(head).lstrip("\ufeff \t\r\n")
    if text.startswith("ISA") and not text[3:4].isalnum():
        return Kind.X12
    if text.startswith("["):
        return Kind.ARRAY
    if text.startswith("{"):
        return _object_or_lines(text)
    if "\x00" not in text and header_of(text.splitlines()[:20], mapping):
        return Kind.COLUMNS
    return None


def _object_or_lines(text: str) -> Kind:
    """JSON Lines when one of the first two lines is a whole object, or both look like one that is damaged."""
    lines = list(itertools.islice((line.strip() for line in text.splitlines() if line.strip()), 2))
    if len(lines) < 2:
        return Kind.OBJECT
    alike = lines[0].endswith("}") and lines[1].startswith("{")
    return Kind.LINES if alike or any(_is_object(line) for line in lines) else Kind.OBJECT


def _is_object(line: str) -> bool:
    try:
        return isinstance(parsed(line), dict)
    except (ValueError, RecursionError):
        return False


def _claims(kind: Kind, stream: IO[bytes], name: str, mapping: ColumnMapping | None) -> Iterator[Claim | Rejected]:
    if kind is Kind.X12:
        return read_x12_claims(stream, name)
    if kind is Kind.COLUMNS:
        return read_columns(stream, name, mapping)
    if kind is Kind.PARQUET:
        return _parquet(stream, name, mapping)
    if kind is Kind.LINES:
        return _values(texts.lines(stream))
    return _values(elements(stream)) if kind is Kind.ARRAY else _document(stream, name)


def _values(pieces: Iterator[str]) -> Iterator[Claim | Rejected]:
    """Claims of ours and FHIR resources, one in each piece of JSON text."""
    for position, piece in enumerate(pieces, 1):
        if piece.strip():
            yield from _value(piece, position)


def _value(text: str, position: int) -> Iterator[Claim | Rejected]:
    try:
        value = parsed(text)
    except (ValueError, RecursionError) as error:
        yield Rejected(position, f"this is not JSON: {error}; write one whole JSON object")
        return
    if is_fhir(value):
        yield from read_fhir(value, position)
    else:
        yield read_or_reject(value, position, read_claim)


def _document(stream: IO[bytes], name: str) -> Iterator[Claim | Rejected]:
    """One object over several lines; or JSON Lines after all, when the first line was too long to be judged."""
    lines = texts.lines(stream)
    above, first = next(((n, line) for n, line in enumerate(lines) if line.strip()), (0, ""))
    if _is_object(first):
        yield from _values(itertools.chain([""] * above, [first], lines))
        return
    pieces, size = [first], len(first)
    for line in lines:
        pieces.append(line)
        size += len(line)
        if size > LARGEST_DOCUMENT:
            raise BadInput(f"{name} is one JSON object of more than 256 MB", "give claims as JSON Lines or as an array")
    yield from _value("".join(pieces), 1)


def _parquet(stream: IO[bytes], name: str, mapping: ColumnMapping | None) -> Iterator[Claim | Rejected]:
    """Parquet is read from its end, so one out of an archive is laid down in a file without a name first."""
    with tempfile.TemporaryFile() as whole:
        while more := stream.read(texts.CHUNK):
            whole.write(more)
            if whole.tell() > LARGEST_UNPACKED:
                raise BadInput(f"{name} is Parquet of more than 4 GB in an archive", "give it unpacked")
        whole.seek(0)
        yield from read_parquet(whole, name, mapping)

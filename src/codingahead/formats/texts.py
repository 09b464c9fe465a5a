"""What characters do the bytes of a claim file stand for?

UTF-8 with or without a byte order mark, UTF-16 with one; a byte that is no UTF-8 is read as Windows-1252, which is what exports
from office programs use. Streams, whatever the file's size.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import IO

from codingahead.words.errors import BadInput

CHUNK = 1 << 18
# A service line is a few hundred characters; a claim of thousands of lines on one line of text a few million.
LONGEST_LINE = 1 << 26

TextReader = Callable[[int], str]


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error("codingahead.windows-1252", _windows)


def encoding_of(head: bytes) -> str:
    """By the byte order mark alone."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def text_of(content: bytes) -> str:
    if encoding_of(content) == "utf-16":
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "codingahead.windows-1252")


def reader(stream: IO[bytes]) -> TextReader:
    """A function that gives the next characters, about as many as asked; '' at the end."""
    first = stream.read(CHUNK)
    kind = encoding_of(first)
    errors = "replace" if kind == "utf-16" else "codingahead.windows-1252"
    decoder = codecs.getincrementaldecoder(kind)(errors)
    pending = [first]

    def read(size: int) -> str:
        while True:
            data = pending.pop() if pending else stream.read(size)
            characters = decoder.decode(data, final=not data)
            if characters or not data:
                return characters

    return read


def lines(stream: IO[bytes]) -> Iterator[str]:
    """Each line with its line end; lines may end in a carriage return alone. Raises BadInput for a line that no claim file has."""
    read = reader(stream)
    kept = ""
    part = read(CHUNK)
    end = "\r" if "\r" in part and "\n" not in part else "\n"
    while part:
        *whole, kept = (kept + part).split(end)
        for line in whole:
            yield line + "\n"
        if len(kept) > LONGEST_LINE:
            raise BadInput(
                f"a line is longer than {LONGEST_LINE:,} characters", "put each claim or row on its own line"
            )
        part = read(CHUNK)
    if kept:
        yield kept

"""Which segments stand in an X12 stream?

The separators are read from each ISA segment. Line breaks between or within segments count for nothing, unless the line break is
itself the segment terminator. Knows no transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from codingahead.formats.texts import CHUNK, TextReader, reader
from codingahead.words.claims import Rejected
from codingahead.words.errors import BadInput

# An ISA segment has 106 characters (X12.5, interchange control header); senders that pad wrongly write some less or more.
_HEADER = 200
# The longest segments of claims are a few hundred characters.
LONGEST_SEGMENT = 1 << 20


@dataclass(frozen=True, slots=True)
class Separators:
    element: str
    component: str
    segment: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole segments that follow each other in one interchange. `first`: position in the file of the first, from 1."""

    separators: Separators
    segments: list[str]
    first: int


def separators_of(header: str) -> Separators:
    """Raises BadInput when `header` does not begin with a whole ISA segment followed by a functional group."""
    damaged = BadInput(
        "the X12 file starts with a damaged or truncated ISA segment, so its separators cannot be told",
        "export the file again; an ISA segment is 106 characters long and the GS segment follows it",
    )
    if len(header) < 8 or header[:3] != "ISA" or header[3].isalnum():
        raise damaged
    element = header[3]
    parts = header.split(element, 16)
    if len(parts) < 17 or len(parts[16]) < 2:
        raise damaged
    component, segment = parts[16][0], parts[16][1]
    after = parts[16][2:].lstrip()
    if component.isalnum() or segment.isalnum() or len({element, component, segment}) < 3:
        raise damaged
    if after[:2] not in ("GS", "TA") and after[:3] != "IEA":
        raise damaged
    return Separators(element, component, segment)


def batches(stream: IO[bytes]) -> Iterator[Batch | Rejected]:
    """Raises BadInput when the stream does not begin with an interchange; damage further on is a Rejected."""
    read = reader(stream)
    text, position = "", 1
    while True:
        text = _until(read, text.lstrip(), _HEADER)
        if not text:
            return
        try:
            separators = separators_of(text[:_HEADER])
        except BadInput:
            if position == 1:
                raise
            yield Rejected(
                position, "what follows is no interchange: ISA is damaged or missing; the next whole one is read"
            )
            text = _next_interchange(read, text)
            continue
        interchange = _Interchange(read, separators, text, position)
        yield from interchange
        text, position = interchange.rest, interchange.position


class _Interchange:
    """Batches up to and including IEA; then `rest` holds the text read beyond it and `position` the next segment's."""

    def __init__(self, read: TextReader, separators: Separators, text: str, position: int) -> None:
        self.read, self.separators, self.rest, self.position = read, separators, text, position

    def __iter__(self) -> Iterator[Batch | Rejected]:
        end = self.separators.segment
        while True:
            stop = self._stop()
            cut = stop or self.rest.rfind(end) + 1
            if cut:
                body, self.rest = self.rest[:cut], self.rest[cut:]
                yield self._batch(body)
            if stop:
                return
            if len(self.rest) > LONGEST_SEGMENT:
                raise BadInput(
                    f"segment {self.position} is longer than a million characters: {end!r}, the segment terminator of "
                    "the ISA segment, does not end the segments",
                    "export the file again with the same separators throughout",
                )
            more = self.read(CHUNK)
            if not more:
                break
            self.rest += more
        left, self.rest = self.rest.strip(), ""
        if left[:3] == "IEA":
            yield Batch(self.separators, [left], self.position)
        elif left:
            yield Rejected(self.position, "the file ends inside this segment", text=left[:3])

    def _stop(self) -> int:
        """The length of `rest` up to the end of a whole IEA segment, 0 while there is none."""
        tag = "IEA" + self.separators.element
        found = self.rest.find(tag)
        while found >= 0:
            before = self.rest[:found].rstrip("\r\n ")[-1:] if self.separators.segment not in "\r\n" else "\n"
            if before in ("", self.separators.segment, "\n"):
                return self.rest.find(self.separators.segment, found) + 1
            found = self.rest.find(tag, found + 1)
        return 0

    def _batch(self, body: str) -> Batch:
        for blank in "\r\n":
            if blank != self.separators.segment:
                body = body.replace(blank, "")
        end = self.separators.segment
        if end + " " in body:
            body = re.sub(re.escape(end) + " +", lambda _: end, body)
        segments = body.lstrip(" ").split(end)
        segments.pop()
        first = self.position
        self.position += len(segments)
        return Batch(self.separators, segments, first)


def _until(read: TextReader, text: str, size: int) -> str:
    while len(text) < size:
        more = read(CHUNK)
        if not more:
            break
        text = (text + more).lstrip()
    return text


def _next_interchange(read: TextReader, text: str) -> str:
    """The text from the next 'ISA' on, '' when there is none."""
    found = text.find("ISA", 1)
    while found < 0:
        more = read(CHUNK)
        if not more:
            return ""
        text = text[-2:] + more
        found = text.find("ISA")
    return text[found:]

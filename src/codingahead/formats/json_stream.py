"""Which JSON values stand one after the other in a long array, without holding the array in memory?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from codingahead.formats.texts import CHUNK, LONGEST_LINE, reader
from codingahead.words.errors import BadInput

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|"|[{}\[\]]', re.DOTALL)
_BETWEEN = re.compile(r"[\s,]*")


def elements(stream: IO[bytes]) -> Iterator[str]:
    """The text of each object of an array of objects; whether it is good JSON is not judged here.

    Raises BadInput where the array breaks off or holds something that is neither object nor array.
    """
    read = reader(stream)
    text = read(CHUNK)
    at = text.index("[") + 1
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text):
            text, at = read(CHUNK), 0
            if not text:
                raise BadInput("the JSON array is not closed: the file may be cut off", "export the file again")
            continue
        if text[at] == "]":
            return
        if text[at] not in "{[":
            raise BadInput(
                f"the JSON array holds {text[at : at + 20]!r} where a claim should stand", "put objects in the array"
            )
        end = _end(text, at)
        while not end:
            more = read(CHUNK)
            if not more or len(text) - at > LONGEST_LINE:
                raise BadInput("the JSON array breaks off inside a claim", "export the file again")
            text, at = text[at:] + more, 0
            end = _end(text, at)
        yield text[at:end]
        text, at = text[end:] if end > CHUNK else text, 0 if end > CHUNK else end


def _end(text: str, start: int) -> int:
    """Where the value that opens at `start` closes, 0 when it does not in this text."""
    depth = 0
    for found in _TOKEN.finditer(text, start):
        token = found[0]
        if token in "{[":
            depth += 1
        elif token in "}]":
            depth -= 1
            if depth == 0:
                return found.end()
        elif token == '"':
            return 0
    return 0

"""Which claims stand in a delimited text file, one row a service line?

Delimiter, character set and the header row are found by looking; rows that cannot be read are rejected with their line in the file.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator
from typing import IO

from codingahead.formats import texts
from codingahead.formats.header import ColumnMapping, Layout, known_columns, layout_of, squeezed
from codingahead.formats.joined import Joiner, joined
from codingahead.formats.rows import RowReader, is_blank, looks_like_header, looks_like_total
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import BadInput

DELIMITERS = (",", "\t", ";", "|")
# A title and an empty line or two may stand above the header.
_HEADER_ROWS = 10
# A quoted cell may hold a line break or two; one that runs on for more was never closed.
_LINES_OF_A_ROW = 20


def header_of(lines: list[str], mapping: ColumnMapping | None = None) -> tuple[int, str, list[str]] | None:
    """Line (from 0), delimiter and names of the header row among the first lines; None when there is none."""
    best: tuple[int, int, str, list[str]] | None = None
    for at, line in enumerate(lines[:_HEADER_ROWS]):
        for delimiter in DELIMITERS:
            names = _names(line, delimiter)
            there = {squeezed(name) for name in names}
            mapped = 0 if mapping is None else sum(1 for column in _mapped(mapping) if squeezed(column) in there)
            known = known_columns(names) + mapped
            if len(names) >= 3 and known >= 2 and (best is None or known > best[0]):
                best = known, at, delimiter, names
    return best[1:] if best else None


def _names(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])]
    except csv.Error:
        return []


def layout_in(stream: IO[bytes], file: str, mapping: ColumnMapping | None = None) -> Layout:
    """Raises BadInput when no header row is found or a needed column is missing."""
    return _opened(stream, file, mapping)[0]


def read_columns(stream: IO[bytes], file: str, mapping: ColumnMapping | None = None) -> Iterator[Claim | Rejected]:
    """Claims in the order their last rows stand. Raises BadInput as `layout_in` does."""
    layout, above, delimiter, body = _opened(stream, file, mapping)
    yield from _claims(body, above, delimiter, layout, file)


def _opened(stream: IO[bytes], file: str, mapping: ColumnMapping | None) -> tuple[Layout, int, str, Iterator[str]]:
    """The layout, how many lines stand above the rows, the delimiter and the lines of the rows."""
    lines = texts.lines(stream)
    head = list(itertools.islice(lines, _HEADER_ROWS))
    found = header_of(head, mapping)
    if found is None:
        raise BadInput(
            f"{file} has no header row that names the columns of claims",
            "the first row must name columns such as id, code, date_of_service, units",
        )
    at, delimiter, names = found
    return layout_of(names, mapping), at + 1, delimiter, itertools.chain(head[at + 1 :], lines)


def _mapped(mapping: ColumnMapping) -> Iterator[str]:
    for columns in mapping.values():
        yield from [columns] if isinstance(columns, str) else columns


def _claims(lines: Iterable[str], above: int, delimiter: str, layout: Layout, file: str) -> Iterator[Claim | Rejected]:
    reader, joiner = RowReader(layout), Joiner(file)
    try:
        for position, row in _rows(lines, above, delimiter, layout):
            if isinstance(row, Rejected):
                yield row
            else:
                yield from joined(position, row, reader, joiner)
    except BadInput:
        # The archive around the file is damaged: what was read whole is still given.
        yield from joiner.finish(cut_off=True)
        raise
    yield from joiner.finish()


def _rows(
    lines: Iterable[str], above: int, delimiter: str, layout: Layout
) -> Iterator[tuple[int, list[str] | Rejected]]:
    """Each row with the line it begins on; blank rows, repeated headers and totals are passed over."""
    last = [""]

    def watched() -> Iterator[str]:
        for line in lines:
            last[0] = line
            yield line

    reader = csv.reader(watched(), delimiter=delimiter)
    while True:
        begins = above + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begins, Rejected(begins, f"this row is no delimited text: {error}")
            continue
        if not is_blank(row) and not looks_like_header(row, layout.names) and not looks_like_total(row):
            yield begins, _whole(row, begins, above + reader.line_num, layout, last[0]) or row


def _whole(row: list[str], begins: int, ends: int, layout: Layout, last: str) -> Rejected | None:
    """Why the row cannot be trusted to have each cell in its column."""
    if ends - begins >= _LINES_OF_A_ROW:
        reason = f"a quotation mark opened here is not closed: lines {begins} to {ends} cannot be told apart and are not read"
    elif len(row) > layout.width and any(cell.strip() for cell in row[layout.width :]):
        reason = f"the row has {len(row)} cells but the header {layout.width}: quote the cell that holds the delimiter"
    elif len(row) < layout.width and not last.endswith("\n"):
        reason = f"the file ends inside this row, which has {len(row)} of {layout.width} cells"
    else:
        return None
    return Rejected(begins, reason)

"""Which claims stand in a Parquet file, one row a service line? Read batch by batch, so that memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from codingahead.formats.header import ColumnMapping, Layout, layout_of
from codingahead.formats.joined import Joiner, joined
from codingahead.formats.rows import RowReader, is_blank
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import BadInput

_BATCH_ROWS = 16_384


def parquet_layout(source: Path | IO[bytes], file: str, mapping: ColumnMapping | None = None) -> Layout:
    """Raises BadInput when it is no Parquet or lacks a needed column."""
    return layout_of(_table(source, file).schema_arrow.names, mapping)


def read_parquet(
    source: Path | IO[bytes], file: str, mapping: ColumnMapping | None = None
) -> Iterator[Claim | Rejected]:
    """`Rejected.position` is the row, from 1. Raises BadInput as `parquet_layout` does."""
    import pyarrow as pa

    table = _table(source, file)
    names = list(table.schema_arrow.names)
    layout = layout_of(names, mapping)
    used = sorted({*layout.one.values(), *layout.patient, *(p for many in layout.many.values() for p in many)})
    layout = layout_of([names[p] for p in used], mapping)
    reader, joiner = RowReader(layout), Joiner(file)
    position = 0
    try:
        for batch in table.iter_batches(_BATCH_ROWS, columns=[names[p] for p in used]):
            columns = [column.to_pylist() for column in batch.columns]
            for row in zip(*columns, strict=True):
                position += 1
                if not is_blank(row):
                    yield from joined(position, row, reader, joiner)
    except (pa.ArrowException, OSError) as error:
        yield from joiner.finish(cut_off=True)
        yield Rejected(position + 1, f"the file is damaged after row {position}: {error}")
        return
    yield from joiner.finish()


def _table(source: Path | IO[bytes], file: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(source)
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{file} is no readable Parquet file ({error})", "write it again") from error

"""The findings of a report as a file beside the database: written once, read in pages, given out as CSV or JSON Lines.

Arrow's file format with the columns of a findings file, and before them the number of the claim and its verdict. What was not checked has
rows too, with the severity `unchecked`; they are no part of a download.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from codingahead.words.claims import Claim, Report
from codingahead_web.claims import masked

COLUMNS = (
    "id",
    "line",
    "rule",
    "severity",
    "code",
    "other_line",
    "other_code",
    "message",
    "fix",
    "carc",
    "indicator",
    "release",
)
UNCHECKED = "unchecked"
_NUMBERS = ("claim", "line", "other_line")
_SCHEMA = pa.schema(
    [(name, pa.int32() if name in _NUMBERS else pa.string()) for name in ("claim", "verdict", *COLUMNS)]
)
_BATCH = 20_000


class FindingsFile:
    """Rows are handed over as they come and written in batches. Use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._writer = pa.ipc.new_file(str(path), _SCHEMA)
        self._rows: list[tuple[Any, ...]] = []

    def __enter__(self) -> FindingsFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, number: int, claim: Claim, report: Report) -> None:
        """`number`: the place of the claim in its file, from 1."""
        verdict = report.verdict.value
        for f in report.findings:
            line, other = ([*f.lines, None, None])[:2]
            code, beside = ([*f.codes, None, None])[:2]
            self._rows.append((
                number, verdict, claim.id, line, f.rule, f.severity.value, code, other, beside, masked.message(f), f.fix, f.carc, f.indicator, f.release,
            ))  # fmt: skip
        for u in report.unchecked:
            line = u.lines[0] if u.lines else None
            self._rows.append(
                (number, verdict, claim.id, line, u.rule, UNCHECKED, None, None, None, u.reason, None, None, None, None)
            )
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = zip(*self._rows, strict=True)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
            self._writer.write_batch(pa.record_batch(arrays, schema=_SCHEMA))
            self._rows = []


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings; '' for all. Without a verdict, what was not checked is left out."""

    verdict: str = ""
    rule: str = ""


def page(path: Path, wanted: Wanted, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Rows in the order of the claims, and how many there are."""
    table = _chosen(path, wanted)
    return table.slice(offset, limit).to_pylist(), table.num_rows


def as_csv(path: Path, wanted: Wanted, *, shared: bool) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _download(path, wanted, shared):
        writer.writerow([_safe(row[name]) for name in COLUMNS])
        if out.tell() > 1 << 16:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def as_json_lines(path: Path, wanted: Wanted, *, shared: bool) -> Iterator[str]:
    for row in _download(path, wanted, shared):
        yield json.dumps({name: row[name] for name in COLUMNS}, ensure_ascii=False) + "\n"


def hidden(row: dict[str, Any]) -> dict[str, Any]:
    """The row for readers of a shared report: the claim has a number only, sentences have no days."""
    return row | {"id": str(row["claim"]), "message": masked.without_days(row["message"] or "")}


def _download(path: Path, wanted: Wanted, shared: bool) -> Iterator[dict[str, Any]]:
    table = _chosen(path, wanted)
    for batch in table.filter(pc.not_equal(table["severity"], UNCHECKED)).to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            yield hidden(row) if shared else row


def _chosen(path: Path, wanted: Wanted) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    if wanted.rule:
        table = table.filter(pc.equal(table["rule"], wanted.rule))
    if wanted.verdict:
        return table.filter(pc.equal(table["verdict"], wanted.verdict))
    return table.filter(pc.not_equal(table["severity"], UNCHECKED))


def _safe(value: Any) -> Any:
    """A spreadsheet must not take a cell for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

"""Scrubs files of claims: lays the claims down by patient, checks bucket after bucket, and puts one findings file together.

Everything unfinished lies in the work folder beside the output. A run with the same inputs and pack that was stopped, however, goes on
where it stood; one with others begins anew. The output appears whole or not at all.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from codingahead.scrub.findings import NOTHING, SCHEMA, added
from codingahead.scrub.spool import Spool, Tell, buckets_for
from codingahead.scrub.work import check_bucket
from codingahead.words.errors import BadInput

ENDINGS = (".parquet", ".csv")
ROWS_AT_ONCE = 50_000
Told = dict[str, Any]
# (pack, work folder, buckets) to the sums of each bucket, as they come.
Engine = Callable[[str, Path, int], Iterator[Told]]


def scrub(files: Sequence[Path], output: Path, pack: Path, engine: Engine, tell: Tell) -> Told:
    """The summary, which also lies beside the output as `<output>.summary.json`; rejected rows in `<output>.rejected.csv`.

    Raises BadInput for an output of another ending, inputs that are not there, and files that are no claims.
    """
    if output.suffix.lower() not in ENDINGS:
        raise BadInput(f"{output.name} ends in neither {' nor '.join(ENDINGS)}", "name the output so")
    for file in files:
        if not file.is_file():
            raise BadInput(f"there is no file {file}", "name files that are there")
    work = output.with_name(output.name + ".work")
    buckets = _begin(work, files, pack)
    spool = Spool(work, buckets)
    taken = []
    for number, file in enumerate(files):
        tell(f"reading {file.name}", 0.4 * number / len(files))
        taken.append(spool.take(number, file, tell))
    total = dict(NOTHING)
    for done, told in enumerate(engine(str(pack), work, buckets), 1):
        total = added(total, told)
        tell(f"checking: {total['lines']:,} lines", 0.4 + 0.55 * done / buckets)
    tell("writing", 0.95)
    _write(output, work / "findings", buckets)
    summary = {
        **total,
        "findings": sum(total["rules"].values()),
        "rejected": sum(t["rejected"] for t in taken),
        "files": [f.name for f in files],
        "output": output.name,
        "pack": pack.name,
    }
    refused = [r for t in taken for r in t["refused"]]
    _beside(output, summary, refused)
    shutil.rmtree(work)
    tell("done", 1.0)
    return summary


def local(workers: int) -> Engine:
    """Checks on the cores of this machine."""

    def run(pack: str, work: Path, buckets: int) -> Iterator[Told]:
        if workers <= 1 or buckets == 1:
            for bucket in range(buckets):
                yield check_bucket(pack, str(work), buckets, bucket)
            return
        # A worker that begins from nothing holds no file and no connection of this process.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            asked = [pool.submit(check_bucket, pack, str(work), buckets, b) for b in range(buckets)]
            for one in as_completed(asked):
                yield one.result()

    return run


def _begin(work: Path, files: Sequence[Path], pack: Path) -> int:
    """How many buckets the run has; a work folder of other inputs or another pack is dropped."""
    seen = [[str(f.resolve()), f.stat().st_size, f.stat().st_mtime_ns] for f in files]
    identity = hashlib.sha256(json.dumps([seen, pack.name]).encode()).hexdigest()
    plan = work / "plan.json"
    if plan.is_file():
        with suppress(ValueError, KeyError):
            known = json.loads(plan.read_text(encoding="utf-8"))
            if known["identity"] == identity:
                return int(known["buckets"])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    buckets = buckets_for(list(files))
    plan.write_text(json.dumps({"identity": identity, "buckets": buckets}), encoding="utf-8")
    return buckets


def _write(output: Path, findings: Path, buckets: int) -> None:
    unfinished = output.with_name(output.name + ".part")
    if output.suffix.lower() == ".csv":
        with unfinished.open("wb") as out, arrow_csv.CSVWriter(out, SCHEMA) as writer:
            for batch in _batches(findings, buckets):
                writer.write_batch(batch)
    else:
        with pq.ParquetWriter(unfinished, SCHEMA, compression="zstd") as parquet:
            for batch in _batches(findings, buckets):
                parquet.write_batch(batch)
    unfinished.replace(output)


def _batches(findings: Path, buckets: int) -> Iterator[pa.RecordBatch]:
    for bucket in range(buckets):
        yield from pq.ParquetFile(findings / f"{bucket}.parquet").iter_batches(ROWS_AT_ONCE)


def _beside(output: Path, summary: Told, refused: list[Told]) -> None:
    place = output.with_name(output.name + ".summary.json")
    place.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    rejected = output.with_name(output.name + ".rejected.csv")
    rejected.unlink(missing_ok=True)
    if refused:
        with rejected.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, ["file", "position", "id", "field", "reason"])
            writer.writeheader()
            writer.writerows(refused)

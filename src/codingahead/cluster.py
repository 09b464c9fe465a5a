"""The same scrub over Apache Spark: buckets are dealt to its workers, each checks its own with the function that a single machine uses.

The work folder and the pack must lie where every worker sees them under the same name. Needs the extra `cluster` and Java.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from codingahead.words.errors import BadInput, CodingAheadError


class Broken(CodingAheadError):
    """The cluster gave up; what was finished stays, and the next run goes on from there."""

    code = "cluster_failed"
    retry = True


def spark(master: str | None = None) -> Any:
    """An engine for `codingahead.scrub.run.scrub`. Raises BadInput where Spark is not installed or does not start."""

    def run(pack: str, work: Path, buckets: int) -> Iterator[dict[str, Any]]:
        session = _session(master)
        session.sparkContext.setLogLevel("OFF")
        try:
            asked = session.sparkContext.parallelize(range(buckets), buckets).map(_checker(pack, str(work), buckets))
            for told in asked.toLocalIterator(prefetchPartitions=True):
                yield json.loads(told)
        except Exception as problem:
            raise Broken(
                f"a worker failed: {_said(problem)}",
                "see that pack and work folder lie where every worker sees them, and run again",
            ) from problem
        finally:
            session.stop()

    return run


def _said(problem: Exception) -> str:
    """The last line of the worker's own words."""
    lines = [line.strip() for line in str(problem).splitlines() if "Error:" in line]
    return (lines or [type(problem).__name__])[0][:200]


def _session(master: str | None) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise BadInput("Spark is not installed here", "install codingahead[cluster], or use --engine local") from None
    builder = SparkSession.builder.appName("codingahead scrub").config("spark.ui.enabled", "false")
    if master:
        builder = builder.master(master)
    try:
        return builder.getOrCreate()
    except Exception as problem:  # Java that is missing, too old or refused
        raise BadInput(
            f"Spark did not start: {_said(problem)}",
            "install Java 17 or newer, or use --engine local",
        ) from problem


def _checker(pack: str, work: str, buckets: int) -> Callable[[int], str]:
    def check(bucket: int) -> str:
        from codingahead.scrub.work import check_bucket

        return json.dumps(check_bucket(pack, work, buckets, bucket))

    return check

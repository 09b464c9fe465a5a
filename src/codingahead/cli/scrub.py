"""`codingahead scrub FILE... --output OUT`: whole files of claims to a file of findings."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from codingahead.cli.common import pack_folder, pack_option, print_json
from codingahead.cli.progress import Bar
from codingahead.scrub.run import local, scrub
from codingahead.store.pack import Pack


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("scrub", help="whole files of claims to a file of findings")
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=Path, help="CSV, Parquet, JSON Lines, 837P, 837I; gzip and zip too"
    )
    parser.add_argument("--output", required=True, metavar="OUT", type=Path, help="findings, as .parquet or .csv")
    parser.add_argument("--engine", choices=("local", "spark"), default="local")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes of the local engine")
    parser.add_argument("--master", help="address of the Spark cluster; local[*] if left out")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    pack_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    opened = Pack.open(pack_folder(options))
    pack = opened.path
    opened.close()
    if options.engine == "spark":
        from codingahead.cluster import spark

        # The workers of this machine run what runs here.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        engine = spark(options.master or "local[*]")
    else:
        engine = local(max(1, options.workers))
    bar, started = Bar(sys.stderr), time.monotonic()
    try:
        summary = scrub(options.files, options.output, pack, engine, bar.tell)
    finally:
        bar.end()
    if options.json:
        print_json(summary)
    else:
        _print(summary, time.monotonic() - started)
    return 0


def _print(summary: dict[str, Any], seconds: float) -> None:
    rate = summary["lines"] / max(seconds, 0.001)
    print(f"{summary['claims']:,} claims, {summary['lines']:,} lines in {seconds:.0f} s ({rate:,.0f} lines/s)")
    for verdict, count in sorted(summary["verdicts"].items(), key=lambda v: -v[1]):
        print(f"  {count:>10,}  {verdict.replace('_', ' ')}")
    print(f"{summary['findings']:,} findings in {summary['output']}")
    for rule, count in sorted(summary["rules"].items(), key=lambda r: -r[1])[:20]:
        print(f"  {count:>10,}  {rule}")
    for reason, count in sorted(summary["unchecked"].items(), key=lambda r: -r[1])[:10]:
        print(f"  {count:>10,}  not checked: {reason}")
    if summary["rejected"]:
        print(f"{summary['rejected']:,} rows not read: see {summary['output']}.rejected.csv")
    if summary["stale"]:
        print(f"out of date: {', '.join(summary['stale'])}")

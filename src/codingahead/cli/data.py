"""`codingahead data build | sync | status | changes`: makes the reference pack, tells what is in it, and what changed between two days."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codingahead.build.report import BuildReport
from codingahead.build.run import build, build_vectors
from codingahead.cli import sync
from codingahead.cli.common import common, day_of, open_codebook, pack_folder, pack_option, print_json
from codingahead.cli.progress import Bar
from codingahead.search.vectors import VectorsUnavailable
from codingahead.tools import call
from codingahead.words.errors import BadInput


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("data", help="build the reference pack and see what it holds")
    inner = parser.add_subparsers(dest="data_command", metavar="build|sync|status|changes", required=True)
    making = inner.add_parser(
        "build", help="read official files and write a new pack; the old one serves until it is ready"
    )
    making.add_argument(
        "--sources", metavar="DIR", help="folder of official files; without it, only what comes with the program"
    )
    making.add_argument("--no-vectors", action="store_true", help="leave out the vectors for search by meaning")
    making.add_argument("--vectors-only", action="store_true", help="add the vectors to the pack that serves")
    making.add_argument("--json", action="store_true", help="print the report as JSON")
    pack_option(making)
    making.set_defaults(run=run_build)
    sync.add(inner, run_build)
    telling = inner.add_parser("status", help="releases in the pack, their dates, files and age")
    common(telling)
    telling.set_defaults(run=run_status)
    comparing = inner.add_parser("changes", help="what changed between two days: codes, indicators, money, edits")
    comparing.add_argument("first", metavar="FROM")
    comparing.add_argument("last", metavar="TO")
    comparing.add_argument("--codes", metavar="FILE", help="only the codes in this file, one a line")
    comparing.add_argument("--system", metavar="S", help="only this code system")
    comparing.add_argument(
        "--kind",
        action="append",
        metavar="K",
        help="new, deleted, revised, fact, fee, edit or coverage; repeat for several",
    )
    comparing.add_argument("--limit", metavar="N", default="500", help="rows shown (500)")
    comparing.add_argument("--json", action="store_true", help="print the answer as JSON")
    pack_option(comparing)
    comparing.set_defaults(run=run_changes)


def run_build(options: argparse.Namespace) -> int:
    folder = pack_folder(options)
    bar = Bar(sys.stderr)
    report = BuildReport()
    if not options.vectors_only:
        report = build(
            Path(options.sources) if options.sources else None, folder, now=datetime.now(UTC), progress=bar.tell
        )
        bar.end()
    if not options.no_vectors:
        try:
            report.vectors = build_vectors(folder, now=datetime.now(UTC), progress=bar.tell)
        except VectorsUnavailable as missing:
            print(f"search by meaning is off: {missing.message} - {missing.hint}", file=sys.stderr)
        bar.end()
    if options.json:
        print_json(report.to_json())
    else:
        _print(report)
    return 0


def _print(report: BuildReport) -> None:
    for r in report.loaded:
        print(f"  {r.release:<38} from {r.effective_from}  {r.rows:>9,} rows  {r.file}")
    faults = [n for n in report.not_used if n.fault]
    others = [n for n in report.not_used if not n.fault]
    if faults:
        print("Not loaded:")
        for n in faults:
            print(f"  {n.file}\n      {n.reason}")
    if others:
        print(f"Not used ({len(others)} files):")
        for n in others:
            print(f"  {n.file}: {n.reason}")
    terms = f"{report.search_terms:,} search terms, " if report.search_terms else ""
    print(
        f"{len(report.loaded)} releases, {terms}{report.vectors:,} vectors"
        + (f"; pack {report.pack}" if report.pack else "")
    )


def run_status(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        on = day_of(options)
        status = codebook.status() | {"on": on.isoformat(), "releases": codebook.releases(on)}
    if options.json:
        print_json(status)
        return 0
    print(f"{status['pack']}, built {status['built_at']}, {status['vectors']:,} vectors")
    for r in status["releases"]:
        mark = "out of date" if r["in_force"] and r["stale"] else "in force" if r["in_force"] else ""
        until = r["effective_to"] or ""
        print(
            f"  {r['id']:<38} {r['effective_from']} to {until:<10}  {r['rows']:>9,} rows  {mark:<11}  {r['sha256'][:12]}  {r['file']}"
        )
    return 0


def run_changes(options: argparse.Namespace) -> int:
    told = {
        "from": options.first,
        "to": options.last,
        "system": options.system,
        "kinds": options.kind or [],
        "limit": options.limit,
    }
    if options.codes:
        try:
            told["codes"] = Path(options.codes).read_text(encoding="utf-8-sig").replace(",", " ").split()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(
                f"{options.codes} cannot be read ({error})", "name a text file with one code a line"
            ) from error
    with open_codebook(options) as codebook:
        answer = call(codebook, "list_changes", {k: v for k, v in told.items() if v}, datetime.now(UTC).date())
    if options.json:
        print_json(answer)
        return 0
    for row in answer["rows"]:
        money = f" ({row['amount']})" if row["amount"] else ""
        print(f"{row['kind']:8} {row['code']:9} {row['name']}: {row['before'] or '-'} -> {row['after'] or '-'}{money}")
    print(", ".join(f"{n} {kind}" for kind, n in answer["counts"].items()) or "nothing changed")
    return 0

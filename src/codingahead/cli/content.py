"""`codingahead content check | starter`: our own texts against the loaded facts, and the figures that ship with them."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import common, day_of, open_codebook, print_json
from codingahead.content.check import check_content
from codingahead.content.starter import starter_lines


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("content", help="our own texts against the loaded facts")
    inner = parser.add_subparsers(dest="content_command", metavar="check|starter", required=True)
    checking = inner.add_parser("check", help="form of every text, and every fact it relies on")
    common(checking)
    checking.set_defaults(run=run)
    making = inner.add_parser(
        "starter", help="print the starter facts for the codes we describe, from the loaded official files"
    )
    common(making)
    making.set_defaults(run=run_starter)


def run_starter(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        for line in starter_lines(codebook.pack):
            print(line)
    return 0


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        report = check_content(codebook.pack, day_of(options))
    if options.json:
        print_json(report)
    else:
        for f in report["findings"]:
            print(f"{f['file']}: {f['system']} {f['code']}: {f['field']}: {f['message']}")
        print(
            f"{report['records']} texts, {report['facts_checked']} facts checked, {report['facts_not_loaded']} not loaded, {len(report['findings'])} findings"
        )
    return 1 if report["findings"] else 0

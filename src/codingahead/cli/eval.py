"""`codingahead eval [SUITE]`: how many of a suite's questions CasePilot answers right from the loaded pack."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import common, day_of, open_codebook, print_json
from codingahead.pilot.quality import SUITES, evaluate


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("eval", help="answer-quality suites with their scores")
    parser.add_argument("suite", nargs="?", choices=SUITES, help="all if left out")
    common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    on = day_of(options)
    with open_codebook(options) as book:
        told = [
            evaluate(s, lambda q: book.ask(q, on), lambda code, system: book.lookup(code, on, system), on)
            for s in ([options.suite] if options.suite else SUITES)
        ]
    if options.json:
        print_json({"suites": told})
        return 0
    for one in told:
        print(
            f"{one['suite']}: {one['questions']} questions; " + ", ".join(f"{n} {k}" for k, n in one["counts"].items())
        )
        for miss in one["misses"][:20]:
            print(f"  {miss['verdict']}: {miss['question']}")
    return 0

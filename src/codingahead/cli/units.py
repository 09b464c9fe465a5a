"""`codingahead units CODE --amount "2.5 mg"`: billing units of a drug, with the lines for what was discarded."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.tools import call
from codingahead.words.errors import BadInput


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("units", help="billing units of an amount of a drug")
    parser.add_argument("code", nargs="?")
    parser.add_argument("--amount", metavar="A", help='what was given, such as "2.5 mg"')
    parser.add_argument("--container", metavar="A", help='what one single-dose container holds, such as "10 mg"')
    parser.add_argument(
        "--containers", metavar="N", type=int, help="how many were opened; as few as suffice if left out"
    )
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        today = day_of(options)
        if options.stdin:
            return answer_lines(lambda q: call(codebook, "drug_units", {"on": today, **q}, today))
        if not options.code or not options.amount:
            raise BadInput("no code or no amount given", 'write `codingahead units J1885 --amount "30 mg"`, or --stdin')
        told = {"code": options.code, "amount": options.amount, "on": today}
        told |= {n: v for n in ("container", "containers") if (v := getattr(options, n)) is not None}
        answer = call(codebook, "drug_units", told, today)
    if options.json:
        print_json(answer)
    else:
        _print(answer)
    return 0


def _print(answer: dict[str, Any]) -> None:
    print(
        f"{answer['code']}: {answer['units']} unit(s) for {answer['amount']}; one unit is {answer['dose']['quantity']}"
    )
    for line in answer["lines"]:
        print(f"  {'-'.join([line['code'], *line['modifiers']])} x {line['units']}  {line['why']}")
    for note in answer["notes"]:
        print(f"  {note}")

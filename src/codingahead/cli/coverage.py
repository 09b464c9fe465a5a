"""`codingahead coverage CODE [--diagnosis DX]...`: the policies that govern a service, and what they say of its diagnoses."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.tools import call
from codingahead.words.errors import BadInput


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "coverage", help="policies that govern a service, and its diagnoses"
    )
    parser.add_argument("code", nargs="?")
    parser.add_argument("--diagnosis", action="append", metavar="DX", help="repeat for several")
    parser.add_argument("--mac", metavar="M", help="contractor number, such as 01112")
    parser.add_argument("--state", metavar="ST")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        today = day_of(options)
        if options.stdin:
            return answer_lines(lambda q: call(codebook, "check_coverage", {"on": today, **q}, today))
        if not options.code:
            raise BadInput("no code given", "write `codingahead coverage 93306 --diagnosis I10`, or --stdin")
        told = {
            "code": options.code,
            "diagnoses": options.diagnosis or [],
            "mac": options.mac,
            "state": options.state,
            "on": today,
        }
        answer = call(codebook, "check_coverage", told, today)
    if options.json:
        print_json(answer)
    else:
        _print(answer)
    return 0


def _print(answer: dict[str, Any]) -> None:
    print(f"{answer['code']} {', '.join(answer['diagnoses'])}: {(answer['result'] or 'not loaded').replace('_', ' ')}")
    for policy in answer["policies"]:
        print(f"  {policy['kind']} {policy['id']} {policy['title']}: {policy['result'].replace('_', ' ')}")
        for group in policy["groups"]:
            if group["matched"] or group["kind"] == "text":
                print(
                    f"    {group['kind']} group {group['group']}: {', '.join(group['matched'])} {group['paragraph'][:200]}"
                )

"""`codingahead crosswalk CODE --to SYSTEM`: mapped codes with kind, direction and source."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.reference.crosswalks import TARGETS
from codingahead.tools import call
from codingahead.words.errors import BadInput


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("crosswalk", help="what a code is called elsewhere")
    parser.add_argument("code", nargs="?")
    parser.add_argument("--to", metavar="SYSTEM", help=", ".join(TARGETS))
    parser.add_argument("--system", metavar="S", help="code system of CODE, when several hold it")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        today = day_of(options)
        told = {"to": options.to, "system": options.system, "on": today}
        if options.stdin:
            return answer_lines(
                lambda q: call(codebook, "crosswalk_code", {**{k: v for k, v in told.items() if v}, **q}, today)
            )
        if not options.code:
            raise BadInput("no code given", "write `codingahead crosswalk E11.9 --to icd9cm`, or --stdin")
        answer = call(codebook, "crosswalk_code", told | {"code": options.code}, today)
    if options.json:
        print_json(answer)
    else:
        _print(answer)
    return 0 if answer["rows"] else 1


def _print(answer: dict[str, Any]) -> None:
    print(f"{answer['code']} {answer['title'] or ''}")
    for row in answer["rows"]:
        more = ", ".join(
            x for x in (row["flags"], row.get("factor") and f"factor {row['factor']}", row.get("effective")) if x
        )
        print(
            f"  {row['kind']} {row['system']} {row['code'] or 'no map'} {row['title'] or ''}"
            + (f"  [{more}]" if more else "")
        )
    if not answer["rows"]:
        print(f"  nothing found{'; not loaded: ' + ', '.join(answer['not_loaded']) if answer['not_loaded'] else ''}")

"""`codingahead ask QUESTION`: CasePilot's answer, each sentence with its sources."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.tools import call
from codingahead.words.errors import BadInput


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("ask", help="CasePilot: a question in plain words")
    parser.add_argument("question", nargs="*")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        today = day_of(options)
        if options.stdin:
            return answer_lines(lambda q: call(codebook, "ask_casepilot", {"on": today, **q}, today))
        if not options.question:
            raise BadInput("no question given", 'write `codingahead ask "MUE of 61624"`, or --stdin')
        answer = call(codebook, "ask_casepilot", {"question": " ".join(options.question), "on": today}, today)
    if options.json:
        print_json(answer)
        return 0
    print(answer["answer"] or "Nothing can be said about this from what is loaded.")
    for source in answer["sources"]:
        print(f"  [{source['n']}] {source['release']}: {source['where']}")
    for gap in answer["unanswered"]:
        print(f"  - {gap}")
    return 0

"""`codingahead search QUERY`: ranked codes."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.tools import call
from codingahead.words.errors import BadInput


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "search", help="codes that fit words, part of a code, or a range"
    )
    parser.add_argument("query", nargs="*", metavar="QUERY")
    parser.add_argument("--system", action="append", metavar="S", help="only this code system (repeatable)")
    parser.add_argument("--limit", type=int, default=20, metavar="N")
    parser.add_argument("--billable", action="store_true", default=None, help="only billable codes")
    parser.add_argument("--chapter", metavar="C", help="only this chapter")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    asked = {"system": options.system, "limit": options.limit, "billable": options.billable, "chapter": options.chapter}
    with open_codebook(options) as codebook:
        today = day_of(options)
        if options.stdin:

            def answer(q: dict[str, Any]) -> dict[str, Any]:
                found = call(
                    codebook,
                    "search_codes",
                    {**asked, **{k: v for k, v in q.items() if k != "id"}, "limit": q.get("k", options.limit)},
                    today,
                )
                return {"codes": [r["code"] for r in found["results"]], "results": found["results"]}

            return answer_lines(answer)
        if not options.query:
            raise BadInput("no query given", "write `codingahead search ruptured brain aneurysm`, or --stdin")
        found = call(codebook, "search_codes", {**asked, "q": " ".join(options.query)}, today)
    if options.json:
        print_json(found)
    else:
        for r in found["results"]:
            print(
                f"{r['code']:<10} {r['system']:<9} {'' if r['billable'] else '(heading) '}{r['title']}    [{r['why']}]"
            )
        if found["corrected"]:
            print(f"searched for: {found['corrected']}")
        if not found["results"]:
            said = f"; did you mean: {', '.join(found['suggestions'])}" if found["suggestions"] else ""
            print(f"nothing found{said}")
    return 0 if found["results"] else 1

"""`codingahead edits CODE`: NCCI procedure-to-procedure edits of a code on a day."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import common, day_of, open_codebook, print_json
from codingahead.tools import call


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("edits", help="NCCI edits of a code, both directions")
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("--setting", choices=("practitioner", "outpatient"), default="practitioner")
    parser.add_argument("--q", default="", metavar="TEXT", help="only partners whose code, title or rationale fits")
    parser.add_argument("--limit", type=int, default=50, metavar="N")
    common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        asked = {"code": options.code, "setting": options.setting, "q": options.q, "limit": options.limit}
        found = call(codebook, "list_edits", asked, day_of(options))
    if options.json:
        print_json(found)
        return 0
    if found["total"] is None:
        print(f"NCCI edits for {options.setting} are not loaded: load them with `codingahead data build --sources DIR`")
        return 0
    print(f"{found['total']} edits in force on {found['on']}")
    for r in found["rows"]:
        print(f"  column {r['column']}  {r['code']}  indicator {r['indicator']}  {r['rationale']}  {r['title'] or ''}")
    for s in found["stale"]:
        print(f"  out of date: {s['release']} was due to be replaced after {s['expected_until']}")
    return 0

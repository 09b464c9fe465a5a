"""`codingahead code CODE`: everything about one code on a day."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.tools import call
from codingahead.words.errors import BadInput

STATUS = {
    "active": "active",
    "header": "heading, not billable",
    "deleted": "deleted",
    "future": "not yet valid",
    "unknown": "no such code",
    "not_loaded": "not loaded for this day",
}


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("code", help="everything about one code on a day")
    parser.add_argument("code", nargs="?", metavar="CODE")
    parser.add_argument("--system", metavar="S", help="code system, when the code exists in several")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        today = day_of(options)
        if options.stdin:
            return answer_lines(lambda q: call(codebook, "lookup_code", {"system": options.system, **q}, today))
        if not options.code:
            raise BadInput("no code given", "write `codingahead code I67.1`, or --stdin")
        answer = call(codebook, "lookup_code", {"code": options.code, "system": options.system}, today)
    if options.json:
        print_json(answer)
    else:
        _print(answer, today)
    return 1 if answer["status"] == "unknown" else 0


def _print(a: dict[str, Any], today: date) -> None:
    billable = {True: "billable", False: "not billable", None: ""}[a["billable"]]
    print(f"{a['system_name']} {a['code']}  {a['title'] or '(no title loaded)'}")
    print(
        f"  {STATUS[a['status']]}{', ' + billable if billable else ''} on {a['on']}"
        + (", our title" if a["title_source"] == "codingahead" else "")
    )
    for heading in a["hierarchy"]:
        print(f"    {heading['code']}  {heading['title']}")
    for s in a["successors"]:
        print(f"  replaced by {s['code']}  {s['title'] or ''}")
    for m in a["missing_characters"]:
        print(f"  character {m['position']} is missing:")
        for v in m["values"]:
            print(f"    {v['value']}  {v['meaning']}")
    if a["common_language"]:
        print(f"\n{a['common_language']['summary'].strip()}")
    _rows(
        "Facts",
        [
            (
                f["label"] + (f" ({f['modifier']})" if f.get("modifier") else ""),
                f["value"],
                f["meaning"] or "",
                f"[{f['source']}]",
            )
            for f in a["facts"]
        ],
    )
    _rows("Modifiers", [(m["modifier"], m["allowed"], m["why"], f"[{m['source']}]") for m in a["modifiers"]])
    _rows("Notes", [(n["kind"], n["text"], f"from {n['from']}", f"[{n['source']}]") for n in a["notes"]])
    _rows(
        "Add-on and primary codes",
        [(r["role"], r["code"] or "", r["title"] or r["note"] or "", f"[{r['source']}]") for r in a["add_on"]["rows"]],
    )
    for setting, edits in a["edits"].items():
        _rows(
            f"NCCI edits, {setting}: {edits['total']} in force",
            [
                (f"column {r['column']}", r["code"], f"indicator {r['indicator']}", r["rationale"])
                for r in edits["rows"]
            ],
        )
    _rows("Related codes", [(s["code"], s["title"] or "", s["difference"]) for s in a["siblings"]])
    _rows("Index entries", [(e["text"], f"[{e['source']}]") for e in a["index_entries"]])
    _rows("History", [(str(h["date"]), h["action"], h["text"], f"[{h['source']}]") for h in a["history"]])
    _rows(
        "Sources",
        [(f"[{s['n']}]", s["release"], s["where"], f"row {s['row']}" if s["row"] else "") for s in a["sources"]],
    )
    for s in a["stale"]:
        print(
            f"  out of date: {s['release']} was due to be replaced after {s['expected_until']}; its successor is not loaded"
        )
    if a["not_loaded"]:
        print(
            f"  not loaded: {', '.join(a['not_loaded'])} - load official files with `codingahead data build --sources DIR`"
        )


def _rows(title: str, rows: list[tuple[str, ...]]) -> None:
    if rows:
        print(f"\n{title}")
        for row in rows:
            print("  " + "  ".join(cell for cell in row if cell))

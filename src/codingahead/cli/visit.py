"""`codingahead visit --family F`: the evaluation and management code of a visit, with its reasons."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.coder.visit_asked import ELEMENTS, FAMILIES
from codingahead.coder.visit_tables import LEVELS, PATIENTS, PAYERS
from codingahead.tools import call
from codingahead.words.errors import BadInput

OPTIONS = ("family", "patient", "problems", "data", "risk", "minutes", "payer")


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("visit", help="the level of a visit, with its reasons")
    parser.add_argument("--family", choices=FAMILIES, help="kind of visit")
    parser.add_argument("--patient", choices=PATIENTS, help="for office and home visits")
    for element in ELEMENTS:
        parser.add_argument(f"--{element}", choices=LEVELS, help=f"level of {element} in the decision making")
    parser.add_argument("--minutes", metavar="N", help="the practitioner's total time on the date")
    parser.add_argument("--payer", choices=PAYERS, help="whose counting of prolonged services; both if left out")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if not options.stdin and not options.family:
        raise BadInput(
            "no family given", "write `codingahead visit --family office --patient new --minutes 45`, or --stdin"
        )
    with open_codebook(options) as codebook:
        today = day_of(options)
        told = {name: value for name in OPTIONS if (value := getattr(options, name)) is not None}
        if options.stdin:
            return answer_lines(lambda q: call(codebook, "level_visit", {**told, **q}, today))
        visit = call(codebook, "level_visit", told, today)
    if options.json:
        print_json(visit)
    else:
        _print(visit)
    return 0 if visit["code"] else 1


def _print(visit: dict[str, Any]) -> None:
    about = ", ".join(x for x in (visit["level"], visit["basis"] and f"by {visit['basis']}", visit["on"]) if x)
    print(f"{visit['code'] or 'no code'}  {visit['title']} ({about})")
    for r in visit["reasons"]:
        level = f" {r['level']}" if r["level"] else ""
        print(f"  {'*' if r['counts'] else '-'} {r['element']}{level}: {r['text']}{_mark(r)}")
    for p in visit["prolonged"]:
        print(f"  + {p['code']} x{p['units']} ({p['payer']}): {p['text']}{_mark(p)}")
    for a in visit["add_on"]:
        print(f"  + {a['code']} {a['allowed']} ({a['payer']}): {a['text']}{_mark(a)}")
    for m in visit["modifiers"]:
        print(f"  modifier {m['modifier']}: {m['text']}{_mark(m)}")
    for n in visit["next"]:
        print(f"  next: {n['text']}")
    for a in visit["alternatives"]:
        print(f"  or {a['code']}{' (medicare)' if a['payer'] else ''}: {a['text']}{_mark(a)}")
    for n in visit["notes"]:
        print(f"  note: {n['text']}{_mark(n)}")
    for text in visit["assumptions"]:
        print(f"  assumed: {text}")
    for row in visit["stale"]:
        print(f"  out of date: {row['title']}, its successor was due after {row['expected_until']}")
    for source in visit["sources"]:
        print(f"  [{source['n']}] {source['release']}  {source['where']}")


def _mark(said: dict[str, Any]) -> str:
    return f" [{said['source']}]" if said["source"] else ""

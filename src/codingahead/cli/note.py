"""`codingahead note FILE`: a clinical note to the codes it supports, each with the words that support it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.codebook import Codebook
from codingahead.formats.documents import document_text
from codingahead.tools import call
from codingahead.words.errors import BadInput

REPORTED = ("asserted", "history", "uncertain")
MARKS = {"asserted": " ", "history": "h", "uncertain": "?", "negated": "-", "family": "f"}


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("note", help="a clinical note to codes with their evidence")
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="text, PDF, DOCX, RTF, HTML, CCDA or a picture; - for standard input"
    )
    parser.add_argument("--setting", default="practitioner", help="practitioner, outpatient, asc or inpatient")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if not options.stdin and not options.file:
        raise BadInput("no file given", "write `codingahead note NOTE.txt`, or --stdin with one note a line")
    with open_codebook(options) as codebook:
        if options.stdin:
            return answer_lines(lambda q: _answer(codebook, q, options))
        value = call(
            codebook, "suggest_codes", {"text": _read(options.file), "setting": options.setting}, day_of(options)
        )
    if options.json:
        print_json(value)
    else:
        _print(value)
    return 0 if value["suggestions"] else 1


def _answer(codebook: Codebook, question: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """One note of a line; `codes` are those a coder would look at first, best first."""
    text = question.get("text", question.get("query"))
    asked = {"text": text, "setting": question.get("setting") or options.setting, "on": question.get("on")}
    value = call(codebook, "suggest_codes", asked, day_of(options))
    codes = [s["code"] for s in value["suggestions"] if s["status"] in REPORTED and s["system"] == "icd10cm"]
    return {"codes": codes[: int(question.get("k") or len(codes))], **value}


def _read(file: str) -> str:
    if file == "-":
        return document_text(sys.stdin.buffer.read(), name="standard input")
    path = Path(file)
    if not path.is_file():
        raise BadInput(f"there is no file {file}", "name a file that is there")
    return document_text(path.read_bytes(), name=path.name)


def _print(value: dict[str, Any]) -> None:
    if value["masked"]:
        print(f"{value['masked']} identifiers masked before anything was read")
    for s in value["suggestions"]:
        sure = f"{s['confidence']:.2f}" if s["status"] in REPORTED else "    "
        print(f"{MARKS[s['status']]} {s['code']:<9} {sure}  {s['title']}")
        quoted = "; ".join(f'"{" ".join(e["text"].split())}" at {e["start"]}' for e in s["evidence"][:3])
        print(f"              {s['status']}: {quoted}")
        for need in s["needs"]:
            print(f"              would need: {need}")
    for f in value["findings"]:
        print(f"! {f['message']}  [{f['rule']}]")
        print(f"      {f['fix']}")
    if not value["suggestions"]:
        print("no code is supported by this text")

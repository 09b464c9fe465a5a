"""`codingahead serve`: the web site."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import Any

from codingahead.cli.common import home, pack_folder, pack_option
from codingahead.store import folder as folders
from codingahead.words.errors import BadInput, PackProblem

WSGI = "codingahead_web.conf.wsgi:application"


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("serve", help="the web site")
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or "8000"))
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--with-vectors", action="store_true", help="build missing meaning vectors in the background")
    pack_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        import granian  # noqa: F401
        from django.core.management import call_command
    except ImportError:
        raise BadInput("the site is not installed", "install it with `pip install 'codingahead[web]'`") from None
    folder = pack_folder(options)
    folders.current(folder)
    environment = os.environ | {
        "CODINGAHEAD_PACK": str(folder),
        "DJANGO_SETTINGS_MODULE": "codingahead_web.conf.settings",
        "HOST": options.host,
        "PORT": str(options.port),
    }
    home().mkdir(parents=True, exist_ok=True)
    os.environ.update(environment)
    import django

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if options.with_vectors:
        _vectors_behind(options, environment)
    print(f"Coding Ahead on http://{options.host}:{options.port}  (stop with Ctrl+C)", flush=True)
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        options.host,
        "--port",
        str(options.port),
        "--workers",
        str(options.workers),
        "--blocking-threads",
        "4",
        "--log-level",
        "warning",
        WSGI,
    ]
    return subprocess.call(command, env=environment)


def _vectors_behind(options: argparse.Namespace, environment: dict[str, str]) -> None:
    """Starts the vector build beside the server; the server picks the new pack up when it is swapped in."""
    from codingahead.codebook import Codebook

    try:
        with Codebook.open(pack_folder(options)) as codebook:
            if codebook.status()["vectors"]:
                return
    except PackProblem:
        return
    print("Search by meaning is being prepared; words and codes can be searched at once.", flush=True)
    subprocess.Popen(
        [sys.executable, "-m", "codingahead.cli.main", "data", "build", "--vectors-only"],
        env=environment,
        stdout=subprocess.DEVNULL,
    )

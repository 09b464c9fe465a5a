"""`codingahead worker`: answers what came by mail, sends replies, and does what is done from time to time."""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
from typing import Any

from codingahead.cli.common import pack_option
from codingahead.cli.site import ready_site


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("worker", help="background tasks: answers, replies, alerts")
    parser.add_argument("--once", action="store_true", help="do what is due now and end")
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    pack_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    ready_site(options)
    from codingahead_web.consultant import worker as works

    worker = works.Worker(works.periodic())
    if options.once:
        works.free_the_dead()
        worker.look_round()
        print(f"{worker.drain()} tasks done")
        return 0
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    print("Coding Ahead works on mails and tasks  (stop with Ctrl+C)", flush=True)
    worker.run(_parent_lives if options.with_parent else lambda: True)
    return 0


def _parent_lives() -> bool:
    """The parent holds the other end of standard input, and never writes; its end is seen as the end of the stream."""
    ready, _, _ = select.select([sys.stdin], [], [], 0)
    return not ready or bool(os.read(sys.stdin.fileno(), 1))

"""`codingahead mail`: CaseConsultant's way in, with a worker of its own that answers."""

from __future__ import annotations

import argparse
import os
import signal
import ssl
import subprocess
import sys
import threading
from typing import Any

from codingahead.cli.common import pack_folder, pack_option
from codingahead.cli.site import ready_site
from codingahead.store import folder as folders
from codingahead.words.errors import BadInput


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "mail", help="CaseConsultant: takes mail, answers in the thread"
    )
    parser.add_argument("--listen", metavar="HOST:PORT", help="take mail by SMTP here")
    parser.add_argument("--imap", action="store_true", help="fetch mail from the mailbox named by IMAP_URL")
    parser.add_argument("--certificate", metavar="FILE", help="certificate and key (PEM) for STARTTLS")
    parser.add_argument(
        "--no-worker", action="store_true", help="only take mail in; `codingahead worker` answers elsewhere"
    )
    pack_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if not options.listen and not options.imap:
        raise BadInput("nowhere to take mail from", "write --listen 127.0.0.1:2525, or --imap")
    folder = pack_folder(options)
    folders.current(folder)
    ready_site(options, durable=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = _listen(options)
    worker = None if options.no_worker else _worker(str(folder))
    fetching = _fetch(stop) if options.imap else None
    try:
        _watch(stop, worker, str(folder))
    finally:
        stop.set()
        if server is not None:
            server.stop(no_assert=True)
        if fetching is not None:
            fetching.join(10)
    return 0


def _listen(options: argparse.Namespace) -> Any:
    if not options.listen:
        return None
    from codingahead_web.consultant.intake.smtp import listener

    host, _, port = options.listen.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadInput(f"{options.listen!r} is no address", "write HOST:PORT, such as 127.0.0.1:2525")
    tls = None
    if options.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate)
    server = listener(host.strip("[]") or "127.0.0.1", int(port), tls=tls)
    try:
        server.start()
    except OSError as error:
        raise BadInput(f"cannot listen on {options.listen}: {error.strerror or error}", "choose another port") from None
    print(f"CaseConsultant takes mail on {options.listen}  (stop with Ctrl+C)", flush=True)
    return server


def _fetch(stop: threading.Event) -> threading.Thread:
    from codingahead_web.consultant.intake.imap import poll

    thread = threading.Thread(target=poll, args=(stop,), daemon=True)
    thread.start()
    print("CaseConsultant fetches mail from the mailbox", flush=True)
    return thread


def _worker(folder: str) -> subprocess.Popen[bytes]:
    """In a process and a session of its own: when this one is killed, the worker finishes the mail in its hands and ends."""
    command = [sys.executable, "-m", "codingahead.cli.main", "worker", "--with-parent", "--pack", folder]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ.copy(), start_new_session=True
    )


def _watch(stop: threading.Event, worker: subprocess.Popen[bytes] | None, folder: str) -> None:
    while not stop.wait(0.5):
        if worker is not None and worker.poll() is not None:
            print("the worker ended; another one is started", file=sys.stderr, flush=True)
            worker = _worker(folder)
    if worker is not None and worker.stdin is not None:
        worker.stdin.close()
        try:
            worker.wait(30)
        except subprocess.TimeoutExpired:
            worker.terminate()

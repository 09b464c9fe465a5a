"""Are mails answered exactly once while workers are killed? A real listener, real workers, a sink of our own; `--messages 2000 --together 50`.

Prints how many mails were accepted, answered, answered twice under one Message-ID, lost, and how long the answers took.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[1]
ACCOUNT = """
import django; django.setup()
from codingahead_web.accounts.models import User
User.objects.create_superuser('ada@example.org', 'a rather long passphrase')
"""


class Sink:
    """Every mail that came out, with the time."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, float]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content)
        self.got.append((message["In-Reply-To"], message["Message-ID"], time.monotonic()))
        return "250 ok"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def run(
    packs: Path, home: Path, *, messages: int, together: int, every: int, workers: int, wait: float = 600
) -> dict[str, Any]:
    """`every`: after how many answers a worker is killed; 0: never."""
    sink, inside = Sink(), free_port()
    outside = Controller(sink, hostname="127.0.0.1", port=free_port())
    outside.start()
    env = os.environ | {
        "CODINGAHEAD_HOME": str(home), "CODINGAHEAD_PACK": str(packs), "EMAIL_URL": f"smtp://127.0.0.1:{outside.port}", "METERING": "off",
        "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "codingahead_web.conf.settings",
    }  # fmt: skip
    command = [sys.executable, "-m", "codingahead.cli.main"]
    listener = subprocess.Popen(
        [*command, "mail", "--listen", f"127.0.0.1:{inside}", "--no-worker"], env=env, stdout=subprocess.DEVNULL
    )
    pool: list[subprocess.Popen[bytes]] = []
    killer: _Killer | None = None
    try:
        _wait_for(inside)
        subprocess.run([sys.executable, "-c", ACCOUNT], env=env, check=True)
        start = lambda: subprocess.Popen([*command, "worker"], env=env, stdout=subprocess.DEVNULL)
        pool += [start() for _ in range(workers)]
        killer = _Killer(pool, start, sink, every)
        killer.start()
        with ThreadPoolExecutor(together) as senders:
            accepted = dict(senders.map(lambda n: _send(inside, n), range(messages)))
        _until(lambda: len({r for r, _, _ in sink.got}) >= messages, wait)
        killer.over.set()
        killer.join()
        time.sleep(2)
        return _told(accepted, sink, kills=killer.kills)
    finally:
        if killer is not None:
            killer.over.set()
        for process in [listener, *pool]:
            process.send_signal(signal.SIGTERM)
        for process in [listener, *pool]:
            process.wait(60)
        outside.stop()


def _told(accepted: dict[str, float], sink: Sink, *, kills: int) -> dict[str, Any]:
    answers: dict[str, list[tuple[str, float]]] = {}
    for asked, answer, at in sink.got:
        answers.setdefault(asked, []).append((answer, at))
    took = sorted(min(at for _, at in rows) - accepted[asked] for asked, rows in answers.items() if asked in accepted)
    return {
        "accepted": len(accepted), "answered": len(answers), "lost": len(set(accepted) - set(answers)),
        "different_answers": sum(len({a for a, _ in rows}) > 1 for rows in answers.values()),
        "sent_again_under_one_id": sum(len(rows) - 1 for rows in answers.values()), "kills": kills,
        "p50_s": round(took[len(took) // 2], 2) if took else None, "p95_s": round(took[int(len(took) * 0.95)], 2) if took else None,
    }  # fmt: skip


def _send(port: int, number: int) -> tuple[str, float]:
    """Handed in twice now and then, as mail servers do."""
    name = f"<{number}@example.org>"
    text = f"From: ada@example.org\r\nTo: code@consult.test\r\nSubject: {number}\r\nMessage-ID: {name}\r\n\r\nWhat is the MUE for 61624 on 2026-08-01?\r\n"
    for _ in range(2 if number % 10 == 0 else 1):
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
            client.sendmail("ada@example.org", ["code@consult.test"], text)
    return name, time.monotonic()


class _Killer(threading.Thread):
    """Kills a random worker, -9, at a random moment after each `every` answers, and starts another one."""

    def __init__(self, pool: list[subprocess.Popen[bytes]], start: Any, sink: Sink, every: int) -> None:
        super().__init__(daemon=True)
        self.pool, self.begin, self.sink, self.every = pool, start, sink, every
        self.over, self.kills = threading.Event(), 0

    def run(self) -> None:
        due = self.every
        while self.every and not self.over.wait(0.005):
            if len(self.sink.got) < due:
                continue
            time.sleep(random.random() * 0.1)
            at = random.randrange(len(self.pool))
            self.pool[at].kill()
            self.pool[at].wait()
            self.pool[at] = self.begin()
            self.kills, due = self.kills + 1, len(self.sink.got) + self.every


def _wait_for(port: int) -> None:
    def listens() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    _until(listens, 60)


def _until(done: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--together", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=int, default=100, help="answers between two kills of a worker; 0: none")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(
            json.dumps(
                run(
                    chosen.pack,
                    Path(folder),
                    messages=chosen.messages,
                    together=chosen.together,
                    every=chosen.every,
                    workers=chosen.workers,
                )
            )
        )

"""A real browser at the site over the pack of the invented universe. Without Chromium these are skipped, but never with CI=true."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test.utils import override_settings

from codingahead_web.gate.visit import shelf

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ON = "2026-08-01"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def address(world_packs: Path) -> Iterator[str]:
    with override_settings(PACK=world_packs, METERING=False):
        server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()
        shelf(world_packs).close()
        shelf.cache_clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("journeys need Chromium: install the package chromium, or name the program with CHROMIUM")
        pytest.skip("journeys need Chromium: install the package chromium, or name the program with CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Any]:
    """Opens a page of the site in a fresh profile: open_page("/path", width=1440, scheme="light", scripts=True)."""
    contexts = []
    troubles: list[str] = []

    def opened(path: str, *, width: int = 1440, scheme: str = "light", scripts: bool = True, day: str = ON) -> Any:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        if day:
            context.add_cookies([{"name": "on", "value": day, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None,
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles


OPERATOR, PASSPHRASE = "operator@example.org", "a rather long passphrase"
STARTS_WITHIN = 60  # seconds
_VISITORS = itertools.count(1)


@dataclass(frozen=True)
class Site:
    """A site as an operator runs it: its own process, home, database and mails."""

    address: str
    mails: Path
    environment: dict[str, str]

    def work(self) -> None:
        """What a worker does in one round."""
        once = [sys.executable, "-m", "codingahead.cli.main", "worker", "--once"]
        subprocess.run(once, env=self.environment, check=True, capture_output=True)

    def link_for(self, email: str) -> str:
        """The link of the newest mail that was really written to this address."""
        for file in sorted(self.mails.iterdir(), key=lambda f: f.stat().st_mtime_ns, reverse=True):
            text = file.read_text(encoding="utf-8")
            if re.search(rf"^To: {re.escape(email)}$", text, re.MULTILINE):
                found = re.search(r"https?://\S+/confirm-email/\S+", text)
                assert found, text
                return found.group()
        raise AssertionError(f"no mail was written to {email}")


@pytest.fixture(scope="module")
def site(world_packs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`codingahead serve` with metering on, mails written to files, and an operator's account."""
    home, mails = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("mails")
    port = _free_port()
    kept = {n: v for n, v in os.environ.items() if n not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PUBLIC_URL")}
    environment = kept | {
        "CODINGAHEAD_HOME": str(home), "CODINGAHEAD_PACK": str(world_packs), "METERING": "on", "EMAIL_URL": f"file://{mails}", "PORT": str(port),
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }  # fmt: skip
    log = (home / "log").open("wb")
    serve = [sys.executable, "-m", "codingahead.cli.main", "serve", "--port", str(port)]
    started = subprocess.Popen(serve, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", started, home / "log")
        operator = {"DJANGO_SETTINGS_MODULE": "codingahead_web.conf.settings", "DJANGO_SUPERUSER_PASSWORD": PASSPHRASE}
        make = [sys.executable, "-m", "django", "createsuperuser", "--noinput", "--email", OPERATOR]
        subprocess.run(make, env=environment | operator, check=True, capture_output=True)
        yield Site(f"http://127.0.0.1:{port}", mails, environment)
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(timeout=20)
        log.close()


def _wait_for(address: str, started: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if started.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the site did not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def visitor(browser: Any, site: Site) -> Iterator[Any]:
    """A new person's browser at the real site: visitor(width=390, scheme="dark") gives a page."""
    contexts, troubles = [], []

    def entered(*, width: int = 1440, scheme: str = "light", **more: Any) -> Any:
        # A browser that calls itself headless is taken for a robot, and two that call themselves alike for one guest.
        more.setdefault("user_agent", f"Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 visitor {next(_VISITORS)}")
        more.setdefault("base_url", site.address)
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        context.add_cookies([{"name": "on", "value": ON, "url": more["base_url"]}])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if "Content Security Policy" in m.text else None)
        return page

    yield entered
    for context in contexts:
        context.close()
    assert not troubles

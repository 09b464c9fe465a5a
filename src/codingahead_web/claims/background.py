"""Work that a request begins and does not wait for: one thread of this process, in the order of asking."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="claims")


def submit(work: Callable[[], None]) -> None:
    _pool.submit(_run, work)


def _run(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        # The thread outlives the work, and must not hold a connection until then.
        connections.close_all()

"""How much is asked of this process, how fast does it answer, and how old is what it answers from? In Prometheus' text format.

Counts only: no code, no name, no text of a request. Addresses are told by their pattern. Each process counts for itself and says which it is.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from django.http import HttpRequest, HttpResponse

from codingahead.codebook import Codebook

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Labels = tuple[tuple[str, str], ...]


class Measures:
    """The counters of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[Labels] = Counter()
        self._answers: Counter[Labels] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self.started = time.time()

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[("method", method), ("route", route), ("status", str(status))] += 1
            counts = self._times.setdefault(route, [0] * (len(BUCKETS) + 1))
            counts[bisect_left(BUCKETS, seconds)] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def answered(self, tool: str, door: str, outcome: str) -> None:
        with self._lock:
            self._answers[("tool", tool), ("door", door), ("outcome", outcome)] += 1

    def lines(self, codebook: Codebook | None, today: date) -> Iterator[str]:
        """The exposition, line by line."""
        own = (("process", str(os.getpid())),)
        with self._lock:
            requests, answers = dict(self._requests), dict(self._answers)
            times, seconds = {r: list(c) for r, c in self._times.items()}, dict(self._seconds)
        yield from _head("codingahead_process_start_time_seconds", "gauge", "When this process began, in Unix time.")
        yield _line("codingahead_process_start_time_seconds", own, f"{self.started:.3f}")
        yield from _counters("codingahead_requests_total", "Requests answered.", requests, own)
        yield from _counters("codingahead_answers_total", "Answers of the library, by tool and door.", answers, own)
        yield from _histogram("codingahead_request_seconds", times, seconds, own)
        yield from _pack(codebook, today)


MEASURES = Measures()


class Measured:
    """Counts every request and times it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = "/" + match.route if match else "none"
        MEASURES.requested(request.method or "", route, response.status_code, time.perf_counter() - began)
        return response


def _counters(name: str, told: str, counts: dict[Labels, int], own: Labels) -> Iterator[str]:
    yield from _head(name, "counter", told)
    for labels, count in sorted(counts.items()):
        yield _line(name, (*labels, *own), str(count))


def _histogram(name: str, times: dict[str, list[int]], seconds: dict[str, float], own: Labels) -> Iterator[str]:
    yield from _head(name, "histogram", "Time to answer, by address pattern.")
    for route, counts in sorted(times.items()):
        below, labels = 0, (("route", route), *own)
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
            below += count
            yield _line(f"{name}_bucket", (*labels, ("le", bound)), str(below))
        yield _line(f"{name}_sum", labels, f"{seconds[route]:.6f}")
        yield _line(f"{name}_count", labels, str(below))


def _pack(codebook: Codebook | None, today: date) -> Iterator[str]:
    """Age of the serving pack, and how many of its newest releases a successor was due for."""
    yield from _head("codingahead_pack_open", "gauge", "1 while a reference pack is open.")
    yield _line("codingahead_pack_open", (), "1" if codebook else "0")
    if codebook is None:
        return
    built = datetime.fromisoformat(codebook.status()["built_at"])
    age = datetime.now(UTC) - (built if built.tzinfo else built.replace(tzinfo=UTC))
    releases = codebook.releases(today)
    yield from _head("codingahead_pack_age_seconds", "gauge", "Time since the serving pack was built.")
    yield _line("codingahead_pack_age_seconds", (), f"{age.total_seconds():.0f}")
    yield from _head("codingahead_releases", "gauge", "Releases in the serving pack.")
    yield _line("codingahead_releases", (), str(len(releases)))
    yield from _head(
        "codingahead_releases_stale", "gauge", "Releases in force whose successor was due and is not loaded."
    )
    yield _line("codingahead_releases_stale", (), str(sum(r["stale"] and r["in_force"] for r in releases)))


def _head(name: str, kind: str, told: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Labels, value: str) -> str:
    told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
    return f"{name}{{{told}}} {value}" if told else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

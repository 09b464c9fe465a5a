"""How long does a page of the job board take with 50,000 postings? `python -m bench.jobs [--postings N]`, on DATABASE_URL or a new SQLite file."""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import time

QUERIES = (
    "", "q=remote+cpc-a+entry", "q=inpatient+ccs+trauma", "q=risk+adjustment+crc", "q=coder", "q=auditor+oncology&place=remote",
    "credential=CPC", "credential=CCS&state=TX", "place=remote&pay=60000", "setting=facility&type=full_time&sort=pay", "state=CA&state=NY&since=7",
    "q=pediatrics&credential=CPC&exact=1", "place=remote&page=40", "q=billing+specialist&sort=new", "q=zebra", "specialty=urology&pay=75000",
)  # fmt: skip
ROUNDS = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postings", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "CODINGAHEAD_HOME": home,
            "METERING": "off",
            "DJANGO_SETTINGS_MODULE": "codingahead_web.conf.settings",
        }
        import django

        django.setup()
        _fill(options.postings)
        _measure()


def _fill(total: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from codingahead_web.accounts.models import Organisation
    from codingahead_web.careers.actions import samples

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    teams = [Organisation.objects.create(name=f"Employer {i}") for i in range(500)]
    began = time.perf_counter()
    samples.add_postings(samples.add_employers(teams), total)
    print(f"{total:,} postings written in {time.perf_counter() - began:.0f} s, {connection.vendor}")


def _measure() -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    print(f"first page of a process {_timed(client, ''):.0f} ms")
    first = {query: _timed(client, query) for query in QUERIES}
    times = sorted(_timed(client, query) for query, _ in itertools.product(QUERIES, range(ROUNDS)))
    print(f"first time of each query: slowest {max(first.values()):.1f} ms ({max(first, key=lambda q: first[q])})")
    print(
        f"list of jobs: p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms, slowest {times[-1]:.1f} ms"
    )


def _timed(client: object, query: str) -> float:
    began = time.perf_counter()
    answer = client.get(f"/careers?{query}")  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer.status_code
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    main()

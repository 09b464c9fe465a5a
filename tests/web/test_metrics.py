"""`/metrics`: well-formed figures for the operator, and for nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

LINE = re.compile(r'[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\]|\\.)*",?)+\})? -?[0-9.e+]+')

pytestmark = pytest.mark.django_db


def figures(client: Client, **told: Any) -> str:
    response = client.get("/metrics", **told)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    return response.content.decode()


def test_requests_and_answers_are_counted_by_pattern_and_tool(client: Client) -> None:
    client.get("/api/v1/codes/icd10cm/I67.1", {"on": "2026-08-01"})
    told = figures(client)
    assert re.search(
        r'codingahead_requests_total\{method="GET",route="/api/v1/codes/.*",status="200",process="\d+"\} \d+', told
    )
    assert re.search(
        r'codingahead_answers_total\{tool="lookup_code",door="rest",outcome="answer",process="\d+"\} \d+', told
    )
    assert "codingahead_pack_open 1" in told
    assert "codingahead_pack_age_seconds" in told


def test_no_code_or_query_stands_in_the_figures(client: Client) -> None:
    client.get("/api/v1/codes/icd10cm/I67.1", {"on": "2026-08-01"})
    client.get("/search", {"q": "somebody's words"})
    told = figures(client)
    assert "I67" not in told
    assert "somebody" not in told


def test_every_line_is_of_the_text_format_and_buckets_grow(client: Client) -> None:
    client.get("/healthz")
    lines = figures(client).splitlines()
    assert all(line.startswith("# ") or LINE.fullmatch(line) for line in lines)
    counts = [
        int(line.rsplit(" ", 1)[1])
        for line in lines
        if line.startswith('codingahead_request_seconds_bucket{route="/healthz"')
    ]
    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_strangers_and_requests_through_a_proxy_are_refused(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 403


def test_the_operators_token_opens_it_from_anywhere(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "a long token"
    assert figures(client, REMOTE_ADDR="192.0.2.7", headers={"authorization": "Bearer a long token"})
    wrong = client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"authorization": "Bearer another"})
    assert wrong.status_code == 403


def test_without_a_pack_the_figures_still_come(client: Client, no_pack: Any) -> None:
    assert "codingahead_pack_open 0" in figures(client)

"""Settings from the environment, headers, error pages, static files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from codingahead_web.conf import env
from tests.web.pages import tree, words


@pytest.mark.parametrize(
    ("reader", "name", "value"),
    [
        (lambda: env.number("PORT", 8000, least=1, most=65535), "PORT", "eighty"),
        (lambda: env.number("PORT", 8000, least=1, most=65535), "PORT", "70000"),
        (lambda: env.switch("METERING", True), "METERING", "maybe"),
        (lambda: env.time_zone("TIME_ZONE", "UTC"), "TIME_ZONE", "Mars/Olympus"),
        (lambda: env.choice("LOG_LEVEL", "INFO", ("INFO",)), "LOG_LEVEL", "LOUD"),
        (lambda: env.origin("PUBLIC_URL"), "PUBLIC_URL", "codes.example.org"),
        (lambda: env.database("DATABASE_URL", Path("x")), "DATABASE_URL", "mysql://x"),
        (lambda: env.secret("SECRET_KEY", Path("x")), "SECRET_KEY_FILE", "/no/such/file"),
    ],
)
def test_nonsense_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, reader: Any, name: str, value: str) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        reader()


def test_database_is_a_file_in_the_home_or_a_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert env.database("DATABASE_URL", tmp_path / "a.sqlite3")["NAME"] == str(tmp_path / "a.sqlite3")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:p%40ss@db.example:5433/codes")
    found = env.database("DATABASE_URL", tmp_path)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "me",
        "p@ss",
        "db.example",
        "5433",
        "codes",
    )
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/codes.sqlite3")
    assert env.database("DATABASE_URL", tmp_path)["NAME"] == "/srv/codes.sqlite3"


def test_secret_is_made_once_and_kept_from_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("SECRET_KEY_FILE", raising=False)
    kept = tmp_path / "home" / "secret_key"
    first = env.secret("SECRET_KEY", kept)
    assert env.secret("SECRET_KEY", kept) == first
    assert kept.stat().st_mode & 0o077 == 0


def test_every_page_forbids_inline_scripts_and_framing(site: Client) -> None:
    response = site.get("/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def test_missing_page_says_where_to_go(site: Client) -> None:
    response = site.get("/no/such/page")
    assert response.status_code == 404
    assert "There is no such page" in words(response)


def test_fault_of_ours_is_a_page_in_the_same_frame(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("codingahead.codebook.Codebook.releases", broken)
    site.raise_request_exception = False
    response = site.get("/")
    assert response.status_code == 500
    assert "logged" in words(response)
    assert b"secret detail" not in response.content


def test_refused_host_is_answered_in_the_same_frame(site: Client) -> None:
    assert site.get("/", headers={"host": "evil.example"}).status_code == 400
    response = site.get("/api/v1/releases", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_request"


def test_static_files_are_served_for_a_year_under_an_address_with_their_digest(site: Client) -> None:
    address, _ = tree(site.get("/")).xpath("//link[@rel='stylesheet']/@href")
    assert "?v=" in address
    response = site.get(address)
    assert response.status_code == 200
    assert "max-age=31536000" in response["Cache-Control"]

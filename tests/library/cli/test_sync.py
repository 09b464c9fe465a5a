"""`codingahead data sync` against a server on this machine: links, terms, resuming, verifying, building, and no network."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from codingahead.adapters.downloads import Downloads, Unreachable, digest, direct, file_name
from codingahead.build.catalogue import catalogue, chosen
from codingahead.cli.main import main
from codingahead.codebook import Codebook
from codingahead.words.errors import BadInput
from tests.world import fees

MIDDLE = 70_000


def archive(text: str = fees.CLFS) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("PUF_CLFS_CY2026_Q3V1.csv", text)
        opened.writestr("padding.md", "x" * 150_000)
    return made.getvalue()


class Publisher:
    """Pages and files; `cut` is the number of bytes after which the next transfer breaks off."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {
            "/page": b'<a href="/behind/26clabq3">next</a> <a href="/other.zip">other</a> <a href="https://evil.example/files/x.zip">x</a>',
            "/behind/26clabq3": b'<a href="/license/ama?file=/files/26clabq3.zip">file</a>',
            "/files/26clabq3.zip": archive(),
        }
        self.tags: dict[str, str] = {}
        self.cut: int | None = None
        self.asked: list[tuple[str, str | None]] = []

    def tag(self, path: str) -> str:
        return self.tags.get(path, f'"{len(self.files[path])}"')


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def address(publisher: Publisher) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            publisher.asked.append((self.path, self.headers["Range"]))
            if self.path not in publisher.files:
                return self.send_error(404)
            content, tag = publisher.files[self.path], publisher.tag(self.path)
            if self.headers["If-None-Match"] == tag:
                self.send_response(304)
                return self.end_headers()
            start = int((self.headers["Range"] or "bytes=0-")[6:-1]) if self.headers["If-Range"] == tag else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            sent = content[start : publisher.cut]
            publisher.cut = None
            self.wfile.write(sent)
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def listed(tmp_path: Path, address: str) -> Path:
    path = tmp_path / "catalogue.yaml"
    told = {
        "terms": {"open": {"title": "Open", "says": "Free to use.", "link": f"{address}/terms"}},
        "listings": {
            "laboratory": {
                "title": "Laboratory",
                "publisher": "Invented",
                "rhythm": "quarterly",
                "terms": "open",
                "page": f"{address}/page",
                "follow": r"/behind/\d\dclabq\d",
                "file": r"/files/.*\.zip",
            }
        },
    }
    path.write_text(yaml.safe_dump(told))
    return path


def sync(listed: Path, *more: str) -> int:
    base = listed.parent
    return main(
        ["data", "sync", "--catalogue", str(listed), "--to", str(base / "files"), "--pack", str(base / "packs"), *more]
    )


ACCEPT = ("--accept", "open", "--by", "Ada Example")


def test_nothing_is_fetched_before_a_person_accepts_the_terms(
    listed: Path, publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sync(listed) == 2
    assert publisher.asked == []
    assert "no terms are accepted" in capsys.readouterr().err
    assert sync(listed, "--accept", "open") == 2
    assert publisher.asked == []


def test_files_behind_pages_are_fetched_verified_and_built(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sync(listed, *ACCEPT, "--no-vectors") == 0
    assert "clfs:2026-07-01" in capsys.readouterr().out
    with Codebook.open(listed.parent / "packs") as codebook:
        assert "clfs:2026-07-01" in {r.id for r in codebook.pack.releases()}
    told = json.loads((listed.parent / "files" / "accepted.json").read_text())["open"]
    assert (told["by"], told["says"]) == ("Ada Example", "Free to use.")
    (record,) = json.loads((listed.parent / "files" / "downloads.json").read_text()).values()
    assert record["sha256"] == digest(Path(record["path"]))


def test_accepted_terms_stand_until_their_words_change(listed: Path, publisher: Publisher) -> None:
    assert sync(listed, *ACCEPT, "--no-build") == 0
    assert sync(listed, "--no-build") == 0
    listed.write_text(listed.read_text().replace("Free to use.", "Free to use on Sundays."))
    publisher.asked.clear()
    assert sync(listed, "--no-build") == 2
    assert publisher.asked == []


def test_a_transfer_that_broke_off_goes_on_from_there(tmp_path: Path, publisher: Publisher, address: str) -> None:
    file = f"{address}/files/26clabq3.zip"
    publisher.cut = MIDDLE
    with pytest.raises(Unreachable, match=r"of \d+ bytes came|broke off"):
        Downloads(tmp_path).fetch(file, "x")
    assert not (tmp_path / "x" / "26clabq3.zip").exists()
    made = Downloads(tmp_path).fetch(file, "x")
    assert publisher.asked[-1][1] == f"bytes={MIDDLE}-"
    assert Path(made.path).read_bytes() == publisher.files["/files/26clabq3.zip"]


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(
    tmp_path: Path, publisher: Publisher, address: str
) -> None:
    file = f"{address}/files/26clabq3.zip"
    publisher.cut = MIDDLE
    with pytest.raises(Unreachable):
        Downloads(tmp_path).fetch(file, "x")
    publisher.files["/files/26clabq3.zip"] = archive(fees.CLFS + "\n")
    publisher.tags["/files/26clabq3.zip"] = '"another"'
    made = Downloads(tmp_path).fetch(file, "x")
    assert Path(made.path).read_bytes() == publisher.files["/files/26clabq3.zip"]


def test_an_unchanged_file_is_not_fetched_again_and_a_damaged_one_is(
    tmp_path: Path, publisher: Publisher, address: str
) -> None:
    file = f"{address}/files/26clabq3.zip"
    path = Path(Downloads(tmp_path).fetch(file, "x").path)
    assert not Downloads(tmp_path).fetch(file, "x").fresh
    path.write_bytes(b"damaged")
    assert Downloads(tmp_path).fetch(file, "x").fresh
    assert path.read_bytes() == publisher.files["/files/26clabq3.zip"]


@pytest.mark.parametrize("sent", [b"<html>Accept the terms</html>", b"PK no archive", archive()[:-200]])
def test_what_is_no_whole_archive_is_not_kept(tmp_path: Path, publisher: Publisher, address: str, sent: bytes) -> None:
    publisher.files["/files/26clabq3.zip"] = sent
    with pytest.raises(Unreachable):
        Downloads(tmp_path).fetch(f"{address}/files/26clabq3.zip", "x")
    assert [p.name for p in (tmp_path / "x").iterdir()] == []


def test_without_a_network_one_line_says_what_to_do(
    listed: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    listed.write_text(listed.read_text().replace(address, "http://127.0.0.1:9"))
    assert sync(listed, *ACCEPT) == 2
    told = capsys.readouterr().err
    assert "cannot be reached" in told
    assert "Traceback" not in told
    assert not (listed.parent / "packs").exists()


def test_links_of_other_sites_and_other_files_are_left_alone(tmp_path: Path, address: str) -> None:
    assert Downloads(tmp_path).find(f"{address}/page", r"/behind/", r"/files/.*\.zip") == [
        f"{address}/files/26clabq3.zip"
    ]


def test_addresses_become_harmless_file_names() -> None:
    assert file_name("https://x.example/a/%2e%2e%2fetc%2fpasswd.zip") == "passwd.zip"
    assert direct("https://www.cms.gov/license/ama?file=/files/zip/a.zip") == "https://www.cms.gov/files/zip/a.zip"
    with pytest.raises(Unreachable):
        file_name("https://x.example/")


def test_the_catalogue_of_the_program_is_whole() -> None:
    listings = catalogue()
    assert len(listings) > 10
    assert all(one.rhythm and one.publisher and one.terms.says and (one.page or one.addresses) for one in listings)
    with pytest.raises(BadInput, match="nothing"):
        chosen(listings, ["nothing"])


def test_listings_and_terms_are_shown_without_a_network(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sync(listed, "--list") == 0
    told = capsys.readouterr().out
    assert "open (not accepted)" in told
    assert "laboratory" in told

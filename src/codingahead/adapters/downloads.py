"""Fetches files over HTTP: finds them by the links of a page, resumes what was cut off, and keeps nothing that is not whole.

A file is whole when it has the length the server stated, its digest is noted, and an archive opens. Which files are wanted is the catalogue's word.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from codingahead.words.errors import CodingAheadError

CHUNK = 1 << 20
MOST_PAGE = 8 << 20
SECONDS = 60
AGENT = "codingahead (data sync)"
RECORD = "downloads.json"
Progress = Callable[[str, float], None]


class Unreachable(CodingAheadError):
    """The publisher's server gave no answer, or not the one asked for."""

    code = "unreachable"
    retry = True


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file on disk. `fresh`: it was not there before, or has changed."""

    address: str
    path: str
    sha256: str
    size: int
    tag: str
    fresh: bool = True


class Downloads:
    """A folder of fetched files with the record of where each came from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, dict[str, Any]] = _read_record(folder / RECORD)

    def find(self, page: str, follow: str, file: str) -> list[str]:
        """Addresses of the files that a page, and the pages behind it, link to. Raises Unreachable."""
        found = dict.fromkeys(_matching(page, file))
        if follow:
            for behind in _matching(page, follow):
                found |= dict.fromkeys(_matching(behind, file))
        return list(found)

    def fetch(self, address: str, below: str, progress: Progress | None = None) -> Fetched:
        """The file at `address`, in the folder `below`. What is already here and unchanged is not fetched again. Raises Unreachable."""
        target = self.folder / below / file_name(address)
        target.parent.mkdir(parents=True, exist_ok=True)
        known = self._known.get(address)
        intact = bool(known) and target.exists() and digest(target) == (known or {}).get("sha256")
        tag = str((known or {}).get("tag", "")) if intact else ""
        part = target.with_name(target.name + ".part")
        got = _transfer(address, part, tag, progress)
        if got is None:
            assert known is not None
            return Fetched(address, str(target), known["sha256"], known["size"], known["tag"], fresh=False)
        _verify(address, part)
        part.replace(target)
        _tag_file(part).unlink(missing_ok=True)
        made = Fetched(address, str(target), digest(target), target.stat().st_size, got)
        self._known[address] = {name: value for name, value in asdict(made).items() if name != "fresh"}
        (self.folder / RECORD).write_text(json.dumps(self._known, indent=1), encoding="utf-8")
        return made


def file_name(address: str) -> str:
    """The last part of the address, made harmless as a file name. Raises Unreachable when it has none."""
    name = re.sub(r"[^\w.()+-]+", "_", unquote(urlsplit(address).path).rsplit("/", 1)[-1]).strip(".")
    if not name:
        raise Unreachable(f"{address} names no file", "correct the catalogue")
    return name


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as opened:
        while piece := opened.read(CHUNK):
            found.update(piece)
    return found.hexdigest()


def direct(address: str) -> str:
    """A link through a page of terms ('/license/ama?file=/files/zip/x.zip') as the address of the file; others as they are."""
    parts = urlsplit(address)
    named = parse_qs(parts.query).get("file", [""])[0]
    return urljoin(f"{parts.scheme}://{parts.netloc}", named) if "/license/" in parts.path and named else address


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _matching(page: str, pattern: str) -> list[str]:
    """Links of the page that fit, on the page's own host or one below the same name."""
    with _open(page, {}) as answer:
        text = answer.read(MOST_PAGE).decode("utf-8", "replace")
    links = _Links()
    links.feed(text)
    own = urlsplit(page)
    made = []
    for link in links.found:
        address = direct(urljoin(page, link)).partition("#")[0]
        parts = urlsplit(address)
        if parts.scheme == own.scheme and _same_site(parts.hostname, own.hostname) and re.search(pattern, parts.path):
            made.append(address)
    return list(dict.fromkeys(made))


def _same_site(host: str | None, other: str | None) -> bool:
    def site(name: str | None) -> str:
        return (name or "") if re.fullmatch(r"[\d.]+", name or "") else ".".join((name or "").split(".")[-2:])

    return site(host) == site(other)


def _transfer(address: str, part: Path, tag: str, progress: Progress | None) -> str | None:
    """Brings the whole file into `part`; its tag, or None when the server says that the one with `tag` is still current."""
    have = part.stat().st_size if part.exists() else 0
    since = _tag_file(part).read_text(encoding="utf-8") if have and _tag_file(part).exists() else ""
    headers = {"If-None-Match": tag} if tag else {}
    if have and since:
        # The rest is asked for only of the same file: If-Range sends the whole of a changed one.
        headers |= {"Range": f"bytes={have}-", "If-Range": since}
    try:
        with _open(address, headers) as answer:
            resumed = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            got = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
            _tag_file(part).write_text(got if answer.headers.get("ETag") else "", encoding="utf-8")
            length = int(answer.headers.get("Content-Length") or 0)
            total = have + length if resumed else length
            with part.open("ab" if resumed else "wb") as out:
                for size in _copied(answer, out, have if resumed else 0):
                    if progress and total:
                        progress(file_name(address), min(size / total, 1.0))
    except _NotModified:
        return None
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(
            f"{address}: the transfer broke off ({error})", "run the same command again; it goes on from there"
        ) from error
    if total and part.stat().st_size != total:
        raise Unreachable(
            f"{address}: {part.stat().st_size} of {total} bytes came",
            "run the same command again; it goes on from there",
        )
    return got


def _copied(answer: Any, out: Any, size: int) -> Iterator[int]:
    while piece := answer.read(CHUNK):
        out.write(piece)
        size += len(piece)
        yield size


def _tag_file(part: Path) -> Path:
    return part.with_name(part.name + ".tag")


def _verify(address: str, part: Path) -> None:
    """Raises Unreachable, and forgets the file, when an archive does not open or a page came in place of it."""
    with part.open("rb") as opened:
        begin = opened.read(512).lstrip().lower()
    why = ""
    if begin.startswith((b"<!doctype html", b"<html")):
        why = "a web page came in place of the file: its terms may have to be accepted in a browser"
    elif file_name(address).lower().endswith(".zip"):
        try:
            with zipfile.ZipFile(part) as archive:
                bad = archive.testzip()
            why = f"{bad} in the archive is damaged" if bad else ""
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            why = f"not a whole archive ({error})"
    if why:
        part.unlink()
        _tag_file(part).unlink(missing_ok=True)
        raise Unreachable(f"{address}: {why}", "download it by hand into the folder, then build")


class _NotModified(Exception):
    pass


def _open(address: str, headers: dict[str, str]) -> Any:
    if urlsplit(address).scheme not in ("https", "http"):
        raise Unreachable(f"{address} is no web address", "correct the catalogue")
    request = urllib.request.Request(address, headers={"User-Agent": AGENT, **headers})
    try:
        return urllib.request.urlopen(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 304:
            raise _NotModified from None
        if error.code == 416 and "Range" in headers:
            return _open(address, {name: value for name, value in headers.items() if name not in ("Range", "If-Range")})
        raise Unreachable(
            f"{address}: the server answers {error.code} {error.reason}", "try again later, or download it by hand"
        ) from None
    except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Unreachable(
            f"{urlsplit(address).netloc} cannot be reached ({reason})",
            "connect to the network; or download the files elsewhere and run `codingahead data build --sources DIR`",
        ) from None


def _read_record(path: Path) -> dict[str, dict[str, Any]]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}

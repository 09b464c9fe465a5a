"""Which files lie below a folder, inside archives too, and what are their first bytes?

Walks folders, zip, xz and gz (zip in zip as well); an .xlsx workbook is one file. Nothing is unpacked to disk. Says nothing about meaning.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from codingahead.words.errors import Unreadable

HEAD_BYTES = 65_536
# A single public-use text runs to about 60 MB; anything far larger inside an archive is a mistake or an attack.
MAX_MEMBER_BYTES = 2_000_000_000

# What the archive readers raise for a damaged, cut, locked or unknown archive.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError)

Open = Callable[[], IO[bytes]]
Count = Callable[[int], None]


@dataclass(slots=True)
class Member:
    """One file found below the sources folder.

    `name` is its path from there; the archives it lies in are joined with '!' ('ncci/f1.zip!ccipra-v302r0-f1.TXT').
    `head`: the first 64 KiB. Reading it computes `sha256` of the whole, known after the stream was read to its end.
    """

    name: str
    size: int
    head: bytes
    _open: Open
    sha256: str = ""
    count: Count | None = field(default=None, repr=False)

    @property
    def basename(self) -> str:
        """The file's own name, without folders and archives."""
        return self.name.replace("!", "/").rsplit("/", 1)[-1].removesuffix(".xz").removesuffix(".gz")

    @property
    def is_workbook(self) -> bool:
        return self.head[:2] == b"PK" and self.basename.lower().endswith((".xlsx", ".xlsm"))

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """The whole content in pieces. Raises Unreadable when the archive around it is damaged."""
        digest = hashlib.sha256()
        total = 0
        try:
            with self._open() as stream:
                while block := stream.read(size):
                    digest.update(block)
                    total += len(block)
                    if total > MAX_MEMBER_BYTES:
                        raise Unreadable(f"{self.name}: larger than {MAX_MEMBER_BYTES} bytes when unpacked")
                    if self.count:
                        self.count(len(block))
                    yield block
        except (*DAMAGED, ValueError) as error:
            raise Unreadable(f"{self.name}: damaged or cut short ({error})") from error
        self.sha256 = digest.hexdigest()

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def text(self) -> str:
        """The whole content as text: UTF-8 (with or without mark) or UTF-16 when it is that, else Windows-1252."""
        return decoded(self.read())

    def lines(self) -> Iterator[str]:
        """Text lines without their ends, streamed; decoded like `text`, judged by the head."""
        encoding = encoding_of(self.head)
        if encoding == "utf-16":
            # A line end is two bytes here, so blocks cannot be split at b"\n".
            yield from self.text().splitlines()
            return
        rest = b""
        first = True
        for block in self.chunks():
            parts = (rest + block).split(b"\n")
            rest = parts.pop()
            for raw in parts:
                line = raw.rstrip(b"\r").decode(encoding, "replace")
                yield line.removeprefix("\ufeff") if first else line
                first = False
        if rest:
            yield rest.rstrip(b"\r").decode(encoding, "replace")


def encoding_of(head: bytes) -> str:
    """The encoding CMS and CDC files are written in, judged by their first bytes."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    cut = head[:-4] if len(head) >= HEAD_BYTES else head
    try:
        cut.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        return "utf-8" if error.start >= len(cut) - 4 and len(head) >= HEAD_BYTES else "cp1252"


def decoded(content: bytes) -> str:
    encoding = encoding_of(content[:HEAD_BYTES])
    if encoding == "utf-8":
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = "cp1252"
    return content.decode(encoding, "replace")


def members(folder: Path, unreadable: Callable[[str, str], None]) -> Iterator[Member]:
    """Every file below `folder`, in path order. What cannot be opened goes to `unreadable(name, reason)` and the walk goes on."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        name = path.relative_to(folder).as_posix()
        yield from _opened(name, path.stat().st_size, lambda path=path: path.open("rb"), unreadable)  # type: ignore[misc]


def _opened(name: str, size: int, opener: Open, unreadable: Callable[[str, str], None]) -> Iterator[Member]:
    try:
        with opener() as stream:
            head = stream.read(HEAD_BYTES)
        lower = name.lower()
        if lower.endswith(".xz") or head.startswith(b"\xfd7zXZ\x00"):
            yield from _opened(
                name[:-3] if lower.endswith(".xz") else name + "!", size, lambda: _xz(opener), unreadable
            )
        elif lower.endswith(".gz") or head.startswith(b"\x1f\x8b"):
            yield from _opened(
                name[:-3] if lower.endswith(".gz") else name + "!", size, lambda: _gz(opener), unreadable
            )
        elif head.startswith(b"PK") and not lower.endswith((".xlsx", ".xlsm", ".docx")):
            yield from _inside_zip(name, opener, unreadable)
        elif size == 0 and not head:
            unreadable(name, "empty file")
        else:
            yield Member(name, size, head, opener)
    except DAMAGED as error:
        unreadable(name, f"damaged or cut short ({error})")


def _xz(opener: Open) -> IO[bytes]:
    outer = opener()
    return _closing(lzma.LZMAFile(outer), outer)


def _gz(opener: Open) -> IO[bytes]:
    outer = opener()
    return _closing(gzip.GzipFile(fileobj=outer), outer)


def _closing(inner: Any, outer: IO[bytes]) -> IO[bytes]:
    """`inner`, whose closing also closes the stream it reads from."""
    close_inner = inner.close

    def close() -> None:
        close_inner()
        outer.close()

    inner.close = close
    return inner  # type: ignore[no-any-return]


def _inside_zip(name: str, opener: Open, unreadable: Callable[[str, str], None]) -> Iterator[Member]:
    with opener() as stream:
        archive = zipfile.ZipFile(io.BytesIO(stream.read()) if "!" in name else stream)
        infos = sorted((i for i in archive.infolist() if not i.is_dir()), key=lambda i: i.filename)
    for info in infos:
        if info.flag_bits & 1:
            unreadable(f"{name}!{info.filename}", "locked with a password")
            continue
        inner = lambda info=info: _zip_stream(opener, info.filename)
        yield from _opened(f"{name}!{info.filename}", info.file_size, inner, unreadable)


def _zip_stream(opener: Open, filename: str) -> IO[bytes]:
    outer = opener()
    seekable = outer if outer.seekable() else io.BytesIO(outer.read())
    try:
        return _closing(zipfile.ZipFile(seekable).open(filename), outer)
    except BaseException:
        outer.close()
        raise

"""Takes a file in: into a folder of the site's own, under a random name, and never more than is permitted."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler

from codingahead.formats.opened import opened
from codingahead.words.errors import BadInput

LARGEST = 25 << 20
# What a compressed file may hold once it is unpacked.
LARGEST_UNPACKED = 400 << 20
ON_ITS_WAY = ".upload"
_FORM = 1 << 16  # room for the other fields of the form
_CHUNK = 1 << 20


class LimitedUpload(TemporaryFileUploadHandler):
    """Files go to disk below the site's home, readable by nobody else. One that is too large is not stored at all."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.is_too_large = (content_length or 0) > LARGEST + _FORM
        self.is_hopeless = (content_length or 0) > 8 * LARGEST

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.is_too_large:
            raise StopUpload(connection_reset=self.is_hopeless)
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = _OnItsWay(self.content_type, self.charset)


class _OnItsWay(TemporaryUploadedFile):
    """Lies in our folder from its first byte, without the name it came with."""

    def __init__(self, content_type: str | None, charset: str | None) -> None:
        file = tempfile.NamedTemporaryFile(suffix=ON_ITS_WAY, dir=made_folder())  # noqa: SIM115  closed with the request
        UploadedFile.__init__(self, file, "file", content_type, 0, charset)


def folder() -> Path:
    return Path(settings.UPLOADS)


def made_folder() -> Path:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder()


def file_of(token: str) -> Path:
    """Where the file of an upload lies until its report is made."""
    return folder() / f"{token}.claims"


def report_of(token: str) -> Path:
    """Where the findings of its report lie."""
    return folder() / f"{token}.findings"


def store(file: UploadedFile, token: str) -> None:
    to = made_folder() / file_of(token).name
    to.touch(mode=0o600)
    with to.open("wb") as out:
        for chunk in file.chunks(_CHUNK):
            out.write(chunk)


def drop_file(token: str) -> None:
    file_of(token).unlink(missing_ok=True)


def names_in(path: Path) -> list[str]:
    """The name of a stored file and those of what an archive holds, alone and with the archive's before them."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.namelist()
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        inside = []
    return [path.name, *inside, *(f"{path.name}/{name}" for name in inside)]


def refuse_bombs(path: Path) -> None:
    """Raises BadInput when a compressed file unpacks to more than is permitted."""
    with path.open("rb") as file:
        magic = file.read(4)
    if not magic.startswith((b"PK", b"\x1f\x8b")):
        return
    total = 0
    with opened(path) as members:
        for _, stream in members:
            try:
                while chunk := stream.read(_CHUNK):
                    total += len(chunk)
                    if total > LARGEST_UNPACKED:
                        raise BadInput(
                            f"unpacked, this is more than {LARGEST_UNPACKED >> 20} MB",
                            "split it, or use `codingahead scrub`",
                        )
            except (EOFError, zlib.error, gzip.BadGzipFile, OSError):
                # The reader says what is damaged, after what could be read before it.
                return

"""Where is the pack that serves now? A folder holds finished packs and one pointer; only the pointer is ever replaced.

FOLDER/CURRENT            the name of the serving pack
FOLDER/pack-<digest>/     a finished pack, never written again
FOLDER/.building-*/       a pack being written, locked by its builder
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codingahead.store.schema import FORMAT
from codingahead.words.errors import PackProblem

POINTER = "CURRENT"
MANIFEST = "manifest.json"
KEPT_PACKS = 2


def current(folder: Path) -> Path:
    """The serving pack below `folder`. Raises PackProblem when there is none or it is of another format."""
    hint = "build one with `codingahead data build`, or name its folder with --pack or CODINGAHEAD_PACK"
    try:
        name = (folder / POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise PackProblem(f"no reference pack in {folder}", hint) from None
    pack = folder / name
    try:
        found = json.loads((pack / MANIFEST).read_text(encoding="utf-8")).get("format")
    except (OSError, ValueError):
        raise PackProblem(f"the reference pack {pack} is incomplete", hint) from None
    if found != FORMAT:
        raise PackProblem(f"the reference pack {pack} has format {found}; this program reads format {FORMAT}", hint)
    return pack


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A locked, private place to build in, removed afterwards; places left by killed builds are swept first."""
    folder.mkdir(parents=True, exist_ok=True)
    # The door lock keeps another build from sweeping a place between its making and its locking.
    with (folder / ".door").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        for left in folder.glob(".building-*"):
            _sweep(left)
        place = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
        place.chmod(0o755)
        lock = (place / ".lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    with lock:
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def install(place: Path, folder: Path, name: str) -> Path:
    """Makes the finished pack in `place` the serving one; older packs beyond the last two are removed."""
    target = folder / name
    inner = place / "pack"
    if not target.exists():
        os.replace(inner, target)
    pointer = place / POINTER
    pointer.write_text(name + "\n", encoding="ascii")
    with pointer.open() as written:
        os.fsync(written.fileno())
    os.replace(pointer, folder / POINTER)
    finished = sorted(
        (p for p in folder.glob("pack-*") if p.name != name), key=lambda p: p.stat().st_mtime, reverse=True
    )
    for old in finished[KEPT_PACKS - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def _sweep(place: Path) -> None:
    try:
        with (place / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place, ignore_errors=True)
    except OSError:
        return

"""Claims laid down on disk by patient, so that all claims of one patient are checked together whatever file and order they came in.

Each input is read once; when it is through, a mark is set, and a run that was stopped goes on behind it. Nothing here is kept after the run.
"""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from codingahead.formats.opened import read_claims
from codingahead.words.claims import Claim, Rejected

HELD = 2_000  # claims of one bucket held before they are written
LINES_A_BUCKET = 60_000
MOST_BUCKETS = 240  # files open at once
# Bytes of a service line, by the ending of the file: how many buckets a file asks for is only a matter of memory.
_BYTES_A_LINE = {".parquet": 12, ".gz": 12, ".zip": 12}
_PLAIN = 60
MOST_REJECTED = 10_000
Tell = Callable[[str, float], None]


def buckets_for(files: list[Path]) -> int:
    lines = sum(f.stat().st_size / _BYTES_A_LINE.get(f.suffix.lower(), _PLAIN) for f in files)
    return max(1, min(MOST_BUCKETS, round(lines / LINES_A_BUCKET)))


class Spool:
    """The folder of laid-down claims."""

    def __init__(self, folder: Path, buckets: int) -> None:
        self.folder, self.buckets = folder, buckets

    def take(self, number: int, file: Path, tell: Tell) -> dict[str, Any]:
        """Reads input `number` unless that was done. Returns how many claims, and what was rejected."""
        place = self.folder / f"input-{number}"
        mark = place / "done.json"
        if mark.is_file():
            done: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8"))
            return done
        place.mkdir(parents=True, exist_ok=True)
        for old in place.iterdir():
            old.unlink()
        told = self._read(number, file, place, tell)
        mark.with_suffix(".part").write_text(json.dumps(told), encoding="utf-8")
        mark.with_suffix(".part").replace(mark)
        return told

    def _read(self, number: int, file: Path, place: Path, tell: Tell) -> dict[str, Any]:
        held: list[list[tuple[tuple[int, int], Claim]]] = [[] for _ in range(self.buckets)]
        refused: list[dict[str, Any]] = []
        claims = rejected = waiting = 0
        for at, one in enumerate(read_claims(file)):
            if isinstance(one, Rejected):
                rejected += 1
                if len(refused) < MOST_REJECTED:
                    refused.append({"file": file.name, "position": one.position, "id": one.id, "field": one.field, "reason": one.reason})  # fmt: skip
                continue
            held[zlib.crc32(one.patient.encode()) % self.buckets].append(((number, at), one))
            claims, waiting = claims + 1, waiting + 1
            if waiting >= HELD * 4:
                self._write(place, held)
                waiting = 0
                tell(f"reading {file.name}: {claims:,} claims", 0.0)
        self._write(place, held)
        return {"claims": claims, "rejected": rejected, "refused": refused}

    def _write(self, place: Path, held: list[list[tuple[tuple[int, int], Claim]]]) -> None:
        for bucket, own in enumerate(held):
            if own:
                with (place / f"{bucket}.claims").open("ab") as out:
                    pickle.dump(own, out, pickle.HIGHEST_PROTOCOL)
                own.clear()

    def claims_of(self, bucket: int) -> list[Claim]:
        """In the order of the inputs."""
        found: list[tuple[tuple[int, int], Claim]] = []
        for file in self.folder.glob(f"input-*/{bucket}.claims"):
            found.extend(one for batch in _batches(file) for one in batch)
        return [claim for _, claim in sorted(found, key=lambda f: f[0])]


def _batches(file: Path) -> Iterator[list[tuple[tuple[int, int], Claim]]]:
    with file.open("rb") as stream:
        while True:
            try:
                # Written by this program in a folder of its own.
                yield pickle.load(stream)
            except EOFError:
                return

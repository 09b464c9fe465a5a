"""A build that dies, two at once, a full disk: the old pack serves and nothing is left half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from codingahead.build import run as builder
from codingahead.build.run import build
from codingahead.codebook import Codebook
from codingahead.store import folder as folders
from codingahead.words.errors import BuildProblem, PackProblem

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def test_a_folder_without_a_pack_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(PackProblem) as said:
        Codebook.open(tmp_path)
    assert "data build" in said.value.hint


def test_a_pack_of_another_format_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "pack-x").mkdir()
    (tmp_path / "pack-x" / "manifest.json").write_text('{"format": 0}')
    (tmp_path / "CURRENT").write_text("pack-x")
    with pytest.raises(PackProblem, match="format"):
        folders.current(tmp_path)


def test_a_killed_build_leaves_the_old_pack_serving_and_is_swept(world_packs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    subprocess.run(["cp", "-r", str(world_packs), str(folder)], check=True)
    before = folders.current(folder)
    program = (
        "from codingahead.build.run import build; from datetime import datetime, UTC; from pathlib import Path; import sys\n"
        "build(None, Path(sys.argv[1]), now=datetime.now(UTC))"
    )
    source = str(Path(__file__).resolve().parents[3] / "src")
    child = subprocess.Popen([sys.executable, "-c", program, str(folder)], env={**os.environ, "PYTHONPATH": source})
    deadline = time.monotonic() + 60
    while not list(folder.glob(".building-*/pack/reference.sqlite")) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert list(folder.glob(".building-*"))
    assert folders.current(folder) == before
    with Codebook.open(folder) as codebook:
        assert codebook.lookup("I67.1", date(2026, 8, 1))["status"] == "active"
    with folders.workplace(folder):
        assert len(list(folder.glob(".building-*"))) == 1


def test_a_running_build_is_not_swept_by_another(tmp_path: Path) -> None:
    with folders.workplace(tmp_path) as first:
        with folders.workplace(tmp_path) as second:
            assert first.exists()
            assert second.exists()
        assert first.exists()
        assert not second.exists()


def test_a_full_disk_is_said_and_the_old_pack_stays(
    world_packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(builder, "_write", full)
    with pytest.raises(BuildProblem, match="disk"):
        build(None, tmp_path, now=NOW)
    assert not list(tmp_path.glob(".building-*"))


def test_a_missing_sources_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BuildProblem, match="no such folder"):
        build(tmp_path / "nowhere", tmp_path / "packs", now=NOW)


def test_what_could_not_be_used_is_in_the_manifest(codebook: Codebook) -> None:
    not_used = {n["file"]: n for n in codebook.status()["not_used"]}
    assert not_used["notes from the office.txt"]["fault"] is False
    assert not_used["cut.zip"]["fault"] is True
    assert "cut short" in not_used["cut.zip"]["reason"]


def test_every_part_of_the_pack_has_its_digest_in_the_manifest(codebook: Codebook) -> None:
    parts = codebook.pack.manifest["parts"]
    files = {p.relative_to(codebook.folder).as_posix() for p in codebook.folder.rglob("*") if p.is_file()}
    assert set(parts) == files - {"manifest.json"}

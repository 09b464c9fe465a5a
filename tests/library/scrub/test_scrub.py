"""Whole files of claims: the findings are those of the claim check, however the files are cut, and a run that was stopped goes on."""

from __future__ import annotations

import csv
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from codingahead.checks.run import check_claims
from codingahead.cli.main import main
from codingahead.codebook import Codebook
from codingahead.formats.opened import read_claims
from codingahead.scrub import run as running
from codingahead.scrub.findings import rows_of
from codingahead.scrub.run import local, scrub
from codingahead.words.claims import Claim
from codingahead.words.errors import BadInput

HEAD = ["id", "patient", "setting", "line", "code", "modifiers", "units", "date_of_service", "place_of_service", "provider", "diagnoses"]  # fmt: skip
CODES = ("61624", "36224", "61645", "99213", "45378", "45385", "36227", "80053", "99999")


def written(file: Path, claims: int, *, seed: int = 1, name: str = "C") -> Path:
    chance = random.Random(seed)
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(HEAD)
        for number in range(claims):
            patient, day = f"P{chance.randint(1, claims // 4 + 1)}", f"2026-08-{chance.randint(1, 5):02d}"
            for line in range(1, chance.randint(2, 5)):
                rows.writerow(
                    [f"{name}{number}", patient, "practitioner", line, chance.choice(CODES), chance.choice(["", "59", "RT"]), chance.choice([1, 1, 9]),
                     day, "22", "D1", chance.choice(["I67.1", "I67.1 I60.9", "E11.9"])]
                )  # fmt: skip
    return file


@pytest.fixture
def pack(codebook: Codebook) -> Path:
    return codebook.folder


def done(files: list[Path], output: Path, pack: Path, *, workers: int = 1) -> dict[str, Any]:
    return scrub(files, output, pack, local(workers), lambda label, share: None)


def found(output: Path) -> list[tuple[Any, ...]]:
    return sorted((tuple(r.values()) for r in pq.read_table(output).to_pylist()), key=repr)


def expected(files: list[Path], codebook: Codebook) -> list[tuple[Any, ...]]:
    claims = [c for f in files for c in read_claims(f) if isinstance(c, Claim)]
    return sorted((row for r in check_claims(claims, codebook._rules) for row in rows_of(r)), key=repr)


def test_findings_are_those_of_the_claim_check(tmp_path: Path, pack: Path, codebook: Codebook) -> None:
    file = written(tmp_path / "claims.csv", 120)
    summary = done([file], tmp_path / "out.parquet", pack)
    rows = found(tmp_path / "out.parquet")
    assert rows and rows == expected([file], codebook)
    assert summary["claims"] == 120 and summary["findings"] == sum(summary["rules"].values())
    assert json.loads((tmp_path / "out.parquet.summary.json").read_text())["lines"] == summary["lines"]
    assert not (tmp_path / "out.parquet.work").exists()


@pytest.mark.parametrize("buckets", [1, 3, 17])
def test_cutting_the_claims_into_buckets_and_files_changes_no_finding(
    tmp_path: Path, pack: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch, buckets: int
) -> None:
    monkeypatch.setattr(running, "buckets_for", lambda files: buckets)
    files = [written(tmp_path / f"{n}.csv", 60, seed=n, name=f"F{n}-") for n in (1, 2)]
    done(files, tmp_path / "out.parquet", pack, workers=2)
    assert found(tmp_path / "out.parquet") == expected(files, codebook)


def test_csv_and_parquet_hold_the_same(tmp_path: Path, pack: Path) -> None:
    file = written(tmp_path / "claims.csv", 40)
    done([file], tmp_path / "out.parquet", pack)
    done([file], tmp_path / "out.csv", pack)
    with (tmp_path / "out.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    table = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [{k: "" if v is None else str(v) for k, v in r.items()} for r in table] == rows


def test_rows_that_cannot_be_read_are_named_and_the_rest_is_checked(tmp_path: Path, pack: Path) -> None:
    file = written(tmp_path / "claims.csv", 10)
    with file.open("a") as out:
        out.write("X1,P1,practitioner,1,99213,,1,not a day,22,D1,I67.1\n")
    summary = done([file], tmp_path / "out.csv", pack)
    assert (summary["claims"], summary["rejected"]) == (10, 1)
    assert "date_of_service" in (tmp_path / "out.csv.rejected.csv").read_text()


def test_a_run_that_was_killed_goes_on_where_it_stood(tmp_path: Path, world_packs: Path) -> None:
    file = written(tmp_path / "claims.csv", 4_000)
    call = [sys.executable, "-m", "codingahead.cli.main", "scrub", str(file), "--output", str(tmp_path / "out.parquet"),
            "--workers", "1", "--pack", str(world_packs)]  # fmt: skip
    started = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    mark = tmp_path / "out.parquet.work" / "input-0" / "done.json"
    deadline = time.monotonic() + 60
    while not mark.is_file() and time.monotonic() < deadline:
        time.sleep(0.01)
    started.send_signal(signal.SIGKILL)
    started.wait()
    assert mark.is_file() and not (tmp_path / "out.parquet").exists()
    first = mark.stat().st_mtime_ns
    kept = shutil.copytree(mark.parent, tmp_path / "kept")
    assert (
        main(
            [
                "scrub",
                str(file),
                "--output",
                str(tmp_path / "out.parquet"),
                "--workers",
                "1",
                "--pack",
                str(world_packs),
            ]
        )
        == 0
    )
    assert (kept / "done.json").stat().st_mtime_ns == first
    assert (
        main(
            [
                "scrub",
                str(file),
                "--output",
                str(tmp_path / "whole.parquet"),
                "--workers",
                "1",
                "--pack",
                str(world_packs),
            ]
        )
        == 0
    )
    assert found(tmp_path / "out.parquet") == found(tmp_path / "whole.parquet")


def test_other_inputs_never_go_on_from_an_old_work_folder(tmp_path: Path, pack: Path, codebook: Codebook) -> None:
    file = written(tmp_path / "claims.csv", 20)
    old = tmp_path / "out.parquet.work" / "findings"
    old.mkdir(parents=True)
    (old.parent / "plan.json").write_text('{"identity": "another", "buckets": 1}')
    (old / "0.json").write_text("{}")
    done([file], tmp_path / "out.parquet", pack)
    assert found(tmp_path / "out.parquet") == expected([file], codebook)


@pytest.mark.parametrize(("name", "said"), [("out.txt", "ends in"), ("out.parquet", "no file")])
def test_bad_names_are_refused_in_a_clear_sentence(tmp_path: Path, pack: Path, name: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        done([tmp_path / "absent.csv"], tmp_path / name, pack)


def test_the_cluster_finds_the_same(tmp_path: Path, world_packs: Path) -> None:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("the cluster engine needs Java")
    file = written(tmp_path / "claims.csv", 200)
    for engine in ("local", "spark"):
        done_by = subprocess.run(
            [sys.executable, "-m", "codingahead.cli.main", "scrub", str(file), "--output", str(tmp_path / f"{engine}.parquet"), "--engine", engine,
             "--pack", str(world_packs)],
            capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert done_by.returncode == 0, done_by.stderr
    assert (tmp_path / "local.parquet").read_bytes() == (tmp_path / "spark.parquet").read_bytes()

"""The command line as a stranger uses it: exit codes, JSON, lines in and out, one-line errors."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from codingahead.cli.main import main

DAY = ["--on", "2026-08-01"]


@pytest.fixture
def pack(world_packs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CODINGAHEAD_PACK", str(world_packs))
    return world_packs


def test_code_prints_its_title_and_ends_with_0(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", "i671", *DAY]) == 0
    assert "Cerebral aneurysm, nonruptured" in capsys.readouterr().out


def test_an_unknown_code_ends_with_1(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", "99998", *DAY, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "unknown"


def test_a_bad_date_ends_with_2_and_one_line(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", "I67.1", "--on", "tomorrow"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "YYYY-MM-DD" in error


def test_no_pack_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", "I67.1", "--pack", str(tmp_path)]) == 3
    assert "data build" in capsys.readouterr().err


def test_lines_in_are_answered_in_order_and_a_bad_line_does_not_stop_them(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ['{"id": 1, "code": "I67.1"}', "not json", '{"id": 3}', '{"id": 4, "code": "61624"}', "[]"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    assert main(["code", "--stdin", *DAY]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [a["id"] for a in answers] == [1, None, 3, 4, None]
    assert answers[0]["title"] == "Cerebral aneurysm, nonruptured"
    assert [a.get("error", {}).get("code") for a in answers] == [None, "bad_input", "bad_input", None, "bad_input"]


def test_search_lines_give_codes_best_first(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": "a", "query": "type 2 diabetes", "k": 3}\n'))
    assert main(["search", "--stdin", "--system", "icd10cm", *DAY]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["id"] == "a"
    assert len(answer["codes"]) == 3
    assert answer["codes"][0].startswith("E11")


def test_status_names_every_release(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "status", "--json", *DAY]) == 0
    status = json.loads(capsys.readouterr().out)
    assert {"icd10cm:2026-04-01", "pfs:rvu26c", "ncci.ptp.practitioner:v322r0"} <= {r["id"] for r in status["releases"]}
    assert all(len(r["sha256"]) == 64 for r in status["releases"])


def test_visit_prints_its_code_with_reasons_and_ends_with_1_without_one(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["visit", "--family", "office", "--patient", "established", "--payer", "medicare", *DAY]
    assert main([*asked, "--minutes", "84"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("99215") and "G2212 x2" in printed
    assert main([*asked, "--minutes", "9"]) == 1
    assert main(["visit", *DAY]) == 2
    assert "family" in capsys.readouterr().err


def test_visit_lines_take_the_whole_worksheet(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ['{"id": 1, "family": "emergency", "addressed": ["threat"], "risks": ["hospitalization"]}', '{"id": 2}']
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    assert main(["visit", "--stdin", *DAY]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (answers[0]["id"], answers[0]["code"]) == (1, "99285")
    assert answers[1]["error"]["code"] == "bad_input"

"""A real listener and real workers that are killed at random moments: no mail is lost, and none gets two answers."""

from __future__ import annotations

from pathlib import Path

from bench.mail_once import run


def test_two_hundred_mails_are_answered_once_each_while_workers_are_killed(world_packs: Path, tmp_path: Path) -> None:
    told = run(world_packs, tmp_path, messages=200, together=50, every=25, workers=2, wait=150)
    assert told["kills"] >= 3
    assert (told["accepted"], told["lost"], told["different_answers"]) == (200, 0, 0)
    # A kill between the other side's acceptance and our mark sends the same mail under the same Message-ID again: at most one a kill.
    assert told["sent_again_under_one_id"] <= told["kills"]

"""One codebook for all requests; a new pack is taken up without a failing request."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from codingahead.codebook import Codebook
from codingahead.words.errors import PackProblem
from codingahead_web.gate.opened import Shelf

ON = date(2026, 8, 1)


@pytest.fixture
def packs(tmp_path: Path, world_packs: Path) -> Path:
    """A folder that points to the universe's pack, under two names."""
    real = world_packs / (world_packs / "CURRENT").read_text().strip()
    for name in ("pack-one", "pack-two"):
        (tmp_path / name).symlink_to(real)
    point(tmp_path, "pack-one")
    return tmp_path


def point(folder: Path, name: str) -> None:
    """As the builder does it: the pointer is replaced, never written to."""
    (folder / "new").write_text(name + "\n")
    (folder / "new").replace(folder / "CURRENT")


def test_codebook_is_opened_once(packs: Path) -> None:
    shelf = Shelf(packs)
    first, second = shelf.borrow(), shelf.borrow()
    assert first is second
    shelf.give_back(first)
    shelf.give_back(second)
    shelf.close()


def test_new_pointer_opens_the_new_pack_and_the_running_request_keeps_its_own(packs: Path) -> None:
    shelf = Shelf(packs)
    running = shelf.borrow()
    point(packs, "pack-two")
    later = shelf.borrow()
    assert (running.folder.name, later.folder.name) == ("pack-one", "pack-two")
    assert running.lookup("I67.1", ON)["status"] == "active"
    shelf.give_back(running)
    shelf.give_back(later)
    shelf.close()


def test_replaced_codebook_is_closed_when_its_last_request_ends(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    really_close = Codebook.close
    monkeypatch.setattr(Codebook, "close", lambda self: (closed.append(self.folder.name), really_close(self))[1])
    shelf = Shelf(packs)
    running = shelf.borrow()
    point(packs, "pack-two")
    shelf.give_back(shelf.borrow())
    assert closed == []
    shelf.give_back(running)
    assert closed == ["pack-one"]
    shelf.close()
    assert closed == ["pack-one", "pack-two"]


def test_pack_that_cannot_be_opened_does_not_displace_the_one_that_serves(packs: Path) -> None:
    shelf = Shelf(packs)
    shelf.give_back(shelf.borrow())
    point(packs, "pack-that-is-not-there")
    still = shelf.borrow()
    assert still.folder.name == "pack-one"
    shelf.give_back(still)
    point(packs, "pack-two")
    mended = shelf.borrow()
    assert mended.folder.name == "pack-two"
    shelf.give_back(mended)
    shelf.close()


def test_folder_without_a_pack_is_a_problem_until_one_is_there(tmp_path: Path, packs: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    shelf = Shelf(empty)
    with pytest.raises(PackProblem):
        shelf.borrow()
    (empty / "pack-one").symlink_to((packs / "pack-one").resolve())
    point(empty, "pack-one")
    opened = shelf.borrow()
    assert opened.lookup("I67.1", ON)["status"] == "active"
    shelf.give_back(opened)
    shelf.close()


def test_readiness_needs_a_pack_and_liveness_does_not(client: Client, no_pack: Path) -> None:
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "no reference pack" in response.json()["reason"]


def test_ready_with_a_pack(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ready"

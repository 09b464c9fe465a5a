"""Which Codebook serves now? One a process, opened at first use and again whenever the pack folder points to another pack.

A request keeps the codebook it began with; a replaced one is closed when its last request has ended.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.conf import settings

from codingahead.adapters.language_model import ChatModel
from codingahead.codebook import Codebook
from codingahead.words.errors import BadInput, PackProblem

log = logging.getLogger("codingahead.gate")
Pointer = tuple[int, int, int]


def _language_model() -> ChatModel | None:
    """The operator's, or none. One that is set up wrongly is said in the log, and CasePilot answers without it."""
    if not (settings.MODEL_URL and settings.MODEL_NAME):
        return None
    try:
        return ChatModel(settings.MODEL_URL, settings.MODEL_NAME, settings.MODEL_KEY, agreed=settings.MODEL_AGREED)
    except BadInput as refused:
        log.warning("model.refused reason=%s hint=%s", refused.message, refused.hint)
        return None


class Shelf:
    """Lends the codebook of `folder`, counting who still reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._current: Codebook | None = None
        self._pointer: Pointer | None = None
        self._readers: dict[int, int] = {}

    def borrow(self) -> Codebook:
        """Raises PackProblem when no pack can be opened. Give it back with `give_back`."""
        with self._lock:
            pointer = self._read_pointer()
            if self._current is None or pointer != self._pointer:
                self._open(pointer)
            assert self._current is not None
            self._readers[id(self._current)] = self._readers.get(id(self._current), 0) + 1
            return self._current

    def give_back(self, codebook: Codebook) -> None:
        with self._lock:
            left = self._readers[id(codebook)] = self._readers[id(codebook)] - 1
            if left == 0:
                del self._readers[id(codebook)]
                if codebook is not self._current:
                    codebook.close()

    def close(self) -> None:
        with self._lock:
            self._retire(None, None)

    def _open(self, pointer: Pointer | None) -> None:
        """A pack that cannot be opened never displaces one that serves."""
        try:
            opened = Codebook.open(self.folder)
            opened.model = _language_model()
        except (PackProblem, OSError) as problem:
            if self._current is None:
                raise problem if isinstance(problem, PackProblem) else PackProblem(str(problem)) from problem
            if pointer != self._pointer:
                log.warning("pack.reopen_failed reason=%s", problem)
                self._pointer = pointer
            return
        self._retire(opened, pointer)
        log.info("pack.opened folder=%s", opened.folder)

    def _retire(self, successor: Codebook | None, pointer: Pointer | None) -> None:
        old, self._current, self._pointer = self._current, successor, pointer
        if old is not None and id(old) not in self._readers:
            old.close()

    def _read_pointer(self) -> Pointer | None:
        try:
            found = (self.folder / "CURRENT").stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

"""A progress bar on the terminal: what is being done, how far, how long it will still take. Plain lines where there is no terminal."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 28


class Bar:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._start = time.monotonic()
        self._last = (0.0, "")

    def tell(self, label: str, share: float) -> None:
        now = time.monotonic()
        name = label.split("  ")[0]
        if self._live:
            if now - self._last[0] < 0.1 and share < 1:
                return
            self._stream.write(
                f"\r\x1b[K{'█' * round(WIDTH * share):░<{WIDTH}} {share:4.0%}  {self._left(now, share)}  {label[:70]}"
            )
        elif name != self._last[1]:
            self._stream.write(f"{share:4.0%}  {label}\n")
        else:
            return
        self._last = (now, name)
        self._stream.flush()

    def _left(self, now: float, share: float) -> str:
        spent = now - self._start
        return f"{spent / share - spent:3.0f} s left" if share > 0.02 else "        "

    def end(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
        self._start, self._last = time.monotonic(), (0.0, "")

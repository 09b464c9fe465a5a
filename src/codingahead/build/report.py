"""What a build found: releases loaded, files not used and why. The values behind its closing table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# Tells a step's label and how much of the whole is done, 0 to 1.
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One release that is in the new pack."""

    release: str
    title: str
    effective_from: str
    rows: int
    file: str


@dataclass(frozen=True, slots=True)
class NotUsed:
    """A file, or a release, that is not in the new pack. `fault`: something is wrong with it, as opposed to not needed."""

    file: str
    reason: str
    fault: bool


@dataclass(slots=True)
class BuildReport:
    pack: Path | None = None
    loaded: list[Loaded] = field(default_factory=list)
    not_used: list[NotUsed] = field(default_factory=list)
    search_terms: int = 0
    vectors: int = 0

    def fault(self, file: str, reason: str) -> None:
        self.not_used.append(NotUsed(file, reason, True))

    def skip(self, file: str, reason: str) -> None:
        self.not_used.append(NotUsed(file, reason, False))

    def to_json(self) -> dict[str, object]:
        return {
            "pack": str(self.pack) if self.pack else None,
            "loaded": [
                {
                    "release": r.release,
                    "title": r.title,
                    "effective_from": r.effective_from,
                    "rows": r.rows,
                    "file": r.file,
                }
                for r in self.loaded
            ],
            "not_used": [{"file": n.file, "reason": n.reason, "fault": n.fault} for n in self.not_used],
            "search_terms": self.search_terms,
            "vectors": self.vectors,
        }

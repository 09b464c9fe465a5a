"""Reads our own texts: one record per code, from the YAML files beside this module. Whether they are true is `check`'s question."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from codingahead.words.codes import System
from codingahead.words.errors import BuildProblem

FOLDERS = ("cpt", "hcpcs", "modifier", "pos")
REQUIRED = ("system", "code", "title", "summary", "search_words", "reviewed")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class ContentRecord:
    """Our text about one code; `data` holds the record as written, with lists as lists."""

    system: System
    code: str
    title: str
    reviewed: date
    file: str
    data: dict[str, Any]

    def as_json(self) -> str:
        return json.dumps(self.data, ensure_ascii=False, default=str)


def load_content() -> list[ContentRecord]:
    """Every record. Raises BuildProblem naming file and record when one lacks a field or stands twice."""
    records = [record for folder in FOLDERS for record in _folder(folder)]
    seen: dict[tuple[System, str], str] = {}
    for record in records:
        if (record.system, record.code) in seen:
            raise BuildProblem(
                f"{record.file}: {record.system} {record.code} also stands in {seen[record.system, record.code]}",
                "keep one of them",
            )
        seen[record.system, record.code] = record.file
    return records


def _folder(folder: str) -> Iterator[ContentRecord]:
    place = resources.files(__package__) / folder
    if not place.is_dir():
        return
    for file in sorted((f for f in place.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name):
        for entry in _yaml(file) or ():
            yield _record(f"content/{folder}/{file.name}", entry)


def _yaml(file: Traversable) -> Any:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as error:
        raise BuildProblem(f"{file.name}: not readable as YAML ({error})", "mend the file") from error


def _record(file: str, entry: Any) -> ContentRecord:
    missing = [name for name in REQUIRED if not isinstance(entry, dict) or not entry.get(name)]
    if missing:
        code = entry.get("code") if isinstance(entry, dict) else entry
        raise BuildProblem(f"{file}: record {code!r} lacks {', '.join(missing)}", "add the field")
    reviewed = entry["reviewed"] if isinstance(entry["reviewed"], date) else date.fromisoformat(str(entry["reviewed"]))
    return ContentRecord(
        System(entry["system"]), str(entry["code"]), str(entry["title"]).strip(), reviewed, file, entry
    )


@lru_cache(maxsize=1)
def meanings() -> dict[str, dict[str, Any]]:
    """What publishers' values mean, by fact name: `label`, `about`, `source` and `values`."""
    file = resources.files(__package__) / "meanings.yaml"
    loaded: dict[str, dict[str, Any]] = _yaml(file) if file.is_file() else {}
    return loaded

"""Our short articles on coding rules: statements in our own words, each with the official document and section it rests on.

Which article answers a question is CasePilot's matter; facts that a release states per code never stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from codingahead.words.errors import BuildProblem

FOLDER = "articles"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Statement:
    """One rule; `source` names publisher's document and section, `edition` the year that was read."""

    text: str
    source: str
    edition: str


@dataclass(frozen=True, slots=True)
class Article:
    """`words` are what a coder types for it; `modifiers` and `codes` those whose rule it tells."""

    id: str
    title: str
    words: str
    modifiers: tuple[str, ...]
    codes: tuple[str, ...]
    reviewed: date
    statements: tuple[Statement, ...]


@lru_cache(maxsize=1)
def articles() -> tuple[Article, ...]:
    """Every article. Raises BuildProblem for one that lacks a field, has no source, or stands twice."""
    place = resources.files(__package__) / FOLDER
    found: dict[str, Article] = {}
    for file in sorted((f for f in place.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name):
        for entry in yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader) or ():
            one = _article(file.name, entry)
            if one.id in found:
                raise BuildProblem(f"{file.name}: article {one.id} stands twice", "keep one of them")
            found[one.id] = one
    return tuple(found.values())


def _article(file: str, entry: dict[str, Any]) -> Article:
    missing = [n for n in ("id", "title", "words", "source", "edition", "reviewed", "statements") if not entry.get(n)]
    if missing:
        raise BuildProblem(f"{file}: article {entry.get('id')!r} lacks {', '.join(missing)}", "add the field")
    return Article(
        str(entry["id"]),
        str(entry["title"]).strip(),
        str(entry["words"]),
        tuple(str(m) for m in entry.get("modifiers") or ()),
        tuple(str(c) for c in entry.get("codes") or ()),
        entry["reviewed"],
        tuple(_statement(s, entry) for s in entry["statements"]),
    )


def _statement(told: str | dict[str, Any], entry: dict[str, Any]) -> Statement:
    """A statement without a source of its own rests on the article's."""
    own = {"text": told} if isinstance(told, str) else told
    source, edition = own.get("source", entry["source"]), own.get("edition", entry["edition"])
    return Statement(" ".join(str(own["text"]).split()), str(source), str(edition))

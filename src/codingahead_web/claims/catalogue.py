"""What does each rule say, and who made it? The rules in plain words, with their official sources, from the table beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_TABLE = Path(__file__).with_name("rules.yaml")


@dataclass(frozen=True, slots=True)
class Rule:
    """`family` groups the list of rules; `source` names publisher, document and section, `link` leads there."""

    id: str
    family: str
    title: str
    says: tuple[str, ...]
    fix: str
    source: str
    link: str
    carc: str = ""


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """By id, in the order of the table."""
    table = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return {
        id_: Rule(
            id_, family, cells["title"], tuple(cells["says"]), cells["fix"], cells["source"], cells["link"], cells.get("carc", "")
        )
        for family, held in table.items()
        for id_, cells in held.items()
    }  # fmt: skip


def rule(id_: str) -> Rule:
    """One that the table does not hold has its id for a title."""
    return rules().get(id_) or Rule(id_, "Other", id_, (), "", "", "")


def families() -> dict[str, list[Rule]]:
    made: dict[str, list[Rule]] = {}
    for one in rules().values():
        made.setdefault(one.family, []).append(one)
    return made

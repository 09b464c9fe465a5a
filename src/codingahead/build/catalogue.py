"""Which official files are there to fetch, from whom, how often, and under whose terms? Data only: fetching is an adapter's work."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from codingahead.words.errors import BadInput


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person must accept. `says` is our own summary; the whole stands at `link`."""

    name: str
    title: str
    says: str
    link: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Files of one kind. `page`, `follow` and `file` find them by their links; `addresses` names them outright."""

    name: str
    title: str
    publisher: str
    rhythm: str
    terms: Terms
    page: str = ""
    follow: str = ""
    file: str = ""
    addresses: tuple[str, ...] = ()


def catalogue(path: Path | None = None) -> tuple[Listing, ...]:
    """The listings of `path`, else of the catalogue that comes with the program. Raises BadInput for one that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8") if path else _own()
        told = yaml.safe_load(text)
        terms = {
            name: Terms(name, one["title"], one["says"].strip(), one["link"]) for name, one in told["terms"].items()
        }
        return tuple(_listing(name, one, terms) for name, one in told["listings"].items())
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError, re.error) as error:
        raise BadInput(
            f"the catalogue {path or ''} cannot be read ({error})", "see docs/how/load-official-files.md"
        ) from error


def chosen(listings: Iterable[Listing], names: Iterable[str]) -> tuple[Listing, ...]:
    """The listings of these names, all when none is named. Raises BadInput for a name that is not there."""
    known = {one.name: one for one in listings}
    wanted = list(names)
    if missing := [name for name in wanted if name not in known]:
        raise BadInput(f"no listing {missing[0]!r}", f"known: {', '.join(known)}")
    return tuple(known[name] for name in wanted) if wanted else tuple(known.values())


def _own() -> str:
    return (files("codingahead.build") / "data" / "catalogue.yaml").read_text(encoding="utf-8")


def _listing(name: str, one: dict[str, Any], terms: dict[str, Terms]) -> Listing:
    for pattern in ("follow", "file"):
        re.compile(one.get(pattern, ""))
    if not one.get("files") and not (one.get("page") and one.get("file")):
        raise KeyError(f"{name}: page and file, or files")
    return Listing(
        name, one["title"], one["publisher"], one["rhythm"], terms[one["terms"]], one.get("page", ""), one.get("follow", ""), one.get("file", ""),
        tuple(one.get("files", ())),
    )  # fmt: skip

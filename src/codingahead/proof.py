"""The proof of an answer: what was asked, what was told, and every release with its hash. Made once; checked again against any pack.

A proof shows that nothing in it was changed and that the loaded pack still says the same; it does not show who made it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from codingahead.codebook import Codebook
from codingahead.words.errors import BadInput, CodingAheadError

FORMAT = "codingahead.proof/1"
Value = dict[str, Any]


def make(codebook: Codebook, told: Value, *, number: str, made: str) -> Value:
    """The bundle: the told value, the releases its sources name, and a digest over all of it."""
    named = {s["release"] for part in told["parts"] for s in part["sources"]}
    releases = [r for r in _releases(codebook, told["on"]) if r["id"] in named]
    bundle = {
        "format": FORMAT,
        "number": number,
        "made": made,
        "pack_built": codebook.status()["built_at"],
        "releases": releases,
        "told": told,
    }
    return bundle | {"digest": digest(bundle)}


def digest(bundle: Value) -> str:
    """SHA-256 of the bundle without its digest: keys sorted, no blanks, UTF-8."""
    rest = {name: value for name, value in bundle.items() if name != "digest"}
    return hashlib.sha256(
        json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def verify(codebook: Codebook, bundle: Value) -> Value:
    """Holds a bundle against the loaded pack. `result`: 'same', 'differs', or 'altered' when the file was changed after it was made."""
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        raise BadInput("this file is no proof", "hand in the JSON file attached to an answer")
    try:
        altered = digest(bundle) != bundle["digest"]
        checks = [] if altered else [*_compared_releases(codebook, bundle), *_asked_again(codebook, bundle["told"])]
        number = bundle["number"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("this proof is not complete", "hand in the file as it was attached") from error
    same = all(c["same"] is not False for c in checks)
    return {
        "number": number,
        "digest": bundle["digest"],
        "result": "altered" if altered else "same" if same else "differs",
        "checks": checks,
    }


def _compared_releases(codebook: Codebook, bundle: Value) -> Iterable[Value]:
    loaded = {r["id"]: r for r in _releases(codebook, bundle["told"]["on"])}
    for told in bundle["releases"]:
        now = loaded.get(told["id"])
        if now is None:
            yield {"what": "release", "name": told["id"], "same": False, "why": "not in the loaded pack"}
            continue
        differs = [name for name in ("sha256", "rows", "file") if now[name] != told[name]]
        yield {
            "what": "release",
            "name": told["id"],
            "same": not differs,
            "why": ", ".join(differs) + " differ" if differs else "",
        }


def _asked_again(codebook: Codebook, told: Value) -> Iterable[Value]:
    """Questions are asked anew; what stands on words that were not kept, such as a note, cannot be."""
    for part in told["parts"]:
        if part["kind"] != "question":
            yield {
                "what": part["kind"],
                "name": part["title"],
                "same": None,
                "why": "not asked again; its releases were compared",
            }
            continue
        try:
            now = codebook.ask(part["title"], date.fromisoformat(told["on"]))
        except CodingAheadError as refused:
            yield {"what": "question", "name": part["title"], "same": False, "why": refused.message}
            continue
        rows = [(s["release"], s["row"], s["where"]) for s in part["sources"]] == [
            (s["release"], s["row"], s["where"]) for s in now["sources"]
        ]
        words = [s["text"] for s in part["reasons"]] == [s["text"] for s in now["sentences"]]
        why = "" if rows and words else "the answer has changed" if not words else "its rows have moved"
        yield {"what": "question", "name": part["title"], "same": rows and words, "why": why}


def _releases(codebook: Codebook, on: str) -> list[Value]:
    return [
        {n: r[n] for n in ("id", "publisher", "title", "file", "sha256", "rows")}
        for r in codebook.releases(date.fromisoformat(on))
    ]

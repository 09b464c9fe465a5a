"""How likely is it that a coder would report what a note names? A logistic weighing of a few plain signs.

The weights stand in `data/confidence.json`; `bench/note_quality.py` fits them on notes with known codes and draws how the figure and the
truth agree. No sign knows a code or a word of those notes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from codingahead.coder.context import Status
from codingahead.coder.mentions import Mention
from codingahead.coder.wordings import Wording, key

_ADJECTIVE = re.compile(r"(?:al|ic|ar|ous|ed|ing|ive|ary|oid)$")


@dataclass(frozen=True, slots=True)
class Named:
    """One mention with what it names: `entry` the code proposed, `wording` what was matched, `weight` of its words; places in the note."""

    mention: Mention
    wording: Wording
    entry: int
    weight: float
    status: Status
    sentence: int
    start: int
    end: int


def signs(named: Sequence[Named], code: str, title: str, is_repeated: bool) -> dict[str, float]:
    """The signs for one code from all places that name it. `is_repeated`: its category has a code with a fuller mention."""
    best = max(named, key=lambda n: n.weight * n.mention.quality * (1 - 0.08 * n.mention.gap - 0.1 * n.mention.commas))
    mention, wording = best.mention, best.wording
    is_single = len(mention.named) == 1
    return {
        "one": 1.0,
        "weight": min(best.weight, 30.0) / 10,
        "lightness": 5 / best.weight,
        "two_words": float(len(mention.named) == 2),
        "more_words": float(len(mention.named) >= 3),
        "quality": mention.quality,
        "gap": float(mention.gap),
        "commas": float(mention.commas),
        "early": float(any(n.sentence <= 1 for n in named)),
        "index": float(wording.kind == "index"),
        "synonym": float(wording.kind == "synonym"),
        "worth": wording.worth,
        "plain_word": float(is_single and next(iter(mention.named)) in plain_words()),
        "by_default": float(best.entry != wording.entry),
        "adjective": float(is_single and bool(_ADJECTIVE.search(mention.last))),
        "one_word_for_many": float(len(mention.places) < len(mention.named)),
        "often": math.log(len(named)),
        "symptom": float(code[0] == "R"),
        "factor": float(code[0] == "Z"),
        "external_cause": float(code[0] in "VWXY"),
        "unspecified": float("unspecified" in title.lower() or code.endswith("9")),
        "uncertain": float(best.status is Status.UNCERTAIN),
        "history": float(best.status is Status.HISTORY),
        "repeated": float(is_repeated),
        "length": len(code.replace(".", "")) / 7,
    }


def confidence(found: Mapping[str, float]) -> float:
    """Between 0 and 1."""
    total = sum(weights().get(name, 0.0) * value for name, value in found.items())
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


@cache
def weights() -> dict[str, float]:
    data = (files("codingahead.coder") / "data" / "confidence.json").read_text(encoding="utf-8")
    loaded: dict[str, float] = json.loads(data)["weights"]
    return loaded


@cache
def plain_words() -> frozenset[str]:
    """Keys of words that open an entry of the index and, alone in a note, name nothing: 'old', 'examination', 'liver'."""
    text = (files("codingahead.coder") / "data" / "plain_words.txt").read_text(encoding="utf-8")
    return frozenset(key(w) for line in text.splitlines() if not line.startswith("#") for w in line.split())

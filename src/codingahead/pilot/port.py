"""A language model may say the composed answer more plainly, and nothing else: what it adds does not stand.

The model sees the masked question and the composed sentences with their sources. Each of its sentences must cite sources that are there,
and every code, amount, date and number in it must stand in the composed sentences that cite the same sources. What fails is dropped and
counted; if nothing stands, or the model is slow, silent or broken, the composed answer is given as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from codingahead.words.errors import CodingAheadError

Answer = dict[str, Any]
# Anything with a digit is a fact: codes, amounts, days, counts, ratios, indicators.
_FACT = re.compile(r"\$?[A-Za-z]*\d[\w.,%/-]*")
_MOST_SENTENCES = 30
# Words that turn a rule round; a model may not bring them in where the composer had none, nor leave them out.
_TURNS = re.compile(r"\b(?:not|never|no|cannot|without|except|unless|only)\b|n't\b", re.IGNORECASE)


class ModelFailed(CodingAheadError):
    """The model could not be asked or did not answer in time or form."""

    code = "model_failed"
    retry = True


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and the numbers of the sources it rests on."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote, and what it cost in tokens."""

    sentences: tuple[Sentence, ...]
    tokens: int


class LanguageModel(Protocol):
    """`name` stands in the answer as its engine."""

    name: str

    def write(self, question: str, sentences: Sequence[Sentence]) -> Written:
        """Raises ModelFailed."""
        ...


def said_by(model: LanguageModel, answer: Answer) -> Answer:
    """The answer in the model's words as far as they stand, else as it was."""
    composed = [Sentence(s["text"], tuple(s["sources"])) for s in answer["sentences"]]
    if not any(s.sources for s in composed):
        return answer
    try:
        written = model.write(answer["question"], composed)
    except ModelFailed as failed:
        return answer | {"model": {"name": model.name, "used": False, "why": failed.message}}
    kept = [s for s in written.sentences[:_MOST_SENTENCES] if stands(s, composed)]
    told = {"name": model.name, "tokens": written.tokens, "dropped": len(written.sentences) - len(kept)}
    # Every source the composer leaned on must still be leaned on: a shorter answer that leaves a rule out misleads.
    leaned = {n for s in composed for n in s.sources}
    if not kept or leaned - {n for s in kept for n in s.sources}:
        return answer | {"model": told | {"used": False, "why": "it left out or added what does not stand"}}
    sentences: list[Answer] = [{"text": s.text, "sources": list(s.sources)} for s in kept]
    sentences += [s for s in answer["sentences"] if not s["sources"]]
    text = "\n\n".join(s["text"] + "".join(f" [{n}]" for n in s["sources"]) for s in sentences)
    return answer | {"answer": text, "sentences": sentences, "engine": model.name, "model": told | {"used": True}}


def stands(sentence: Sentence, composed: Sequence[Sentence]) -> bool:
    """Does every fact of the sentence stand in composed sentences with its sources, and does it turn no rule round?"""
    if not sentence.text.strip() or not sentence.sources:
        return False
    under = [s for s in composed if set(s.sources) & set(sentence.sources)]
    if not set(sentence.sources) <= {n for s in under for n in s.sources}:
        return False
    whole = " ".join(s.text for s in under)
    facts = {f.rstrip(".,") for f in _FACT.findall(whole)}
    if not {f.rstrip(".,") for f in _FACT.findall(sentence.text)} <= facts:
        return False
    return bool(_TURNS.search(sentence.text)) <= bool(_TURNS.search(whole)) and (
        not all(_TURNS.search(s.text) for s in under) or bool(_TURNS.search(sentence.text))
    )

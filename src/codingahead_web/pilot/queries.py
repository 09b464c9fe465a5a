"""Threads and turns by who may read them, the difference of two answers, and what to ask next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404

from codingahead.pilot.question import understand
from codingahead_web.accounts.models import User
from codingahead_web.pilot.models import Thread, Turn

Answer = dict[str, Any]
LISTED = 100
FOLLOW_UPS = 3
_POINTS_BACK = re.compile(
    r"^\s*(?:and|but|also|what about|how about)\b|\b(?:it|its|that code|this code|the code|that one|same code|they|them)\b",
    re.IGNORECASE,
)
_PROCEDURE_NEXT = (
    ("modifier", "Which modifiers may go with {code}?"),
    ("together", "What is bundled into {code}?"),
    ("global", "What is the global period of {code}?"),
    ("pay", "What does Medicare pay for {code}?"),
    ("changed", "What changed for {code}?"),
)
_DIAGNOSIS_NEXT = (
    ("excludes", "What does {code} exclude?"),
    ("map", "Which HCC does {code} map to?"),
    ("changed", "What changed for {code}?"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Sentences of an earlier and a later answer: those in both, only in the earlier, only in the later."""

    kept: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not self.gone and not self.new


def threads_of(user: User) -> QuerySet[Thread]:
    return Thread.objects.filter(owner=user).annotate(count=Count("turns"))[:LISTED]


def thread_of(user: User, number: int) -> Thread:
    """Raises Http404 for a thread that is somebody else's, as for one that is not there."""
    return get_object_or_404(Thread, owner=user, pk=number)


def turn_of(user: User, number: int) -> Turn:
    return get_object_or_404(Turn.objects.select_related("thread"), thread__owner=user, pk=number)


def in_thread(thread: Thread | None, text: str) -> str:
    """The question with the code that the thread speaks of put before it, when it names none and points back: 'and with modifier 50?'."""
    last = thread.turns.last() if thread is not None else None
    if last is None or not last.answer["codes"] or understand(text).codes or not _POINTS_BACK.search(text):
        return text
    return f"{last.answer['codes'][0]['code']}: {text}"


def shared_thread(token: str) -> Thread:
    return get_object_or_404(Thread, share=token)


def difference(earlier: Answer, later: Answer) -> Difference:
    before, after = [s["text"] for s in earlier["sentences"]], [s["text"] for s in later["sentences"]]
    return Difference(
        tuple(s for s in after if s in before),
        tuple(s for s in before if s not in after),
        tuple(s for s in after if s not in before),
    )


def follow_ups(answer: Answer) -> list[str]:
    """Questions about the first code of the answer that it does not seem to answer already."""
    if not answer["codes"]:
        return []
    first, asked = answer["codes"][0], answer["question"].lower()
    nexts = _DIAGNOSIS_NEXT if first["system"] == "icd10cm" else _PROCEDURE_NEXT
    if first["system"] not in ("icd10cm", "cpt", "hcpcs"):
        return []
    return [text.format(code=first["code"]) for word, text in nexts if word not in asked][:FOLLOW_UPS]


def as_text(answer: Answer) -> str:
    """The answer to paste into a mail: question, sentences with numbers, sources."""
    lines = [answer["question"], f"Date of service {answer['on']}", ""]
    lines += [f"{s['text']}{''.join(f' [{n}]' for n in s['sources'])}" for s in answer["sentences"]]
    if answer["unanswered"]:
        lines += ["", "Not answered:", *(f"- {gap}" for gap in answer["unanswered"])]
    if answer["sources"]:
        lines += ["", "Sources:"]
        lines += [f"[{s['n']}] {s['release']}, {s['where']}" + (f", row {s['row']}" if s["row"] else "") for s in answer["sources"]]  # fmt: skip
    return "\n".join(lines)


def export_threads(user: User) -> list[dict[str, Any]]:
    """Everything kept of a person's questions."""
    return [
        {
            "name": thread.name,
            "begun": thread.begun.isoformat(),
            "turns": [
                {"asked": t.asked.isoformat(), "answer": t.answer, "judged": t.judged, "reason": t.reason}
                for t in thread.turns.all()
            ],
        }
        for thread in Thread.objects.filter(owner=user).prefetch_related("turns")
    ]

"""The only writer of threads and turns."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.utils import timezone

from codingahead_web.accounts.models import User
from codingahead_web.pilot.models import Thread, Turn

LONGEST_NAME = 80
MOST_THREADS = 500
MOST_TURNS = 200


def keep_turn(user: User, thread: Thread | None, answer: dict[str, Any], pack: str) -> Turn:
    """Adds an answer to `thread`, or begins one named by its question. What is kept is the masked question."""
    if thread is None or thread.turns.count() >= MOST_TURNS:
        thread = Thread.objects.create(owner=user, name=_name(answer["question"]))
        _drop_oldest(user)
    turn = thread.turns.create(
        question=answer["question"], on=date.fromisoformat(answer["on"]), answer=answer, pack=pack[:80]
    )
    thread.touched = turn.asked
    thread.save(update_fields=["touched"])
    return turn


def rename(thread: Thread, name: str) -> None:
    thread.name = " ".join(name.split())[:LONGEST_NAME] or thread.name
    thread.save(update_fields=["name"])


def share(thread: Thread) -> None:
    """Whoever holds the link may read, without knowing who asked."""
    thread.share = thread.share or secrets.token_urlsafe(18)
    thread.save(update_fields=["share"])


def stop_sharing(thread: Thread) -> None:
    thread.share = None
    thread.save(update_fields=["share"])


def judge(turn: Turn, judged: str, reason: str) -> None:
    """Raises ValueError for a judgement that is none. An empty one takes it back."""
    turn.judged = Turn.Judged(judged) if judged else ""
    turn.reason = " ".join(reason.split())[:500] if judged else ""
    turn.save(update_fields=["judged", "reason"])


def replace_answer(turn: Turn, answer: dict[str, Any], pack: str) -> None:
    """The reader prefers the answer of another pack to the one that was kept."""
    turn.answer, turn.pack, turn.asked = answer, pack[:80], timezone.now()
    turn.save(update_fields=["answer", "pack", "asked"])


def _name(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rsplit(" ", 1)[0] + "…"


def _drop_oldest(user: User) -> None:
    old = Thread.objects.filter(owner=user).order_by("-touched").values_list("pk", flat=True)[MOST_THREADS:]
    Thread.objects.filter(pk__in=list(old)).delete()

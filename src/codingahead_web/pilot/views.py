"""Ask CasePilot. Works without scripts, as a whole answer; with them the look-ups show while the answer is made.

A question is asked by POST, so that it stands in no address and no log.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from codingahead.codebook import Codebook
from codingahead.tools import call
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead_web.gate.visit import visit_of
from codingahead_web.metering.models import Meter
from codingahead_web.pilot import actions, queries, stream
from codingahead_web.pilot.models import Thread, Turn

EXAMPLES = (
    "What is CPT code 99213?",
    "Guidelines for E/M services",
    "Can I bill 11042 with 97597?",
    "MUE for 61624?",
    "Modifier 25 or 57?",
    "What does Medicare pay for 99214 in an office?",
    "What did M54.5 become?",
)
LONGEST = 4_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """A thread, a new one without `number`, and by POST its next question."""
    visit = visit_of(request)
    thread = _thread(request, number)
    context = _page(request, thread)
    text = _question(request)
    if request.method != "POST" or not text:
        return render(request, "pilot/ask.html", context)
    try:
        with visit.access.metered(Meter.ASK, 1):
            answer = _answer(visit.codebook, queries.in_thread(thread, text), visit.on, visit.today)
    except CodingAheadError as refused:
        return render(request, "pilot/ask.html", context | {"refused": refused, "typed": text}, status=_status(refused))
    turn = _kept(request, thread, answer, visit.codebook)
    if turn is not None:
        return HttpResponseRedirect(visit.link(reverse("casepilot_thread", args=[turn.thread_id]) + f"#turn-{turn.pk}"))
    return render(request, "pilot/ask.html", context | {"turns": [_shown(answer)], "typed": ""})


@require_POST
def streamed(request: HttpRequest, number: int | None = None) -> HttpResponseBase:
    """The next question of a thread, answered as events; the answer comes as the same HTML that the page shows."""
    thread = _thread(request, number)
    text = queries.in_thread(thread, _question(request))
    return stream.answered(visit_of(request), text, lambda answer: _finished(request, thread, answer))


def _finished(request: HttpRequest, thread: Thread | None, answer: dict[str, Any]) -> dict[str, Any]:
    turn = _kept(request, thread, answer, None)
    html = render_to_string("pilot/turn.html", {"t": _shown(answer, turn)}, request)
    if turn is None:
        return {"html": html}
    return {"html": html, "address": reverse("casepilot_thread", args=[turn.thread_id]), "name": turn.thread.name}


@never_cache
@require_http_methods(["GET", "HEAD"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A thread that its owner shows to whoever holds the link; it does not say whose it is."""
    thread = queries.shared_thread(token)
    turns = [_shown(t.answer, t) for t in thread.turns.all()]
    return render(request, "pilot/shared.html", {"product": "casepilot", "thread": thread, "turns": turns})


@require_POST
def change(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Rename, share, stop sharing, delete."""
    thread = _own(request, number)
    if act == "delete":
        thread.delete()
        return HttpResponseRedirect(reverse("casepilot"))
    if act == "rename":
        actions.rename(thread, request.POST.get("name", ""))
    elif act == "share":
        actions.share(thread)
    else:
        actions.stop_sharing(thread)
    return HttpResponseRedirect(reverse("casepilot_thread", args=[number]))


@require_POST
def judge(request: HttpRequest, number: int) -> HttpResponse:
    turn = _own_turn(request, number)
    try:
        actions.judge(turn, request.POST.get("judged", ""), request.POST.get("reason", ""))
    except ValueError:
        raise BadInput("an answer is judged 'helpful' or 'wrong'", "choose one of the two buttons") from None
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "pilot/judge.html", {"turn": turn})
    return HttpResponseRedirect(reverse("casepilot_thread", args=[turn.thread_id]) + f"#turn-{turn.pk}")


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """The same question on the same day, asked of the pack that serves now, beside the answer that was kept."""
    visit, turn = visit_of(request), _own_turn(request, number)
    with visit.access.metered(Meter.ASK, 1):
        answer = _answer(visit.codebook, turn.question, turn.on, visit.today)
    pack = visit.codebook.folder.name
    if request.POST.get("keep"):
        actions.replace_answer(turn, answer, pack)
        return HttpResponseRedirect(reverse("casepilot_thread", args=[turn.thread_id]) + f"#turn-{turn.pk}")
    context = {
        "product": "casepilot", "turn": turn, "pack": pack, "difference": queries.difference(turn.answer, answer), "t": _shown(answer),
    }  # fmt: skip
    return render(request, "pilot/again.html", context)


def _answer(codebook: Codebook, text: str, on: date, today: date) -> dict[str, Any]:
    return call(codebook, "ask_casepilot", {"question": text, "on": on}, today)


def _shown(answer: dict[str, Any], turn: Turn | None = None) -> dict[str, Any]:
    """What the template of a turn needs."""
    return {
        "answer": answer, "turn": turn, "key": f"t{turn.pk}" if turn else "now", "next": queries.follow_ups(answer), "text": queries.as_text(answer),
    }  # fmt: skip


def _kept(
    request: HttpRequest, thread: Thread | None, answer: dict[str, Any], codebook: Codebook | None
) -> Turn | None:
    """A guest's question is not kept."""
    pack = answer.pop("pack", "") or (codebook.folder.name if codebook else "")
    user = visit_of(request).access.user
    return actions.keep_turn(user, thread, answer, pack) if user is not None else None


def _page(request: HttpRequest, thread: Thread | None) -> dict[str, Any]:
    about = request.GET.get("code", "").strip()[:12]
    user = visit_of(request).access.user
    turns = [_shown(t.answer, t) for t in thread.turns.all()] if thread else []
    return {
        "product": "casepilot", "examples": EXAMPLES, "typed": f"{about}: " if about else "", "thread": thread, "turns": turns,
        "threads": queries.threads_of(user) if user else None,
    }  # fmt: skip


def _question(request: HttpRequest) -> str:
    return request.POST.get("question", "").replace("\x00", " ").strip()[:LONGEST]


def _thread(request: HttpRequest, number: int | None) -> Thread | None:
    return _own(request, number) if number is not None else None


def _own(request: HttpRequest, number: int) -> Thread:
    return queries.thread_of(_user(request), number)


def _own_turn(request: HttpRequest, number: int) -> Turn:
    return queries.turn_of(_user(request), number)


def _user(request: HttpRequest) -> Any:
    """Somebody who is not logged in owns nothing: the same 404 as for what is not there."""
    user = visit_of(request).access.user
    if user is None:
        raise Http404
    return user


def _status(refused: CodingAheadError) -> int:
    return 429 if refused.code == "allowance_used" else 422

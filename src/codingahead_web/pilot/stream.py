"""An answer as server-sent events: a `step` for each look-up, then one `answer`, or one `refused`.

The events are sent when the request itself has ended, so the work borrows a codebook of its own, and what was set aside on the plan is
settled or given back when the last event is out.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any, cast

from django.http import StreamingHttpResponse

from codingahead.codebook import Codebook
from codingahead.tools import call
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead_web.gate.visit import Visit, borrowed
from codingahead_web.metering.models import Meter
from codingahead_web.pilot.watched import Watched

STEP, ANSWER, REFUSED = "step", "answer", "refused"
LONGEST_WAIT = 120.0  # seconds between two steps
Tell = Callable[[str], None]
Finish = Callable[[dict[str, Any]], dict[str, Any]]


class Broken(CodingAheadError):
    """The answer could not be made; nothing was counted."""

    code = "answer_failed"
    retry = True


def answered(visit: Visit, text: str, finish: Finish, *, on: date | None = None) -> StreamingHttpResponse:
    """For the day `on`, else that of the visit. `finish` makes the value of the last event from the Answer value, which also names its `pack`."""
    asked_for, today = on or visit.on, visit.today
    booking = ExitStack()

    def work(tell: Tell) -> dict[str, Any]:
        with borrowed() as codebook:
            watched = cast(Codebook, Watched(codebook, tell))
            answer = call(watched, "ask_casepilot", {"question": text, "on": asked_for}, today)
            return answer | {"pack": codebook.folder.name}

    def events() -> Iterator[bytes]:
        try:
            with booking:
                for name, value in told(work):
                    if name == REFUSED:
                        raise value
                    yield event(name, {"text": value} if name == STEP else finish(value))
        except CodingAheadError as refused:
            yield event(REFUSED, _refusal(refused))

    try:
        if not text:
            raise BadInput("there is no question", "type one and ask again")
        booking.enter_context(visit.access.metered(Meter.ASK, 1))
    except CodingAheadError as refused:
        return _response(iter([event(REFUSED, _refusal(refused))]))
    return _response(events())


def event(name: str, value: dict[str, Any]) -> bytes:
    """One event; JSON holds no line break."""
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False, default=str)}\n\n".encode()


def told(work: Callable[[Tell], dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Steps while `work` runs beside, then its answer or its refusal; every other failure becomes `Broken`."""
    heard: queue.Queue[tuple[str, Any]] = queue.Queue()

    def run() -> None:
        try:
            heard.put((ANSWER, work(lambda text: heard.put((STEP, text)))))
        except CodingAheadError as refused:
            heard.put((REFUSED, refused))
        except Exception as failure:
            heard.put((REFUSED, Broken("the answer could not be made", "ask again in a moment")))
            raise failure

    threading.Thread(target=run, name="casepilot", daemon=True).start()
    while True:
        try:
            name, value = heard.get(timeout=LONGEST_WAIT)
        except queue.Empty:
            name, value = REFUSED, Broken("the answer took too long", "ask again, or ask for less at once")
        yield name, value
        if name != STEP:
            return


def _response(events: Iterator[bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _refusal(refused: CodingAheadError) -> dict[str, Any]:
    return refused.to_json()

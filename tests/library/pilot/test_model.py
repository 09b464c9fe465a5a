"""A language model may rephrase CasePilot and nothing else: slow, broken, lying and injected ones leave the composed answer standing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from codingahead.adapters import language_model
from codingahead.adapters.language_model import ChatModel
from codingahead.codebook import Codebook
from codingahead.pilot.port import Sentence, stands
from codingahead.words.errors import BadInput

DAY = date(2026, 8, 1)
QUESTION = "MUE for 61624? My SSN is 123-45-6789."
Reply = Callable[[dict[str, Any]], Any]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    reply: Reply
    seen: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.seen.append(body)
        told = json.loads(json.loads(body)["messages"][1]["content"])
        content = self.server.reply(told)
        if content is None:
            self.send_error(500)
            return
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        data = json.dumps({"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice],
                           "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), _Handler)
    made.seen = []
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def asked(codebook: Codebook, server: Server, reply: Reply) -> dict[str, Any]:
    server.reply = reply
    codebook.model = ChatModel(f"http://127.0.0.1:{server.server_port}/v1", "small")
    try:
        return codebook.ask(QUESTION, DAY)
    finally:
        codebook.model = None


def same(told: dict[str, Any]) -> str:
    return json.dumps(
        {"sentences": [{"text": f"In short: {f['text']}", "sources": f["sources"]} for f in told["facts"]]}
    )


def test_what_stands_is_said_in_the_words_of_the_model(codebook: Codebook, server: Server) -> None:
    composed = codebook.ask(QUESTION, DAY)
    answer = asked(codebook, server, same)
    assert answer["engine"] == "small" and answer["model"]["used"] and answer["model"]["tokens"] == 12
    assert answer["sentences"][0]["text"].startswith("In short: ")
    assert answer["sources"] == composed["sources"]


def test_the_model_sees_no_identifier(codebook: Codebook, server: Server) -> None:
    asked(codebook, server, same)
    assert server.seen and "123-45-6789" not in server.seen[0]


LIES: dict[str, Reply] = {
    "another number": lambda told: json.dumps({"sentences": [{"text": "The limit is 97 units.", "sources": told["facts"][0]["sources"]}]}),
    "another code": lambda told: json.dumps({"sentences": [{"text": "Bill 99215 instead.", "sources": told["facts"][0]["sources"]}]}),
    "a source that is not there": lambda told: json.dumps({"sentences": [{"text": told["facts"][0]["text"], "sources": [99]}]}),
    "no source": lambda told: json.dumps({"sentences": [{"text": "All is fine.", "sources": []}]}),
    "nothing": lambda told: json.dumps({"sentences": []}),
    "prose": lambda told: "Sure! The answer is two.",
    "other JSON": lambda told: '{"answer": "two"}',
    "empty": lambda told: "",
    "an error": lambda told: None,
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_model_that_lies_or_breaks_leaves_the_composed_answer(codebook: Codebook, server: Server, name: str) -> None:
    composed = codebook.ask(QUESTION, DAY)
    answer = asked(codebook, server, LIES[name])
    assert answer["sentences"] == composed["sentences"] and answer["engine"] == "reference"
    assert answer["model"]["used"] is False


def test_a_slow_model_is_not_waited_for(codebook: Codebook, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_model, "SECONDS", 0.2)
    started = time.perf_counter()
    answer = asked(codebook, server, lambda told: time.sleep(3) or same(told))
    assert time.perf_counter() - started < 2.5
    assert answer["engine"] == "reference"


def test_a_server_that_is_not_this_machine_needs_an_agreement() -> None:
    with pytest.raises(BadInput, match="not this machine"):
        ChatModel("https://models.example.org/v1", "m")
    assert ChatModel("https://models.example.org/v1", "m", agreed=True).name == "m"


COMPOSED = [
    Sentence("61624 and 36224 are an edit with indicator 1: a modifier may bypass it.", (1,)),
    Sentence("Modifier 59 does not go on a visit.", (2,)),
]


@pytest.mark.parametrize(
    ("text", "sources", "stand"),
    [
        ("An edit with indicator 1 pairs 61624 and 36224.", (1,), True),
        ("61624 and 36224 are an edit with indicator 0.", (1,), False),
        ("A modifier may never bypass the edit of 61624 and 36224.", (1,), False),
        ("Modifier 59 goes on a visit.", (2,), False),
        ("A visit does not carry modifier 59.", (2,), True),
        ("Modifier 59 does not go on a visit.", (1,), False),
        ("", (1,), False),
    ],
)
def test_a_sentence_stands_only_on_what_its_sources_say(text: str, sources: tuple[int, ...], stand: bool) -> None:
    assert stands(Sentence(text, sources), COMPOSED) is stand

"""The page of CasePilot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from codingahead_web.pilot.models import Thread, Turn
from tests.web.pages import words
from tests.web.people import logged_in, person


def test_a_question_is_answered_with_sources_and_the_same_through_rest(site: Client) -> None:
    shown = site.post("/ask", {"question": "MUE for 61624?"})
    api = site.post(
        "/api/v1/ask", {"question": "MUE for 61624?", "on": "2026-08-01"}, content_type="application/json"
    ).json()
    assert api["sentences"]
    for sentence in api["sentences"]:
        assert sentence["text"] in words(shown)
    for source in api["sources"]:
        assert source["release"] in words(shown)


def test_the_box_on_a_code_page_leads_to_the_answer(site: Client) -> None:
    assert "Have a question about CPT 61624?" in words(site.get("/codes/cpt/61624"))
    assert site.get("/ask").status_code == 200


@pytest.mark.parametrize("question", ["", " ", "\x00", "a" * 10_000, "<script>alert(1)</script>", "'; DROP TABLE"])
def test_bad_input_is_answered(site: Client, question: str) -> None:
    response = site.post("/ask", {"question": question})
    assert response.status_code in (200, 422)
    assert "<script>alert" not in response.content.decode()


@pytest.mark.django_db
def test_a_guest_has_a_few_questions_a_day(site: Client, settings: object) -> None:
    settings.METERING = True  # type: ignore[attr-defined]
    codes = [site.post("/ask", {"question": "MUE for 61624?"}).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def _events(response: Any) -> list[tuple[str, dict[str, Any]]]:
    blocks = b"".join(response.streaming_content).decode().strip().split("\n\n")
    return [(b.split("\n")[0].removeprefix("event: "), json.loads(b.split("data: ", 1)[1])) for b in blocks]


def test_the_look_ups_are_told_before_the_answer_arrives(site: Client) -> None:
    names = [name for name, _ in _events(site.post("/ask/stream", {"question": "Can I bill 11042 with 97597?"}))]
    assert names[-1] == "answer"
    assert "step" in names[:-1]


def test_a_program_that_accepts_events_gets_the_answer_as_the_last_one(site: Client) -> None:
    asked = {"question": "MUE for 61624?", "on": "2026-08-01"}
    whole = site.post("/api/v1/ask", asked, content_type="application/json").json()
    told = _events(site.post("/api/v1/ask", asked, content_type="application/json", headers={"Accept": "text/event-stream"}))  # fmt: skip
    assert told[-1][1]["sentences"] == whole["sentences"]


@pytest.mark.django_db
def test_an_empty_question_is_refused_in_the_stream_and_costs_nothing(site: Client, settings: Any) -> None:
    settings.METERING = True
    for _ in range(5):
        ((name, value),) = _events(site.post("/ask/stream", {"question": "  "}))
        assert (name, value["error"]["code"]) == ("refused", "bad_input")
    assert site.post("/ask", {"question": "MUE for 61624?"}).status_code == 200


@pytest.mark.database
@pytest.mark.django_db
def test_the_last_question_of_a_guest_is_refused_in_words_in_the_stream(site: Client, settings: Any) -> None:
    settings.METERING = True
    names = [_events(site.post("/ask/stream", {"question": "MUE for 61624?"}))[-1] for _ in range(4)]
    assert [name for name, _ in names] == ["answer", "answer", "answer", "refused"]
    assert names[-1][1]["error"]["code"] == "allowance_used"


@pytest.mark.database
@pytest.mark.django_db
class TestThreads:
    def test_questions_of_a_person_stand_in_a_thread_that_only_the_owner_reads(self) -> None:
        ada, cyd = logged_in(person("ada")), logged_in(person("cyd"))
        address = ada.post("/ask", {"question": "MUE for 61624?"})["Location"].split("#")[0]
        ada.post(address, {"question": "What did M54.5 become?"})
        shown = words(ada.get(address))
        assert "MUE for 61624?" in shown and "What did M54.5 become?" in shown
        assert cyd.get(address).status_code == 404
        assert Client().get(address).status_code == 404
        assert cyd.post(f"{address}/delete").status_code == 404

    def test_a_question_that_points_back_is_asked_of_the_code_before(self) -> None:
        ada = logged_in(person("ada"))
        address = ada.post("/ask", {"question": "MUE for 61624?"})["Location"].split("#")[0]
        ada.post(address, {"question": "And what is its global period?"})
        ada.post(address, {"question": "Modifier 25 or 57?"})
        _, second, third = Turn.objects.order_by("id")
        assert second.question == "61624: And what is its global period?"
        assert any("61624" in s["text"] for s in second.answer["sentences"])
        assert third.question == "Modifier 25 or 57?"

    def test_the_stream_keeps_the_turn_and_names_its_thread(self) -> None:
        ada = logged_in(person("ada"))
        _, last = _events(ada.post("/ask/stream", {"question": "MUE for 61624?"}))[-1]
        assert "MUE for 61624?" in words(ada.get(last["address"]))
        assert "turn-" in last["html"]

    def test_an_identifier_in_a_question_is_never_stored(self) -> None:
        ada = logged_in(person("ada"))
        ada.post("/ask", {"question": "MUE for 61624? patient SSN 123-45-6789"})
        turn = Turn.objects.get()
        assert "123-45-6789" not in turn.question + json.dumps(turn.answer) + turn.thread.name

    def test_a_thread_is_renamed_shared_without_its_owner_and_deleted(self) -> None:
        ada = logged_in(person("ada"))
        address = ada.post("/ask", {"question": "MUE for 61624?"})["Location"].split("#")[0]
        ada.post(f"{address}/rename", {"name": " Coils  again "})
        ada.post(f"{address}/share")
        thread = Thread.objects.get()
        assert thread.name == "Coils again"
        seen = Client().get(f"/ask/shared/{thread.share}")
        assert "MUE for 61624?" in words(seen) and "@example.org" not in seen.content.decode()
        ada.post(f"{address}/unshare")
        assert Client().get(f"/ask/shared/{thread.share}").status_code == 404
        ada.post(f"{address}/delete")
        assert not Turn.objects.exists()

    def test_an_answer_is_judged_with_a_reason_and_the_judgement_taken_back(self) -> None:
        ada = logged_in(person("ada"))
        ada.post("/ask", {"question": "MUE for 61624?"})
        turn = Turn.objects.get()
        ada.post(f"/ask/turns/{turn.pk}/judge", {"judged": "wrong", "reason": "Units of another quarter"})
        turn.refresh_from_db()
        assert (turn.judged, turn.reason) == ("wrong", "Units of another quarter")
        ada.post(f"/ask/turns/{turn.pk}/judge", {"judged": ""})
        turn.refresh_from_db()
        assert (turn.judged, turn.reason) == ("", "")
        assert ada.post(f"/ask/turns/{turn.pk}/judge", {"judged": "splendid"}).status_code == 400
        assert logged_in(person("cyd")).post(f"/ask/turns/{turn.pk}/judge", {"judged": "wrong"}).status_code == 404

    def test_an_old_question_asked_again_shows_what_differs_and_may_replace_the_answer(self) -> None:
        ada = logged_in(person("ada"))
        ada.post("/ask", {"question": "MUE for 61624?"})
        turn = Turn.objects.get()
        assert "say the same" in words(ada.post(f"/ask/turns/{turn.pk}/again"))
        old = turn.answer | {"sentences": [{"text": "The limit was ninety.", "sources": []}]}
        Turn.objects.update(answer=old)
        shown = words(ada.post(f"/ask/turns/{turn.pk}/again"))
        assert "The limit was ninety." in shown and "No longer said" in shown
        ada.post(f"/ask/turns/{turn.pk}/again", {"keep": "1"})
        turn.refresh_from_db()
        assert "ninety" not in json.dumps(turn.answer)

    def test_threads_are_in_the_export_of_all_data(self) -> None:
        ada = logged_in(person("ada"))
        ada.post("/ask", {"question": "MUE for 61624?"})
        assert ada.get("/account/data.json").json()["casepilot_threads"][0]["turns"][0]["answer"]["sentences"]

"""From a note to codes on the site: hand in, review, export, keep masked with a log that only grows."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from codingahead_web.accounts.export import everything
from codingahead_web.metering.models import Meter, Tally
from codingahead_web.notes import engine, painted
from codingahead_web.notes.models import DAYS_KEPT, Decision, KeptNote
from tests.web import note_engine
from tests.web.pages import not_allowed_by_policy, tree, words
from tests.web.people import logged_in, person

pytestmark = pytest.mark.django_db
ON = "2026-08-01"
SUGGEST = engine.suggest
TEXT = (
    f"{note_engine.NAME} came with an unruptured aneurysm of the brain; no aneurysm elsewhere, possible type 2 diabetes.\n"
    "Today coil embolization after an angiogram of the internal carotid. <b>Alert & oriented</b>"
)


@pytest.fixture(autouse=True)
def note_coding(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("suggest", "masked", "document_text"):
        monkeypatch.setattr(engine, name, getattr(note_engine, name))


def sent(site: Client, address: str = "/notes", **more: Any) -> Any:
    return site.post(f"{address}?on={ON}", {"text": TEXT, "setting": "practitioner", **more})


def rows(*acts: tuple[str, str, str], **more: str) -> dict[str, str]:
    """The decisions as a form sends them."""
    made: dict[str, str] = dict(more)
    for n, (code, system, act) in enumerate(acts):
        made |= {f"code-{n}": code, f"system-{n}": system, f"act-{n}": act, f"reason-{n}": "", f"becomes-{n}": ""}
    return made | more


BOTH = rows(("I67.1", "icd10cm", "accept"), ("61624", "cpt", "accept"))


def test_the_review_shows_the_note_as_it_is_with_its_evidence_marked(site: Client) -> None:
    response = sent(site)
    page = tree(response)
    pane = page.xpath("//*[contains(@class, 'note-text')]")[0]
    assert pane.text_content() == TEXT
    marks = {a.text_content(): a.get("class") for a in pane.xpath(".//a")}
    assert marks["unruptured aneurysm of the brain"] == "evidence is-asserted"
    assert marks["no aneurysm elsewhere"] == "evidence is-negated"
    # HTML leaves out the first line break of a text box.
    assert page.xpath("//textarea[@name='text']")[0].text == f"\n{TEXT}"
    assert not_allowed_by_policy(response) == []
    assert response["Cache-Control"] == "private, no-store"


def test_asserted_and_other_mentions_stand_apart_with_why_and_needs(site: Client) -> None:
    page = tree(sent(site))
    proposed = page.xpath("//*[@data-suggestions]//*[contains(@class, 'suggestion-head')]/*[1]/text()")
    others = page.xpath("//*[contains(@class, 'others')]//*[contains(@class, 'suggestion-head')]/*[1]/text()")
    assert (proposed, others) == (["I67.1", "61624", "36224"], ["E11.9", "I67.1"])
    assert "the artery that was treated" in words(sent(site), "//*[@class='needs']")


def test_what_stands_is_checked_as_a_claim(site: Client) -> None:
    response = site.post(f"/notes/check?on={ON}", rows(("61624", "cpt", "accept"), ("36224", "cpt", "accept")))
    assert "ncci.ptp" in words(response, "/*")
    direct = site.post(
        "/api/v1/claims/check",
        {"id": "x", "patient": "1", "setting": "practitioner", "diagnoses": [], "lines": [
            {"line": 1, "code": "61624", "date_of_service": ON}, {"line": 2, "code": "36224", "date_of_service": ON}]},
        content_type="application/json",
    ).json()  # fmt: skip
    assert [f["message"] for f in direct["findings"] if f["message"] not in words(response, "/*")] == []
    assert TEXT[:20] not in response.content.decode()


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        (rows(("I67.1", "icd10cm", "reject")), "needs a reason"),
        (rows(("I67.1", "icd10cm", "reject"), **{"reason-0": "because"}), "needs a reason"),
        (rows(("I67.1", "icd10cm", "reject"), **{"reason-0": "not documented"}), "1 rejected"),
        (rows(("I67.1", "icd10cm", "change")), "needs the code instead"),
        (rows(("I67.1", "icd10cm", "change"), **{"becomes-0": "I67.x9"}), "does not"),
        (rows(("E11.9", "icd10cm", "change"), **{"becomes-0": "i671"}), "1 stands"),
        (rows(("I67.1", "icd10cm", "nonsense")), "1 open"),
    ],
)
def test_a_decision_without_what_it_needs_stays_open(site: Client, decided: dict[str, str], said: str) -> None:
    assert said in words(site.post(f"/notes/check?on={ON}", decided), "/*")


def test_a_changed_code_goes_to_the_claim(site: Client) -> None:
    page = tree(
        site.post(
            f"/notes/check?on={ON}",
            rows(("E11.9", "icd10cm", "change"), ("61624", "cpt", "accept"), **{"becomes-0": "i671"}),
        )
    )
    assert page.xpath("//input[@name='dx']/@value") == ["I67.1"]
    assert page.xpath("//input[@name='code']/@value") == ["61624"]


def test_the_claim_grid_takes_what_the_panel_sends(site: Client) -> None:
    page = tree(site.post(f"/notes/check?on={ON}", BOTH))
    boxes = {i.get("name"): i.get("value") for i in page.xpath("//input[not(starts-with(@name, 'code-'))]")}
    grid = site.post("/claims", {**boxes, "text": TEXT, "setting": "practitioner"})
    assert grid.status_code == 200
    shown = tree(grid)
    assert "61624" in shown.xpath("//input[@name='code']/@value") and "I67.1" in shown.xpath(
        "//input[@name='dx']/@value"
    )


def test_without_scripts_decisions_and_additions_come_back_as_they_were_sent(site: Client) -> None:
    more = rows(("I67.1", "icd10cm", "reject"), **{"reason-0": "other", "q": "coil"})
    page = tree(sent(site, **more, add="cpt:61645"))
    assert page.xpath("//input[@name='act-0'][@checked]/@value") == ["reject"]
    assert page.xpath("//select[@name='reason-0']/option[@selected]/text()") == ["other"]
    assert "61645" in page.xpath("//li[contains(@class, 'is-added')]//span[contains(@class, 'chip')]/text()")
    assert page.xpath("//*[@data-add]")


def test_a_code_that_does_not_stand_cannot_be_added(site: Client) -> None:
    assert not tree(sent(site, add="icd10cm:ZZZ")).xpath("//form//li[contains(@class, 'is-added')]")


def test_exports_hold_what_was_suggested_and_decided(site: Client) -> None:
    decided = rows(("I67.1", "icd10cm", "accept"), ("61624", "cpt", "reject"), **{"reason-1": "not documented"})
    value = json.loads(sent(site, "/notes/export/json", **decided).content)
    assert value["suggestions"][0]["decision"] == {"act": "accept", "final": "I67.1"}
    assert value["suggestions"][1]["decision"] == {"act": "reject", "reason": "not documented"}
    assert value["suggestions"][2]["decision"] is None
    table = list(csv.DictReader(io.StringIO(sent(site, "/notes/export/csv", **decided).content.decode())))
    assert [r["final"] for r in table] == ["I67.1", "", "", "", ""]
    bundle = json.loads(sent(site, "/notes/export/fhir", **decided).content)
    assert [e["resource"]["code"]["coding"][0]["code"] for e in bundle["entry"]] == ["I67.1"]
    assert site.post("/notes/export/pdf", {"text": TEXT}).status_code == 404


def test_a_file_is_read_in_place_of_the_box(site: Client) -> None:
    file = SimpleUploadedFile("note.txt", TEXT.encode())
    assert "61624" in words(site.post(f"/notes?on={ON}", {"text": "", "file": file, "setting": "inpatient"}))


@pytest.mark.parametrize("text", ["", "   \n", "\x00"])
def test_an_empty_note_is_asked_for_again(site: Client, text: str) -> None:
    response = site.post("/notes", {"text": text})
    assert response.status_code == 422
    assert "No text was given" in words(response)


def test_markup_in_a_note_is_text(site: Client) -> None:
    assert "<b>Alert" not in sent(site).content.decode()


def test_a_guest_keeps_nothing_and_nothing_is_stored_unasked(site: Client) -> None:
    sent(site)
    assert sent(site, "/notes/keep").status_code == 302
    assert not KeptNote.objects.exists()


def test_a_kept_note_is_masked_and_opens_to_its_owner_alone() -> None:
    ada, cyd = logged_in(person("ada")), logged_in(person("cyd"))
    kept = sent(ada, "/notes/keep", **BOTH)
    note = KeptNote.objects.get()
    assert note_engine.NAME not in note.text + json.dumps(note.suggested)
    assert all(
        note.text[e["start"] : e["end"]] == e["text"] for s in note.suggested["suggestions"] for e in s["evidence"]
    )
    assert [(d.code, d.act) for d in note.decisions.all()] == [("I67.1", "accept"), ("61624", "accept")]
    assert note_engine.NAME not in ada.get(kept["Location"]).content.decode()
    for stranger in (cyd, Client()):
        assert stranger.get(kept["Location"]).status_code in (302, 404)
        assert stranger.post(f"/notes/check?on={ON}", BOTH | {"kept": note.token}).status_code == 404
        assert stranger.post(f"{kept['Location']}/drop").status_code in (302, 404)
    assert KeptNote.objects.exists()


def test_the_log_of_a_kept_note_only_grows() -> None:
    ada = logged_in(person("ada"))
    address = sent(ada, "/notes/keep", **BOTH)["Location"]
    note = KeptNote.objects.get()
    rejected = rows(
        ("I67.1", "icd10cm", "reject"), ("61624", "cpt", "accept"), **{"reason-0": "history only", "kept": note.token}
    )
    ada.post(f"/notes/check?on={ON}", rejected)
    ada.post(f"/notes/check?on={ON}", rejected)
    ada.post(address, rows(("I67.1", "icd10cm", ""), ("61624", "cpt", "accept")))
    log = [(d.code, d.act, d.reason) for d in note.decisions.all()]
    assert log == [
        ("I67.1", "accept", ""),
        ("61624", "accept", ""),
        ("I67.1", "reject", "history only"),
        ("I67.1", "open", ""),
    ]
    with pytest.raises(ValueError, match="never rewritten"):
        Decision.objects.first().save()
    with pytest.raises(ValueError, match="never rewritten"):
        Decision.objects.update(act="accept")
    for forget in (Decision.objects.first().delete, Decision.objects.all().delete):
        with pytest.raises(ValueError, match="never deleted"):
            forget()
    assert "history only" in words(ada.get(address))
    ada.post(f"{address}/drop")
    assert not KeptNote.objects.exists() and not Decision.objects.exists()


def test_a_kept_note_is_gone_after_its_days() -> None:
    ada = logged_in(person("ada"))
    address = sent(ada, "/notes/keep", **BOTH)["Location"]
    assert ada.get(address).status_code == 200
    KeptNote.objects.update(made=timezone.now() - timedelta(days=DAYS_KEPT, minutes=1))
    assert ada.get(address).status_code == 404
    ada.get("/notes")
    assert not KeptNote.objects.exists() and not Decision.objects.exists()


def test_what_was_kept_is_in_the_export_of_the_account() -> None:
    user = person("ada")
    sent(logged_in(user), "/notes/keep", **BOTH)
    told = everything(user)["kept_notes"]
    assert [d["code"] for d in told[0]["log"]] == ["I67.1", "61624"]
    assert told[0]["text"] == KeptNote.objects.get().text


def test_a_note_is_counted_once_however_often_it_is_reviewed(site: Client, settings: Any) -> None:
    settings.METERING = True
    site.get("/")
    ticket = tree(sent(site)).xpath("//input[@name='note_ticket']/@value")[0]
    first = sum(t.used for t in Tally.objects.filter(meter=Meter.ASK))
    for _ in range(3):
        assert sent(site, note_ticket=ticket).status_code == 200
    assert (first, sum(t.used for t in Tally.objects.filter(meter=Meter.ASK))) == (1, 1)


SPAN = st.tuples(st.integers(-2, 60), st.integers(-2, 60), st.booleans())


@given(st.text(max_size=60), st.lists(st.lists(SPAN, max_size=4), max_size=6))
def test_painted_pieces_join_to_the_text_whatever_the_spans(
    text: str, spans: list[list[tuple[int, int, bool]]]
) -> None:
    suggestions = [
        {
            "status": painted.STATUSES[n % 5],
            "evidence": [
                {"start": a, "end": b, "text": text[max(a, 0) : max(b, 0)] if fits else "?!"} for a, b, fits in some
            ],
        }
        for n, some in enumerate(spans)
    ]
    pieces = painted.pieces(text, suggestions)
    assert "".join(p.text for p in pieces) == text
    for n, one in enumerate(suggestions):
        covered = {i for e in one["evidence"] if painted.stands(text, e) for i in range(e["start"], e["end"])}
        at, marked = 0, set()
        for p in pieces:
            marked |= set(range(at, at + len(p.text))) if n in p.of else set()
            at += len(p.text)
        assert marked == covered
        assert sum(n in p.first for p in pieces) == (1 if covered else 0)

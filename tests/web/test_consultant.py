"""CaseConsultant: who is answered, with what, how often, and who is not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outgoing
from django.test import Client
from django.utils import timezone

from codingahead import proof
from codingahead.codebook import Codebook
from codingahead_web.accounts.models import Membership, Organisation, Role, User
from codingahead_web.consultant import actions, vault, worker
from codingahead_web.consultant.models import Inquiry, Policy, Reply, Stranger
from codingahead_web.metering.models import Tally
from tests.web.mails import ON, hand_in, plain, worked, written
from tests.web.pages import not_allowed_by_policy, words
from tests.web.people import logged_in, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return person("ada")


def test_a_question_is_answered_in_its_thread_with_headers_that_stop_loops(ada: User, codebook: Codebook) -> None:
    hand_in(written(f"What is the MUE for 61624 {ON}?", number="a"))
    (reply,) = worked()
    assert (reply["To"], reply["From"]) == ("ada@example.org", "CaseConsultant <code@consult.test>")
    assert reply["Subject"] == "Re: Question"
    assert reply["In-Reply-To"] == reply["References"] == "<a@example.org>"
    assert reply["Auto-Submitted"] == "auto-replied"
    from datetime import date

    told = codebook.ask(f"What is the MUE for 61624 {ON}?", date(2026, 8, 1))
    for sentence in told["sentences"]:
        assert sentence["text"] in plain(reply)
    for source in told["sources"]:
        assert source["release"] in plain(reply)
    assert Inquiry.objects.get().number in plain(reply)
    assert reply.get_body(("html",)) is not None


def test_the_proof_is_attached_and_holds_against_the_pack_until_it_is_changed(ada: User, codebook: Codebook) -> None:
    hand_in(written(f"What is the MUE for 61624 {ON}?"))
    attached = {a.get_content_type(): a.get_payload(decode=True) for a in worked()[0].iter_attachments()}
    bundle = json.loads(attached["application/json"])
    assert attached["application/pdf"].startswith(b"%PDF-")
    assert proof.verify(codebook, bundle)["result"] == "same"
    assert all(len(r["sha256"]) == 64 for r in bundle["releases"])
    assert bundle["releases"]
    bundle["told"]["parts"][0]["short"] = ["something else"]
    assert proof.verify(codebook, bundle)["result"] == "altered"
    bundle["releases"][0]["sha256"] = "0" * 64
    bundle["digest"] = proof.digest(bundle)
    assert proof.verify(codebook, bundle)["result"] == "differs"


def test_several_questions_are_answered_one_by_one(ada: User) -> None:
    hand_in(
        written(
            f"Hello,\n\n1. What is the MUE for 61624 {ON}?\n2. What is the global period of 61624 {ON}?\n\nThanks,\nAda\n12 Main St 60601"
        )
    )
    text = plain(worked()[0])
    assert "1. You asked: What is the MUE" in text
    assert "2. You asked: What is the global period" in text
    assert "60601" not in text


def test_the_thread_remembers_its_codes(ada: User) -> None:
    hand_in(written(f"What is the MUE for 61624 {ON}?", number="a"))
    first = worked()[0]
    again = written(
        "And what is the global period?", subject="Re: Question", number="b", In_Reply_To=first["Message-ID"]
    )
    hand_in(again)
    (second,) = worked()
    assert "61624" in plain(second)
    assert "lobal period" in plain(second)
    assert Inquiry.objects.get(message_id="<b@example.org>").thread == Inquiry.objects.get(message_id="<a@example.org>")
    assert "<a@example.org>" not in second["In-Reply-To"]


def test_a_stranger_who_knows_a_message_id_does_not_enter_the_thread(ada: User) -> None:
    person("ben")
    hand_in(written(f"What is the MUE for 61624 {ON}?", number="a"))
    first = worked()[0]
    hand_in(written("And the global period?", sender="ben@example.org", number="b", In_Reply_To=first["Message-ID"]))
    assert "61624" not in plain(worked()[0])


def test_a_mail_delivered_again_is_one_inquiry_whatever_its_trace_headers(ada: User) -> None:
    raw = written(f"What is the MUE for 61624 {ON}?")
    first = hand_in(raw)
    assert hand_in(raw) == first
    assert hand_in(b"Received: from elsewhere by here\r\n" + raw) == first
    assert len(worked()) == 1
    hand_in(raw)
    assert worked() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List-Id": "<coders.example.org>"}, {"X-Auto-Response-Suppress": "All"},
        {"List-Unsubscribe": "<mailto:off@example.org>"}, {"X-Autoreply": "yes"}, {"Return-Path": "<>"},
    ],
)  # fmt: skip
def test_machines_are_not_answered(ada: User, headers: dict[str, str]) -> None:
    hand_in(written(f"What is the MUE for 61624 {ON}?", **headers))
    assert worked() == []
    assert Inquiry.objects.get().raw is None


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@example.org", "no-reply@example.org", "code@consult.test", "code+x@consult.test"]
)
def test_bounces_robots_and_ourselves_are_not_answered(sender: str) -> None:
    User.objects.create_user(sender, "x")
    hand_in(written("What is 61624?", sender=sender))
    assert worked() == []


def test_a_bounce_is_not_answered_and_our_own_answer_sent_back_to_us_neither(ada: User) -> None:
    hand_in(written(f"MUE for 61624 {ON}?"), envelope="")
    assert worked() == []
    hand_in(written(f"MUE for 61624 {ON}?", number="2"))
    (reply,) = worked()
    hand_in(reply.as_bytes())
    assert worked() == []


def test_two_machines_talking_to_each_other_fall_silent(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_IN_THREAD", 3)
    last, replies = "", 0
    for n in range(6):
        hand_in(written(f"MUE for 61624 {ON}?", number=f"l{n}", **({"In_Reply_To": last} if last else {})))
        sent = worked()
        replies += len(sent)
        last = sent[0]["Message-ID"] if sent else last
    assert replies == 3


def test_a_delivery_report_marks_the_reply_as_come_back(ada: User) -> None:
    hand_in(written(f"MUE for 61624 {ON}?"))
    sent = worked()[0]["Message-ID"]
    report = (
        b"From: MAILER-DAEMON@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + sent.encode() + b"\r\n\r\n--b--\r\n"
    )  # fmt: skip
    hand_in(report, envelope="")
    assert Reply.objects.get().state == Reply.State.BOUNCED
    assert worked() == []


def test_a_stranger_is_invited_once_and_then_met_with_silence() -> None:
    for n in range(3):
        hand_in(written("What is 61624?", sender="cyd@example.net", number=str(n)))
    (invitation,) = worked()
    assert "account" in plain(invitation)
    assert "61624" not in plain(invitation)
    assert Stranger.objects.count() == 1
    assert not Inquiry.objects.exclude(raw=None).exists()


def test_an_address_that_is_not_confirmed_is_a_stranger(ada: User) -> None:
    ada.emailaddress_set.update(verified=False)
    hand_in(written("What is 61624?"))
    assert "not known" in plain(worked()[0])


@pytest.mark.parametrize("trust", ["fail", "none", "not_checked"])
def test_a_sender_who_is_not_proven_gets_nothing(ada: User, trust: str) -> None:
    inquiry = hand_in(written("What is 61624?"), trust=trust)
    assert worked() == []
    inquiry.refresh_from_db()
    assert inquiry.state == Inquiry.State.HELD
    hand_in(written("Hello", sender="cyd@example.net", number="x"), trust=trust)
    assert worked() == []


def test_without_name_servers_the_operator_may_let_mails_be_answered(ada: User, settings: Any) -> None:
    settings.MAIL_WITHOUT_DNS = "answer"
    hand_in(written(f"MUE for 61624 {ON}?"), trust="not_checked")
    assert len(worked()) == 1


def test_the_allowance_counts_each_mail_once_and_then_says_so(ada: User, settings: Any) -> None:
    settings.METERING = True
    for n in range(4):
        hand_in(written(f"What is the MUE for 61624 {ON}?", number=str(n)))
    replies = worked()
    assert sum("no more mails in this period" in plain(r) for r in replies) == 1
    assert len(replies) == 4
    assert Tally.objects.get(meter="consultant_email").used == 3


def test_identifiers_are_masked_and_not_repeated(ada: User) -> None:
    hand_in(written(f"Patient MRN: 123456, SSN 123-45-6789. What is the MUE for 61624 {ON}?", subject="MRN: 987654"))
    (reply,) = worked()
    whole = plain(reply) + reply["Subject"] + "".join(str(a.get_payload(decode=True)) for a in reply.iter_attachments())
    for number in ("123456", "123-45-6789", "987654"):
        assert number not in whole
    assert "masked" in plain(reply)


@pytest.mark.parametrize(("policy", "state"), [("hold", Inquiry.State.HELD), ("refuse", Inquiry.State.REFUSED)])
def test_an_organisation_may_hold_or_refuse_mails_with_identifiers(ada: User, policy: str, state: str) -> None:
    team = Organisation.objects.create(name="Clinic")
    Membership.objects.create(organisation=team, user=ada)
    Policy.objects.create(organisation=team, identifiers=policy)
    hand_in(written(f"SSN 123-45-6789. What is the MUE for 61624 {ON}?"))
    sent = worked()
    inquiry = Inquiry.objects.get()
    assert inquiry.state == state
    assert len(sent) == (policy == "refuse")
    assert (inquiry.raw is None) == (policy == "refuse")


def test_a_reviewer_sees_the_note_beside_the_draft_and_sends_an_edited_answer(ada: User) -> None:
    ben, team = person("ben"), Organisation.objects.create(name="Clinic")
    Membership.objects.create(organisation=team, user=ada)
    Membership.objects.create(organisation=team, user=ben, role=Role.OWNER)
    Policy.objects.create(organisation=team, review="always")
    hand_in(written(f"What is the MUE for 61624 {ON}?"))
    assert worked() == []
    number = Inquiry.objects.get().number
    browser = logged_in(ben)
    assert number in words(browser.get("/consultant/queue"))
    page = browser.get(f"/consultant/queue/{number}")
    assert "What is the MUE for 61624" in words(page)
    assert not not_allowed_by_policy(page)
    browser.post(
        f"/consultant/queue/{number}", {"act": "approve", "short": "Two units a day.", "remark": "Seen by Ben."}
    )
    (reply,) = worked()
    assert "Two units a day." in plain(reply)
    assert "Seen by Ben." in plain(reply)
    inquiry = Inquiry.objects.get()
    assert (inquiry.outcome, inquiry.reviewer, inquiry.state) == ("edited", ben, Inquiry.State.ANSWERED)
    assert logged_in(ada).get("/consultant/queue").status_code == 403


def test_a_rejected_mail_is_told_so_once(ada: User) -> None:
    Policy.objects.create(review="always")
    hand_in(written(f"What is the MUE for 61624 {ON}?"))
    worked()
    chief = person("chief", is_staff=True)
    for _ in range(2):
        actions.reject(Inquiry.objects.get(), chief, remark="Ask your payer.")
    (reply,) = worked()
    assert "Ask your payer." in plain(reply)


def test_my_inquiries_are_mine_alone(ada: User) -> None:
    hand_in(written(f"What is the MUE for 61624 {ON}?"))
    worked()
    number = Inquiry.objects.get().number
    mine = logged_in(ada)
    assert number in words(mine.get("/consultant/inquiries"))
    page = mine.get(f"/consultant/inquiries/{number}")
    assert "medically unlikely" in words(page)
    assert not not_allowed_by_policy(page)
    assert mine.get(f"/consultant/inquiries/{number}/proof.json").json()["number"] == number
    assert mine.get(f"/consultant/inquiries/{number}/proof.pdf").content.startswith(b"%PDF")
    ben = logged_in(person("ben"))
    assert ben.get(f"/consultant/inquiries/{number}").status_code == 404
    assert ben.post(f"/consultant/inquiries/{number}/delete").status_code == 404
    mine.post(f"/consultant/inquiries/{number}/delete")
    gone = Inquiry.objects.get()
    assert (gone.raw, gone.told, gone.note, gone.codes) == (None, None, None, [])
    assert not Reply.objects.exists()


def test_what_people_wrote_lies_encrypted(ada: User) -> None:
    hand_in(written(f"What is the MUE for 61624 {ON}?"))
    worked()
    row, reply = Inquiry.objects.get(), Reply.objects.get()
    for kept in (row.raw, row.told, row.note, reply.content):
        assert b"61624" not in bytes(kept)
        assert b"61624" in vault.unlock(kept)


def test_the_mail_as_it_came_is_dropped_after_the_days_of_the_policy(ada: User) -> None:
    hand_in(written(f"What is the MUE for 61624 {ON}?"))
    worked()
    assert actions.forget() == 0
    Inquiry.objects.update(received=timezone.now() - timedelta(days=31))
    assert actions.forget() == 1
    assert Inquiry.objects.get().raw is None
    assert vault.unlock(Reply.objects.get().content) == b""


def test_a_reply_is_tried_again_when_the_server_is_away_and_given_up_when_it_refuses(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    import smtplib

    errors = iter(
        [ConnectionRefusedError(), smtplib.SMTPDataError(451, b"later"), smtplib.SMTPDataError(554, b"never")]
    )

    def refuse(self: object, reply: Reply) -> None:
        raise next(errors)

    monkeypatch.setattr(worker.Worker, "_hand_over", refuse)
    hand_in(written(f"MUE for 61624 {ON}?"))
    states = []
    for _ in range(3):
        Reply.objects.update(next_try=timezone.now())
        worker.Worker().drain()
        states.append(Reply.objects.get().state)
    assert states == ["ready", "ready", "dead"]
    assert Reply.objects.get().reason == "SMTPDataError 554"
    shown = logged_in(person("chief", is_staff=True)).get("/consultant/health")
    assert "SMTPDataError 554" in words(shown)


def test_a_fault_of_ours_is_tried_again_and_then_left_for_a_person(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("words of the mail")

    monkeypatch.setattr(actions, "tell", broken)
    hand_in(written(f"MUE for 61624 {ON}?"))
    for _ in range(actions.RETRIES):
        Inquiry.objects.update(next_try=timezone.now())
        worker.Worker().drain()
    inquiry = Inquiry.objects.get()
    assert (inquiry.state, inquiry.reason) == (Inquiry.State.DEAD, "fault: RuntimeError")
    monkeypatch.undo()
    actions.take_up_again(inquiry)
    assert len(worked()) == 1


def test_work_of_a_dead_process_is_taken_up_and_that_of_a_living_one_is_left(ada: User) -> None:
    import os
    import subprocess
    import sys

    hand_in(written(f"MUE for 61624 {ON}?"))
    later = timezone.now() + timedelta(hours=1)
    Inquiry.objects.update(state="working", holder=worker.holder(), lease_until=later)
    assert worker.free_the_dead() == 0
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    machine, _, _ = worker.holder().partition(":")
    name = f"{machine}:{child.pid}:1"
    child.wait()
    assert os.getpid() != child.pid
    Inquiry.objects.update(holder=name)
    assert worker.free_the_dead() == 1
    assert len(worked()) == 1


def test_a_list_of_codes_becomes_a_table_with_the_edits_among_them(ada: User) -> None:
    hand_in(written("61624\n61626\nI67.1\n\nDate of service: 2026-08-01"))
    text = plain(worked()[0])
    for code in ("61624", "61626", "I67.1"):
        assert f"{code} |" in text
    assert "as the mail says" in text


def test_nothing_to_answer_is_said_with_how_to_ask(ada: User) -> None:
    hand_in(written("", subject=""))
    assert "could not see a question" in plain(worked()[0])


def test_claims_in_an_attachment_are_checked_and_files_that_cannot_be_read_are_named_by_number(ada: User) -> None:
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(written("Please check this."), policy=default)
    rows = (
        "id,patient,setting,line,code,units,date_of_service,diagnoses\nc1,p1,practitioner,1,61624,99,2026-08-01,I67.1\n"
    )
    message.add_attachment(rows.encode(), maintype="text", subtype="csv", filename="Jane Doe.csv")
    message.add_attachment(b"%PDF-1.4 broken", maintype="application", subtype="pdf", filename="Jane Doe.pdf")
    hand_in(message.as_bytes())
    text = plain(worked()[0])
    assert "1 of 1 claims have findings" in text
    assert "attachment 2 (PDF) was not read" in text
    assert "Jane" not in text


def test_the_box_on_the_product_page_goes_the_same_road_without_mail(site: Client) -> None:
    page = site.post("/consultant", {"mail": f"What is the MUE for 61624 {ON}?"})
    assert "medically unlikely" in words(page)
    assert not not_allowed_by_policy(page)
    assert not Inquiry.objects.exists()
    assert outgoing.outbox == []
    assert "could not see a question" in words(site.post("/consultant", {"mail": "ok"}))


def test_logs_name_no_sender_and_no_word(ada: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="codingahead.consultant"):
        hand_in(written(f"Smith: what is the MUE for 61624 {ON}?"))
        worked()
    assert caplog.records
    for word in ("ada@", "Smith", "61624"):
        assert word not in caplog.text


NOTE = "Preoperative diagnosis: cerebral aneurysm\nProcedure: embolization\nFindings: as expected\n\nWhat is the MUE for 61624 on 2026-08-01?"


def test_a_case_is_told_apart_from_the_question_below_it_and_coded_by_the_note_engine(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def code_note(self: Codebook, text: str, on: object, setting: str) -> dict[str, Any]:
        read.append(text)
        one = {
            "code": "I67.1",
            "system": "icd10cm",
            "title": "t",
            "confidence": 0.9,
            "status": "asserted",
            "why": "named",
            "needs": ["the site"],
        }
        evidence = [{"start": 0, "end": 9, "text": "cerebral aneurysm of SSN 123-45-6789"}]
        other = {**one, "code": "I60.9", "status": "negated", "evidence": []}
        return {"suggestions": [{**one, "evidence": evidence}, other], "findings": [], "masked": 1}

    monkeypatch.setattr(Codebook, "code_note", code_note, raising=False)
    hand_in(written(NOTE))
    text = plain(worked()[0])
    assert len(read) == 1
    assert "61624" not in read[0]
    assert "Suggested: I67.1." in text
    assert "I60.9" not in text
    assert "the site" in text
    assert "123-45-6789" not in text
    assert "You asked: What is the MUE" in text

"""Claims on the site: the grid with and without scripts, files with their reports, pairs, rules, what is kept and what it costs."""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
import re
import threading
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from codingahead_web.claims import actions, background, catalogue, forms, masked, receive
from codingahead_web.claims.models import Upload
from codingahead_web.metering.models import Allowance, Meter, Tally
from tests.web.pages import links, tree, words
from tests.web.people import person

pytestmark = [pytest.mark.django_db]
FILES = Path(__file__).parents[1] / "library" / "formats" / "files"
PART = {"HX-Request": "true"}
NAMES = ("date", "place", "code", "mod1", "mod2", "mod3", "mod4", "pointers", "charge", "units")


def grid(*lines: dict[str, str], **head: Any) -> dict[str, Any]:
    """The boxes of the grid as a browser sends them; what a line leaves out is empty."""
    boxes: dict[str, Any] = {name: [line.get(name, "") for line in lines] for name in NAMES}
    return boxes | {"setting": "practitioner", "dx": ["I67.1"], "sex": "", "birth_date": ""} | head


def line(code: str, **cells: str) -> dict[str, str]:
    return {"code": code, "date": "2026-08-01", "units": "1"} | cells


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> Path:
    settings.UPLOADS = tmp_path / "uploads"
    return settings.UPLOADS


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The background's work is done before the answer."""
    monkeypatch.setattr(background, "submit", lambda work: work())


def hand_in(client: Client, content: bytes, name: str = "claims.bin") -> Upload:
    response = client.post("/claims/files", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, words(response)
    return Upload.objects.get(token=response["Location"].rsplit("/", 1)[1])


def table(*rows: tuple[str, ...]) -> bytes:
    head = "id,patient,setting,code,units,date_of_service,diagnoses,charge"
    return "\n".join([head, *(",".join(row) for row in rows), ""]).encode()


PAIR = table(
    ("A1", "P-ADA", "practitioner", "61645", "1", "2026-08-01", "I67.1", "4000.00"),
    ("A1", "P-ADA", "practitioner", "61624", "1", "2026-08-01", "I67.1", "900.00"),
    ("B2", "P-BEN", "practitioner", "61624", "3", "2026-08-01", "I67.1", "120.00"),
)


# The grid


def test_pair_is_said_beside_the_line_that_is_refused(site: Client) -> None:
    page = site.post("/claims", grid(line("61645", charge="4000"), line("61624", charge="900.50")))
    assert "Deny." in words(page, "//*[@id='verdict']")
    assert "$900.50" in words(page, "//*[@id='verdict']")
    assert "61624 is not paid beside 61645" in words(page, "//*[@id='said-2']")
    assert "NCCI procedure-to-procedure edits" in words(page, "//*[@id='said-2']")
    assert "not paid" not in words(page, "//*[@id='said-1']")


def test_modifier_takes_the_denial_away(site: Client) -> None:
    page = site.post("/claims", grid(line("61645"), line("61624", mod1="59")))
    assert "Deny" not in words(page, "//*[@id='verdict']")
    assert "the modifier takes it away" in words(page, "//*[@id='said-2']")


def test_heading_is_said_at_its_diagnosis_box(site: Client) -> None:
    page = site.post("/claims", grid(line("99213"), dx=["I67.1", "E11"]))
    said = words(page, "//*[@class='dx-said']")
    assert said.startswith("B")
    assert "E11 is a heading" in said


def test_script_gets_the_answer_alone(site: Client) -> None:
    part = site.post("/claims", grid(line("61645"), line("61624")), headers=PART)
    assert "<html" not in part.content.decode()
    assert "61624 is not paid beside 61645" in words(part, "//*[@data-said='2']")


def test_without_scripts_lines_are_added_and_what_was_typed_stays(site: Client) -> None:
    page = site.post("/claims", grid(line("61624", place="21"), act="more"))
    found = tree(page)
    assert [i.get("value") for i in found.xpath("//ol[@data-lines]//input[@name='code']")] == [
        "61624",
        "",
        "",
        "",
        "",
        "",
    ]
    assert found.xpath("//ol[@data-lines]//input[@name='place']/@value")[-1] == "21"


def test_a_line_that_cannot_be_read_is_told_and_the_claim_is_never_clean(site: Client) -> None:
    page = site.post("/claims", grid(line("99213"), line("99213", units="many", date="2026-08-02")))
    assert "Units is 'many'" in words(page, "//*[@id='said-2']")
    assert "Not checked" in words(page, "//*[@id='verdict']")
    assert "could not be read" in words(page, "//*[@id='verdict']")


def test_days_are_read_as_people_write_them() -> None:
    assert [forms.day_of(t) for t in ("7/5/2026", "07/05/26", "20260705", "2026-07-05", "soon")] == [
        "2026-07-05", "2026-07-05", "2026-07-05", "2026-07-05", "soon",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pointers", "expected"), [("A", [1]), ("ac", [1, 2]), ("C, A", [2, 1]), ("1 3", [1, 2]), ("B", [3]), ("L", [12])]
)
def test_pointers_lead_to_filled_boxes_and_past_the_last_for_empty_ones(pointers: str, expected: list[int]) -> None:
    assert forms._pointers(pointers, ["I67.1", "", "I10"]) == expected


def test_pointer_to_an_empty_box_is_refused_by_its_rule(site: Client) -> None:
    page = site.post("/claims", grid(line("99213", pointers="B")))
    assert "points to diagnosis 2" in words(page, "//*[@id='said-1']")


def test_codes_in_the_address_stand_on_the_first_lines(site: Client) -> None:
    page = site.get("/claims?code=61624&code=36224&on=2026-08-01")
    assert tree(page).xpath("//ol[@data-lines]//input[@name='code']/@value")[:2] == ["61624", "36224"]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({}, optional={n: st.text(max_size=14) for n in NAMES}), max_size=4),
    st.lists(st.text(max_size=10), max_size=14),
    st.text(max_size=12), st.text(max_size=12), st.text(max_size=12),
)  # fmt: skip
def test_nothing_typed_breaks_the_page(
    site: Client, lines: list[dict[str, str]], dx: list[str], setting: str, born: str, ticket: str
) -> None:
    sent = grid(*lines, dx=dx, setting=setting, birth_date=born, sex=born, ticket=ticket)
    assert site.post("/claims", sent, headers=PART).status_code == 200


def test_columns_of_unequal_length_and_missing_ones_are_read(site: Client) -> None:
    assert site.post("/claims", {"code": ["61624", "36224"], "date": ["2026-08-01"]}).status_code == 200
    assert site.post("/claims", {}).status_code == 200


def test_nothing_of_a_claim_is_kept_or_logged(site: Client, caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    settings.METERING = True
    with caplog.at_level(logging.DEBUG, "codingahead"):
        site.post("/claims", grid(line("61624"), dx=["I67.1"], birth_date="1951-03-04", sex="F"))
    assert "1951" not in caplog.text
    assert "61624" not in caplog.text
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            kept = repr(cursor.fetchall())
            assert "1951-03-04" not in kept, name
            assert "61624" not in kept or name in ("django_migrations",), name


# What it costs


def allow(amount: int, plan: str = "guest") -> None:
    Allowance.objects.filter(plan__slug=plan, meter=Meter.CLAIM_LINE).update(amount=amount)


def used() -> int:
    return sum(Tally.objects.filter(meter=Meter.CLAIM_LINE).values_list("used", flat=True))


def ticket(page: Any) -> str:
    return str(tree(page).xpath("//input[@name='ticket']/@value")[0])


def test_lines_are_counted_once_while_a_claim_is_mended(site: Client, settings: Any) -> None:
    settings.METERING = True
    page = site.post("/claims", grid(line("61624"), line("36224")))
    assert used() == 2
    page = site.post("/claims", grid(line("61624"), line("36224", mod1="XS"), ticket=ticket(page)))
    assert used() == 2
    site.post("/claims", grid(line("61624"), line("36224"), line("99213"), ticket=ticket(page)))
    assert used() == 3


def test_a_ticket_is_worn_out_and_a_forged_one_counts_for_nothing(
    site: Client, settings: Any, monkeypatch: Any
) -> None:
    from codingahead_web.claims import counted

    settings.METERING = True
    monkeypatch.setattr(counted, "MOST_CHECKS", 2)
    first = ticket(site.post("/claims", grid(line("61624"))))
    for _ in range(2):
        site.post("/claims", grid(line("61624"), ticket=first))
    assert used() == 2
    site.post("/claims", grid(line("61624"), ticket=f"{first}x"))
    assert used() == 3


def test_a_guest_at_the_limit_is_refused_in_a_sentence_and_keeps_what_was_typed(site: Client, settings: Any) -> None:
    settings.METERING = True
    allow(1)
    page = site.post("/claims", grid(line("61624"), line("36224")))
    assert page.status_code == 429
    assert "Not checked." in words(page, "//*[@id='verdict']")
    assert "/pricing" in links(page, "//*[@id='verdict']//a")
    assert tree(page).xpath("//input[@name='code']/@value")[:2] == ["61624", "36224"]
    assert used() == 0


def test_a_file_beyond_the_plan_is_refused_and_counts_nothing(site: Client, settings: Any, at_once: None) -> None:
    settings.METERING = True
    allow(2)
    upload = hand_in(site, PAIR)
    assert upload.state == Upload.State.REFUSED
    assert "3 lines, more than your plan has left" in upload.reason
    assert used() == 0
    allow(3)
    assert hand_in(site, PAIR).state == Upload.State.DONE
    assert used() == 3


def test_each_code_of_the_pairs_checker_counts_as_a_line(site: Client, settings: Any) -> None:
    settings.METERING = True
    allow(3)
    assert site.get("/edits?codes=61624+36224").status_code == 200
    assert used() == 2
    page = site.get("/edits?codes=61624+36224")
    assert page.status_code == 429
    assert "plan" in words(page, "//main")


# Files


def in_zip(content: bytes, name: str = "Smith John.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def parquet() -> bytes:
    rows = list(csv.DictReader(io.StringIO(PAIR.decode())))
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


CLAIM = {
    "id": "A1", "patient": "P-ADA", "setting": "practitioner", "diagnoses": ["I67.1"],
    "lines": [{"code": "61624", "units": 3, "date_of_service": "2026-08-01"}, {"code": "36224", "date_of_service": "2026-08-01"}],
}  # fmt: skip
KINDS = {
    "csv": PAIR, "gzip": gzip.compress(PAIR, mtime=0), "zip": in_zip(PAIR), "parquet": parquet(), "json": json.dumps(CLAIM).encode(),
    "array": json.dumps([CLAIM, CLAIM | {"id": "A2", "patient": "P-BEN"}]).encode(),
    "json lines": (json.dumps(CLAIM) + "\n" + json.dumps(CLAIM | {"id": "A2"}) + "\n").encode(),
    "837P": (FILES / "professional.837").read_bytes(), "837I": (FILES / "institutional.837").read_bytes(),
    "FHIR": (FILES / "fhir-bundle.json").read_bytes(),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_each_kind_becomes_a_report_and_is_deleted(
    site: Client, at_once: None, uploads: Path, kind: str
) -> None:
    upload = hand_in(site, KINDS[kind], "Smith John 1951.837")
    assert upload.state == Upload.State.DONE, upload.reason
    assert upload.claims > 0
    assert upload.lines == upload.summary["lines"] == upload.checked
    assert [p.suffix for p in uploads.iterdir()] == [".findings"]
    page = site.get(f"/claims/files/{upload.token}")
    assert page.status_code == 200
    assert "Smith" not in page.content.decode()


def test_report_counts_verdicts_rules_pairs_and_money(site: Client, at_once: None) -> None:
    upload = hand_in(site, PAIR)
    kept = upload.summary
    assert kept["verdicts"] == {"deny": 2, "review": 0, "clean": 0, "not_checked": 0}
    assert {d["rule"]: (d["count"], d["money"]) for d in kept["denials"]} == {
        "ncci.mue": (1, "120.00"), "ncci.ptp": (1, "900.00"),
    }  # fmt: skip
    assert kept["pairs"] == [{"column1": "61645", "column2": "61624", "indicator": "1", "count": 1}]
    assert (kept["at_stake"], kept["charged"]) == ("1020.00", "5020.00")
    page = site.get(f"/claims/files/{upload.token}")
    assert "$1,020.00" in words(page, "//*[@class='tally']")
    assert len(tree(page).xpath("//*[local-name()='svg'][@class='bars']/*[local-name()='rect']")) == 2


def test_findings_are_filtered_paged_and_downloaded(site: Client, at_once: None, monkeypatch: Any) -> None:
    from codingahead_web.claims.views import files

    monkeypatch.setattr(files, "PAGE", 1)
    upload = hand_in(site, PAIR)
    address = f"/claims/files/{upload.token}"
    assert "1–1 of 2" in words(site.get(address), "//*[@id='report-rows']")
    second = site.get(f"{address}?offset=1")
    assert "units 3, limit 2" in words(second, "//*[@id='report-rows']")
    assert "1–1 of 1" in words(site.get(f"{address}?rule=ncci.mue"), "//*[@id='report-rows']")
    assert "No finding fits" in words(site.get(f"{address}?verdict=review"), "//*[@id='report-rows']")
    part = site.get(address, headers={"HX-Request": "true", "HX-Target": "report-rows"})
    assert "<html" not in part.content.decode()
    rows = list(csv.DictReader(io.StringIO(b"".join(site.get(f"{address}/findings.csv")).decode())))
    assert list(rows[0]) == [
        "id", "line", "rule", "severity", "code", "other_line", "other_code", "message", "fix", "carc", "indicator", "release",
    ]  # fmt: skip
    assert [(r["id"], r["rule"], r["code"], r["other_code"]) for r in rows] == [
        ("A1", "ncci.ptp", "61624", "61645"), ("B2", "ncci.mue", "61624", ""),
    ]  # fmt: skip
    told = [json.loads(t) for t in b"".join(site.get(f"{address}/findings.jsonl?rule=ncci.ptp")).splitlines()]
    assert [t["carc"] for t in told] == ["CO-236"]


def test_shared_report_has_neither_claim_ids_nor_days_and_the_link_can_be_taken_back(
    site: Client, at_once: None
) -> None:
    upload = hand_in(site, table(("ACCOUNT-77", "P-1", "practitioner", "61699", "1", "2026-08-01", "I67.1", "")))
    site.post(f"/claims/files/{upload.token}/change", {"act": "share"})
    upload.refresh_from_db()
    reader = Client()
    address = f"/claims/reports/{upload.share}"
    page = reader.get(address)
    whole = page.content.decode() + b"".join(reader.get(f"{address}/findings.csv")).decode()
    assert "61699" in whole
    assert "ACCOUNT-77" not in whole
    assert "2026-08-01" not in whole
    assert upload.token not in whole
    site.post(f"/claims/files/{upload.token}/change", {"act": "unshare"})
    assert reader.get(address).status_code == 404


def test_nothing_of_a_patient_stands_in_database_files_or_logs(
    site: Client, at_once: None, uploads: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = table(
        ("A1", "P-SECRET-9", "practitioner", "61624", "3", "2026-08-01", "I67.1", ""),
        ("A2", "P-SECRET-9", "practitioner", "61624", "Jane Roe", "2026-08-01", "I67.1", ""),
    )
    with caplog.at_level(logging.DEBUG):
        upload = hand_in(site, in_zip(content, "Roe Jane.csv"), "Roe Jane.zip")
    assert upload.summary["rejected_count"] == 1
    kept = caplog.text + json.dumps(upload.summary) + upload.reason + repr(list(Upload.objects.values()))
    kept += "".join(p.name + p.read_bytes().decode("latin-1") for p in uploads.iterdir())
    kept += site.get(f"/claims/files/{upload.token}").content.decode()
    for secret in ("P-SECRET-9", "Jane", "Roe"):
        assert secret not in kept


def test_age_and_sex_of_a_patient_do_not_reach_the_report(site: Client, at_once: None) -> None:
    claim = CLAIM | {"birth_date": "1931-03-04", "sex": "M", "diagnoses": ["O80"]}
    upload = hand_in(site, json.dumps(claim).encode())
    told = b"".join(site.get(f"/claims/files/{upload.token}/findings.jsonl")).decode()
    assert "does not fit the patient's age" in told
    assert "does not fit the patient's sex" in told
    assert "the patient is" not in told


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"), (b"\x00\x01nothing", "no claim file"), (b"PK\x03\x04broken", "damaged"), (b"{}", "No claim could be read"),
        (gzip.compress(PAIR, mtime=0)[:60], ""), (b"ISA*00*", ""), (b"id,code,units\n1,2,3\n", ""), (b"%PDF-1.7 nothing", "no claim file"),
    ],
)  # fmt: skip
def test_what_is_no_claim_file_is_refused_in_a_sentence(
    site: Client, at_once: None, content: bytes, sentence: str
) -> None:
    response = site.post("/claims/files", {"file": SimpleUploadedFile("x", content)}, follow=True)
    assert response.status_code in (200, 400)
    told = words(response, "//*[contains(@class,'banner')]")
    assert told
    assert sentence in told
    assert not list(receive.folder().glob("*.claims")) if receive.folder().exists() else True


def test_no_file_and_too_large_ones_are_refused(site: Client, monkeypatch: Any) -> None:
    assert "no file was chosen" in words(site.post("/claims/files", {})).lower()
    monkeypatch.setattr(receive, "LARGEST", 1000)
    monkeypatch.setattr(receive, "_FORM", 0)
    page = site.post("/claims/files", {"file": SimpleUploadedFile("x.csv", PAIR * 20)})
    assert page.status_code == 400
    assert "larger than" in words(page)
    assert not Upload.objects.exists()
    assert not receive.folder().exists() or not list(receive.folder().iterdir())


def test_a_file_that_unpacks_without_end_is_refused(site: Client, at_once: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(receive, "LARGEST_UNPACKED", 10_000)
    upload = hand_in(site, gzip.compress(PAIR + b"\n" * 50_000))
    assert upload.state == Upload.State.REFUSED
    assert "unpacked" in upload.reason.lower()


def test_too_many_lines_are_refused(site: Client, at_once: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "MOST_LINES", 2)
    assert "more than 2 lines" in hand_in(site, PAIR).reason


def test_progress_is_told_with_rate_and_time_left(site: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(background, "submit", lambda work: None)
    upload = hand_in(site, PAIR)
    address = f"/claims/files/{upload.token}"
    assert "Waiting" in words(site.get(address))
    now = timezone.now()
    Upload.objects.update(state="checking", lines=1000, checked=250, began=now - timedelta(seconds=5), moved=now)
    page = site.get(address, headers={"HX-Request": "true", "HX-Target": "progress"})
    assert "250 of 1,000 lines · 50 lines a second · about 15 s left" in words(page)
    assert tree(page).xpath("//progress/@value") == ["25"]
    assert "http-equiv" in site.get(address).content.decode()
    Upload.objects.update(state="refused", reason="It was no claim.")
    done = site.get(address, headers={"HX-Request": "true", "HX-Target": "progress"})
    assert done["HX-Refresh"] == "true"


def test_cancelling_stops_the_check_and_deletes_the_file(site: Client, monkeypatch: Any, uploads: Path) -> None:
    held: list[Any] = []
    monkeypatch.setattr(background, "submit", held.append)
    upload = hand_in(site, PAIR)
    assert list(uploads.iterdir())
    site.post(f"/claims/files/{upload.token}/change", {"act": "cancel"})
    assert not list(uploads.iterdir())
    held[0]()
    upload.refresh_from_db()
    assert upload.state == Upload.State.CANCELLED


def test_a_check_that_died_with_its_process_says_so(site: Client, monkeypatch: Any, uploads: Path) -> None:
    monkeypatch.setattr(background, "submit", lambda work: None)
    upload = hand_in(site, PAIR)
    Upload.objects.update(state="checking", moved=timezone.now() - timedelta(hours=1))
    assert "interrupted" in words(site.get(f"/claims/files/{upload.token}"))
    assert not list(uploads.iterdir())


def test_reports_are_forgotten_after_a_day_and_by_hand(site: Client, at_once: None, uploads: Path) -> None:
    old, dropped, fresh = hand_in(site, PAIR), hand_in(site, PAIR), hand_in(site, PAIR)
    Upload.objects.filter(pk=old.pk).update(made=timezone.now() - timedelta(hours=25))
    assert site.get(f"/claims/files/{old.token}").status_code == 404
    site.post(f"/claims/files/{dropped.token}/change", {"act": "drop"})
    call_command("forget_uploads", stdout=io.StringIO())
    assert list(Upload.objects.all()) == [fresh]
    assert [p.stem for p in uploads.iterdir()] == [fresh.token]


def test_an_upload_of_a_person_opens_to_nobody_else(at_once: None) -> None:
    ada, ben = Client(), Client()
    ada.force_login(person("ada"), backend="allauth.account.auth_backends.AuthenticationBackend")
    ben.force_login(person("ben"), backend="allauth.account.auth_backends.AuthenticationBackend")
    upload = hand_in(ada, PAIR)
    assert ada.get(f"/claims/files/{upload.token}").status_code == 200
    for address in (f"/claims/files/{upload.token}", f"/claims/files/{upload.token}/findings.csv"):
        assert ben.get(address).status_code == 404
        assert Client().get(address).status_code == 404
    assert f"/claims/files/{upload.token}" in links(ada.get("/claims/files"))


def test_work_in_the_background_is_done_by_another_thread_in_its_order() -> None:
    done: list[tuple[int, str]] = []
    finished = threading.Event()
    background.submit(lambda: 1 // 0)
    background.submit(lambda: done.append((1, threading.current_thread().name)))
    background.submit(finished.set)
    assert finished.wait(10)
    assert done == [(1, done[0][1])]
    assert done[0][1].startswith("claims")


def test_lines_of_one_patient_are_compared_across_claims(site: Client, at_once: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "TOGETHER", 1)
    rows = [("A1", "P1", "61624"), ("B1", "P2", "99213"), ("A2", "P1", "61624")]
    content = table(*[(i, p, "practitioner", code, "1", "2026-08-01", "I67.1", "") for i, p, code in rows])
    named = content.replace(b"charge\n", b"charge,provider\n").replace(b"I67.1,\n", b"I67.1,,1234567893\n")
    upload = hand_in(site, named)
    assert "line.duplicate" in {d["rule"] for d in upload.summary["denials"]}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("units is 'Jane Roe', expected a whole number", "units cannot be read, expected a whole number"),
        (
            "'patient_name' is not a field of a claim; write it as 'patient'",
            "… is not a field of a claim; write it as 'patient'",
        ),
        ("t0k.claims/Roe Jane.csv: the row has 9 cells", "the file: the row has 9 cells"),
        ("Roe Jane.csv in t0k.claims is locked with a password", "the file in the file is locked with a password"),
    ],
)
def test_reasons_lose_what_they_quote(said: str, kept: str) -> None:
    assert masked.reason(said, ["t0k.claims", "Roe Jane.csv", "t0k.claims/Roe Jane.csv"]) == kept


# Pairs and rules


def test_matrix_shows_each_edit_with_its_indicator(site: Client) -> None:
    page = site.get("/edits?codes=61624,+36224%0A45378;45385")
    assert "2 edits among 4 codes" in words(page)
    cells = tree(page).xpath("//table[@class='pair-matrix']//td[contains(@class,'is-edit')]/a/@href")
    assert cells == ["#61624-36224", "#45378-45385"]
    assert "whatever the modifier" in words(page, "//td[contains(@class,'is-0')]")


def test_pairs_say_what_is_no_code_what_is_alone_and_what_is_too_much(site: Client) -> None:
    assert "FOO" in words(site.get("/edits?codes=61624+36224+foo"), "//*[contains(@class,'banner')]")
    assert "One code has no pair" in words(site.get("/edits?codes=61624"))
    many = "+".join(str(n) for n in range(10_000, 10_026))
    assert site.get(f"/edits?codes={many}").status_code == 400
    assert site.get("/edits?codes=61624+36224&setting=moon").status_code == 400
    assert "No edit stands" in words(site.get("/edits?codes=61624+45378"))


def test_pairs_of_a_day_without_a_table_are_not_loaded(site: Client) -> None:
    assert "No table of NCCI edits is loaded" in words(site.get("/edits?codes=61624+36224&setting=outpatient"))


def test_every_rule_that_the_checks_name_is_explained(site: Client) -> None:
    source = Path(catalogue.__file__).parents[2] / "codingahead" / "checks"
    families = "code|ncci|modifier|global|line|pos|icd10cm|status|claim"
    named = {m for p in source.rglob("*.py") for m in re.findall(rf'"((?:{families})\.[a-z0-9_]+)"', p.read_text())}
    named -= {"icd10cm.tabular"} | {m for m in named if m.startswith(("ncci.ptp.", "ncci.mue."))}
    assert named - set(catalogue.rules()) == set()
    for rule_id in catalogue.rules():
        assert site.get(f"/claims/rules/{rule_id}").status_code == 200


def test_explaining_a_pair_shows_its_row_and_leads_to_the_edits_of_its_codes(site: Client) -> None:
    page = site.get("/claims/rules/ncci.ptp?code=36224,61624&on=2026-08-01")
    assert "Misuse of Column Two code" in words(page, "//*[@class='rule-rows']")
    assert any(link.startswith("/codes/cpt/36224") and link.endswith("#edits") for link in links(page))
    assert "2" in words(site.get("/claims/rules/ncci.mue?code=61624&on=2026-08-01"), "//*[@class='rule-rows']//tbody")
    assert site.get("/claims/rules/no.such").status_code == 404
    assert site.get("/claims/rules/ncci.ptp?code='--,ZZZZZ").status_code == 200


def test_finding_links_to_its_rule_with_its_codes_and_day(site: Client) -> None:
    page = site.post("/claims", grid(line("61645"), line("61624")))
    assert "/claims/rules/ncci.ptp?code=61624%2C61645&on=2026-08-01" in links(page, "//*[@id='said-2']//a")


def test_menu_home_and_edits_of_a_code_lead_here(site: Client) -> None:
    assert {"/claims", "/edits"} <= set(links(site.get("/"), "//a"))
    assert any(link.startswith("/edits?codes=61624") for link in links(site.get("/codes/cpt/61624")))

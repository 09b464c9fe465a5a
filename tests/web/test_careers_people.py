"""The job board for its people: who may do what, employers from registration to a reply, coders from a search to an offer."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from codingahead.words.errors import BadInput
from codingahead_web.accounts import keys
from codingahead_web.accounts.models import User
from codingahead_web.careers import resume, tables, tasks, vault
from codingahead_web.careers.actions import coders, employers, postings, samples
from codingahead_web.careers.models import Application, Employer, Posting, ResumeAccess, SavedSearch
from codingahead_web.careers.permissions import PERMISSIONS, Who, may, who
from codingahead_web.careers.query import read
from tests.web import jobs
from tests.web.pages import words
from tests.web.people import logged_in, person

pytestmark = pytest.mark.django_db
ROLES = ("guest", "person", "candidate", "member", "admin", "owner", "moderator", "other_owner")


@pytest.fixture
def crew() -> dict[str, User]:
    return {name: person(name.replace("_", "-")) for name in ROLES if name not in ("guest", "moderator")} | {
        "moderator": person("moderator", is_staff=True)
    }


@pytest.fixture
def hospital(crew: dict[str, User]) -> Employer:
    jobs.employer(crew["other_owner"], "clinic.example")
    return jobs.employer(crew["owner"], admin=crew["admin"], member=crew["member"])


@pytest.fixture
def one(hospital: Employer) -> Posting:
    return jobs.posting(hospital)


@pytest.fixture
def applied(crew: dict[str, User], one: Posting) -> Application:
    return coders.apply(crew["candidate"], one, "Candida", "Dear team", jobs.pdf())


def browser(crew: dict[str, User], role: str) -> Client:
    return Client() if role == "guest" else logged_in(crew[role])


# Which status each role gets where: rows are acts, columns ROLES.
_IN, _NO, _LOG = 200, 404, 302
PAGES = {
    "application": (_LOG, _NO, _IN, _IN, _IN, _IN, _NO, _NO),
    "manage": (_LOG, _NO, _NO, _IN, _IN, _IN, _NO, _NO),
    "edit": (_LOG, _NO, _NO, _IN, _IN, _IN, _NO, _NO),
    "employer": (_LOG, _NO, _NO, _IN, _IN, _IN, _NO, _NO),
    "draft": (_NO, _NO, _NO, _IN, _IN, _IN, _IN, _NO),
    "moderation": (_LOG, 403, 403, 403, 403, 403, _IN, 403),
}


@pytest.mark.parametrize(("page", "at"), list(itertools.product(PAGES, range(len(ROLES)))))
def test_a_page_opens_for_those_who_may_see_it_and_for_nobody_else(
    crew: dict[str, User], hospital: Employer, one: Posting, applied: Application, page: str, at: int
) -> None:
    draft = jobs.posting(hospital, status="draft", opens=None)
    address = {
        "application": f"/careers/applications/{applied.pk}", "manage": f"/careers/{one.pk}/manage", "edit": f"/careers/{one.pk}/edit",
        "employer": f"/careers/employers/{hospital.pk}", "draft": draft.get_absolute_url(), "moderation": "/careers/moderation",
    }[page]  # fmt: skip
    assert browser(crew, ROLES[at]).get(address).status_code == PAGES[page][at]


ACTS: dict[str, Any] = {
    "write_posting": lambda u, p, a: postings.save_posting(u, p.employer, {"title": "New"}),
    "publish": lambda u, p, a: postings.pause(u, p),
    "close": lambda u, p, a: postings.close(u, p),
    "move_applicant": lambda u, p, a: coders.move(u, a, "offer"),
    "reply": lambda u, p, a: coders.write(u, a, "Hello", "http://x/"),
    "read_resume": lambda u, p, a: coders.open_resume(u, a),
    "withdraw": lambda u, p, a: coders.withdraw(u, a),
    "edit_employer": lambda u, p, a: employers.edit_employer(u, p.employer, "H", "hospital.example", ""),
    "verify_employer": lambda u, p, a: employers.verify_employer(u, p.employer, "x"),
    "moderate": lambda u, p, a: postings.approve(u, p),
}
ON_APPLICATION = ("move_applicant", "reply", "read_resume", "withdraw", "see_accesses")


@pytest.mark.parametrize(("act", "role"), list(itertools.product(ACTS, [r for r in ROLES if r != "guest"])))
def test_every_act_is_for_the_roles_of_the_table_alone(
    crew: dict[str, User], one: Posting, applied: Application, act: str, role: str
) -> None:
    user = crew[role]
    relation = {"other_owner": "person"}.get(role, role)
    if act not in ON_APPLICATION and relation == "candidate":
        relation = "person"
    if Who(relation) in PERMISSIONS[act]:
        ACTS[act](user, one, applied)
    else:
        with pytest.raises(PermissionDenied):
            ACTS[act](user, one, applied)


def test_every_act_of_the_table_is_tried() -> None:
    seen_by_page = {"read_unpublished", "see_applicants", "see_accesses"}
    assert set(PERMISSIONS) == set(ACTS) | seen_by_page


def test_a_guest_may_do_nothing(one: Posting, applied: Application) -> None:
    assert who(None, one) is who(None, applied) is Who.GUEST
    assert not any(may(Who.GUEST, act) for act in PERMISSIONS)


def test_nobody_moderates_their_own_posting(crew: dict[str, User], hospital: Employer) -> None:
    crew["owner"].is_staff = True
    crew["owner"].save()
    waiting = jobs.posting(hospital, status="waiting")
    with pytest.raises(PermissionDenied):
        postings.approve(crew["owner"], waiting)


# Employers.


def test_an_employer_registers_verifies_posts_and_is_approved(crew: dict[str, User]) -> None:
    from codingahead_web.accounts import teams

    boss, moderator = crew["person"], crew["moderator"]
    team = teams.found(boss, "Lakeside")
    site = logged_in(boss)
    site.post(
        "/careers/employers",
        {"team": team.pk, "name": "Lakeside", "domain": "https://www.lakeside.example/jobs", "about": ""},
    )
    employer = Employer.objects.get(organisation=team)
    assert (employer.domain, employer.state) == ("lakeside.example", "new")

    site.post(f"/careers/employers/{employer.pk}", {"act": "verify", "local": "hr"})
    assert mail.outbox[-1].to == ["hr@lakeside.example"]
    (link,) = re.findall(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert site.get(link).status_code == 200
    employer.refresh_from_db()
    assert employer.state == "new", "a scanner that follows links verifies nothing"
    site.post(link)
    employer.refresh_from_db()
    assert employer.state == "verified"

    form = {
        "title": "Outpatient Coder", "description": jobs.TEXT, "setting": "facility", "kind": "full_time", "place": "remote", "states": ["CO"],
        "credentials": ["COC"], "pay_min": "30", "pay_unit": "hour", "experience_years": "1",
    }  # fmt: skip
    site.post(f"/careers/employers/{employer.pk}/write", form)
    made = Posting.objects.get(employer=employer)
    page = words(site.get(f"/careers/{made.pk}/manage"))
    assert "A pay range is required in Colorado" in page
    site.post(f"/careers/{made.pk}/manage", {"act": "publish"})
    made.refresh_from_db()
    assert made.status == "draft"
    site.post(f"/careers/{made.pk}/edit", form | {"pay_max": "36"})
    site.post(f"/careers/{made.pk}/manage", {"act": "publish", "days": "20"})
    made.refresh_from_db()
    assert (made.status, made.held_for, made.pay_year_min) == ("waiting", "first posting of a new employer", 62_400)
    assert Client().get(made.get_absolute_url()).status_code == 404

    logged_in(moderator).post(made.get_absolute_url(), {"act": "approve"})
    made.refresh_from_db()
    employer.refresh_from_db()
    assert (made.status, employer.state) == ("open", "trusted")
    assert made.expires and made.opens and made.expires - made.opens == timedelta(days=20)
    assert "Outpatient Coder" in words(Client().get("/careers?q=outpatient+coc"))


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_token_verifies_nothing(crew: dict[str, User], token: str) -> None:
    employer = jobs.employer(crew["owner"], state="new")
    employers.send_verification(crew["owner"], employer, "hr", "http://x/")
    assert not employers.verify_employer(crew["owner"], employer, token)


def test_a_token_works_once_and_not_for_ever(crew: dict[str, User]) -> None:
    employer = jobs.employer(crew["owner"], state="new")
    employers.send_verification(crew["owner"], employer, "hr", "http://x/")
    token = re.findall(r"http://x/(\S+)", str(mail.outbox[-1].body))[0]
    employer.token_sent = timezone.now() - timedelta(days=4)
    assert not employers.verify_employer(crew["owner"], employer, token)
    employer.token_sent = timezone.now()
    assert employers.verify_employer(crew["owner"], employer, token)
    assert not employers.verify_employer(crew["owner"], employer, token)


@pytest.mark.parametrize("domain", ["gmail.com", "nonsense", "a b.com", "", "hr@yahoo.com", "x.c"])
def test_a_domain_that_proves_nobody_is_refused(domain: str) -> None:
    with pytest.raises(ValidationError):
        employers.domain_of(domain)


def test_another_domain_pauses_what_is_open(crew: dict[str, User], hospital: Employer, one: Posting) -> None:
    employers.edit_employer(crew["owner"], hospital, "Hospital", "other.example", "")
    one.refresh_from_db()
    assert (one.status, hospital.state) == ("paused", "new")
    with pytest.raises(ValidationError):
        postings.publish(crew["owner"], one)


SCAMS = (
    ("Pay a small registration fee of 50 dollars.", "asks applicants for money"),
    ("The interview takes place on Telegram.", "chat program"),
    ("Send your bank account details.", "bank details"),
    ("Write to hr@other.example.", "mail address"),
    ("We want young and energetic people.", "age"),
    ("Native English speakers.", "origin"),
    ("Females only.", "sex"),
)


@pytest.mark.parametrize(("text", "why"), SCAMS)
def test_words_of_scams_and_discrimination_wait_for_a_moderator(
    crew: dict[str, User], hospital: Employer, text: str, why: str
) -> None:
    draft = jobs.posting(hospital, status="draft", opens=None, description=f"{jobs.TEXT} {text}")
    assert any(why in told for told in postings.warnings_of(draft))
    made = postings.publish(crew["owner"], draft)
    assert made.status == "waiting" and why in made.held_for


@pytest.mark.parametrize(
    "text", [jobs.TEXT, "Young children are our patients' age group? No: adults.", "We code for women's health."]
)
def test_plain_words_of_the_trade_are_let_through_unless_a_rule_names_them(text: str) -> None:
    assert [rule.name for rule in tables.hits(text)] == (["age"] if "Young" in text else [])


def test_a_known_employer_opens_at_once_and_a_twin_waits(crew: dict[str, User], hospital: Employer) -> None:
    draft = jobs.posting(hospital, status="draft", opens=None)
    assert postings.publish(crew["admin"], draft).status == "open"
    twin = postings.duplicate(crew["admin"], draft)
    assert twin.status == "draft"
    assert postings.publish(crew["admin"], twin).held_for == "same as another posting of this employer"


def test_an_open_posting_that_gets_forbidden_words_waits_again(crew: dict[str, User], one: Posting) -> None:
    postings.save_posting(crew["owner"], one.employer, {"description": f"{jobs.TEXT} Interview on WhatsApp."}, one)
    one.refresh_from_db()
    assert one.status == "waiting"


@pytest.mark.parametrize(
    ("state", "on", "asked"),
    [("CO", date(2021, 1, 1), True), ("CO", date(2020, 12, 31), False), ("MA", date(2025, 10, 28), False), ("MA", date(2025, 10, 29), True),
     ("TX", date(2026, 1, 1), False)],
)  # fmt: skip
def test_a_pay_range_is_asked_for_from_the_day_of_the_law(state: str, on: date, asked: bool) -> None:
    assert (tables.asks_pay_range([state], anywhere=False, on=on) == [state]) is asked


def test_work_from_anywhere_needs_a_pay_range() -> None:
    assert "CO" in tables.asks_pay_range([], anywhere=True, on=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("amount", "unit", "told"), [(Decimal("25.50"), "hour", 53_040), (Decimal(60_000), "year", 60_000), (Decimal(4), "chart", None), (None, "hour", None)]
)  # fmt: skip
def test_pay_is_compared_by_the_year(amount: Decimal | None, unit: str, told: int | None) -> None:
    assert postings.yearly(amount, unit) == told


def test_three_readers_who_report_take_a_posting_off_the_board(crew: dict[str, User], one: Posting) -> None:
    for name in ("person", "candidate", "other_owner"):
        postings.report(crew[name], one, "asks for money")
        postings.report(crew[name], one, "twice")
    one.refresh_from_db()
    assert (one.status, one.reports.count()) == ("waiting", 3)


def test_blocking_an_employer_closes_its_postings(crew: dict[str, User], hospital: Employer, one: Posting) -> None:
    employers.block_employer(crew["moderator"], hospital)
    one.refresh_from_db()
    assert one.status == "closed"


def test_what_has_run_out_is_marked(one: Posting) -> None:
    Posting.objects.update(expires=timezone.now() - timedelta(minutes=1))
    tasks.expire_postings()
    one.refresh_from_db()
    assert one.status == "expired"


# Coders.


def test_a_coder_applies_and_the_team_reads_moves_and_writes(crew: dict[str, User], one: Posting) -> None:
    coder, boss = logged_in(crew["candidate"]), logged_in(crew["owner"])
    sent = {"name": "Candida", "letter": "I code trauma.", "resume": SimpleUploadedFile("r.exe", jobs.pdf())}
    answer = coder.post(f"/careers/{one.pk}/apply", sent)
    made = Application.objects.get()
    assert answer["Location"] == f"/careers/applications/{made.pk}"
    assert made.credentials == ["CPC", "CCS-P"]
    assert b"trauma" not in bytes(made.letter) and b"%PDF" not in bytes(made.resume)

    page = boss.get(f"/careers/applications/{made.pk}")
    assert "I code trauma." in words(page) and crew["candidate"].email not in page.content.decode()
    (link,) = re.findall(r'href="(/careers/resume/[^"]+)"', page.content.decode())
    file = boss.get(link)
    assert file.content.startswith(b"%PDF") and file["Content-Disposition"].startswith("attachment")
    assert coder.get(link).status_code == 403, "a link works for whom it was made"
    assert [a.user for a in ResumeAccess.objects.all()] == [crew["owner"]]
    assert "Owner of Hospital" in words(coder.get(f"/careers/applications/{made.pk}"))

    boss.post(f"/careers/applications/{made.pk}", {"act": "move", "status": "interview"})
    boss.post(f"/careers/applications/{made.pk}", {"act": "write", "text": "Can you come on Monday?"})
    assert mail.outbox[-1].to == [crew["candidate"].email] and "Monday" not in str(mail.outbox[-1].body)
    seen = words(coder.get(f"/careers/applications/{made.pk}"))
    assert "Interview" in seen and "Can you come on Monday?" in seen
    assert "Interview" in words(coder.get("/careers/mine"))

    coder.post(f"/careers/applications/{made.pk}", {"act": "withdraw"})
    assert not Application.objects.exists() and not ResumeAccess.objects.exists()


def test_nobody_applies_twice(crew: dict[str, User], applied: Application) -> None:
    with pytest.raises(ValidationError):
        coders.apply(crew["candidate"], applied.posting, "x", "", jobs.docx())


def test_what_is_locked_with_another_secret_stays_shut(settings: Any, applied: Application) -> None:
    assert vault.unlock(applied.resume).startswith(b"%PDF")
    settings.SECRET_KEY = "another"
    assert vault.unlock(applied.resume) == b""


def _with(name: str) -> bytes:
    out = io.BytesIO(jobs.docx())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(name, b"x")
    return out.getvalue()


FILES = (
    (lambda: b"MZ" + b"\0" * 50, "is a PDF or a Word"),
    (lambda: b"", "is a PDF or a Word"),
    (lambda: b"%PDF-1.4 broken", "damaged"),
    (lambda: jobs.pdf() + b"\n/JavaScript (x)", "scripts"),
    (lambda: _with("word/vbaProject.bin"), "macros"),
    (lambda: _with("word/embeddings/a.bin"), "macros"),
    (lambda: b"PK\x03\x04" + b"x" * 30, "damaged"),
    (lambda: b"%PDF" + b"x" * 5_000_001, "larger than"),
)


@pytest.mark.parametrize(("file", "why"), FILES)
def test_a_file_that_is_no_plain_resume_is_refused(file: Any, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        resume.read_resume(file())


def test_kind_and_credentials_are_told_by_the_content() -> None:
    assert resume.read_resume(jobs.docx()) == ("docx", ["CPC-A", "RHIT"])
    assert resume.credentials_in("CCS-P and CPC-A.") == ["CPC-A", "CCS-P"]


def test_old_applications_are_forgotten(settings: Any, applied: Application) -> None:
    settings.CAREERS_DAYS_KEPT = 30
    long_ago = timezone.now() - timedelta(days=31)
    Application.objects.update(made=long_ago)
    tasks.forget_applications()
    assert Application.objects.exists(), "the posting is open"
    Posting.objects.update(status="closed", changed=long_ago)
    tasks.forget_applications()
    assert not Application.objects.exists()


def test_an_alert_is_mailed_once_and_ends_with_one_click(crew: dict[str, User], hospital: Employer) -> None:
    saved = coders.save_search(crew["person"], read(QueryDict("q=inpatient&place=remote")), "instant")
    jobs.posting(hospital, opens=timezone.now(), title="Inpatient Coder II")
    jobs.posting(hospital, opens=timezone.now(), title="Outpatient Coder", description="Nothing of it.", place="onsite")
    tasks.send_alerts()
    tasks.send_alerts()
    (sent,) = mail.outbox
    assert (
        sent.to == [crew["person"].email]
        and "Inpatient Coder II" in str(sent.body)
        and "Outpatient" not in str(sent.body)
    )
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    address = "/" + link.split("/", 3)[3]
    Client().get(address)
    saved.refresh_from_db()
    assert saved.rhythm == "instant", "a link that is only looked at ends nothing"
    assert Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    saved.refresh_from_db()
    assert saved.rhythm == "never"
    jobs.posting(hospital, opens=timezone.now(), title="Inpatient Coder III")
    tasks.send_alerts()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("rhythm", "hours", "mails"),
    [("daily", 23, 0), ("daily", 25, 1), ("weekly", 25, 0), ("weekly", 169, 1), ("never", 999, 0)],
)
def test_alerts_keep_their_rhythm(crew: dict[str, User], one: Posting, rhythm: str, hours: int, mails: int) -> None:
    coders.save_search(crew["person"], read(QueryDict("")), rhythm)
    SavedSearch.objects.update(sent=timezone.now() - timedelta(hours=hours))
    tasks.send_alerts()
    assert len(mail.outbox) == mails


@pytest.mark.parametrize("token", ["x", "MQ:1tNotSigned:abc"])
def test_a_link_that_is_not_ours_stops_nothing(client: Client, token: str) -> None:
    assert client.post(f"/careers/stop/{token}").status_code == 404


def test_bookmarks_are_set_and_taken_back(crew: dict[str, User], one: Posting) -> None:
    site = logged_in(crew["person"])
    site.post(f"/careers/{one.pk}/keep")
    assert one.title in words(site.get("/careers/mine"))
    site.post(f"/careers/{one.pk}/keep")
    assert "Nothing is kept" in words(site.get("/careers/mine"))


# Programs.

NEW = {
    "title": "Remote Auditor",
    "description": jobs.TEXT,
    "setting": "auditing",
    "place": "remote",
    "pay_min": "70000",
    "pay_max": "80000",
    "pay_unit": "year",
}


def bearer(user: User, employer: Employer | None, *scopes: str) -> dict[str, str]:
    _, secret = keys.make_key(user, "k", list(scopes), organisation=employer.organisation if employer else None)
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def test_a_key_of_a_verified_employer_posts(client: Client, crew: dict[str, User], hospital: Employer) -> None:
    made = client.post("/api/v1/jobs", NEW, "application/json", **bearer(crew["owner"], hospital, "read", "jobs"))
    assert (made.status_code, made.json()["status"]) == (201, "open")
    listed = client.get("/api/v1/jobs?q=auditor&pay=75000").json()
    assert [r["title"] for r in listed["results"]] == ["Remote Auditor"] and listed["total"] == 1
    one = client.get(f"/api/v1/jobs/{made.json()['id']}").json()
    assert (one["description"], one["pay"]["year_max"]) == (jobs.TEXT, 80_000)


@pytest.mark.parametrize(
    ("role", "own", "state", "scopes"),
    [("owner", True, "trusted", ("read",)), ("owner", False, "trusted", ("read", "jobs")), ("owner", True, "new", ("read", "jobs")),
     ("owner", True, "blocked", ("read", "jobs")), ("member", True, "trusted", ("read", "jobs"))],
)  # fmt: skip
def test_other_keys_do_not_post(
    client: Client, crew: dict[str, User], hospital: Employer, role: str, own: bool, state: str, scopes: tuple[str, ...]
) -> None:
    Employer.objects.filter(pk=hospital.pk).update(state=state)
    refused = client.post(
        "/api/v1/jobs", NEW, "application/json", **bearer(crew[role], hospital if own else None, *scopes)
    )
    assert refused.status_code == 403
    assert client.post("/api/v1/jobs", NEW, "application/json").status_code == 403
    assert not Posting.objects.filter(title="Remote Auditor").exists()


@pytest.mark.parametrize(
    "change",
    [{"pay_min": None}, {"states": ["XX"]}, {"credentials": ["XYZ"]}, {"title": ""}, {"apply_url": "javascript:x"}],
)
def test_a_posting_that_is_not_complete_is_refused(
    client: Client, crew: dict[str, User], hospital: Employer, change: dict[str, Any]
) -> None:
    refused = client.post(
        "/api/v1/jobs", NEW | change, "application/json", **bearer(crew["owner"], hospital, "read", "jobs")
    )
    assert refused.status_code == 422 and not Posting.objects.exists()


@pytest.mark.parametrize("query", ["credential=XYZ", "limit=0", "limit=101", "offset=-1", "sort=odd", "pay=x"])
def test_nonsense_is_refused_by_programs(client: Client, query: str) -> None:
    assert client.get(f"/api/v1/jobs?{query}").status_code == 422


def test_a_job_that_ended_is_gone_for_programs_too(client: Client, hospital: Employer) -> None:
    one = jobs.posting(hospital, status="closed")
    assert client.get(f"/api/v1/jobs/{one.pk}").status_code == 410


def test_reading_jobs_is_not_counted_as_calls(settings: Any, client: Client, one: Posting) -> None:
    from codingahead_web.metering.models import Tally

    settings.METERING = True
    assert client.get("/api/v1/jobs").status_code == client.get("/careers").status_code == 200
    assert not Tally.objects.exists()


def test_the_demonstration_board_is_the_same_each_time(crew: dict[str, User]) -> None:
    from codingahead_web.accounts.models import Organisation

    teams = [Organisation.objects.create(name=f"T{i}") for i in range(5)]
    made = samples.add_employers(teams)
    assert [e.pk for e in samples.add_employers(teams)] == [e.pk for e in made]
    assert samples.add_postings(made, 30) == 30
    assert all(not postings.reasons_against(p, date.today()) for p in Posting.objects.all())
    assert all(not postings.warnings_of(p) for p in Posting.objects.all())

"""A coder and an employer meet on the job board: every step by hand in a browser, on the site as an operator runs it."""

from __future__ import annotations

import json
import re
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.access import faults
from tests.journeys.conftest import OPERATOR, PASSPHRASE, Site
from tests.web import jobs

PASSWORD = "a rather long passphrase"
DESCRIPTION = "Code the inpatient stays of a trauma center from home, with a team of twenty coders and monthly audits."


def newest(site: Site, to: str) -> str:
    """The text of the newest mail to an address."""
    for file in sorted(site.mails.iterdir(), key=lambda f: f.stat().st_mtime_ns, reverse=True):
        message = message_from_string(file.read_text(encoding="utf-8").split("\n-----")[0], policy=default)
        if message["To"] == to:
            return str(message.get_body(("plain",)).get_content())  # type: ignore[attr-defined]
    raise AssertionError(f"no mail was written to {to}")


def registered(visitor: Any, site: Site, email: str) -> Any:
    page = visitor()
    page.goto("/account/signup/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password1]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    page.goto(site.link_for(email))
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return page


def press(page: Any, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def test_an_employer_and_a_coder_find_each_other(visitor: Any, site: Site, tmp_path: Path) -> None:
    boss = registered(visitor, site, "boss@lakeside.example")
    boss.goto("/account/teams")
    boss.fill("input[name=name]", "Lakeside")
    press(boss, "Found team")
    boss.goto("/careers/employers")
    boss.fill("input[name=name]", "Lakeside Hospital")
    boss.fill("input[name=domain]", "lakeside.example")
    press(boss, "Register")
    board = boss.url
    press(boss, "Send the mail")
    (link,) = re.findall(r"http\S+/verify/\S+", newest(site, "hr@lakeside.example"))
    boss.goto(link)
    press(boss, "Confirm the domain")
    assert "Verified" in boss.inner_text("main")

    boss.get_by_role("link", name="Write a posting").click()
    boss.fill("input[name=title]", "Inpatient Coder, Trauma")
    boss.fill("textarea[name=description]", DESCRIPTION)
    boss.select_option("select[name=setting]", "facility")
    boss.select_option("select[name=place]", "remote")
    boss.check("input[name=credentials][value=CCS]")
    boss.fill("input[name=pay_min]", "62000")
    boss.fill("input[name=pay_max]", "78000")
    boss.select_option("select[name=pay_unit]", "year")
    press(boss, "Save and preview")
    assert "$62,000 to $78,000 a year" in boss.inner_text("main")
    assert faults(boss) == []
    press(boss, "Publish")
    assert "Waiting for approval" in boss.inner_text("main")
    manage = boss.url

    coder = registered(visitor, site, "coder@home.example")
    coder.goto("/careers?q=inpatient+ccs+trauma")
    assert "0 jobs" in coder.inner_text("main")
    coder.select_option("select[name=rhythm]", "instant")
    press(coder, "Save this search")

    operator = visitor()
    operator.goto("/account/login/?next=/careers/moderation")
    operator.fill("input[name=login]", OPERATOR)
    operator.fill("input[name=password]", PASSPHRASE)
    press(operator, "Log in")
    operator.goto("/careers/moderation")
    assert faults(operator) == []
    operator.get_by_role("link", name="Inpatient Coder, Trauma").click()
    press(operator, "Approve")

    site.work()
    told = newest(site, "coder@home.example")
    (job,) = re.findall(r"http\S+/careers/\d+-\S+", told)
    assert "Lakeside Hospital" in told and "/careers/stop/" in told
    coder.goto("/careers?q=inpatient+ccs+trauma")
    assert "1 job" in coder.inner_text("main")
    coder.get_by_role("link", name="Inpatient Coder, Trauma").click()
    assert job.endswith(coder.url.rsplit("/", 1)[-1])
    assert json.loads(coder.inner_text("script[type='application/ld+json']"))["@type"] == "JobPosting"
    assert faults(coder) == []
    coder.get_by_role("link", name="Apply here").click()
    file = tmp_path / "resume.pdf"
    file.write_bytes(jobs.pdf())
    coder.fill("input[name=name]", "Cora Coder")
    coder.fill("textarea[name=letter]", "I have coded trauma for six years.")
    coder.set_input_files("input[name=resume]", file)
    assert faults(coder) == []
    press(coder, "Send the application")
    application = coder.url
    assert "Nobody yet" in coder.inner_text("main")

    boss.goto(manage)
    assert faults(boss) == []
    boss.get_by_role("link", name="Cora Coder").click()
    assert "coder@home.example" not in boss.content()
    with boss.expect_download() as started:
        boss.get_by_role("link", name="Open the resume").click()
    assert started.value.path().read_bytes().startswith(b"%PDF")
    boss.select_option("select[name=status]", "interview")
    press(boss, "Move")
    boss.fill("textarea[name=text]", "Shall we talk on Monday?")
    press(boss, "Send")
    assert faults(boss) == []

    assert "A message" in newest(site, "coder@home.example") or "wrote to you" in newest(site, "coder@home.example")
    coder.goto(application)
    seen = coder.inner_text("main")
    assert "Shall we talk on Monday?" in seen and "Interview" in seen and "of Lakeside Hospital" in seen
    boss.goto(manage)
    press(boss, "Close")
    assert coder.goto(job).status == 410
    boss.goto(board)
    assert faults(boss) == []


PAGES = ("/careers", "/careers?q=zebra", "/careers?place=remote&credential=CPC", "/careers/pay")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_the_board_keeps_the_rules_of_access_and_never_scrolls_sideways(visitor: Any, width: int, scheme: str) -> None:
    page = visitor(width=width, scheme=scheme)
    found = []
    for path in PAGES:
        page.goto(path)
        found += [(path, fault) for fault in faults(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, ("scrolls sideways", [])))
    assert not found

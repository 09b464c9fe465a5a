"""From a guest's one page to a subscriber's every page, and away again: in a browser, at a site that runs as an operator runs it."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from typing import Any

import pytest

from tests.codes import code_now
from tests.journeys.conftest import ON, OPERATOR, PASSPHRASE, Site

LOCK = "Register to view content"
FIRST, SECOND = "/codes/cpt/61624", "/codes/icd10cm/I67.1"
FIVE = (SECOND, "/codes/icd10cm/I60", "/codes/modifier/26", "/codes/pos/11", "/codes/cpt/99213")
SIXTH = "/codes/modifier/59"
READABLE = ["official", "common", "ask"]
ADA = "ada@example.org"


def seen(found: Any) -> bool:
    found.wait_for()
    return bool(found.is_visible())


def press(button: Any) -> None:
    """A button that leads to another page; returns when that page is there."""
    with button.page.expect_navigation():
        button.click()


def locked_sections(page: Any) -> list[str]:
    return list(page.eval_on_selector_all(".sections > section.is-locked", "all => all.map(s => s.id)"))


def is_whole(page: Any, path: str) -> bool:
    page.goto(path)
    return not locked_sections(page) and page.get_by_text(LOCK).count() == 0


def log_in(page: Any, email: str, password: str = PASSPHRASE) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email", exact=False).first.fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    press(page.get_by_role("button", name="Log in", exact=True))


def test_from_the_first_page_as_a_guest_to_the_last_word(visitor: Any, site: Site) -> None:
    page = visitor()
    _as_guest(page)
    _register(page, site)
    _five_more(page)
    _upgrade(page, visitor())
    _keep(page)
    _leave(page)


def _as_guest(page: Any) -> None:
    assert is_whole(page, FIRST)
    page.goto(SECOND)
    assert page.get_by_text(
        "0 code page views remaining. Guest accounts are limited to 1 page view. Register free account to get 5 more views."
    ).is_visible()
    shown = page.eval_on_selector_all(".sections > section:not(.is-locked)", "all => all.map(s => s.id)")
    assert [s for s in READABLE if s in shown] == shown
    assert locked_sections(page)
    assert seen(page.locator("section#history").get_by_text("Create a free account to unlock this content"))
    assert is_whole(page, FIRST)


def _register(page: Any, site: Site) -> None:
    page.goto(SECOND)
    page.locator("header").get_by_role("link", name="Register free account").or_(
        page.locator(".views-bar").get_by_role("link", name="Register free account")
    ).first.click()
    page.get_by_label("Email").fill(ADA)
    page.get_by_label("Password").fill(PASSPHRASE)
    press(page.get_by_role("button", name="Register free account"))
    assert seen(page.get_by_role("heading", name="Look into your mail"))
    page.goto(site.link_for(ADA))
    press(page.get_by_role("button", name="Confirm"))
    page.goto("/account")
    assert seen(page.get_by_role("heading", name=ADA))


def _five_more(page: Any) -> None:
    assert is_whole(page, FIRST)
    for path in FIVE:
        assert is_whole(page, path), path
    page.goto(SIXTH)
    assert seen(page.get_by_text("0 code page views remaining. Free accounts are limited to 5 page views."))
    assert locked_sections(page)
    assert is_whole(page, SECOND)


def _upgrade(page: Any, operator: Any) -> None:
    page.goto("/pricing")
    press(page.get_by_role("button", name="Choose Pro"))
    assert seen(page.get_by_text("It waits for the operator's approval"))
    operator.goto("/admin/metering/subscription/")
    assert "/account/login/" in operator.url
    log_in(operator, OPERATOR)
    operator.goto("/admin/metering/subscription/")
    operator.locator("#action-toggle").check()
    operator.select_option("select[name=action]", "approve")
    press(operator.get_by_role("button", name="Run").or_(operator.get_by_role("button", name="Go")).first)
    assert seen(operator.get_by_text("Active").first)
    assert is_whole(page, SIXTH)
    assert page.locator(".views-bar").count() == 0


def _keep(page: Any) -> None:
    page.goto(FIRST)
    press(page.get_by_role("button", name="Favourite"))
    assert seen(page.get_by_role("button", name="On a list"))
    page.get_by_text("Write a note").click()
    page.get_by_label("Note (Markdown; no patient data)").fill(
        "**Ask** radiology <script>document.title='taken'</script>"
    )
    press(page.get_by_role("button", name="Keep note"))
    assert page.locator(".own-note strong").text_content() == "Ask"
    assert "taken" not in page.title()
    page.goto("/account/lists")
    page.get_by_role("link", name="Favourites", exact=True).click()
    assert seen(page.get_by_role("row", name="61624"))
    page.goto("/search?q=brain+aneurysm")
    page.goto("/account/history")
    assert seen(page.get_by_role("link", name="brain aneurysm"))
    assert seen(page.locator("main").get_by_role("link", name="61624"))


def _leave(page: Any) -> None:
    page.goto("/account/data")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export all my data").click()
    told = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert told["account"]["email"] == ADA
    assert told["favourite_lists"][0]["codes"][0]["code"] == "61624"
    assert told["notes"] and told["history"]["searched"] and told["plans"][0]["plan"] == "Pro"
    page.get_by_label("Password").fill(PASSPHRASE)
    press(page.get_by_role("button", name="Delete my account"))
    assert seen(page.get_by_text("Your account and everything kept with it are deleted."))
    log_in(page, ADA)
    assert "/account/login/" in page.url


# Second factors, with the policy of a real site over them


def register(page: Any, site: Site, email: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSPHRASE)
    press(page.get_by_role("button", name="Register free account"))
    page.goto(urllib.parse.urlsplit(site.link_for(email)).path)
    press(page.get_by_role("button", name="Confirm"))


def prove(page: Any, path: str) -> None:
    """Goes where the password is asked for once more."""
    page.goto(f"/account/reauthenticate/?next={path}")
    page.get_by_label("Password").fill(PASSPHRASE)
    press(page.get_by_role("button", name="Confirm"))
    page.goto(path)


def test_a_code_generator_is_set_up_from_the_picture_and_asked_for(visitor: Any, site: Site) -> None:
    page = visitor(width=390)
    register(page, site, "ben@example.org")
    prove(page, "/account/2fa/totp/activate/")
    drawn = page.locator(".qr svg").bounding_box()
    assert drawn["width"] >= 150 and drawn["height"] >= 150
    secret = page.get_by_role("textbox", name="Secret").input_value()
    page.get_by_label("Authenticator code").fill(code_now(secret))
    press(page.get_by_role("button", name="Activate"))
    assert not faults(page, ("/account/2fa/", "/account/2fa/recovery-codes/"))
    recovery = page.locator("textarea").input_value().split()
    assert len(recovery) == 10
    other = visitor(width=390)
    log_in(other, "ben@example.org")
    assert "/account/2fa/authenticate/" in other.url
    assert not faults(other, (urllib.parse.urlsplit(other.url).path,))
    other.locator("input[name=code]").fill(recovery[0])
    press(other.get_by_role("button", name="Sign In"))
    other.goto("/account")
    assert seen(other.get_by_role("heading", name="ben@example.org"))


def test_a_passkey_is_made_and_opens_the_door_by_itself(visitor: Any, site: Site) -> None:
    page = visitor(base_url=site.address.replace("127.0.0.1", "localhost"))
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": told | {"automaticPresenceSimulation": True}})
    register(page, site, "cyd@example.org")
    prove(page, "/account/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    press(page.get_by_role("button", name="Add"))
    page.wait_for_url("**/recovery-codes/**")
    assert not faults(page, ("/account/2fa/webauthn/", "/account/2fa/"))
    page.goto("/account/logout/")
    press(page.get_by_role("button", name="Log out").last)
    page.goto("/account/login/")
    press(page.get_by_role("button", name="Log in with a passkey"))
    page.wait_for_url("**/account")
    assert seen(page.get_by_role("heading", name="cyd@example.org"))


# Many at once


class Program:
    """Plain HTTP with a cookie jar, as a script would send it."""

    def __init__(self, site: Site, agent: str) -> None:
        self._site, self._agent, self.cookies = site, agent, CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def send(self, path: str, body: bytes | None = None, cookie: str = "") -> str:
        request = urllib.request.Request(f"{self._site.address}{path}", data=body)
        request.add_header("User-Agent", self._agent)
        request.add_header("Referer", f"{self._site.address}{path}")
        opener = self._opener
        if cookie:
            request.add_header("Cookie", cookie)
            opener = urllib.request.build_opener()
        with opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def log_in(self, email: str, password: str) -> None:
        page = self.send("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        told = urllib.parse.urlencode({"csrfmiddlewaretoken": token.group(1), "login": email, "password": password})
        self.send("/account/login/", told.encode())

    def whole_of_fifty(self) -> int:
        """How many of fifty pages, asked for at the same moment with the same cookies, were read in full."""
        cookie = "; ".join([f"on={ON}", *(f"{c.name}={c.value}" for c in self.cookies if c.name != "on")])
        paths = [f"/codes/icd10cm/S52.5{a}{b}{c}" for a in "01" for b in "12" for c in "ABCDEFGHJKMNP"][:50]
        assert len(paths) == 50
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda path: self.send(path, cookie=cookie), paths))
        assert all("Fracture" in answer or "fracture" in answer for answer in answers)
        return sum(LOCK not in answer and "Choose a plan to view content" not in answer for answer in answers)


def test_fifty_requests_at_a_guests_last_view_open_one_page(site: Site) -> None:
    assert Program(site, "Mozilla/5.0 fifty at once").whole_of_fifty() == 1


def test_fifty_requests_at_an_accounts_last_view_open_one_page(site: Site) -> None:
    program = Program(site, "Mozilla/5.0 an account")
    program.log_in(OPERATOR, PASSPHRASE)
    for path in FIVE[:4]:
        assert "remaining" in program.send(f"{path}?on={ON}")
    assert program.whole_of_fifty() == 1
    assert "0 code page views remaining" in program.send("/")


# Can everybody use the pages?

AROUND = (
    "/pricing", "/about", "/licences", "/privacy", "/terms", "/accessibility", "/status", "/case2code", "/codes/check", "/account/login/", "/account/signup/",
    "/account/password/reset/", "/account/password/reset/done/", "/account/confirm-email/", "/invitations/none", SECOND,
)  # fmt: skip
OWN = (
    "/account", "/account/settings", "/account/plan", "/account/lists", "/account/notes", "/account/history", "/account/teams", "/account/keys",
    "/account/data", "/account/email/", "/account/password/change/", "/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/sessions/", "/account/logout/", "/account/reauthenticate/", "/pricing", FIRST,
)  # fmt: skip
SCREENS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


def faults(page: Any, paths: tuple[str, ...]) -> list[tuple[str, str, Any]]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = []
    for path in paths:
        page.goto(path)
        for rule in axe.Axe().run(page).response["violations"]:
            found.append((path, rule["id"], [node["target"] for node in rule["nodes"]][:3]))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, "scrolls sideways", []))
    return found


@pytest.fixture(scope="module")
def furnished(browser: Any, site: Site) -> dict[str, Any]:
    """The session of somebody who has a team, a list, a key and a note, and has typed the password just now."""
    context = browser.new_context(base_url=site.address)
    context.add_cookies([{"name": "on", "value": ON, "url": site.address}])
    page = context.new_page()
    log_in(page, OPERATOR)
    page.goto("/account/reauthenticate/")
    page.get_by_label("Password").fill(PASSPHRASE)
    press(page.get_by_role("button", name="Confirm"))
    page.goto("/account/teams")
    page.get_by_label("Name of the team").fill("Radiology")
    press(page.get_by_role("button", name="Found team"))
    page.get_by_label("E-mail address").fill("guest@example.org")
    press(page.get_by_role("button", name="Invite"))
    team = page.url
    page.goto("/account/keys")
    page.get_by_label("Name").fill("Nightly check")
    press(page.get_by_role("button", name="Make key"))
    page.goto("/account/lists")
    page.get_by_label("Name").fill("Monday clinic")
    press(page.get_by_role("button", name="Make list"))
    page.get_by_label("Paste codes").fill("61624 61699 I67.1 S52.5")
    press(page.get_by_role("button", name="Add", exact=True))
    press(page.get_by_role("button", name="Make a link"))
    link = page.locator("main a[href^='/lists/']").get_attribute("href")
    kept = {
        "state": context.storage_state(),
        "pages": (team.removeprefix(site.address), page.url.removeprefix(site.address), link),
    }
    context.close()
    return kept


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_pages_around_keep_the_rules_of_access(visitor: Any, width: int, scheme: str) -> None:
    assert not faults(visitor(width=width, scheme=scheme), AROUND)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_own_pages_keep_the_rules_of_access(visitor: Any, furnished: dict[str, Any], width: int, scheme: str) -> None:
    page = visitor(width=width, scheme=scheme, storage_state=furnished["state"])
    assert not faults(page, (*OWN, *furnished["pages"]))


def test_forms_with_errors_and_checked_lists_keep_the_rules_of_access(visitor: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visitor(width=390)
    page.goto("/account/signup/")
    page.get_by_label("Email").fill("ben@example.org")
    page.get_by_label("Password").fill("123")
    press(page.get_by_role("button", name="Register free account"))
    assert seen(page.locator(".error").first)
    assert not axe.Axe().run(page).response["violations"]
    page.goto("/codes/check")
    page.get_by_role("textbox", name="Codes", exact=True).fill("61624\n61699\nA0100\nbanana99")
    press(page.get_by_role("button", name="Check", exact=True))
    assert page.locator("tbody tr").count() == 4
    assert not axe.Axe().run(page).response["violations"]

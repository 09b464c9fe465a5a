"""What a person keeps: ordered lists, notes, history; and the page that checks many codes at once."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from codingahead.codebook import Codebook
from codingahead_web.accounts import teams
from codingahead_web.accounts.cells import safe_cell
from codingahead_web.accounts.models import User
from codingahead_web.lookup import actions, codelist, queries
from codingahead_web.lookup.models import CodeNote, Favourite, FavouriteList, Searched, Viewed
from tests.web.pages import tree, words
from tests.web.people import logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ON = date(2026, 8, 1)
CODE = "/codes/cpt/61624"


@pytest.fixture
def ada() -> User:
    return person("ada")


@pytest.fixture
def client(ada: User) -> Client:
    return logged_in(ada)


def codes_of(favourites: FavouriteList) -> list[str]:
    return [f.code for f in favourites.favourites.all()]


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode())))


# Favourites


def test_the_star_begins_a_list_and_takes_off_again(client: Client, ada: User) -> None:
    assert "Favourite" in words(client.get(CODE), "//button[@data-favourite]")
    assert client.post(f"{CODE}/star", {"next": CODE})["Location"] == CODE
    client.post(f"{CODE}/star", {"next": CODE})
    assert [codes_of(one) for one in ada.favourite_lists.all()] == [["61624"]]
    page = client.get(CODE)
    assert tree(page).xpath("//button[@data-favourite]/@aria-pressed") == ["true"]
    listed = tree(page).xpath("//form[button[@data-favourite]]//input[@name='list']/@value")
    client.post(f"{CODE}/star", {"act": "drop", "list": listed[0]})
    assert not Favourite.objects.exists()


def test_the_only_list_may_be_a_teams_and_is_the_one_meant(client: Client, ada: User) -> None:
    team = teams.found(ada, "Radiology")
    shared = actions.make_list(person("ben"), "Ours", team)
    listed = tree(client.get(CODE)).xpath("//form[button[@data-favourite]]//input[@name='list']/@value")
    client.post(f"{CODE}/star", {"list": listed[0]})
    assert codes_of(shared) == ["61624"]
    client.post(f"{CODE}/star", {"list": listed[0], "act": "drop"})
    assert codes_of(shared) == [] and FavouriteList.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    ["/codes/icd10cm/I67.77/star", "/codes/cpt/banana/star", "/codes/snomed/1/star", "/codes/icd10cm/I67.77/note"],
)
def test_only_what_there_is_can_be_kept(client: Client, address: str) -> None:
    assert client.post(address, {"text": "x"}).status_code in (400, 404)
    assert not Favourite.objects.exists() and not CodeNote.objects.exists()


def test_a_list_keeps_its_order_and_is_moved_by_one(client: Client, ada: User) -> None:
    mine = actions.make_list(ada, "Mine")
    actions.add(mine, [("cpt", "61624", ""), ("icd10cm", "I67.1", ""), ("cpt", "99213", "")])
    last = mine.favourites.get(code="99213")

    def press(act: str, favourite: Favourite) -> list[str]:
        client.post(f"/account/lists/{mine.pk}/change", {"act": act, "favourite": favourite.pk})
        return codes_of(mine)

    assert press("up", last) == ["61624", "99213", "I67.1"]
    assert press("up", last) == ["99213", "61624", "I67.1"]
    assert press("up", last) == ["99213", "61624", "I67.1"]
    assert press("down", last) == ["61624", "99213", "I67.1"]
    assert press("drop", last) == ["61624", "I67.1"]
    assert actions.add(mine, [("cpt", "99213", ""), ("cpt", "61624", "")]) == 1
    assert codes_of(mine) == ["61624", "I67.1", "99213"]


def test_a_list_is_renamed_and_deleted(client: Client, ada: User) -> None:
    client.post("/account/lists", {"name": "  Monday  "})
    mine = ada.favourite_lists.get()
    assert mine.name == "Monday"
    client.post(f"/account/lists/{mine.pk}/change", {"act": "rename", "name": "Tuesday"})
    assert "Tuesday" in words(client.get("/account/lists"), "//table")
    client.post(f"/account/lists/{mine.pk}/change", {"act": "delete"})
    assert not FavouriteList.objects.exists()


def test_a_strangers_list_is_not_there(ada: User) -> None:
    mine = actions.make_list(ada, "Mine")
    actions.add(mine, [("cpt", "61624", "")])
    stranger = logged_in(person("cyd"))
    assert stranger.get(f"/account/lists/{mine.pk}").status_code == 404
    assert stranger.get(f"/account/lists/{mine.pk}.csv").status_code == 404
    assert stranger.post(f"/account/lists/{mine.pk}/change", {"act": "delete"}).status_code == 404
    assert stranger.post(f"{CODE}/star", {"list": mine.pk, "act": "drop"}).status_code == 404
    assert codes_of(mine) == ["61624"]


def test_a_favourite_of_another_list_is_not_reached(client: Client, ada: User) -> None:
    mine, theirs = actions.make_list(ada, "Mine"), actions.make_list(person("cyd"), "Theirs")
    actions.add(theirs, [("cpt", "61624", "")])
    told = {"act": "drop", "favourite": theirs.favourites.get().pk}
    assert client.post(f"/account/lists/{mine.pk}/change", told).status_code == 404
    assert client.post(f"/account/lists/{mine.pk}/change", {"act": "up", "favourite": "9" * 5000}).status_code == 404
    assert codes_of(theirs) == ["61624"]


def test_the_link_shows_the_list_and_not_its_owner_until_it_is_taken_back(client: Client, ada: User) -> None:
    mine = actions.make_list(ada, "Stroke")
    actions.add(mine, [("icd10cm", "I67.1", "ask neurology")])
    client.post(f"/account/lists/{mine.pk}/change", {"act": "share"})
    mine.refresh_from_db()
    address = f"/lists/{mine.share}"
    guest = Client()
    guest.cookies["on"] = ON.isoformat()
    page = guest.get(address)
    assert "Stroke" in words(page) and "I67.1" in words(page) and "ask neurology" in words(page)
    assert "ada" not in page.content.decode().lower()
    assert tree(page).xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not tree(page).xpath("//main//form")
    client.post(f"/account/lists/{mine.pk}/change", {"act": "unshare"})
    assert guest.get(address).status_code == 404
    assert guest.get("/lists/None").status_code == 404


def test_a_team_reads_and_writes_its_lists(ada: User) -> None:
    ben = person("ben")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=ben)
    logged_in(ada).post("/account/lists", {"name": "Ours", "team": team.pk})
    ours = FavouriteList.objects.get()
    member = logged_in(ben)
    assert "Radiology" in words(member.get("/account/lists"), "//table")
    member.post(f"{CODE}/star", {"list": ours.pk})
    assert codes_of(ours) == ["61624"]
    assert logged_in(person("cyd")).post("/account/lists", {"name": "Intruder", "team": team.pk}).status_code == 404
    assert FavouriteList.objects.count() == 1


def test_a_list_is_taken_out_and_in_again_with_its_remarks(client: Client, ada: User) -> None:
    mine, other = actions.make_list(ada, "Mine"), actions.make_list(ada, "Other")
    actions.add(mine, [("icd10cm", "A01.00", "the diagnosis, not the ambulance"), ("cpt", "61624", 'with "quotes"')])
    exported = client.get(f"/account/lists/{mine.pk}.csv")
    assert exported["Content-Type"].startswith("text/csv") and "attachment" in exported["Content-Disposition"]
    assert [r["code"] for r in rows_of(exported)] == ["A01.00", "61624"]
    file = SimpleUploadedFile("codes.csv", b"\xef\xbb\xbf" + exported.content, "text/csv")
    answer = client.post(f"/account/lists/{other.pk}/change", {"act": "import", "file": file}, follow=True)
    assert "2 added." in words(answer, "//main")
    assert list(other.favourites.values_list("system", "code", "remark")) == list(
        mine.favourites.values_list("system", "code", "remark")
    )


def test_what_cannot_be_read_is_counted_not_kept(client: Client, ada: User) -> None:
    mine = actions.make_list(ada, "Mine")
    pasted = "61624, I67.1 zzz99\nI67.77 A0100"
    answer = client.post(f"/account/lists/{mine.pk}/change", {"act": "import", "codes": pasted}, follow=True)
    assert "2 added. 3 could not be read as codes." in words(answer, "//main")
    assert codes_of(mine) == ["61624", "I67.1"]


def test_a_deleted_code_on_a_list_is_pointed_out(client: Client, ada: User) -> None:
    mine = actions.make_list(ada, "Mine")
    actions.add(mine, [("cpt", "61699", ""), ("icd10cm", "S52.5", ""), ("cpt", "61624", "")])
    page = client.get(f"/account/lists/{mine.pk}")
    assert "2 with a problem" in words(page, "//main")
    assert "Deleted" in words(page, "//tbody/tr[1]") and "A heading" in words(page, "//tbody/tr[2]")


EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1")


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_an_export_is_a_formula(client: Client, ada: User, text: str) -> None:
    mine = actions.make_list(ada, "Mine")
    actions.add(mine, [("cpt", "61624", text)])
    told = rows_of(client.get(f"/account/lists/{mine.pk}.csv"))[0]
    assert told["remark"].startswith("'")
    pasted = f'code,system,remark\n"{text}","{text}","{text}"\n61624,,x\n'
    checked = client.post("/codes/check", {"codes": pasted, "act": "csv"})
    for row in rows_of(checked):
        assert not any(str(cell).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


@given(st.text(max_size=30))
def test_a_safe_cell_never_begins_a_formula_and_loses_nothing(text: str) -> None:
    made = safe_cell(text)
    assert not made.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert made.removeprefix("'") == text or made == text


# Many codes at once


def two_hundred(codebook: Codebook) -> list[str]:
    stems = [
        c["code"]
        for n in ("S52.50", "S52.51", "S52.53", "S52.54", "S52.55", "S52.56")
        for c in codebook.browse("icd10cm", n, ON)["children"]
    ]
    return [f"{stem}{last}" for stem in stems for last in "ABCDEFGHJKMNPQRS"][:200]


def test_two_hundred_codes_are_checked_at_once(codebook: Codebook, site: Client, settings: Any) -> None:
    settings.METERING = True
    page = site.post("/codes/check", {"codes": "\n".join(two_hundred(codebook))})
    assert "200 codes, 0 with a problem on 1 Aug 2026" in words(page, "//main")
    rows = tree(page).xpath("//tbody/tr")
    assert len(rows) == 200
    assert "Active" in " ".join(rows[0].text_content().split())


def test_each_problem_is_named(site: Client) -> None:
    pasted = "61624\n61699\nS52.5\nI67.77\nA0100\nbanana99\nhcpcs A0100"
    page = tree(site.post("/codes/check", {"codes": pasted}))
    told = [" ".join(row.text_content().split()) for row in page.xpath("//tbody/tr")]
    expected = ["Active", "Deleted", "A heading", "No such code", "Several systems", "No such code", "A0100"]
    assert len(told) == len(expected)
    for row, problem in zip(told, expected, strict=True):
        assert problem in row, row
    assert "write the system before it" in told[4]


def test_the_day_decides(site: Client) -> None:
    site.cookies["on"] = "2026-05-01"
    assert "Active" in words(site.post("/codes/check", {"codes": "61699"}), "//tbody/tr")
    site.cookies["on"] = "2026-08-01"
    assert "Deleted" in words(site.post("/codes/check", {"codes": "61699"}), "//tbody/tr")


def test_more_than_five_hundred_are_said_not_to_have_been_checked(site: Client) -> None:
    page = site.post("/codes/check", {"codes": " ".join(f"{n:05d}" for n in range(10_000, 10_523))})
    assert len(tree(page).xpath("//tbody/tr")) == 500
    assert "23 more were not" in words(page, "//main")


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "   ",
        "no codes at all",
        ",,,,",
        "code\n",
        "code;system\n;",
        'code,remark\n"61624,never closed',
        "\x00" * 50,
        "é" * 3000,
    ],
)
def test_bad_input_is_answered_in_words(site: Client, pasted: str) -> None:
    page = site.post("/codes/check", {"codes": pasted})
    assert page.status_code == 200


def test_a_cell_of_a_megabyte_is_no_fault_of_ours(site: Client) -> None:
    page = site.post("/codes/check", {"codes": 'code,remark\n61624,"' + "x" * 600_000 + '"\n'})
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("61624, 99213;I10|e11.9", [("61624", None), ("99213", None), ("I10", None), ("E11.9", None)]),
        ("hcpcs J1885 A0100\ncpt 61624", [("J1885", "hcpcs"), ("A0100", "hcpcs"), ("61624", "cpt")]),
        ("see 61624 and 61624 again", [("61624", None)]),
        ("code\n61624\n99213", [("61624", None), ("99213", None)]),
        ("System;Code\ncpt;61624\ncpt;61624", [("61624", "cpt")]),
        ("code\tremark\r\n61624\tx\r\n", [("61624", None)]),
        ("the patient of 4 o'clock", []),
    ],
)
def test_codes_are_read_from_what_people_paste(pasted: str, read: list[tuple[str, str | None]]) -> None:
    assert [(t.code, t.system) for t in codelist.read(pasted)] == read


@given(st.text(max_size=400))
def test_nothing_that_is_pasted_breaks_the_reader(text: str) -> None:
    for typed in codelist.read(text):
        assert typed.code and len(typed.code) <= codelist.LONGEST


def test_a_checked_list_is_downloaded_or_kept(client: Client, ada: User) -> None:
    pasted = {"codes": "61624 I67.77 61699 A0100"}
    told = rows_of(client.post("/codes/check", {**pasted, "act": "csv"}))
    assert [r["status"] for r in told] == ["active", "unknown", "deleted", "ambiguous"]
    kept = client.post("/codes/check", {**pasted, "act": "save", "name": "Checked"})
    mine = ada.favourite_lists.get()
    assert kept["Location"] == f"/account/lists/{mine.pk}"
    assert codes_of(mine) == ["61624", "61699"]


# Notes


def note_on_page(client: Client, text: str) -> Any:
    client.post(f"{CODE}/note", {"text": text})
    return tree(client.get(CODE)).xpath("//div[@class='own-note']")[0]


def test_a_note_is_markdown_and_stands_on_the_page_of_its_code(client: Client) -> None:
    shown = note_on_page(client, "**Bold**\n\n- one\n- two\n\n[CMS](https://www.cms.gov/x)")
    assert shown.xpath(".//strong/text()") == ["Bold"] and len(shown.xpath(".//li")) == 2
    assert shown.xpath(".//a/@href") == ["https://www.cms.gov/x"]
    assert "noopener" in shown.xpath(".//a/@rel")[0]
    assert "only for you" in shown.text_content()
    assert "Bold" in words(client.get("/account/notes"), "//main")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "<a href='javascript:x'>y</a>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)", "<p style='position:fixed' onclick='x()' class='y' id='content'>z</p>", "<svg onload=alert(1)>",
        "<iframe src='https://evil.example'></iframe>", "![x](https://evil.example/p.png)", "<style>body{display:none}</style>", "[x][1]\n\n[1]: vbscript:x",
        "<form action='/account/delete' method=post><button>x</button></form>", "<a href='&#106;avascript:alert(1)'>x</a>",
        "<math><mi xlink:href='javascript:x'>",
    ],
)  # fmt: skip
def test_nothing_in_a_note_runs_or_calls_out(text: str) -> None:
    made = str(queries.as_html(text))
    assert not re.search(r"<(script|img|svg|iframe|style|form|button|math|object|embed|input)\b", made, re.IGNORECASE)
    assert not re.search(r"""<[^>]*\s(on\w+|style|class|id|src)\s*=""", made, re.IGNORECASE)
    assert not re.search(r"""href="(?!https?:|mailto:)""", made, re.IGNORECASE)


def test_a_note_for_the_team_is_read_by_the_team_and_deleted_by_its_writer_alone(ada: User) -> None:
    ben, cyd = person("ben"), person("cyd")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=ben)
    author = logged_in(ada)
    author.post(f"{CODE}/note", {"text": "for us", "team": team.pk})
    author.post(f"{CODE}/note", {"text": "for me"})
    ours = CodeNote.objects.get(text="for us")
    seen = words(logged_in(ben).get(CODE), "//div[@id='kept']")
    assert "for us" in seen and "for me" not in seen and "Ada, for Radiology" in seen
    assert "for us" not in logged_in(cyd).get(CODE).content.decode()
    assert "for us" not in Client().get(CODE).content.decode()
    for other in (ben, cyd):
        assert logged_in(other).post(f"/account/notes/{ours.pk}/delete").status_code == 404
    assert logged_in(cyd).post(f"{CODE}/note", {"text": "x", "team": team.pk}).status_code == 404
    author.post(f"/account/notes/{ours.pk}/delete", {"next": "/account/notes"})
    assert [n.text for n in CodeNote.objects.all()] == ["for me"]


def test_an_empty_note_is_not_kept_and_a_long_one_is_cut(client: Client) -> None:
    client.post(f"{CODE}/note", {"text": "   "})
    assert not CodeNote.objects.exists()
    client.post(f"{CODE}/note", {"text": "x" * 20_000})
    assert len(CodeNote.objects.get().text) == 10_000


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example", "javascript:x", ""])
def test_after_keeping_nobody_lands_elsewhere(client: Client, away: str) -> None:
    assert client.post(f"{CODE}/star", {"next": away})["Location"] == "/"


# History


def test_views_and_searches_are_remembered_newest_first(client: Client) -> None:
    client.get(CODE)
    client.get("/codes/icd10cm/I67.1")
    client.get(CODE)
    client.get("/search?q=brain+aneurysm")
    page = client.get("/account/history")
    assert [a.text for a in tree(page).xpath("//section[1]//a")] == ["61624", "I67.1"]
    assert tree(page).xpath("//section[2]//a/text()") == ["brain aneurysm"]


def test_history_is_switched_off_cleared_and_switched_on(client: Client) -> None:
    client.get(CODE)
    client.post("/account/history", {"act": "clear"})
    assert not Viewed.objects.exists()
    client.post("/account/history", {"act": "off"})
    client.get(CODE)
    client.get("/search?q=aneurysm")
    assert not Viewed.objects.exists() and not Searched.objects.exists()
    assert "Nothing is being kept" in words(client.get("/account/history"), "//main")
    client.post("/account/history", {"keep": "1"})
    client.get(CODE)
    assert Viewed.objects.count() == 1


def test_text_with_a_nul_is_kept_without_it(client: Client, ada: User) -> None:
    client.get("/search", {"q": "brain\x00 aneurysm"})
    client.post("/account/lists", {"name": "My\x00 list"})
    client.post(f"{CODE}/note", {"text": "a\x00b"})
    mine = ada.favourite_lists.get()
    client.post(f"/account/lists/{mine.pk}/change", {"act": "rename", "name": "\x00"})
    client.post(f"/account/lists/{mine.pk}/change", {"act": "import", "codes": "code,remark\n61624,x\x00y\n"})
    assert [s.text for s in Searched.objects.all()] == ["brain aneurysm"]
    assert (mine.name, CodeNote.objects.get().text, Favourite.objects.get().remark) == ("My list", "ab", "xy")


def test_nobody_reads_the_history_of_another(client: Client) -> None:
    client.get(CODE)
    assert "61624" not in words(logged_in(person("cyd")).get("/account/history"), "//main")
    assert not Viewed.objects.exclude(user__email="ada@example.org").exists()


@pytest.mark.parametrize(
    "text",
    ["MRN 12345", "1234567", "john 03/04/1950", "1950-03-04", "4.3.1950", "123-45-6789", "(555) 123-4567", "555-123-4567", "john@example.org", "dob march 1950",
     "smith 4 Mar 1950", "March 4, 1950 fracture", "x" * 81],
)  # fmt: skip
def test_what_may_say_who_a_patient_is_is_not_remembered(ada: User, text: str) -> None:
    actions.remember_search(ada, text)
    assert not Searched.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "brain aneurysm",
        "61624",
        "61623-61651",
        "E11.9",
        "S52.501A",
        "type 2 diabetes 2024",
        "99213 25",
        "march fracture",
        "may 2026",
    ],
)
def test_what_coders_search_is_remembered(ada: User, text: str) -> None:
    actions.remember_search(ada, text)
    actions.remember_search(ada, text)
    assert Searched.objects.get().text == text


def test_only_the_newest_are_kept(ada: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "KEPT", 3)
    for n in range(6):
        actions.remember_view(ada, "cpt", f"6162{n}")
    client.get("/account/history")
    assert sorted(Viewed.objects.values_list("code", flat=True)) == ["61623", "61624", "61625"]


@pytest.mark.parametrize(
    ("address", "most"),
    [("/account/lists", 8), ("/account/lists/{list}", 9), ("/account/notes", 8), ("/account/history", 10), (CODE, 12)],
)
def test_pages_of_what_is_kept_ask_the_same_however_much_there_is(
    client: Client,
    ada: User,
    address: str,
    most: int,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    team = teams.found(ada, "Radiology")
    mine = actions.make_list(ada, "Mine", team)
    path = address.format(list=mine.pk)
    actions.add(mine, [("cpt", "61624", "")])
    actions.write_note(ada, "cpt", "61624", "one", team)
    client.get(path)
    with django_assert_max_num_queries(most) as before:
        client.get(path)
    actions.add(mine, [("cpt", "99213", ""), ("icd10cm", "I67.1", "")])
    for n in range(5):
        actions.make_list(ada, f"List {n}", team)
        actions.write_note(ada, "cpt", "61624", f"note {n}", team)
        actions.remember_search(ada, f"search {n}")
        actions.remember_view(ada, "cpt", f"6162{n}")
    with django_assert_num_queries(len(before)):
        client.get(path)

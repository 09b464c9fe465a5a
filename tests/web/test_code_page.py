"""What the page of a code shows, for codes that stand, ended, are headings, are unknown."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from codingahead_web.lookup import page
from tests.web.pages import links, tree, words

ORDER = [
    "official",
    "common",
    "ask",
    "indications",
    "procedure",
    "after_care",
    "facts",
    "modifiers",
    "history",
    "add_on",
    "edits",
    "related",
    "sources",
]


def test_procedure_page_has_its_sections_in_the_order_of_the_book(site: Client) -> None:
    ids = [s.get("id") for s in tree(site.get("/codes/cpt/61624")).xpath("//div[@class='sections']/section")]
    assert [i for i in ids if i in ORDER] == ORDER


def test_every_link_to_a_section_has_its_section(site: Client) -> None:
    for address in ("/codes/cpt/61624", "/codes/icd10cm/I67.1", "/codes/icd10cm/S52.5"):
        page = tree(site.get(address))
        for target in page.xpath("//nav[@data-contents]//a/@href"):
            assert page.get_element_by_id(target[1:]) is not None


def test_fact_shows_value_and_leads_to_its_source(site: Client) -> None:
    page = tree(site.get("/codes/cpt/61624"))
    row = next(r for r in page.xpath("//section[@id='facts']//tr") if "19.50" in r.text_content())
    target = row.xpath(".//a[contains(@class,'mark')]/@href")[0]
    assert "row" in page.get_element_by_id(target[1:]).text_content()


def test_fact_follows_the_day_of_service(client: Client) -> None:
    assert "20.00" in words(client.get("/codes/cpt/61624?on=2026-05-01"), "//section[@id='facts']")
    assert "20.00" not in words(client.get("/codes/cpt/61624?on=2026-08-01"), "//section[@id='facts']")


def test_card_names_status_and_unit_limit(site: Client) -> None:
    card = words(site.get("/codes/cpt/61624"), "//aside[@class='card']")
    assert "61624" in card
    assert "Active" in card
    assert "Yes" in card


def test_title_of_ours_is_said_to_be_ours(site: Client) -> None:
    assert "our own words" in words(site.get("/codes/cpt/61624"), "//header[@class='code-head']")


def test_missing_licence_is_named_with_the_way_to_load_it(site: Client) -> None:
    text = words(site.get("/codes/cpt/61624"), "//section[@id='official']")
    assert "Not loaded for this day: licensed CPT descriptors" in text
    assert "codingahead data build --sources DIR" in text


def test_missing_release_is_not_said_to_be_an_empty_one(site: Client) -> None:
    text = words(site.get("/codes/icd10cm/I67.1"), "//section[@id='index_entries']")
    assert "Not loaded for this day: ICD-10-CM Alphabetic Index" in text
    assert "do not print this code" not in text


def test_heading_says_which_character_is_missing_and_offers_the_codes(site: Client) -> None:
    response = site.get("/codes/icd10cm/S52.5")
    assert "not billable" in words(response, "//header[@class='code-head']")
    assert "/codes/icd10cm/S52.50" in links(response, "//section[@id='missing']//a")


def test_notes_stand_under_the_level_they_come_from(site: Client) -> None:
    response = site.get("/codes/icd10cm/I67.1")
    own = words(response, "//section[@id='notes']//div[contains(@class,'is-own')]")
    assert "ruptured cerebral aneurysm" in own
    assert "traumatic intracranial hemorrhage" not in own
    assert "traumatic intracranial hemorrhage" in words(response, "//section[@id='notes']")


def test_code_in_a_note_is_a_link_without_its_hyphen(site: Client) -> None:
    assert "/codes/icd10cm/S06" in links(site.get("/codes/icd10cm/I67.1"), "//section[@id='notes']//a")


def test_ended_code_says_its_last_day(site: Client) -> None:
    head = words(site.get("/codes/cpt/61699"), "//header[@class='code-head']")
    assert "Deleted: its last day was 30 Jun 2026" in head


def test_unknown_code_is_not_found_and_offers_the_search(site: Client) -> None:
    response = site.get("/codes/icd10cm/I67.77")
    assert response.status_code == 404
    assert "No such code" in words(response)
    assert any(a.startswith("/search?q=I67.77") for a in links(response))


def test_text_that_is_no_code_is_not_found(site: Client) -> None:
    assert site.get("/codes/cpt/banana").status_code == 404
    assert site.get("/codes/no-such-system/61624").status_code == 404


@pytest.mark.parametrize(("typed", "spelled"), [("i671", "I67.1"), ("I671", "I67.1")])
def test_other_spelling_leads_to_the_one_address(site: Client, typed: str, spelled: str) -> None:
    response = site.get(f"/codes/icd10cm/{typed}")
    assert (response.status_code, response["Location"]) == (301, f"/codes/icd10cm/{spelled}")


def test_code_without_a_system_leads_to_the_system_that_holds_it(site: Client) -> None:
    assert site.get("/codes/I67.1?on=2026-08-01")["Location"] == "/codes/icd10cm/I67.1?on=2026-08-01"


def test_code_of_several_systems_asks_which(site: Client) -> None:
    response = site.get("/codes/A0100")
    assert response.status_code == 300
    offered = links(response)
    assert {"/codes/hcpcs/A0100", "/codes/icd10cm/A0100"} <= set(offered)


def test_edits_can_be_searched_by_the_other_code(site: Client) -> None:
    response = site.get("/codes/cpt/61624/edits?edit=36224", headers={"HX-Request": "true"})
    assert "/codes/cpt/36224" in links(response, "//td//a")
    assert len(tree(response).xpath("//tbody/tr")) == 1
    assert b"<html" not in response.content


def test_edits_are_a_page_of_their_own_without_scripts(site: Client) -> None:
    response = site.get("/codes/cpt/61624/edits?edit=36224")
    assert "/codes/cpt/36224" in links(response, "//td//a")
    assert "/codes/cpt/61624" in links(response)


def test_edit_that_ended_is_not_listed(site: Client) -> None:
    assert "36227" not in words(site.get("/codes/cpt/61624"), "//section[@id='edits']")


def test_total_of_a_setting_that_is_not_priced_is_left_out_of_the_card() -> None:
    facts = [
        {"name": "facility_total", "value": "31.28"},
        {"name": "nonfacility_total", "value": "31.28"},
        {"name": "nonfacility_na", "value": "NA"},
    ]
    assert [f["name"] for f in page.card({"facts": facts})] == ["facility_total"]


def test_fact_of_a_release_past_its_time_is_marked_and_the_page_says_so(client: Client) -> None:
    def work_mark(day: str) -> str:
        rows = tree(client.get(f"/codes/cpt/61624?on={day}")).xpath("//section[@id='facts']//tr")
        return str(next(r for r in rows if "19.50" in r.text_content()).xpath(".//a[@data-source]/@class")[0])

    assert work_mark("2026-08-01") == "mark"
    assert work_mark("2027-03-01") == "mark is-stale"
    text = words(client.get("/codes/cpt/61624?on=2027-03-01"), "//details[@class='stale-line']")
    assert "fee schedule" in text.lower()


def test_without_a_pack_pages_say_so_and_how_to_build_one(site: Client, no_pack: Path) -> None:
    response = site.get("/codes/cpt/61624")
    assert response.status_code == 503
    assert "codingahead data build" in words(response)


def test_kept_sections_are_printed_anew_for_another_day_address_and_search_of_edits(site: Client) -> None:
    plain = site.get("/codes/cpt/61624").content
    assert site.get("/codes/cpt/61624").content.count(b'id="source-') == plain.count(b'id="source-')
    dated = site.get("/codes/cpt/61624?on=2026-08-01")
    chips = tree(dated).xpath("//section[@id='modifiers']//a[contains(@class,'chip')]/@href")
    assert chips and all("on=2026-08-01" in c for c in chips)
    none = words(site.get("/codes/cpt/61624?edit=zzzz"), "//section[@id='edits']")
    assert none != words(site.get("/codes/cpt/61624"), "//section[@id='edits']")

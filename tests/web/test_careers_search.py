"""The job board for readers: what is found, counted, described for search engines, and gone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from codingahead_web.accounts.models import User
from codingahead_web.careers import pay, tables, words
from codingahead_web.careers.board import board
from codingahead_web.careers.models import Employer, Posting
from codingahead_web.careers.query import read
from tests.web import jobs
from tests.web.pages import tree
from tests.web.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital() -> Employer:
    return jobs.employer(person("ada"))


def titles(query: str) -> list[str]:
    found = board().find(read(QueryDict(query)), limit=50)
    by_id = Posting.objects.in_bulk(found.ids)
    assert found.total == len(found.ids)
    return [by_id[i].title for i in found.ids]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=cpc-a+remote+entry", ["Junior Coder"]),
        ("q=inpatient+ccs+trauma", ["Trauma Coder"]),
        ("q=risk+adjustment+crc", ["HCC Reviewer"]),
        ("q=coders+working+from+home+hcc", ["HCC Reviewer"]),
        ("q=zebra", []),
        ("credential=crc", ["HCC Reviewer"]),
        ("place=onsite", ["Trauma Coder"]),
        ("place=onsite&place=remote&sort=pay", ["HCC Reviewer", "Trauma Coder", "Junior Coder"]),
        ("state=TX", ["Trauma Coder", "Junior Coder"]),
        ("state=OH", ["Junior Coder", "HCC Reviewer"]),
        ("pay=75000", ["HCC Reviewer"]),
        ("since=1", ["Trauma Coder", "Junior Coder"]),
        ("setting=nonsense&credential=XYZ", ["Trauma Coder", "Junior Coder", "HCC Reviewer"]),
    ],
)  # fmt: skip
def test_a_query_finds_what_it_asks_for(hospital: Employer, query: str, expected: list[str]) -> None:
    now = timezone.now()
    jobs.posting(
        hospital, title="Trauma Coder", place="onsite", states=["TX"], city="Austin", specialty="trauma", description="Inpatient stays.",
        experience_years=3, opens=now - timedelta(minutes=1),
    )  # fmt: skip
    jobs.posting(
        hospital, title="Junior Coder", credentials=["CPC-A"], setting="professional", description="You learn with us.", pay_year_max=40_000,
        opens=now - timedelta(minutes=2),
    )  # fmt: skip
    jobs.posting(
        hospital, title="HCC Reviewer", credentials=["CRC"], setting="risk_adjustment", states=["OH"], description="Working on charts as coders do.",
        pay_year_max=80_000, experience_years=2, opens=now - timedelta(days=3),
    )  # fmt: skip
    assert titles(query) == expected


def test_equivalent_credentials_count_only_where_the_posting_takes_them(hospital: Employer) -> None:
    jobs.posting(hospital, title="Takes", credentials=["CIC"], or_equivalent=True)
    jobs.posting(hospital, title="Insists", credentials=["CIC"], or_equivalent=False)
    assert titles("credential=CCS") == ["Takes"]
    assert titles("credential=CCS&exact=1") == []
    assert sorted(titles("credential=CIC")) == ["Insists", "Takes"]


def test_every_equivalent_is_a_credential_of_the_table() -> None:
    assert {e for taken in tables.equivalents().values() for e in taken} <= set(tables.equivalents())


@pytest.mark.parametrize("status", [s for s in Posting.Status.values if s != "open"])
def test_what_is_not_open_is_not_found(hospital: Employer, status: str) -> None:
    jobs.posting(hospital, status=status)
    assert titles("") == []


def test_the_board_sees_a_change_at_once(hospital: Employer) -> None:
    one = jobs.posting(hospital)
    assert titles("credential=CCS") == ["Inpatient Coder"]
    one.credentials, one.changed = ["COC"], timezone.now()
    one.save()
    assert titles("credential=COC&exact=1") == ["Inpatient Coder"]
    Posting.objects.filter(pk=one.pk).update(status="closed", changed=timezone.now())
    assert titles("") == []


def test_counts_of_a_filter_do_not_depend_on_its_own_choice(hospital: Employer) -> None:
    jobs.posting(hospital, place="remote")
    jobs.posting(hospital, place="remote", setting="auditing")
    jobs.posting(hospital, place="onsite", states=["TX"])
    found = board().find(read(QueryDict("place=onsite")), limit=5)
    assert (found.total, found.counts["place"], found.counts["setting"]) == (
        1,
        {"remote": 2, "onsite": 1},
        {"facility": 1},
    )


def test_a_count_is_the_number_of_jobs_that_its_choice_gives(hospital: Employer) -> None:
    jobs.posting(hospital, credentials=["CIC"], states=["TX"])
    jobs.posting(hospital, credentials=["CIC"], or_equivalent=False)
    jobs.posting(hospital, credentials=["CPC-A"], states=["OH"], specialty="trauma", place="onsite")
    for chosen in ("", "place=remote", "credential=CIC"):
        counts = board().find(read(QueryDict(chosen)), limit=1).counts
        for name, values in counts.items():
            kept = "" if chosen.startswith(name) else f"{chosen}&"
            for value, told in values.items():
                assert len(titles(f"{kept}{name}={value}")) == told, (chosen, name, value)


def test_more_than_the_first_columns_are_kept(hospital: Employer) -> None:
    now = timezone.now()
    Posting.objects.bulk_create(
        [
            Posting(employer=hospital, title=f"Job {i}", description="x", setting="facility", place="remote", status="open",
                    opens=now - timedelta(minutes=i), expires=now + timedelta(days=3))
            for i in range(1500)
        ]
    )  # fmt: skip
    found = board().find(read(QueryDict("")), limit=3, offset=1200)
    assert found.total == 1500
    assert [p.title for p in Posting.objects.filter(pk__in=found.ids).order_by("-opens")] == [
        "Job 1200",
        "Job 1201",
        "Job 1202",
    ]


@given(st.text(max_size=60))
def test_any_text_is_a_query(text: str) -> None:
    assert len(words.asked(text)) <= words.MOST


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "credential", "state", "pay", "since", "sort", "exact", "place"]),
            st.text(max_size=12),
        )
    )
)
def test_an_address_read_again_asks_for_the_same(pairs: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    asked = read(query)
    assert read(QueryDict(asked.address())) == asked


def test_the_list_pages_and_keeps_its_filters(client: Client, hospital: Employer) -> None:
    for i in range(25):
        jobs.posting(hospital, title=f"Coder {i}")
    page = tree(client.get("/careers?place=remote"))
    assert page.xpath("//a[@rel='next']/@href") == ["?place=remote&page=2"]
    assert len(page.xpath("//li[@class='job']")) == 20
    assert len(tree(client.get("/careers?place=remote&page=2")).xpath("//li[@class='job']")) == 5
    assert page.xpath("//link[@rel='canonical']/@href") == ["http://testserver/careers?place=remote"]


def structured(client: Client, one: Posting) -> dict[str, Any]:
    (told,) = tree(client.get(one.get_absolute_url())).xpath("//script[@type='application/ld+json']/text()")
    value: dict[str, Any] = json.loads(told)
    return value


REQUIRED = {
    "title",
    "description",
    "datePosted",
    "hiringOrganization",
    "validThrough",
    "identifier",
    "employmentType",
    "directApply",
}


def test_a_remote_posting_is_described_for_search_engines(client: Client, hospital: Employer) -> None:
    one = jobs.posting(
        hospital, states=["TX", "OH"], description="Rows </script><script>alert(1)</script> & more.\n\nSecond."
    )
    told = structured(client, one)
    assert set(told) >= REQUIRED
    assert told["@type"] == "JobPosting" and told["jobLocationType"] == "TELECOMMUTE"
    assert [r["name"] for r in told["applicantLocationRequirements"]] == ["Texas, USA", "Ohio, USA"]
    assert told["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        "unitText": "YEAR",
        "minValue": 60000.0,
        "maxValue": 70000.0,
    }
    assert (
        told["description"]
        == "<p>Rows &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more.</p><p>Second.</p>"
    )


def test_a_posting_on_site_has_a_place_and_none_for_telework(client: Client, hospital: Employer) -> None:
    told = structured(client, jobs.posting(hospital, place="onsite", states=["TX"], city="Austin"))
    assert told["jobLocation"]["address"] == {
        "@type": "PostalAddress", "addressLocality": "Austin", "addressRegion": "TX", "addressCountry": "US",
    }  # fmt: skip
    assert "jobLocationType" not in told


def test_pay_by_the_chart_is_not_given_as_another_unit(client: Client, hospital: Employer) -> None:
    one = jobs.posting(hospital, pay_unit="chart", pay_min=3, pay_max=5, pay_year_min=None, pay_year_max=None)
    assert "baseSalary" not in structured(client, one)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"expires": timezone.now() - timedelta(minutes=1)}, 410),
        ({"status": "closed"}, 410),
        ({"status": "expired"}, 410),
        ({"status": "draft", "opens": None}, 404),
        ({"status": "waiting", "opens": None}, 404),
        ({"status": "paused"}, 404),
    ],
)
def test_an_address_answers_by_the_state_of_its_posting(
    client: Client, hospital: Employer, fields: dict[str, Any], status: int
) -> None:
    one = jobs.posting(hospital, **fields)
    assert client.get(one.get_absolute_url()).status_code == status


def test_another_slug_leads_to_the_right_one(client: Client, hospital: Employer) -> None:
    one = jobs.posting(hospital)
    answer = client.get(f"/careers/{one.pk}-something-else")
    assert (answer.status_code, answer["Location"]) == (301, one.get_absolute_url())


def test_map_and_feed_hold_what_is_open(client: Client, hospital: Employer) -> None:
    one = jobs.posting(hospital)
    gone = jobs.posting(hospital, status="closed", title="Gone")
    sitemap = client.get("/careers/sitemap.xml").content.decode()
    assert f"http://testserver{one.get_absolute_url()}" in sitemap and gone.get_absolute_url() not in sitemap
    assert "careers/sitemap.xml" in client.get("/robots.txt").content.decode()
    feed = client.get("/careers/feed.atom?q=inpatient")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert feed.content.decode().count("<entry>") == 1
    assert client.get("/careers/feed.atom?q=zebra").content.decode().count("<entry>") == 0


def test_no_mail_address_stands_in_a_page(client: Client, hospital: Employer) -> None:
    one = jobs.posting(hospital)
    assert User.objects.get().email not in client.get(one.get_absolute_url()).content.decode()


def test_pay_is_counted_with_its_sample_and_small_groups_are_left_out(client: Client, hospital: Employer) -> None:
    cache.clear()
    for amount in (50_000, 60_000, 70_000, 80_000, 90_000):
        jobs.posting(hospital, pay_year_min=amount - 1000, pay_year_max=amount + 1000, credentials=["CIC"])
    jobs.posting(hospital, pay_year_min=200_000, pay_year_max=200_000, credentials=["CRC"])
    jobs.posting(hospital, pay_year_min=None, pay_year_max=None, credentials=["CIC"])
    told = pay.statistics()
    (row,) = next(g["rows"] for g in told["groups"] if g["name"] == "Credential")
    assert (row["label"], row["count"], row["median"], told["total"]) == ("CIC", 5, 70_000, 6)
    assert "$70,000" in client.get("/careers/pay").content.decode()
    cache.clear()

"""Levels of visits: every boundary minute of every code, two of three elements, prolonged services by both payers, and what goes beside."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingahead.codebook import Codebook
from codingahead.coder.visit_asked import visit_question
from codingahead.coder.visit_tables import LEVELS, tables
from codingahead.words.errors import BadInput

ON = date(2026, 8, 1)
NEW, OLD = {"patient": "new"}, {"patient": "established"}

# family, patient, then code and least minutes, lowest first: as the guidelines have them from 2024.
TIMES = [
    ("office", NEW, [("99202", 15), ("99203", 30), ("99204", 45), ("99205", 60)]),
    ("office", OLD, [("99212", 10), ("99213", 20), ("99214", 30), ("99215", 40)]),
    ("hospital_initial", {}, [("99221", 40), ("99222", 55), ("99223", 75)]),
    ("hospital_subsequent", {}, [("99231", 25), ("99232", 35), ("99233", 50)]),
    ("hospital_same_day", {}, [("99234", 45), ("99235", 70), ("99236", 85)]),
    ("consult_outpatient", {}, [("99242", 20), ("99243", 30), ("99244", 40), ("99245", 55)]),
    ("consult_inpatient", {}, [("99252", 35), ("99253", 45), ("99254", 60), ("99255", 80)]),
    ("nursing_initial", {}, [("99304", 25), ("99305", 35), ("99306", 50)]),
    ("nursing_subsequent", {}, [("99307", 10), ("99308", 20), ("99309", 30), ("99310", 45)]),
    ("home", NEW, [("99341", 15), ("99342", 30), ("99344", 60), ("99345", 75)]),
    ("home", OLD, [("99347", 20), ("99348", 30), ("99349", 40), ("99350", 60)]),
]
BOUNDARIES = [
    (family, patient, minutes, code)
    for family, patient, rows in TIMES
    for n, (code, least) in enumerate(rows)
    for minutes, code in ((least - 1, rows[n - 1][0] if n else None), (least, code), (least + 1, code))
]
MDM = [
    ("office", NEW, ["99202", "99203", "99204", "99205"]),
    ("office", OLD, ["99212", "99213", "99214", "99215"]),
    ("hospital_initial", {}, ["99221", "99221", "99222", "99223"]),
    ("hospital_subsequent", {}, ["99231", "99231", "99232", "99233"]),
    ("hospital_same_day", {}, ["99234", "99234", "99235", "99236"]),
    ("emergency", {}, ["99282", "99283", "99284", "99285"]),
    ("consult_outpatient", {}, ["99242", "99243", "99244", "99245"]),
    ("consult_inpatient", {}, ["99252", "99253", "99254", "99255"]),
    ("nursing_initial", {}, ["99304", "99304", "99305", "99306"]),
    ("nursing_subsequent", {}, ["99307", "99308", "99309", "99310"]),
    ("home", NEW, ["99341", "99342", "99344", "99345"]),
    ("home", OLD, ["99347", "99348", "99349", "99350"]),
]
# base by family, payer, code, total minutes of the first unit.
PROLONGED = [
    ("office", NEW, "cpt", "99417", 75), ("office", OLD, "cpt", "99417", 55), ("consult_outpatient", {}, "cpt", "99417", 70),
    ("home", NEW, "cpt", "99417", 90), ("home", OLD, "cpt", "99417", 75),
    ("cognitive", {}, "cpt", "99417", 75), ("cognitive", {}, "medicare", "G2212", 100), ("hospital_initial", {}, "cpt", "99418", 90),
    ("hospital_subsequent", {}, "cpt", "99418", 65), ("hospital_same_day", {}, "cpt", "99418", 100), ("consult_inpatient", {}, "cpt", "99418", 95),
    ("nursing_initial", {}, "cpt", "99418", 65), ("nursing_subsequent", {}, "cpt", "99418", 60),
    ("office", NEW, "medicare", "G2212", 89), ("office", OLD, "medicare", "G2212", 69), ("hospital_initial", {}, "medicare", "G0316", 90),
    ("hospital_subsequent", {}, "medicare", "G0316", 65), ("hospital_same_day", {}, "medicare", "G0316", 110),
    ("nursing_initial", {}, "medicare", "G0317", 95), ("nursing_subsequent", {}, "medicare", "G0317", 85),
    ("home", NEW, "medicare", "G0318", 140), ("home", OLD, "medicare", "G0318", 110),
]  # fmt: skip


def level(codebook: Codebook, family: str, on: date = ON, **told: Any) -> dict[str, Any]:
    return codebook.level({"family": family, **told}, on)


@pytest.mark.parametrize(("family", "patient", "minutes", "code"), BOUNDARIES)
def test_each_boundary_minute_reaches_its_code(
    codebook: Codebook, family: str, patient: dict[str, str], minutes: int, code: str | None
) -> None:
    visit = level(codebook, family, minutes=minutes, **patient)
    assert visit["code"] == code
    assert visit["basis"] == ("time" if code else None)


def test_the_table_of_boundaries_leaves_out_no_code() -> None:
    timed = {r.code for f in tables().families.values() for rows in f.rows.values() for r in rows if r.minutes}
    assert timed - {"99238", "99239", "99483"} == {code for _, _, rows in TIMES for code, _ in rows}


@pytest.mark.parametrize(
    ("minutes", "code"), [(None, "99238"), (0, "99238"), (29, "99238"), (30, "99238"), (31, "99239"), (90, "99239")]
)
def test_discharge_needs_more_than_30_minutes_for_the_longer_code(
    codebook: Codebook, minutes: int | None, code: str
) -> None:
    visit = level(codebook, "discharge", minutes=minutes)
    assert (visit["code"], visit["basis"], visit["prolonged"]) == (code, "time", [])


@pytest.mark.parametrize(("family", "patient", "codes"), MDM)
def test_decision_making_is_two_of_three_in_every_family(
    codebook: Codebook, family: str, patient: dict[str, str], codes: list[str]
) -> None:
    for told in product(range(4), repeat=3):
        named = dict(zip(("problems", "data", "risk"), (LEVELS[n] for n in told), strict=True))
        visit = level(codebook, family, **patient, **named)
        middle = sorted(told)[1]
        assert (visit["code"], visit["level"], visit["basis"]) == (codes[middle], LEVELS[middle], "mdm")


@pytest.mark.parametrize(("family", "patient", "payer", "code", "starts"), PROLONGED)
def test_prolonged_services_begin_and_grow_at_their_minutes(
    codebook: Codebook, family: str, patient: dict[str, str], payer: str, code: str, starts: int
) -> None:
    for minutes, units in (
        (starts - 1, 0),
        (starts, 1),
        (starts + 14, 1),
        (starts + 15, 2),
        (starts + 29, 2),
        (starts + 30, 3),
    ):
        told = level(codebook, family, minutes=minutes, payer=payer, **patient)["prolonged"]
        assert [(p["code"], p["units"], p["payer"]) for p in told] == ([(code, units, payer)] if units else [])


def test_the_table_of_prolonged_services_leaves_out_none() -> None:
    today = [(p.code, p.payer, p.starts) for p in tables().prolonged if p.last is None]
    assert sorted(today) == sorted((code, payer, starts) for _, _, payer, code, starts in PROLONGED)


def test_prolonged_service_stands_only_with_a_level_chosen_by_time(codebook: Codebook) -> None:
    high = {"problems": "high", "risk": "high", **OLD}
    assert level(codebook, "office", minutes=50, payer="medicare", **high)["basis"] == "mdm"
    longer = level(codebook, "office", minutes=70, payer="medicare", **high)
    assert (longer["basis"], longer["prolonged"][0]["units"]) == ("time", 1)


def test_without_a_payer_both_ways_of_counting_are_told(codebook: Codebook) -> None:
    told = level(codebook, "office", minutes=70, **OLD)["prolonged"]
    assert [(p["code"], p["units"], p["payer"]) for p in told] == [("G2212", 1, "medicare"), ("99417", 2, "cpt")]


@pytest.mark.parametrize(
    ("family", "code", "on", "minutes"),
    [
        ("nursing_initial", "99306", date(2023, 12, 31), 45),
        ("nursing_initial", "99305", date(2024, 1, 1), 45),
        ("nursing_subsequent", "99308", date(2023, 12, 31), 15),
        ("nursing_subsequent", "99307", date(2024, 1, 1), 15),
    ],
)
def test_minutes_are_those_of_the_day(codebook: Codebook, family: str, code: str, on: date, minutes: int) -> None:
    assert level(codebook, family, on, minutes=minutes)["code"] == code


@pytest.mark.parametrize("family", tables().families)
def test_days_before_the_rules_are_not_covered(codebook: Codebook, family: str) -> None:
    start = date(2021, 1, 1) if family == "office" else date(2023, 1, 1)
    before = level(codebook, family, start - timedelta(days=1), minutes=300, problems="high", risk="high", **OLD)
    assert (before["code"], before["basis"]) == (None, None)
    assert "not covered" in before["reasons"][0]["text"] and before["not_loaded"]
    assert level(codebook, family, start, minutes=300, problems="high", risk="high", **OLD)["code"]


def test_emergency_visits_have_no_time(codebook: Codebook) -> None:
    assert level(codebook, "emergency", minutes=300)["code"] is None
    visit = level(codebook, "emergency", minutes=300, problems="low", risk="low")
    assert (visit["code"], visit["prolonged"]) == ("99283", [])
    assert any("left aside" in text for text in visit["assumptions"])


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"family": "consult_outpatient", "patient": "new", "minutes": 45}, "99204"),
        ({"family": "consult_outpatient", "patient": "established", "minutes": 45}, "99215"),
        ({"family": "consult_inpatient", "problems": "high", "risk": "high"}, "99223"),
        ({"family": "consult_inpatient", "minutes": 39}, None),
    ],
)
def test_medicare_takes_another_code_than_a_consultation(
    codebook: Codebook, told: dict[str, Any], code: str | None
) -> None:
    visit = codebook.level({**told, "payer": "medicare"}, ON)
    assert visit["code"] == code
    assert visit["reasons"][0]["element"] == "family" and "no consultation codes" in visit["reasons"][0]["text"]


def test_consultation_for_any_payer_names_what_medicare_takes_instead(codebook: Codebook) -> None:
    visit = level(codebook, "consult_outpatient", problems="moderate", risk="moderate")
    taken = [a["code"] for a in visit["alternatives"] if a["payer"] == "medicare"]
    assert (visit["code"], taken) == ("99244", ["99204", "99214"])
    assert [a["payer"] for a in level(codebook, "consult_outpatient", minutes=60, payer="cpt")["alternatives"]] == []


@pytest.mark.parametrize(
    ("family", "on", "told", "allowed"),
    [
        ("office", ON, {}, ["conditional"]),
        ("office", ON, {"longitudinal": True}, ["yes"]),
        ("office", ON, {"longitudinal": False}, ["no"]),
        ("office", ON, {"longitudinal": True, "modifier_25": True}, ["no"]),
        ("office", ON, {"longitudinal": True, "modifier_25": True, "preventive": True}, ["yes"]),
        ("office", date(2024, 12, 31), {"longitudinal": True, "modifier_25": True, "preventive": True}, ["no"]),
        ("office", ON, {"payer": "cpt"}, []),
        ("office", date(2023, 12, 31), {"longitudinal": True}, []),
        ("office", date(2024, 1, 1), {"longitudinal": True}, ["yes"]),
        ("home", date(2025, 12, 31), {"longitudinal": True}, []),
        ("home", date(2026, 1, 1), {"longitudinal": True}, ["yes"]),
        ("emergency", ON, {"longitudinal": True, "problems": "high", "risk": "high"}, []),
    ],
)
def test_the_add_on_for_a_lasting_relationship_follows_its_days_and_modifier_25(
    codebook: Codebook, family: str, on: date, told: dict[str, Any], allowed: list[str]
) -> None:
    visit = codebook.level({"family": family, "patient": "new", "minutes": 80, **told}, on)
    assert [a["allowed"] for a in visit["add_on"]] == allowed


@pytest.mark.parametrize(
    ("told", "modifiers", "said"),
    [
        ({"family": "hospital_initial", "physician_minutes": 50, "other_minutes": 30}, ["FS"], "the physician bills, with 50 of 80"),
        ({"family": "hospital_initial", "physician_minutes": 30, "other_minutes": 50}, ["FS"], "the other practitioner bills"),
        ({"family": "hospital_initial", "physician_minutes": 40, "other_minutes": 40}, ["FS"], "neither has more than half"),
        ({"family": "hospital_initial", "minutes": 80}, ["FS"], "substantive part"),
        ({"family": "office", "patient": "new", "minutes": 80}, [], "only in a facility"),
        ({"family": "hospital_initial", "minutes": 80, "payer": "cpt"}, [], "Medicare's rule"),
    ],
)  # fmt: skip
def test_split_visits_are_billed_by_who_has_the_substantive_part(
    codebook: Codebook, told: dict[str, Any], modifiers: list[str], said: str
) -> None:
    visit = codebook.level({**told, "shared": True}, ON)
    assert [m["modifier"] for m in visit["modifiers"]] == modifiers
    everything = [m["text"] for m in (*visit["modifiers"], *visit["notes"])] + visit["assumptions"]
    assert any(said in text for text in everything)
    assert visit["code"] in ("99223", "99205")


@pytest.mark.parametrize(
    ("seen", "on", "patient"),
    [
        (date(2023, 11, 22), date(2026, 11, 21), "established"),
        (date(2023, 11, 22), date(2026, 11, 22), "established"),
        (date(2023, 11, 22), date(2026, 11, 23), "new"),
        (date(2024, 2, 29), date(2027, 2, 28), "established"),
        (date(2024, 2, 29), date(2027, 3, 2), "new"),
    ],
)
def test_a_patient_is_new_after_three_years(codebook: Codebook, seen: date, on: date, patient: str) -> None:
    visit = level(codebook, "office", on, last_seen=seen, minutes=60)
    assert visit["patient"] == patient
    is_anniversary = seen.month == on.month and seen.day == on.day
    assert any("anniversary" in text for text in visit["assumptions"]) == is_anniversary


def test_a_last_service_after_the_visit_is_refused(codebook: Codebook) -> None:
    with pytest.raises(BadInput, match="last_seen"):
        level(codebook, "office", date(2026, 1, 1), last_seen=date(2026, 1, 2), minutes=60)


@pytest.mark.parametrize(
    ("told", "element", "reached"),
    [
        ({"addressed": ["minor"]}, "problems", "straightforward"),
        ({"addressed": ["minor", "minor"]}, "problems", "low"),
        ({"addressed": {"stable_chronic": 1}}, "problems", "low"),
        ({"addressed": {"stable_chronic": 2}}, "problems", "moderate"),
        ({"addressed": {"acute_uncomplicated": 3}}, "problems", "low"),
        ({"addressed": "worsening_chronic"}, "problems", "moderate"),
        ({"addressed": ["minor", "threat"]}, "problems", "high"),
        ({"tests": 0}, "data", "straightforward"),
        ({"tests": 1}, "data", "straightforward"),
        ({"tests": 2}, "data", "low"),
        ({"historian": True}, "data", "low"),
        ({"tests": 3}, "data", "moderate"),
        ({"tests": 2, "historian": True}, "data", "moderate"),
        ({"interpretation": True}, "data", "moderate"),
        ({"discussion": "yes"}, "data", "moderate"),
        ({"tests": 2, "discussion": True}, "data", "moderate"),
        ({"tests": 3, "discussion": True}, "data", "high"),
        ({"tests": 2, "historian": True, "interpretation": True}, "data", "high"),
        ({"interpretation": True, "discussion": True}, "data", "high"),
        ({"risks": ["low"]}, "risk", "low"),
        ({"risks": ["low", "prescription"]}, "risk", "moderate"),
        ({"risks": "prescription,hospitalization"}, "risk", "high"),
    ],
)
def test_the_worksheet_levels_each_element(
    codebook: Codebook, told: dict[str, Any], element: str, reached: str
) -> None:
    visit = codebook.level({"family": "emergency", **told}, ON)
    assert next(r["level"] for r in visit["reasons"] if r["element"] == element) == reached


def test_one_element_alone_comes_to_no_code_and_says_what_is_missing(codebook: Codebook) -> None:
    visit = level(codebook, "emergency", problems="high")
    assert visit["code"] is None
    assert any("two of problems, data and risk are needed" in r["text"] for r in visit["reasons"])


def test_two_elements_without_the_third_are_a_floor(codebook: Codebook) -> None:
    visit = level(codebook, "emergency", problems="high", risk="low")
    assert visit["code"] == "99283"
    assert any("nothing was said about data" in text for text in visit["assumptions"])
    assert [[n["element"] for n in way["needs"]] for way in visit["next"]] == [["data"], ["risk"]]


def test_what_one_more_would_do_leads_to_the_code_it_names(codebook: Codebook) -> None:
    told = {"problems": "moderate", "data": "low", "risk": "low", "minutes": 22, **OLD}
    visit = level(codebook, "office", **told)
    assert visit["code"] == "99213" and len(visit["next"]) == 3
    for way in visit["next"]:
        if way["basis"] == "time":
            more = told | {"minutes": told["minutes"] + way["minutes"]}
        else:
            more = told | {n["element"]: n["level"] for n in way["needs"]}
        assert level(codebook, "office", **more)["code"] == way["code"] == "99214"


def test_the_higher_of_decision_making_and_time_is_chosen(codebook: Codebook) -> None:
    visit = level(codebook, "office", minutes=45, problems="low", risk="low", **OLD)
    assert (visit["code"], visit["basis"]) == ("99215", "time")
    assert ("99213", "mdm") in [(a["code"], a["basis"]) for a in visit["alternatives"]]


def test_a_code_that_the_releases_do_not_know_says_so(codebook: Codebook) -> None:
    assert level(codebook, "office", minutes=20, **OLD)["status"] == "active"
    unknown = level(codebook, "office", minutes=30, **OLD)
    assert unknown["status"] == "unknown"
    assert any("unknown" in r["text"] for r in unknown["reasons"] if r["element"] == "code")


def test_every_sentence_names_a_source_that_is_listed(codebook: Codebook) -> None:
    visit = codebook.level({"family": "consult_inpatient", "minutes": 100, "shared": True, "payer": "medicare"}, ON)
    listed = [s["n"] for s in visit["sources"]]
    assert listed == list(range(1, len(listed) + 1))
    said = [*visit["reasons"], *visit["prolonged"], *visit["modifiers"], *visit["alternatives"], *visit["notes"]]
    assert {s["source"] for s in said if s["source"]} <= set(listed)


@pytest.mark.parametrize(
    "told",
    [
        {}, {"family": "surgery"}, {"family": "office"}, {"family": "office", "patient": "old"}, {"family": "emergency", "problems": "extreme"},
        {"family": "emergency", "minutes": -1}, {"family": "emergency", "minutes": "ten"}, {"family": "emergency", "minutes": 1441},
        {"family": "emergency", "minutes": True}, {"family": "emergency", "minutes": 10.5}, {"family": "emergency", "payer": "aetna"},
        {"family": "emergency", "addressed": ["cold"]}, {"family": "emergency", "addressed": 3}, {"family": "emergency", "risks": {"x": 1}},
        {"family": "emergency", "tests": "many"}, {"family": "emergency", "historian": "perhaps"}, {"family": "emergency", "shared": []},
        {"family": "emergency", "last_seen": "yesterday"}, {"family": ["office"]}, {"family": "emergency", "tests": "²"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(codebook: Codebook, told: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        codebook.level(told, ON)


FAMILY = st.sampled_from([(f, p) for f, p, _ in MDM])
LEVEL = st.none() | st.sampled_from(LEVELS)


def place(visit: dict[str, Any]) -> int:
    return -1 if visit["code"] is None else [row["code"] for row in visit["codes"]].index(visit["code"])


@given(FAMILY, LEVEL, LEVEL, LEVEL, st.integers(0, 300), st.integers(0, 60), st.sampled_from([None, "cpt"]))
def test_more_time_never_lowers_the_level_or_the_units(
    codebook: Codebook, family: Any, problems: Any, data: Any, risk: Any, minutes: int, more: int, payer: Any
) -> None:
    told = {"problems": problems, "data": data, "risk": risk, "payer": payer, **family[1]}
    less, longer = (level(codebook, family[0], minutes=m, **told) for m in (minutes, minutes + more))
    assert place(less) <= place(longer)
    units = [{p["code"]: p["units"] for p in v["prolonged"]} for v in (less, longer)]
    assert all(units[1].get(code, 0) >= n for code, n in units[0].items())


@given(FAMILY, LEVEL, LEVEL, LEVEL, st.sampled_from(["problems", "data", "risk"]), st.none() | st.integers(0, 120))
def test_a_higher_element_never_lowers_the_level(
    codebook: Codebook, family: Any, problems: Any, data: Any, risk: Any, raised: str, minutes: int | None
) -> None:
    told = {"problems": problems, "data": data, "risk": risk}
    first = level(codebook, family[0], minutes=minutes, **told, **family[1])
    second = level(codebook, family[0], minutes=minutes, **(told | {raised: "high"}), **family[1])
    assert place(first) <= place(second)


@given(st.dictionaries(st.text(max_size=12) | st.sampled_from(["family", "minutes", "addressed", "risks", "shared", "tests"]),
                       st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.text(max_size=8), max_size=3)))  # fmt: skip
def test_nonsense_is_read_or_refused_and_never_fails(told: dict[str, Any]) -> None:
    try:
        visit_question(told)
    except BadInput as refused:
        assert refused.message and refused.hint

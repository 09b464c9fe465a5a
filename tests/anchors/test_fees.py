"""Prices known of the real official files: totals of every row, the worked amounts of the fee rules, caps, history."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from codingahead.build.run import build
from codingahead.codebook import Codebook
from codingahead.reference.fees.asked import question
from codingahead.store import queries

DAY = date(2026, 8, 1)
FOLDERS = ("pfs", "clfs", "opps")


@pytest.fixture(scope="session")
def fees(official: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebook]:
    """A pack of the fee schedules alone."""
    if not all((official / name).is_dir() for name in FOLDERS):
        pytest.skip(f"no official fee files: {official} has no folders {', '.join(FOLDERS)}")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "official-fees"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "CURRENT").exists():
            sources = folder / "sources"
            for name in FOLDERS:
                shutil.copytree(official / name, sources / name, copy_function=shutil.copyfile)
            report = build(sources, folder, now=datetime(2026, 8, 1, tzinfo=UTC))
            assert [n for n in report.not_used if n.fault] == []
    with Codebook.open(folder) as opened:
        yield opened


def ask(fees: Codebook, on: date = DAY, **arguments: Any) -> dict[str, Any]:
    return fees.price(question({"pos": "11"} | arguments, on))


def test_every_total_is_the_sum_of_its_row(fees: Codebook) -> None:
    releases = fees.pack.releases("pfs")
    assert len(releases) == 23
    for release in releases:
        found = fees.pack.in_force("pfs", release.effective_from)
        assert found is not None
        rows = queries.release_records(fees.pack, found[0])
        assert len(rows) == release.rows
        for row in rows:
            c = {k: Decimal(v) for k, v in row.cells.items() if k.endswith(("_rvu", "_total"))}
            assert c["work_rvu"] + c["nonfacility_pe_rvu"] + c["mp_rvu"] == c["nonfacility_total"], (
                release.id,
                row.code,
            )
            assert c["work_rvu"] + c["facility_pe_rvu"] + c["mp_rvu"] == c["facility_total"], (release.id, row.code)


SAN_FRANCISCO, ALABAMA, MANHATTAN = "01112/05", "10112/00", "13202/01"
WORKED: list[tuple[dict[str, Any], str]] = [
    ({"code": "61624", "pos": "21"}, "1044.78"),
    ({"code": "61624", "pos": "21", "qp": True}, "1049.99"),
    ({"code": "61624", "pos": "21", "locality": ALABAMA}, "929.85"),
    ({"code": "61624", "pos": "21", "locality": MANHATTAN}, "1240.42"),
    ({"code": "99213"}, "95.19"),
    ({"code": "99214"}, "135.61"),
    ({"code": "99214", "pos": "22"}, "84.50"),
    ({"code": "99214", "locality": SAN_FRANCISCO}, "166.40"),
    ({"code": "45378"}, "378.10"),
    ({"code": "45378", "modifiers": ["53"]}, "189.38"),
    ({"code": "20610", "modifiers": ["50"]}, "103.22"),
    ({"code": "22551", "pos": "21"}, "1604.91"),
    ({"code": "22551", "pos": "21", "modifiers": ["80"]}, "256.79"),
    ({"code": "22551", "pos": "21", "modifiers": ["AS"]}, "218.27"),
    ({"code": "22551", "pos": "21", "modifiers": ["62"]}, "1003.07"),
    ({"code": "66984", "pos": "24"}, "462.60"),
    ({"code": "66984", "pos": "24", "modifiers": ["54"]}, "370.08"),
    ({"code": "66984", "pos": "24", "modifiers": ["55"]}, "92.52"),
    ({"code": "66984", "pos": "24", "modifiers": ["78"]}, "323.82"),
    ({"code": "G2211"}, "17.37"),
    ({"code": "00216", "pos": "21", "minutes": 187}, "563.68"),
    ({"code": "00216", "pos": "21", "minutes": 187, "modifiers": ["QX"]}, "281.84"),
    ({"code": "80053"}, "10.56"),
    ({"pos": "22", "lines": [{"code": "45385"}, {"code": "45380"}]}, "236.47"),
    ({"pos": "21", "lines": [{"code": "47562"}, {"code": "49505"}]}, "885.97"),
    ({"lines": [{"code": "70553"}, {"code": "70450"}]}, "387.98"),
    ({"lines": [{"code": "97110", "units": 2}, {"code": "97140"}]}, "72.48"),
    ({"lines": [{"code": "93306"}, {"code": "93005"}]}, "201.99"),
    ({"lines": [{"code": "92250"}, {"code": "92134"}]}, "66.79"),
]


@pytest.mark.parametrize(("arguments", "amount"), WORKED, ids=str)
def test_worked_amounts_of_2026_come_out_to_the_cent(fees: Codebook, arguments: dict[str, Any], amount: str) -> None:
    answer = ask(fees, **arguments)
    assert answer.get("amount", answer.get("total")) == amount


def test_assistant_at_a_restricted_procedure_is_not_paid(fees: Codebook) -> None:
    assert "statute" in ask(fees, code="61624", pos="21", modifiers=["80"])["reason"]


def test_caps_of_2025_are_the_published_ones_in_every_locality(fees: Codebook) -> None:
    """The imaging cap file prints the payment after the cap: 3,335 localities of codes with a national price, twice."""
    day = date(2025, 11, 1)
    table = fees.price_table(day)
    found = fees.pack.in_force("pfs.opps_cap", day)
    assert found is not None
    compared = 0
    for row in queries.release_records(fees.pack, found[0]):
        if row.cells["status"] != "A":
            continue
        for piece in row.cells["prices"].split(";"):
            place, _, office = piece.split(" ")
            # The caps name some localities of California under either of its two contractors.
            known = next(
                p
                for p in (place, place.replace("01112", "01182"), place.replace("01182", "01112"))
                if p in table.places
            )
            assert table.price_many([row.code], ["11"], [known], [row.variant]) == [Decimal(office)], (row.code, place)
            compared += 1
    assert compared == 6_670


def test_2024_has_two_factors_parted_on_9_march(fees: Codebook) -> None:
    factors = {
        d: ask(fees, on=d, code="99213")["formula"]["conversion_factor"] for d in (date(2024, 3, 8), date(2024, 3, 9))
    }
    assert list(factors.values()) == ["32.7442", "33.2875"]


@pytest.mark.parametrize("year", range(2020, 2026))
def test_every_year_at_hand_is_priced_in_every_locality(fees: Codebook, year: int) -> None:
    rows = fees.price_table(date(year, 12, 1)).every_place("99213")
    assert len(rows) >= 110
    assert all(row["nonfacility"] and row["facility"] for row in rows)


def test_anesthesia_of_2025_uses_the_factor_of_the_locality(fees: Codebook) -> None:
    # (15 + 12.5) x 19.31
    fee = ask(fees, on=date(2025, 8, 1), code="00216", pos="21", minutes=187, locality=ALABAMA)
    assert fee["amount"] == "531.03"
    assert [s["release"] for s in fee["stale"]] == ["pfs.anesthesia_base:2022"]


def test_days_of_2026_before_july_and_of_2027_are_not_priced_from_another_year(fees: Codebook) -> None:
    for day in (date(2026, 6, 30), date(2027, 1, 1)):
        fee = ask(fees, on=day, code="99213")
        assert fee["amount"] is None
        assert fee["not_loaded"] == ["pfs"]


def test_every_zip_code_lies_in_a_locality_of_2026(fees: Codebook) -> None:
    places = fees.price_table(DAY).places
    found = fees.pack.in_force("zip5", DAY)
    assert found is not None
    rows = queries.release_records(fees.pack, found[0])
    assert len(rows) == 42_956
    assert {row.cells["locality"] for row in rows} == set(places) - {""}


def test_hospital_rate_carries_group_and_copayment_of_the_final_rule_where_it_still_holds(fees: Codebook) -> None:
    fee = ask(fees, on=date(2025, 2, 1), code="66984", pos="22")["facility"]
    assert (fee["amount"], fee["formula"]["apc"]) == ("2280.73", "5491")
    assert fee["formula"]["copayment"] == "456.15"

"""Every code that a visit may lead to stands in the real official releases on its days, and Medicare takes it as the rules say."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from codingahead.coder.visit_tables import tables
from tests.anchors.test_fees import fees

__all__ = ["fees"]
DAYS = (date(2023, 8, 1), date(2024, 8, 1), date(2025, 8, 1), date(2026, 8, 1))


@pytest.mark.parametrize("day", DAYS)
def test_every_code_of_the_tables_is_active(fees: Codebook, day: date) -> None:
    known = tables()
    codes = {r.code for f in known.families.values() for rows in f.rows.values() for r in rows}
    codes |= {code for f in known.families.values() for some in f.besides.values() for code, _ in some}
    codes |= {p.code for p in known.prolonged if p.first <= day}
    assert {c: s for c in sorted(codes) if (s := fees.lookup(c, day)["status"]) != "active"} == {}


@pytest.mark.parametrize("day", DAYS)
def test_medicare_takes_every_code_but_consultations_and_the_prolonged_codes_of_cpt(fees: Codebook, day: date) -> None:
    known = tables()
    for family in known.families.values():
        for rows in family.rows.values():
            for row in rows:
                status = next(f["value"] for f in fees.lookup(row.code, day)["facts"] if f["name"] == "status")
                assert (row.code, status) == (row.code, "I" if family.medicare else "A")
    for service in known.prolonged:
        status = next(f["value"] for f in fees.lookup(service.code, day)["facts"] if f["name"] == "status")
        assert (service.code, status) == (service.code, "I" if service.payer == "cpt" else "A")

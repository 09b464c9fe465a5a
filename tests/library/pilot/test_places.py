"""Which payment locality does a question name?"""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from codingahead.pilot.places import place_in

NAMES = {
    "": "National", "10112/00": "ALABAMA", "13202/01": "MANHATTAN", "13202/02": "NYC SUBURBS/LONG ISLAND", "13292/04": "QUEENS",
    "13282/99": "REST OF NEW YORK", "01182/18": "LOS ANGELES-LONG BEACH-ANAHEIM", "15202/00": "OHIO",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("what does 61624 pay in Manhattan?", "13202/01"),
        ("fee in New York City", "13202/01"),
        ("99213 in los angeles", "01182/18"),
        ("99213 on Long Island", "13202/02"),
        ("rest of New York", "13282/99"),
        ("what is paid in Alabama", "10112/00"),
        ("what is paid in New York state", None),
        ("what does 99213 pay", None),
    ],
)
def test_place_of_a_question(text: str, key: str | None) -> None:
    found = place_in(text, NAMES)
    assert (found[0] if found else None) == key


def test_the_fee_is_that_of_the_place_named(codebook: Codebook) -> None:
    on = date(2026, 8, 1)
    expected = codebook.ask("what does 61624 pay for zip 35203 in a facility?", on)["answer"].rpartition("$")[2][:8]
    said = codebook.ask("what does 61624 pay in Alabama in a facility?", on)["answer"]
    assert "Alabama (locality 10112/00)" in said
    assert said.rpartition("$")[2][:8] == expected

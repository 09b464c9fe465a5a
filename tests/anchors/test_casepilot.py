"""On the official files CasePilot invents no code and answers the suites."""

from __future__ import annotations

from datetime import date

import pytest

from codingahead.codebook import Codebook
from codingahead.pilot.quality import SUITES, evaluate

ON = date(2025, 11, 1)
LEAST_RIGHT = 0.9


@pytest.mark.parametrize("suite", SUITES)
def test_no_suite_finds_an_invented_or_unsourced_code(book: Codebook, suite: str) -> None:
    told = evaluate(suite, lambda q: book.ask(q, ON), lambda c, s: book.lookup(c, ON, s), ON)
    assert told["counts"]["invented"] == told["counts"]["ungrounded"] == 0
    assert told["counts"]["right"] >= LEAST_RIGHT * told["questions"]

"""From lists to days: against a slow oracle that looks each day up in the list of its edition."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from codingahead.store.spans import Spans
from codingahead.words.rows import CodeRow

START = date(2020, 1, 1)
lists = st.lists(st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from(["old", "new"])), min_size=1, max_size=6)


@given(lists)
def test_each_day_shows_exactly_the_list_of_the_edition_in_force(editions: list[dict[str, str]]) -> None:
    spans = Spans()
    for i, edition in enumerate(editions):
        spans.add(
            [CodeRow(code, title, True) for code, title in sorted(edition.items())], i, START + timedelta(days=10 * i)
        )
    made = list(spans.all())
    for i, edition in enumerate(editions):
        for offset in (0, 5, 9):
            day = START + timedelta(days=10 * i + offset)
            shown = [
                (s.code, s.title) for s in made if s.valid_from <= day and (s.valid_to is None or day <= s.valid_to)
            ]
            assert sorted(shown) == sorted(edition.items())


def test_a_title_that_an_extract_cut_short_keeps_its_full_form() -> None:
    spans = Spans()
    spans.add([CodeRow("A0080", "Transport per mile by volunteer, with no vested interest", True)], 1, START)
    spans.add([CodeRow("A0080", "Transport per mile …", True)], 2, START + timedelta(days=90))
    (span,) = spans.all()
    assert span.title == "Transport per mile by volunteer, with no vested interest"


def test_a_code_listed_only_to_say_that_it_ended_is_not_standing() -> None:
    spans = Spans()
    spans.add([CodeRow("G0001", "Ended", True, valid_from=date(2010, 1, 1), valid_to=date(2015, 12, 31))], 1, START)
    (span,) = spans.all()
    assert (span.valid_from, span.valid_to) == (date(2010, 1, 1), date(2015, 12, 31))

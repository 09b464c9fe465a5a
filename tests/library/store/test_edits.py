"""NCCI partners by offsets and arrays: the same rows as a plain scan finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from codingahead.store.edits import EditTable, write_edits
from codingahead.words.edits import PairEdits

CODES = ["00100", "10021", "36224", "61624", "J1885"]
row = st.tuples(
    st.sampled_from(CODES), st.sampled_from(CODES), st.integers(0, 40), st.integers(0, 60), st.sampled_from([0, 1, 9])
)


@settings(deadline=None, max_examples=40)
@given(st.lists(row, min_size=1, max_size=40), st.integers(0, 60))
def test_rows_in_force_are_those_of_a_plain_scan(
    tmp_path_factory, rows: list[tuple[str, str, int, int, int]], day: int
) -> None:
    path: Path = tmp_path_factory.mktemp("edits") / "table"
    first, second, effective, deleted, indicator = zip(*rows, strict=True)
    part = PairEdits(
        np.array(first, "S5"),
        np.array(second, "S5"),
        np.array(effective, "i4"),
        np.array(deleted, "i4"),
        np.array(indicator, "i1"),
        np.zeros(len(rows), "i2"),
        ("Sequential procedure",),
        np.arange(len(rows), dtype="i4"),
    )
    write_edits(path, [part])
    table = EditTable.open(path)
    for code in CODES:
        column1, column2 = table.in_force(code, day)
        standing = [i for i, (_, _, e, d, m) in enumerate(rows) if e <= day <= d and m != 9]
        assert sorted(e.row for e in table.at(column1.tolist())) == [i for i in standing if rows[i][0] == code]
        assert sorted(e.row for e in table.at(column2.tolist())) == [i for i in standing if rows[i][1] == code]

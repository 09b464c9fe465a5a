"""Pair, unit and add-on edits over arrays of claim lines: the one function that page, interface, batch and cluster share.

Arrays in, arrays out; no files, no engine, no words. A line is its place in the arrays. What a hit means is said in `rules`.
Sources: NCCI Policy Manual chapter I (pairs, associated modifiers, medically unlikely edits), Medicare Claims Processing Manual
chapter 23 section 20.9, add-on code edit files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Bits of `Lines.flags`.
DISTINCT = 1 << 0  # 59, XE, XP, XS, XU
VISIT_MODIFIER = 1 << 1  # 24, 25, 57
SURGICAL_MODIFIER = 1 << 2  # 58, 78, 79
REPEAT_LAB = 1 << 3  # 91
MULTIPLE_VISITS = 1 << 4  # 27
IS_VISIT = 1 << 5  # an evaluation and management code
IS_LAB = 1 << 6
EXCUSED = 1 << 7  # not to be counted in units: minutes, or denied elsewhere
# From that day a distinct-service modifier counts on either line; before, on column 2 alone (CMS CR 11168, transmittal 2259).
EITHER_LINE_FROM = 737_241  # 2019-07-01
NOT_APPLICABLE = 9
NEVER = 3_652_059  # the last day there is: an edit not deleted
LINE_EDIT = 1  # MUE adjudication indicator


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in order of `group` (patient, day, practitioner): equal groups stand together.

    `code`: index in the edit table, -1 for none; `day`: proleptic ordinal; `anatomic`: one bit for each anatomic modifier.
    """

    group: Longs
    day: NDArray[np.int32]
    code: Longs
    units: Longs
    flags: NDArray[np.int32]
    anatomic: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class PairTable:
    """The arrays of one release: sorted keys (column 1 * codes + column 2), days, indicators, and a bit for each key that exists."""

    codes: int
    key: NDArray[np.uint64]
    effective: NDArray[np.int32]
    deleted: NDArray[np.int32]
    indicator: NDArray[np.int8]
    bits: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PairHits:
    """Edits in force between lines: column 1 line, column 2 line, row of the table, and whether a modifier takes it away."""

    column1: Longs
    column2: Longs
    row: Longs
    bypassed: Flags


def pair_edits(table: PairTable, lines: Lines) -> PairHits:
    """Every edit in force between two different codes of one group."""
    first: list[Longs] = []
    second: list[Longs] = []
    rows: list[Longs] = []
    for a, b in _neighbours(lines.group):
        for x, y in ((a, b), (b, a)):
            i, j, row = _rows_in_force(table, lines, x, y)
            first.append(i)
            second.append(j)
            rows.append(row)
    if not first:
        none = np.zeros(0, np.int64)
        return PairHits(none, none, none, np.zeros(0, np.bool_))
    i, j, row = np.concatenate(first), np.concatenate(second), np.concatenate(rows)
    return PairHits(i, j, row, _bypassed(table, lines, i, j, row))


def _neighbours(group: Longs) -> Iterator[tuple[Longs, Longs]]:
    """All pairs of places within a group, by their distance."""
    left = np.arange(len(group) - 1)
    distance = 1
    while len(left):
        # Groups stand together: places too near to differ are the only ones that can be a group's farther apart.
        left = left[left < len(group) - distance]
        left = left[group[left] == group[left + distance]]
        if len(left):
            yield left, left + distance
        distance += 1


def _rows_in_force(table: PairTable, lines: Lines, x: Longs, y: Longs) -> tuple[Longs, Longs, Longs]:
    """Lines `x` as column 1 and `y` as column 2, with the row that governs.

    Periods of one pair never overlap, so where first days are not printed the row that ends soonest is the one in force.
    """
    cx, cy = lines.code[x], lines.code[y]
    known = (cx >= 0) & (cy >= 0) & (cx != cy)
    x, y = x[known], y[known]
    key = cx[known] * table.codes + cy[known]
    exists = (table.bits[key >> 3] >> (key & 7).astype(np.uint8)) & 1 == 1
    x, y, key = x[exists], y[exists], key[exists].astype(np.uint64)
    day = lines.day[x]
    at = np.searchsorted(table.key, key, "left").astype(np.int64)
    best = np.full(len(x), -1, np.int64)
    ends = np.full(len(x), NEVER + 1, np.int64)
    going = np.arange(len(x))
    while len(going):
        here = at[going]
        stands = (
            (table.effective[here] <= day[going])
            & (day[going] <= table.deleted[here])
            & (table.indicator[here] != NOT_APPLICABLE)
            & (table.deleted[here] < ends[going])
        )
        best[going[stands]] = here[stands]
        ends[going[stands]] = table.deleted[here[stands]]
        at[going] += 1
        going = going[at[going] < len(table.key)]
        going = going[table.key[at[going]] == key[going]]
    found = best >= 0
    return x[found], y[found], best[found]


def _bypassed(table: PairTable, lines: Lines, i: Longs, j: Longs, row: Longs) -> Flags:
    """Indicator 1 and a modifier that counts, on a line where it counts."""
    one, two = lines.flags[i], lines.flags[j]
    open_ = np.asarray(table.indicator[row] == 1)
    visit1, visit2 = one & IS_VISIT > 0, two & IS_VISIT > 0
    either = lines.day[i] >= EITHER_LINE_FROM
    distinct = ((two & DISTINCT > 0) & ~visit2) | ((one & DISTINCT > 0) & ~visit1 & either)
    visits = ((one & VISIT_MODIFIER > 0) & visit1) | ((two & VISIT_MODIFIER > 0) & visit2)
    again = ((one & MULTIPLE_VISITS > 0) & visit1) | ((two & MULTIPLE_VISITS > 0) & visit2)
    surgical = (one | two) & SURGICAL_MODIFIER > 0
    repeated = ((one & REPEAT_LAB > 0) & (one & IS_LAB > 0)) | ((two & REPEAT_LAB > 0) & (two & IS_LAB > 0))
    a, b = lines.anatomic[i], lines.anatomic[j]
    sites = ((a | b) > 0) & ~((a > 0) & (b > 0) & ((a & b) > 0))
    result: Flags = open_ & (distinct | visits | again | surgical | repeated | sites)
    return result


def unit_edits(lines: Lines, limit: NDArray[np.int32], adjudication: NDArray[np.int8]) -> tuple[Flags, Longs]:
    """Lines whose units exceed the limit of their code, and the units they were measured by.

    `limit` and `adjudication` by line; 0 for a code without a published limit. Indicator 1 tests each line, 2 and 3 the sum of a code
    over its group.
    """
    counted = np.where(lines.flags & EXCUSED > 0, 0, lines.units)
    order = np.lexsort((lines.code, lines.group))
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (lines.group[order][1:] != lines.group[order][:-1]) | (lines.code[order][1:] != lines.code[order][:-1])
    number = np.cumsum(fresh) - 1
    sums = np.bincount(number, weights=counted[order], minlength=1).astype(np.int64)
    of_day = np.empty(len(order), np.int64)
    of_day[order] = sums[number]
    measured = np.where(adjudication == LINE_EDIT, counted, of_day)
    over = (adjudication > 0) & (measured > limit) & (lines.flags & EXCUSED == 0)
    return over, measured


def with_partner(lines: Lines, is_add_on: Flags, primary_keys: NDArray[np.int64], codes: int, payable: Flags) -> Flags:
    """Add-on lines that have one of their primary codes, payable, in their group. `primary_keys`: sorted add-on * codes + primary."""
    found = np.zeros(len(lines.group), np.bool_)
    if not is_add_on.any() or not len(primary_keys):
        return found
    asked = np.flatnonzero(np.isin(lines.group, lines.group[is_add_on]))
    code = lines.code[asked]
    for a, b in _neighbours(lines.group[asked]):
        for x, y in ((a, b), (b, a)):
            chosen = is_add_on[asked[x]] & payable[asked[y]] & (code[x] >= 0) & (code[y] >= 0)
            x, y = x[chosen], y[chosen]
            key = code[x] * codes + code[y]
            at = np.minimum(np.searchsorted(primary_keys, key), len(primary_keys) - 1)
            found[asked[x[primary_keys[at] == key]]] = True
    return found

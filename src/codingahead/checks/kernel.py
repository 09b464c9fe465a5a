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
    held = np.flatnonzero(lines.code >= 0)
    code = lines.code[held]
    parts: list[tuple[Longs, Longs, Longs]] = [(held[:0], held[:0], held[:0])]
    for a, b in _neighbours(lines.group[held]):
        one, two = code[a], code[b]
        for x, y, key in ((a, b, one * table.codes + two), (b, a, two * table.codes + one)):
            # Most pairs have no edit at all; one look at a bit dismisses them.
            exists = np.flatnonzero((table.bits[key >> 3] >> (key & 7).astype(np.uint8)) & 1)
            parts.append((x[exists], y[exists], key[exists]))
    x, y, key = (np.concatenate(column) for column in zip(*parts, strict=True))
    different = code[x] != code[y]
    x, y = held[x[different]], held[y[different]]
    row = _rows_in_force(table, key[different], lines.day[x])
    found = row >= 0
    i, j, row = x[found], y[found], row[found]
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


def _rows_in_force(table: PairTable, key: Longs, day: NDArray[np.int32]) -> Longs:
    """The row that governs each key on its day, -1 for none.

    Periods of one pair never overlap, so where first days are not printed the row that ends soonest is the one in force.
    """
    # Sorted questions walk through the table instead of jumping about in it.
    order = np.argsort(key)
    asked, day = key[order].astype(np.uint64), day[order]
    at = np.searchsorted(table.key, asked, "left").astype(np.int64)
    best = np.full(len(key), -1, np.int64)
    ends = np.full(len(key), NEVER + 1, np.int64)
    going = np.arange(len(key))
    while len(going):
        here = at[going]
        last = table.deleted[here]
        stands = (
            (table.effective[here] <= day[going])
            & (day[going] <= last)
            & (table.indicator[here] != NOT_APPLICABLE)
            & (last < ends[going])
        )
        best[going[stands]] = here[stands]
        ends[going[stands]] = last[stands]
        at[going] += 1
        going = going[at[going] < len(table.key)]
        going = going[table.key[at[going]] == asked[going]]
    row = np.empty(len(key), np.int64)
    row[order] = best
    return row


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
    excused = lines.flags & EXCUSED > 0
    counted = np.where(excused, 0, lines.units)
    measured = counted.copy()
    by_day = np.flatnonzero(adjudication > LINE_EDIT)
    group, code = lines.group[by_day], lines.code[by_day]
    order = _grouped(group, code)
    group, code = group[order], code[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (group[1:] != group[:-1]) | (code[1:] != code[:-1])
    number = np.cumsum(fresh) - 1
    sums = np.bincount(number, weights=counted[by_day[order]], minlength=1).astype(np.int64)
    measured[by_day[order]] = sums[number] if len(order) else 0
    over = (adjudication > 0) & (measured > limit) & ~excused
    return over, measured


def _grouped(group: Longs, code: Longs) -> Longs:
    """An order in which equal codes of a group stand together. Group numbers rise, so that one number holds both."""
    made: Longs = np.argsort(_ranks(group) * (int(code.max(initial=0)) + 2) + code)
    return made


def _ranks(group: Longs) -> Longs:
    """Groups numbered from 0 as they come."""
    fresh = np.zeros(len(group), np.int64)
    fresh[1:] = group[1:] != group[:-1]
    return np.cumsum(fresh)


def with_partner(lines: Lines, is_add_on: Flags, primary_keys: NDArray[np.int64], codes: int, payable: Flags) -> Flags:
    """Add-on lines that have one of their primary codes, payable, in their group. `primary_keys`: sorted add-on * codes + primary."""
    found = np.zeros(len(lines.group), np.bool_)
    if not is_add_on.any() or not len(primary_keys):
        return found
    rank = _ranks(lines.group)
    concerned = np.zeros(int(rank[-1]) + 1, np.bool_)
    concerned[rank[is_add_on]] = True
    asked = np.flatnonzero(concerned[rank])
    code = lines.code[asked]
    for a, b in _neighbours(lines.group[asked]):
        for x, y in ((a, b), (b, a)):
            chosen = is_add_on[asked[x]] & payable[asked[y]] & (code[x] >= 0) & (code[y] >= 0)
            x, y = x[chosen], y[chosen]
            key = code[x] * codes + code[y]
            at = np.minimum(np.searchsorted(primary_keys, key), len(primary_keys) - 1)
            found[asked[x[primary_keys[at] == key]]] = True
    return found

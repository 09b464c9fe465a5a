"""Puts the lines of many claims into arrays for the kernel, and its hits back as findings on their claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codingahead.checks import kernel
from codingahead.checks.book import AddOns, Day, Edition, Limit, Pairs, RuleBook
from codingahead.checks.kernel import Lines, PairHits
from codingahead.checks.rules import ncci
from codingahead.checks.rules.repeated import Placed
from codingahead.checks.said import Said
from codingahead.checks.sheet import Sheet
from codingahead.reference.modifiers import is_visit
from codingahead.words.claims import Finding, Setting, Severity

ANATOMIC = (
    *("E1", "E2", "E3", "E4"),
    *(f"F{n}" for n in "A123456789"),
    *(f"T{n}" for n in "A123456789"),
    *("RT", "LT", "LC", "LD", "RC", "LM", "RI"),
)
_BITS = {m: 1 << n for n, m in enumerate(ANATOMIC)}
_FLAGS = {
    **dict.fromkeys(("59", "XE", "XP", "XS", "XU"), kernel.DISTINCT),
    **dict.fromkeys(("24", "25", "57"), kernel.VISIT_MODIFIER),
    **dict.fromkeys(("58", "78", "79"), kernel.SURGICAL_MODIFIER),
    "91": kernel.REPEAT_LAB,
    "27": kernel.MULTIPLE_VISITS,
}
_TABLE = {
    Setting.PRACTITIONER: "practitioner",
    Setting.ASC: "practitioner",
    Setting.OUTPATIENT: "outpatient",
    Setting.DME: "dme",
}


@dataclass(slots=True)
class _Part:
    """Lines that the same releases speak for."""

    day: Day
    setting: Setting
    rows: list[tuple[Sheet, Placed, int]]


def check(sheets: Sequence[Sheet], placed: Sequence[tuple[Sheet, Placed]], book: RuleBook) -> None:
    for part in _parts(placed, book):
        part.rows.sort(key=lambda r: r[2])
        _Bench(part).check()


def _parts(placed: Sequence[tuple[Sheet, Placed]], book: RuleBook) -> list[_Part]:
    """By setting and releases; rows carry the number of their patient, day and practitioner."""
    numbers: dict[tuple[str, object, str, str], int] = {}
    parts: dict[tuple[object, ...], _Part] = {}
    for sheet, one in placed:
        table = _TABLE.get(sheet.claim.setting)
        if table is None:
            continue
        on = one.line.date_of_service
        day = book.day(on)
        setting = sheet.claim.setting
        key = day.memory.get(("part", setting))
        if key is None:
            pairs, limits, added = day.pairs(setting), day.limits(setting), day.add_ons
            key = day.memory["part", setting] = (
                table, *((e.release.id, e.stale) for e in _editions(pairs, limits, added)), pairs is None, limits is None, added is None,
            )  # fmt: skip
        number = numbers.setdefault((sheet.claim.patient, on, one.practitioner, table), len(numbers))
        parts.setdefault(key, _Part(day, setting, [])).rows.append((sheet, one, number))
    return list(parts.values())


def _editions(
    pairs: Pairs | None, limits: tuple[Edition, dict[str, Limit]] | None, added: AddOns | None
) -> list[Edition]:
    return [e for e in (pairs and pairs.edition, limits and limits[0], added and added.edition) if e]


@lru_cache(maxsize=50_000)
def marks(modifiers: tuple[str, ...]) -> tuple[int, int]:
    """Flags and anatomic bits of a line's modifiers."""
    flags = anatomic = 0
    for modifier in modifiers:
        flags |= _FLAGS.get(modifier, 0)
        anatomic |= _BITS.get(modifier, 0)
    return flags, anatomic


@lru_cache(maxsize=50_000)
def kind_of(code: str) -> int:
    """Flags of the code itself."""
    flags = kernel.IS_VISIT if is_visit(code) else 0
    return flags | (kernel.IS_LAB if "80047" <= code <= "89398" and code.isdecimal() else 0)


class _Bench:
    """One part on the bench of the kernel."""

    def __init__(self, part: _Part) -> None:
        self.day, self.setting, self.rows = part.day, part.setting, part.rows
        lines = [p.line for _, p, _ in self.rows]
        self.names = sorted({line.code for line in lines})
        index = {code: n for n, code in enumerate(self.names)}
        made = [marks(line.modifiers) for line in lines]
        flags = np.array([m[0] | kind_of(line.code) for m, line in zip(made, lines, strict=True)], np.int32)
        self.denied = np.array([p.line.line in s.denied for s, p, _ in self.rows], np.bool_)
        # Denied before, or by a pair: their units do not count.
        self.refused = self.denied
        minutes = np.array([_in_minutes(s, p) for s, p, _ in self.rows], np.bool_)
        self.minutes = minutes
        self.lines = Lines(
            np.array([r[2] for r in self.rows], np.int64),
            np.array([line.date_of_service.toordinal() for line in lines], np.int32),
            np.array([index[line.code] for line in lines], np.int64),
            np.array([line.units for line in lines], np.int64),
            flags,
            np.array([m[1] for m in made], np.uint32),
        )

    def check(self) -> None:
        """Pairs first, because units of denied lines do not count; add-on codes last, because they fall with their primary service."""
        pairs = self.day.pairs(self.setting) if self.setting is not Setting.DME else None
        hits = self._pair_hits(pairs) if pairs else None
        over = self._units()
        if pairs and hits:
            self._say_pairs(pairs, hits, over)
        self.denied |= over
        if self.setting is not Setting.DME:
            if pairs is None:
                self._miss(ncci.PTP, "no NCCI procedure-to-procedure table is loaded for the day")
            self._add_ons()

    def _pair_hits(self, pairs: Pairs) -> PairHits:
        """One hit for each line and each other code: the first line of that code whose pair no modifier parts, if there is one."""
        self._lean(pairs.edition)
        numbers = np.array([pairs.table.index_of(c) for c in self.names], np.int64)
        hits = kernel.pair_edits(pairs.arrays, replace(self.lines, code=numbers[self.lines.code]))
        other = self.lines.code[hits.column1]
        order = np.lexsort((hits.column1, self.denied[hits.column1], hits.bypassed, other, hits.column2))
        other, second = other[order], hits.column2[order]
        fresh = np.ones(len(order), np.bool_)
        fresh[1:] = (other[1:] != other[:-1]) | (second[1:] != second[:-1])
        kept = order[fresh]
        hits = PairHits(hits.column1[kept], hits.column2[kept], hits.row[kept], hits.bypassed[kept])
        self.refused = self.denied.copy()
        self.refused[hits.column2[~hits.bypassed & ~self.denied[hits.column1]]] = True
        return hits

    def _say_pairs(self, pairs: Pairs, hits: PairHits, over: NDArray[np.bool_]) -> None:
        before = self.denied | over
        self.denied = self.denied.copy()
        for i, j, edit, bypassed in zip(
            hits.column1.tolist(), hits.column2.tolist(), pairs.table.at(hits.row.tolist()), hits.bypassed.tolist(), strict=True
        ):  # fmt: skip
            said = ncci.pair(
                edit.column1, edit.column2, edit.indicator, edit.rationale, pairs.edition, bypassed=bypassed, undated=edit.effective == 0
            )  # fmt: skip
            if said.severity is Severity.DENY and before[i]:
                doubt = f"{said.message} {self._code(i)} itself is denied by another rule, so the payer may decide otherwise."
                said = replace(said, severity=Severity.REVIEW, message=doubt)
            elif said.severity is Severity.DENY:
                self.denied[j] = True
            self._add(said, j, i)

    def _add_ons(self) -> None:
        known = self.day.add_ons
        if known is None:
            self._miss(ncci.ADD_ON, "no add-on code file is loaded for the day")
            return
        self._lean(known.edition)
        listed = [known.primaries.get(code) or self._by_schedule(code) for code in self.names]
        is_add_on = np.array([bool(rows) for rows in listed], np.bool_)[self.lines.code]
        if not is_add_on.any():
            return
        complete = np.array([bool(rows) and {t for t, _ in rows or ()} == {"1"} for rows in listed], np.bool_)
        index = {code: n for n, code in enumerate(self.names)}
        n = len(self.names)
        keys = np.array(
            sorted(a * n + index[p] for a, rows in enumerate(listed) for _, p in rows or () if p in index), np.int64
        )
        there = kernel.with_partner(self.lines, is_add_on, keys, n, np.ones(len(self.rows), np.bool_))
        accompanied = self._accompanied(~is_add_on)
        strict = complete[self.lines.code] | there | ~accompanied
        falling = is_add_on
        while falling.any():
            paid = kernel.with_partner(self.lines, is_add_on, keys, n, ~self.denied)
            # An add-on code may itself be the primary service of another.
            falling = is_add_on & ~paid & strict & ~self.denied
            self.denied |= falling
        for at in np.flatnonzero(is_add_on & ~paid).tolist():
            rows = listed[int(self.lines.code[at])] or ()
            self._add_on_said(at, known, rows, bool(there[at]), has_other=bool(accompanied[at]))

    def _accompanied(self, primary: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Lines in whose group a payable service stands that is no add-on code."""
        group = np.unique(self.lines.group, return_inverse=True)[1]
        made: NDArray[np.bool_] = np.bincount(group, weights=primary & ~self.denied)[group] > 0
        return made

    def _by_schedule(self, code: str) -> tuple[tuple[str, str], ...] | None:
        """A code that the file does not know but the fee schedule marks as an add-on (global period ZZZ) names no primary codes."""
        cells = self.day.indicators(code)
        return ((ncci.UNLISTED, ncci.CONTRACTOR),) if cells and cells["global_days"] == "ZZZ" else None

    def _add_on_said(
        self, at: int, known: AddOns, rows: tuple[tuple[str, str], ...], there: bool, *, has_other: bool
    ) -> None:
        types = {t for t, _ in rows}
        code = self._code(at)
        said: Said | None
        if types == {"1"} or there:
            primaries = tuple(p for _, p in rows if p != ncci.CONTRACTOR)
            said = ncci.add_on_alone(code, primaries, there, known.edition)
        else:
            said = ncci.add_on_unlisted(code, max(types), known.edition, has_other=has_other)
        if said is not None:
            self._add(said, at)

    def _units(self) -> NDArray[np.bool_]:
        """Lines over their limit."""
        none = np.zeros(len(self.rows), np.bool_)
        found = self.day.limits(self.setting)
        if found is None:
            self._miss(ncci.MUE, "no table of medically unlikely edits is loaded for the day")
            return none
        edition, limits = found
        self._lean(edition)
        held = [limits.get(code) for code in self.names]
        limit = np.array([h.units if h else 0 for h in held], np.int32)[self.lines.code]
        adjudication = np.array([h.adjudication if h else 0 for h in held], np.int8)[self.lines.code]
        excused = self.refused | self.minutes
        lines = replace(
            self.lines, flags=np.where(excused, self.lines.flags | kernel.EXCUSED, self.lines.flags).astype(np.int32)
        )
        over, measured = kernel.unit_edits(lines, limit, adjudication)
        for at in np.flatnonzero(over).tolist():
            said = ncci.units(self._code(at), int(measured[at]), int(limit[at]), int(adjudication[at]), edition)
            self._add(said, at)
        for at in np.flatnonzero(self.minutes & (adjudication > 0)).tolist():
            sheet, one, _ = self.rows[at]
            sheet.miss(ncci.MUE, "the units are minutes", (one.line.line,))
        return over

    def _code(self, at: int) -> str:
        return self.names[int(self.lines.code[at])]

    def _add(self, said: Said, at: int, other: int | None = None) -> None:
        sheet, one, _ = self.rows[at]
        lines: tuple[int, ...] = (one.line.line,)
        codes: tuple[str, ...] = (one.line.code,)
        claims: tuple[str, ...] = ()
        if other is not None:
            beside, second, _ = self.rows[other]
            lines, codes = (*lines, second.line.line), (*codes, second.line.code)
            claims = () if beside is sheet else (sheet.claim.id, beside.claim.id)
        finding: Finding = said.at(lines, codes, claims)
        sheet.add(finding)

    def _lean(self, edition: Edition) -> None:
        for sheet in {id(s): s for s, _, _ in self.rows}.values():
            sheet.lean(edition.release.id, edition.stale)

    def _miss(self, rule: str, reason: str) -> None:
        for sheet, one, _ in self.rows:
            sheet.miss(rule, reason, (one.line.line,))


def _in_minutes(sheet: Sheet, placed: Placed) -> bool:
    """The file said that the units are minutes (X12 837 unit MJ)."""
    told = dict(sheet.claim.source).get("minutes", "") if sheet.claim.source else ""
    return str(placed.line.line) in told.replace(",", " ").split()

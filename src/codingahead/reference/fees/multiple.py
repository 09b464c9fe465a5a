"""Several services of one day: which is paid in full and which less? (Pub. 100-04 chapter 12 section 40.6 and chapter 5 section 10.7.)

Indicators of the relative value file: 2 surgery, 3 endoscopy families, 4 imaging, 5 therapy, 6 cardiovascular and
7 eye diagnostics. Lines that have no amount of their own take no part. Each unit counts as a service. Amounts are
percentages of the fee in cents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from codingahead.reference.fees.adjustments import ASSISTANTS
from codingahead.reference.fees.physician import cap, exact, fee
from codingahead.reference.fees.values import ONE, ZERO, Line, Part, Relative, cents, percent

HALF = Decimal("0.5")
# The first in full, four at half; more than five are left to the contractor.
SURGERY_RANKS = (ONE, HALF, HALF, HALF, HALF)
IMAGING_FAMILY = "88"
# Reduction of the professional component: 5 % since 2017 (Pub. L. 114-113, division O, section 502).
IMAGING_TECHNICAL, IMAGING_PROFESSIONAL = HALF, Decimal("0.95")
# CR 7848 (2013): cardiovascular 25 % off, ophthalmology 20 % off the technical component.
DIAGNOSTIC = {"6": (Decimal("0.75"), "cardiovascular"), "7": (Decimal("0.80"), "ophthalmology")}
OTHER_SESSION = frozenset(("59", "XE"))

Component = Callable[[Line, str], Relative | None]
BaseFee = Callable[[Line, str], Decimal | None]


def apply(lines: Sequence[Line], component: Component, base_fee: BaseFee) -> None:
    """Rewrites the parts of the lines. `component` finds the row of a modifier, `base_fee` the fee of an endoscopic base code."""
    live = [line for line in lines if line.amount is not None and line.row is not None and line.schedule == "pfs"]
    _injections(live)
    _sides(live)
    for assistant in (False, True):
        _surgery([line for line in live if line.amount is not None and _is_assistant(line) is assistant], base_fee)
    _imaging(
        [line for line in live if _rule(line) == "4" and _cell(line, "imaging_family") == IMAGING_FAMILY], component
    )
    _therapy([line for line in live if _rule(line) == "5"])
    for indicator in DIAGNOSTIC:
        _diagnostic([line for line in live if _rule(line) == indicator], component, indicator)


def _cell(line: Line, name: str) -> str:
    return line.row.says(name) if line.row else ""


def _rule(line: Line) -> str:
    return _cell(line, "multiple_procedure")


def _is_assistant(line: Line) -> bool:
    return bool(set(line.asked.modifiers) & set(ASSISTANTS))


def _zero(line: Line, why: str) -> None:
    line.parts = [Part(ZERO)]
    line.say(why, ZERO)


# --- status T, both sides -------------------------------------------------------------------------------------------


def _injections(lines: Sequence[Line]) -> None:
    """Status T is paid only when nothing else of the physician fee schedule is paid to the practitioner that day."""
    if any(_cell(line, "status") != "T" for line in lines):
        for line in lines:
            if _cell(line, "status") == "T":
                _zero(line, "status T: bundled into the other services of the day")


def _sides(lines: Sequence[Line]) -> None:
    """One code on two lines, RT and LT: the bilateral rule applies as with modifier 50."""
    for first in lines:
        second = next((o for o in lines if o.number > first.number and _are_sides(first, o)), None)
        if second is None or _cell(first, "bilateral") not in "012":
            continue
        if _cell(first, "bilateral") == "1":
            first.factor *= Decimal("1.5")
            first.parts = [Part(p.fee, p.count, p.factor * Decimal("1.5"), p.cap) for p in first.parts]
            first.say(f"both sides with line {second.number}, bilateral indicator 1: 150 %", first.amount)
        else:
            first.say(
                f"both sides with line {second.number}: bilateral indicator {_cell(first, 'bilateral')}, 100 % once"
            )
        _zero(second, f"paid with the other side, line {first.number}")


def _are_sides(a: Line, b: Line) -> bool:
    sides = {m for line in (a, b) for m in line.asked.modifiers if m in ("RT", "LT")}
    single = all(line.asked.units == 1 and line.amount for line in (a, b))
    same = a.asked.code == b.asked.code and _others(a) == _others(b)
    return single and same and sides == {"RT", "LT"} and len(set(a.asked.modifiers) & {"RT", "LT"}) == 1


def _others(line: Line) -> set[str]:
    return set(line.asked.modifiers) - {"RT", "LT", "50", "51", "59", "XS"}


# --- indicators 2 and 3 ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Item:
    """What ranks as one procedure: a unit of a surgical line, or a whole endoscopy family. `shares`: line and amount per share."""

    shares: list[tuple[Line, Part]]

    @property
    def value(self) -> Decimal:
        return sum((part.amount for _, part in self.shares), ZERO)


def _surgery(lines: Sequence[Line], base_fee: BaseFee) -> None:
    families = _families(lines)
    in_family = {id(line) for members in families.values() for line in members}
    alone = [line for line in lines if _rule(line) == "2" and id(line) not in in_family]
    items = [_Item([(line, unit)]) for line in alone for unit in _units(line)]
    for base, members in families.items():
        items += _family(base, members, base_fee)
    if len(items) < 2 and not families:
        return
    for line in {id(line): line for item in items for line, _ in item.shares}.values():
        line.parts = []
    for rank, item in enumerate(sorted(items, key=lambda item: -item.value)):
        _pay(item, rank, len(items))


def _units(line: Line) -> list[Part]:
    return [Part(part.fee, 1, part.factor, part.cap) for part in line.parts for _ in range(part.count)]


def _pay(item: _Item, rank: int, among: int) -> None:
    for line, part in item.shares:
        if rank >= len(SURGERY_RANKS):
            line.refuse("sixth or later procedure of the day: priced by report")
            continue
        share = SURGERY_RANKS[rank]
        paid = Part(part.fee, part.count, part.factor * share, part.cap)
        line.parts.append(paid)
        if among > 1:
            said = "highest of the day: in full" if rank == 0 else f"procedure {rank + 1} of the day: {percent(share)}"
            line.say(f"multiple procedures, indicator {_rule(line)}, {said}", paid.amount)


def _families(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Endoscopies by their base code, the base itself with them when it is billed beside a member."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        base = _cell(line, "endoscopy_base")
        if _rule(line) == "3" and base:
            found.setdefault(base, []).append(line)
    for line in lines:
        if line.asked.code in found and line not in found[line.asked.code]:
            found[line.asked.code].append(line)
    return found


def _family(base: str, members: Sequence[Line], base_fee: BaseFee) -> list[_Item]:
    """The dearest in full, each other for what it costs above the base, the base itself nothing: one item."""
    for line in members:
        if line.asked.code == base:
            _zero(line, f"the base procedure {base} is part of the other endoscopies of its family")
    real = [line for line in members if line.asked.code != base]
    units = sorted(((line, unit) for line in real for unit in _units(line)), key=lambda pair: -pair[1].amount)
    if len(units) == 1:
        return [_Item(units)]
    shares = [units[0]]
    units[0][0].say(f"endoscopy family of {base}: the dearest is paid in full", units[0][1].amount)
    for line, unit in units[1:]:
        of_base = base_fee(line, base)
        if of_base is None:
            line.refuse(
                f"the fee of the base endoscopy {base} is not loaded in this setting, so the family cannot be priced"
            )
            continue
        difference = Part(max(unit.fee - of_base, ZERO), 1, unit.factor)
        line.say(f"endoscopy family of {base}: {unit.fee} less the base {of_base}", difference.amount)
        shares.append((line, difference))
    return [_Item(shares)]


# --- indicators 4, 6 and 7: components ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Piece:
    """One component of one unit: professional ('26') or technical ('TC')."""

    line: Line
    fee: Decimal
    cap: Decimal | None
    share: Decimal = ONE


def _pieces(line: Line, component: Component, kind: str) -> list[_Piece]:
    """The components of that kind in the line, one a unit; none when the line has no such component."""
    row = line.row
    assert row is not None, "a live line has a row"
    whole = {"26": row.variant == "26" or row.says("pctc") == "2", "TC": row.variant == "TC" or row.says("pctc") == "3"}
    if whole["26" if kind == "TC" else "TC"]:
        return []
    found = row if whole[kind] else component(line, kind)
    if found is None:
        return []
    fee_of = cents(exact(found, line.indices, line.basis)) if kind == "TC" else fee(found, line.indices, line.basis)
    limit = cap(found, line.indices, line.basis) if kind == "TC" else None
    return [_Piece(line, fee_of, limit) for _ in range(line.count)]


def _rank(pieces: list[_Piece], share: Decimal) -> None:
    for piece in sorted(pieces, key=lambda piece: -piece.fee)[1:]:
        piece.share = share


def _settle(lines: Sequence[Line], pieces: Sequence[_Piece], what: str) -> None:
    """Lines of which a component is reduced are paid as the sum of their components."""
    for line in lines:
        mine = [piece for piece in pieces if piece.line is line]
        if not any(piece.share != ONE for piece in mine):
            if mine:
                line.say(f"{what}: in full", line.amount)
            continue
        line.parts = [Part(piece.fee, 1, line.factor * piece.share, piece.cap) for piece in mine]
        for piece, part in zip(mine, line.parts, strict=True):
            line.say(f"{what}: component {piece.fee} at {percent(piece.share)}", part.amount)


def _imaging(lines: Sequence[Line], component: Component) -> None:
    """The reduction comes before the cap: a reduced technical component is held to the whole cap (CY 2007 final rule, 71 FR 69661)."""
    same = [line for line in lines if not OTHER_SESSION & set(line.asked.modifiers)]
    for line in lines:
        if line not in same and len(lines) > 1:
            line.say("imaging in another session (modifier 59 or XE): in full", line.amount)
    technical = [piece for line in same for piece in _pieces(line, component, "TC")]
    professional = [piece for line in same for piece in _pieces(line, component, "26")]
    if len(technical) < 2 and len(professional) < 2:
        return
    _rank(technical, IMAGING_TECHNICAL)
    _rank(professional, IMAGING_PROFESSIONAL)
    _settle(same, [*professional, *technical], "multiple imaging, indicator 4")


def _diagnostic(lines: Sequence[Line], component: Component, indicator: str) -> None:
    if sum(line.count for line in lines) < 2:
        return
    share, what = DIAGNOSTIC[indicator]
    for line in lines:
        if _cell(line, "pctc") == "4":
            line.refuse(
                "indicator 4 of the components: the technical part has a code of its own; price the two parts on lines of "
                f"their own to apply the {what} reduction"
            )
    split = [line for line in lines if line.reason is None]
    technical = [piece for line in split for piece in _pieces(line, component, "TC")]
    professional = [piece for line in split for piece in _pieces(line, component, "26")]
    if len(technical) < 2:
        return
    _rank(technical, share)
    _settle(split, [*professional, *technical], f"multiple {what} diagnostics, indicator {indicator}")


# --- indicator 5 ----------------------------------------------------------------------------------------------------


def _therapy(lines: Sequence[Line]) -> None:
    """Full practice expense for the unit where it is highest, half for every other unit of the day."""
    units = [(line, _practice_expense(line)) for line in lines for _ in range(line.count)]
    if len(units) < 2:
        return
    best = max(units, key=lambda unit: unit[1])[0]
    for line in lines:
        assert line.row is not None, "a live line has a row"
        reduced = cents(exact(line.row, line.indices, line.basis, pe_share=HALF))
        full = 1 if line is best else 0
        whole = [Part(line.parts[0].fee, 1, line.factor)] * full
        rest = [Part(reduced, line.count - full, line.factor)] if line.count > full else []
        line.parts = [*whole, *rest]
        if whole:
            line.say("therapy, indicator 5: the unit with the highest practice expense in full", whole[0].amount)
        if rest:
            said = f"therapy, indicator 5: {rest[0].count} unit(s) with half the practice expense, {rest[0].each} each"
            line.say(said, rest[0].amount)


def _practice_expense(line: Line) -> Decimal:
    assert line.row is not None, "a live line has a row"
    return line.row.value(f"{line.basis}_pe_rvu") * line.indices.pe

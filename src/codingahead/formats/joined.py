"""Which rows make one claim?

Rows with the same claim number, next to each other or with at most `OPEN_CLAIMS` other claims between them, so that memory stays
bounded whatever the file's size. A row that comes later than that is rejected with the advice to sort the file.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence

from codingahead.formats.cells import Cell
from codingahead.formats.claim_json import rejected
from codingahead.formats.fields import MOST_LINES, patient_key
from codingahead.formats.rows import Row, RowReader, with_number
from codingahead.words.claims import Claim, Rejected, ServiceLine, Setting
from codingahead.words.errors import BadField

OPEN_CLAIMS = 1_000
# Claim numbers remembered after their claim was given out, to notice a row that comes too late.
REMEMBERED = 100_000


class _OpenClaim:
    def __init__(self, first: int) -> None:
        self.first = first
        self.rows: list[Row] = []
        self.numbers: set[int] = set()
        self.rejected = 0
        self.too_many = False

    def add(self, row: Row) -> None:
        """Rows past the largest claim are not kept: the claim will be refused as a whole."""
        self.too_many = self.too_many or len(self.rows) >= MOST_LINES
        if self.too_many:
            self.rows = self.rows[:1]
            self.numbers.clear()
        else:
            self.rows.append(row)
            self.numbers.add(row.line.line)


def joined(position: int, row: Sequence[Cell], reader: RowReader, joiner: Joiner) -> Iterator[Claim | Rejected]:
    """What the row brings out: claims that are complete now, or its own rejection."""
    try:
        read = reader.read(position, row)
    except BadField as error:
        refused = rejected(position, error, reader.id_of(row) or None)
        joiner.reject(refused)
        yield refused
    else:
        yield from joiner.add(read)


class Joiner:
    """Takes rows in file order and gives claims out as soon as no row of theirs is expected."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: OrderedDict[str, _OpenClaim] = OrderedDict()
        self.given: OrderedDict[str, None] = OrderedDict()

    def add(self, row: Row) -> Iterator[Claim | Rejected]:
        if row.id in self.given:
            yield Rejected(
                row.position,
                f"claim {row.id} goes on after more than {OPEN_CLAIMS:,} other claims; sort the file by claim number",
                "id",
                row.id,
            )
            return
        claim = self._touch(row.id, row.position)
        conflict = self._conflict(claim, row)
        if conflict:
            claim.rejected += 1
            yield conflict
        else:
            claim.add(row)
        yield from self._overdue()

    def reject(self, rejected: Rejected) -> None:
        """Remembers that the claim misses a row."""
        if rejected.id and rejected.id not in self.given:
            self._touch(rejected.id, rejected.position).rejected += 1

    def finish(self, cut_off: bool = False) -> Iterator[Claim | Rejected]:
        """The rows are over; `cut_off` when the file broke off, so that the last claim may miss rows."""
        if cut_off and self.open:
            id, claim = self.open.popitem()
            yield Rejected(claim.first, "the file breaks off inside this claim, so lines of it may be missing", id=id)
        while self.open:
            yield from self._give()

    def _touch(self, id: str, position: int) -> _OpenClaim:
        claim = self.open.get(id)
        if claim is None:
            claim = self.open[id] = _OpenClaim(position)
        self.open.move_to_end(id)
        return claim

    @staticmethod
    def _conflict(claim: _OpenClaim, row: Row) -> Rejected | None:
        if not claim.rows:
            return None
        first = claim.rows[0]
        for field in ("patient", "setting"):
            here, there = getattr(row, field), getattr(first, field)
            if here and there and here != there:
                reason = f"this row of claim {row.id} has another {field} than row {first.position}: two claims share the number"
                return Rejected(row.position, reason, field, row.id)
        if row.line.line and row.line.line in claim.numbers:
            return Rejected(row.position, f"claim {row.id} has line {row.line.line} twice", "line", row.id)
        return None

    def _overdue(self) -> Iterator[Claim | Rejected]:
        while len(self.open) > OPEN_CLAIMS:
            yield from self._give()

    def _give(self) -> Iterator[Claim | Rejected]:
        id, claim = self.open.popitem(last=False)
        self.given[id] = None
        if len(self.given) > REMEMBERED:
            self.given.popitem(last=False)
        if claim.too_many:
            yield Rejected(claim.first, f"the claim has more than {MOST_LINES:,} lines", "lines", id)
        elif claim.rows:
            yield self._claim(id, claim)

    def _claim(self, id: str, claim: _OpenClaim) -> Claim:
        rows = claim.rows
        diagnoses = tuple(dict.fromkeys(code for row in rows for code in row.diagnoses))
        numbers = _numbers(rows)
        lines = tuple(_line(row, number, diagnoses) for row, number in zip(rows, numbers, strict=True))
        patient = next((row.patient for row in rows if row.patient), None)
        setting = next((row.setting for row in rows if row.setting), None)
        source = [("file", self.file), ("claim", id), ("row", str(rows[0].position))]
        if claim.rejected:
            source.append(("rejected_lines", str(claim.rejected)))
        notes = [f"line {n}: {note}" for row, n in zip(rows, numbers, strict=True) for note in row.notes]
        if setting is None:
            notes.insert(0, "the file names no setting, practitioner is assumed")
        if notes:
            source.append(("notes", "; ".join(notes)))
        return Claim(
            id=id,
            patient=patient or patient_key(("claim", self.file, id)),
            setting=setting or Setting.PRACTITIONER,
            lines=lines,
            diagnoses=diagnoses,
            birth_date=next((row.birth_date for row in rows if row.birth_date), None),
            sex=next((row.sex for row in rows if row.sex), None),
            payer=next((row.payer for row in rows if row.payer), None),
            source=tuple(source),
        )


def _numbers(rows: list[Row]) -> list[int]:
    """The numbers the rows carry; a row without one gets the next that nobody has."""
    taken = {row.line.line for row in rows}
    numbers, spare = [], 1
    for row in rows:
        number = row.line.line
        while not number:
            number, spare = (0 if spare in taken else spare), spare + 1
        numbers.append(number)
    return numbers


def _line(row: Row, number: int, diagnoses: tuple[str, ...]) -> ServiceLine:
    """Positions that pointed into the row's own diagnoses point into the claim's; a row with fewer than the claim points to its own."""
    own = row.diagnoses
    if own == diagnoses[: len(own)] and (row.line.pointers or len(own) in (0, len(diagnoses))):
        return with_number(row.line, number, row.line.pointers)
    pointed = [own[p - 1] for p in row.line.pointers if p <= len(own)] if row.line.pointers else list(own)
    return with_number(row.line, number, tuple(diagnoses.index(code) + 1 for code in pointed))

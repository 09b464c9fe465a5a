"""What claim was typed into the grid? The sender's boxes become a Claim; a box that cannot be read becomes a problem beside it.

Nothing here is kept: the claim lives as long as the request. Whether a code stands or a rule speaks against it is the library's question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from codingahead.formats.claim_json import read_claim
from codingahead.words.claims import Claim, Setting
from codingahead.words.errors import BadField

MOST_DIAGNOSES = 12
# The 837P ends at 50 service lines.
MOST_ROWS = 50
FIRST_ROWS = 4
MORE_ROWS = 5
LETTERS = "ABCDEFGHIJKL"
CELLS = ("date", "place", "code", "mod1", "mod2", "mod3", "mod4", "pointers", "charge", "units")
# What says that somebody meant to bill the row; day, place and pointers are filled in beforehand.
TELLING = ("mod1", "mod2", "mod3", "mod4", "charge")
SETTINGS = (
    (Setting.PRACTITIONER.value, "Practitioner"), (Setting.OUTPATIENT.value, "Outpatient hospital"), (Setting.ASC.value, "Surgical center"),
    (Setting.DME.value, "Equipment supplier"), (Setting.INPATIENT.value, "Inpatient hospital"),
)  # fmt: skip
LONGEST = 40
_AMERICAN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")


@dataclass(slots=True)
class Row:
    """One line of the grid as typed. `number`: its place, from 1; `problem`: why it cannot be read, '' when it can."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.cells.get("code") and not any(self.cells.get(name) for name in TELLING)


@dataclass(slots=True)
class Sheet:
    """The grid as typed, and the claim it makes: None when no line can be read. `problem` concerns the head of the claim."""

    setting: str = Setting.PRACTITIONER.value
    sex: str = ""
    birth_date: str = ""
    diagnoses: list[str] = field(default_factory=lambda: [""] * MOST_DIAGNOSES)
    rows: list[Row] = field(default_factory=list)
    problem: str = ""
    claim: Claim | None = None

    @property
    def filled(self) -> list[Row]:
        return [row for row in self.rows if not row.is_blank]

    @property
    def boxes(self) -> list[tuple[str, str]]:
        """Letter and code of every diagnosis box."""
        return list(zip(LETTERS, self.diagnoses, strict=True))


def empty(on: date, codes: list[str]) -> Sheet:
    """A fresh grid for the day; `codes` stand on its first lines."""
    rows = [Row(n, dict.fromkeys(CELLS, "") | {"units": "1"}) for n in range(1, max(FIRST_ROWS, len(codes)) + 1)]
    for row, code in zip(rows, codes, strict=False):
        row.cells |= {"code": code, "date": on.isoformat()}
    rows[0].cells["date"] = on.isoformat()
    return Sheet(rows=rows[:MOST_ROWS])


def typed(words: QueryDict) -> Sheet:
    """The grid as sent, and the claim in it."""
    columns = {name: [v.strip()[:LONGEST] for v in words.getlist(name)[:MOST_ROWS]] for name in CELLS}
    rows = [
        Row(n + 1, {name: values[n] if n < len(values) else "" for name, values in columns.items()})
        for n in range(max([len(values) for values in columns.values()], default=0))
    ]
    diagnoses = [v.strip().upper()[:LONGEST] for v in words.getlist("dx")[:MOST_DIAGNOSES]]
    sheet = Sheet(
        words.get("setting", "")[:LONGEST] or Setting.PRACTITIONER.value,
        words.get("sex", "").strip()[:LONGEST],
        words.get("birth_date", "").strip()[:LONGEST],
        diagnoses + [""] * (MOST_DIAGNOSES - len(diagnoses)),
        rows,
    )
    _read(sheet)
    return sheet


def add_rows(sheet: Sheet) -> None:
    """More empty lines, each for the day and place of the last one filled."""
    last = sheet.filled[-1].cells if sheet.filled else {}
    begun = {"units": "1", "date": last.get("date", ""), "place": last.get("place", "")}
    for _ in range(min(MORE_ROWS, MOST_ROWS - len(sheet.rows))):
        sheet.rows.append(Row(len(sheet.rows) + 1, dict.fromkeys(CELLS, "") | begun))


def day_of(text: str) -> str:
    """'7/15/2026', '20260715' and '2026-07-15' as the last of them; anything else as it came, to be refused by name."""
    found = _AMERICAN.fullmatch(text)
    if found:
        month, day, year = found.groups()
        return f"{year if len(year) == 4 else '20' + year}-{int(month):02}-{int(day):02}"
    found = _COMPACT.fullmatch(text)
    return "-".join(found.groups()) if found else text


def _read(sheet: Sheet) -> None:
    """Every line by itself first, so that one that cannot be read leaves the others to be checked; then the claim as a whole."""
    head = _head(sheet)
    lines = []
    for row in sheet.filled:
        try:
            line = _line(row, sheet.diagnoses)
            read_claim({"id": "1", "patient": "1", "setting": "practitioner", "lines": [line]})
            lines.append(line)
        except BadField as refused:
            row.problem = _plain(refused, row.number)
    unread = [row.number for row in sheet.filled if row.problem]
    if unread:
        head["source"] = {"rejected_lines": ",".join(map(str, unread))}
    if not lines:
        return
    try:
        sheet.claim = read_claim({**head, "lines": lines})
    except BadField as refused:
        sheet.problem = _plain(refused, None)


def _head(sheet: Sheet) -> dict[str, Any]:
    return {
        "id": "1", "patient": "1", "setting": sheet.setting, "sex": sheet.sex, "birth_date": day_of(sheet.birth_date),
        "diagnoses": [code for code in sheet.diagnoses if code],
    }  # fmt: skip


def _line(row: Row, diagnoses: list[str]) -> Mapping[str, Any]:
    cells = row.cells
    return {
        "line": row.number,
        "code": cells["code"].replace(" ", ""),
        "date_of_service": day_of(cells["date"]),
        "place_of_service": cells["place"],
        "modifiers": [m for n in (1, 2, 3, 4) if (m := cells[f"mod{n}"])],
        "units": cells["units"] or "1",
        "charge": cells["charge"].lstrip("$").replace(",", ""),
        "pointers": _pointers(cells["pointers"], diagnoses),
    }


def _pointers(text: str, diagnoses: list[str]) -> list[int]:
    """'AB', 'A, B' and '1 2' as places among the filled boxes; an empty box gives a place past the last, which a rule refuses."""
    marks = re.findall(r"[A-La-l]|\d+", text)
    if re.sub(r"[A-La-l\d,;:/ ]", "", text):
        raise BadField(
            "pointers", f"{text!r} points to no diagnosis box", "write letters such as AB, or numbers such as 1 2"
        )
    filled = [n for n, code in enumerate(diagnoses) if code]
    boxes = [LETTERS.index(m.upper()) if m.isalpha() else int(m) - 1 for m in marks]
    return [filled.index(box) + 1 if box in filled else max(box, len(filled)) + 1 for box in boxes]


def _plain(refused: BadField, number: int | None) -> str:
    """The refusal without the number of the line, which it stands beside."""
    message = refused.message.removeprefix(f"line {number}: ")
    return f"{message[:1].upper()}{message[1:]}."

"""Many codes at once: read them from what was pasted, say how each stands on the day, write them as CSV."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from codingahead.codebook import Codebook
from codingahead.words.errors import AmbiguousCode, CodingAheadError
from codingahead_web.accounts.cells import safe_cell

MOST_CODES = 500
LONGEST = 20
_BETWEEN = re.compile(r"[\s,;|]+")
_SYSTEM = re.compile(r"^(icd10cm|icd10pcs|hcpcs|cpt|modifier|pos|msdrg)$", re.IGNORECASE)
_CODE = re.compile(r"^[0-9A-Za-z][0-9A-Za-z.]{1,8}$")


@dataclass(frozen=True, slots=True)
class Typed:
    code: str
    system: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One code of a list on the day. `problem`: why it cannot be billed as it stands; '' when nothing is wrong."""

    typed: str
    code: str
    system: str
    title: str
    status: str
    billable: bool | None
    problem: str
    remark: str = ""


def read(text: str) -> list[Typed]:
    """Codes from a column, a sentence with commas, or CSV rows with a header that names `code` and perhaps `system` and `remark`. All of
    them: the caller takes the first MOST_CODES."""
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if (
        lines
        and re.search(r"\bcode\b", lines[0], re.IGNORECASE)
        and re.search(r"[,;\t]|^code$", lines[0].strip(), re.IGNORECASE)
    ):
        return _table(lines)
    found: dict[tuple[str, str | None], Typed] = {}
    for line in lines:
        system = None
        for part in _BETWEEN.split(line.strip()):
            if _SYSTEM.match(part):
                system = part.lower()
            elif _CODE.match(part) and any(c.isdigit() for c in part):
                found.setdefault((part.upper(), system), Typed(part.upper(), system))
    return list(found.values())


def _table(lines: list[str]) -> list[Typed]:
    delimiter = max(",;\t", key=lines[0].count)
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    made: dict[tuple[str, str | None], Typed] = {}
    try:
        for row in rows:
            told = {
                (name or "").strip().lower(): value.strip() for name, value in row.items() if isinstance(value, str)
            }
            code, system = told.get("code", "").upper(), told.get("system", "").lower() or None
            if code:
                made.setdefault((code, system), Typed(code[:LONGEST], system, told.get("remark", "")))
    except csv.Error:
        # A quotation mark that never closes: what was read until there counts.
        pass
    return list(made.values())


def stand(codebook: Codebook, typed: list[Typed], on: date) -> list[Line]:
    return [_line(codebook, one, on) for one in typed]


def _line(codebook: Codebook, typed: Typed, on: date) -> Line:
    try:
        value = codebook.lookup(typed.code, on, typed.system)
    except AmbiguousCode as several:
        told = f"Exists in {' and '.join(several.systems)}: write the system before it."
        return Line(typed.code, typed.code, "", "", "ambiguous", None, told, typed.remark)
    except CodingAheadError as refused:
        # A name that is no system is not repeated: nothing can be looked up in it.
        return Line(typed.code, typed.code, "", "", "unknown", None, refused.message, typed.remark)
    return Line(
        typed.code, value["code"], value["system"], value["title"] or "", value["status"], value["billable"], _problem(value), typed.remark,
    )  # fmt: skip


def _problem(value: dict[str, object]) -> str:
    status = value["status"]
    if status == "deleted":
        after = ", ".join(str(s["code"]) for s in value["successors"])  # type: ignore[attr-defined]
        ended = f"; its last day was {value['valid_to']}" if value["valid_to"] else ""
        return f"Deleted{ended}{f'; now {after}' if after else ''}."
    told = {
        "header": "A heading: more characters are needed.",
        "future": f"Not valid yet: it begins on {value['valid_from']}.",
        "unknown": "No such code.",
        "not_loaded": "No loaded release speaks for this day.",
    }
    return told.get(str(status), "")


def as_csv(lines: list[Line]) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["system", "code", "title", "status", "billable", "problem", "remark"])
    for line in lines:
        billable = {True: "yes", False: "no", None: ""}[line.billable]
        told = (line.system, line.code, line.title, line.status, billable, line.problem, line.remark)
        rows.writerow([safe_cell(text) for text in told])
    return out.getvalue()

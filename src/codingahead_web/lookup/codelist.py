"""Many codes at once: read them from what was pasted, say how each stands on the day, write them as CSV."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from codingahead.codebook import Codebook
from codingahead.words.errors import AmbiguousCode, CodingAheadError

MOST_CODES = 500
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


def read(text: str) -> list[Typed]:
    """Codes from a column, a sentence with commas, or CSV rows with a header that names `code` and perhaps `system` and `remark`."""
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if (
        lines
        and re.search(r"\bcode\b", lines[0], re.IGNORECASE)
        and re.search(r"[,;\t]|^code$", lines[0].strip(), re.IGNORECASE)
    ):
        return _table(lines)[:MOST_CODES]
    found: dict[tuple[str, str | None], Typed] = {}
    for line in lines:
        system = None
        for part in _BETWEEN.split(line.strip()):
            if _SYSTEM.match(part):
                system = part.lower()
            elif _CODE.match(part) and any(c.isdigit() for c in part):
                found.setdefault((part.upper(), system), Typed(part.upper(), system))
    return list(found.values())[:MOST_CODES]


def _table(lines: list[str]) -> list[Typed]:
    delimiter = max(",;\t", key=lines[0].count)
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    made = []
    for row in rows:
        told = {
            (name or "").strip().lower(): (value or "").strip() for name, value in row.items() if isinstance(value, str)
        }
        if told.get("code"):
            made.append(Typed(told["code"].upper(), told.get("system", "").lower() or None, told.get("remark", "")))
    return made


def stand(codebook: Codebook, typed: list[Typed], on: date) -> list[Line]:
    return [_line(codebook, one, on) for one in typed]


def _line(codebook: Codebook, typed: Typed, on: date) -> Line:
    try:
        value = codebook.lookup(typed.code, on, typed.system)
    except AmbiguousCode as several:
        return Line(
            typed.code,
            typed.code,
            "",
            "",
            "ambiguous",
            None,
            f"Exists in {' and '.join(several.systems)}: write the system before it.",
        )
    except CodingAheadError as refused:
        return Line(typed.code, typed.code, typed.system or "", "", "unknown", None, refused.message)
    return Line(
        typed.code, value["code"], value["system"], value["title"] or "", value["status"], value["billable"], _problem(value)
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
    rows.writerow(["system", "code", "title", "status", "billable", "problem"])
    for line in lines:
        billable = {True: "yes", False: "no", None: ""}[line.billable]
        rows.writerow([line.system, line.code, _safe(line.title), line.status, billable, _safe(line.problem)])
    return out.getvalue()


def _safe(text: str) -> str:
    """A spreadsheet must not take a cell for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" else text

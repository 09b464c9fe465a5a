"""Physician fee schedule relative value files (PPRRVU, csv and workbook): what does Medicare print about each code and modifier?

Reads the official csv (a stacked header of several lines) and the plain csv extracts of earlier years, whose columns
have the same names joined. Descriptions are AMA and ADA text and are dropped. Extracts print '0' and '9' where CMS
prints '0.00' and '09': relative values are written with two decimals, conversion factors with four, and indicators in
their full width. Payment, localities and geographic indices are other files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from codingahead.build.editions import Edition, date_in_name, quarter_end
from codingahead.build.members import Member
from codingahead.build.sink import CodeRow, Record, Sink
from codingahead.build.sources.cells import (
    EDITION_HINT,
    Row,
    columns,
    head_rows,
    peek,
    refused,
    require,
    rows_of,
    squeezed,
)
from codingahead.words.codes import System, has_shape
from codingahead.words.errors import Refused, Unreadable

# Our field, then the squeezed column names it is printed under: the official stacked header, then the plain extracts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "status": ("statuscode",),
    "not_used_for_payment": ("notusedformedicarepayment",),
    "work_rvu": ("workrvu",),
    "nonfacility_pe_rvu": ("nonfacpervu", "nonfacilitypervu", "transitionednonfacpervu"),
    "nonfacility_na": ("nonfacnaindicator", "nonfacindicator", "nonfacilitynaindicator"),
    "facility_pe_rvu": ("facilitypervu", "facpervu", "transitionedfacilitypervu"),
    "facility_na": ("facilitynaindicator", "facilityindicator", "facnaindicator"),
    "mp_rvu": ("mprvu",),
    "nonfacility_total": ("nonfacilitytotal", "transitionednonfacilitytotal"),
    "facility_total": ("facilitytotal", "transitionedfacilitytotal"),
    "pctc": ("pctcind",),
    "global_days": ("globdays",),
    "preoperative": ("preop",),
    "intraoperative": ("intraop",),
    "postoperative": ("postop",),
    "multiple_procedure": ("multproc",),
    "bilateral": ("bilatsurg",),
    "assistant_surgeon": ("asstsurg",),
    "co_surgeon": ("cosurg",),
    "team_surgeon": ("teamsurg",),
    "price_indicator": ("pricind",),
    "endoscopy_base": ("endobase",),
    "conversion_factor": ("convfactor", "conversionfactor"),
    "supervision": ("physiciansupervisionofdiagnosticprocedures",),
    "calculation_flag": ("calculationflag",),
    "imaging_family": ("diagnosticimagingfamilyindicator", "diagnosticimagingfamily"),
    "opps_nonfacility_pe": ("nonfacilitypeusedforoppspaymentamount",),
    "opps_facility_pe": ("facilitypeusedforoppspaymentamount",),
    "opps_mp": ("mpusedforoppspaymentamount",),
}
FIELDS = tuple(COLUMNS)
# First printed in 2026.
OPTIONAL = frozenset({"price_indicator"})
TWO_DECIMALS = frozenset(f for f in FIELDS if f.endswith(("_rvu", "_total", "operative")) or f.startswith("opps_"))
WIDTHS = {"global_days": 3, "supervision": 2, "imaging_family": 2, "endoscopy_base": 5}

QUARTERS = {1: "a", 4: "b", 7: "c", 10: "d"}
MONTHS = {"january": 1, "april": 4, "july": 7, "october": 10}
NOT_BILLABLE = frozenset("IMNDFGH")
# Rows without a code, and the end-of-file mark some files close with.
END = ("", "\x1a")

# Since 2026 qualifying participants in alternative payment models have their own factor (42 U.S.C. 1395w-4(d)(1)(A)).
FIRST_QP_YEAR = 2026
FACTORS_2026 = {"33.4009": "pfs", "33.5675": "pfs.qp"}
# Consolidated Appropriations Act, 2024, section 305: a new factor for services from 9 March 2024, published as RVU24AR.
MARCH_2024_FACTOR, MARCH_2024 = "33.2875", date(2024, 3, 9)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as printed: cells in the order of FIELDS."""

    row: int
    code: str
    modifier: str
    cells: Sequence[str]


class PhysicianFeeSchedule:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = _head(member)
        at = _header_at(rows)
        if at is None:
            return ()
        places = _places(member, rows[: at + 1])
        first = next((r for r in rows[at + 1 :] if r and r[0].strip()), [])
        factor = first[places["conversion_factor"]].strip() if len(first) > places["conversion_factor"] else ""
        title = " ".join(cell for row in rows[:at] for cell in row if len(cell) > 30)
        return (edition_of(member, factor, title, rank=_rank(member, at)),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        return write(members[0], _lines(members[0]), sink)


READER = PhysicianFeeSchedule()


def _head(member: Member) -> list[Row]:
    """The first rows, of a text or of a workbook whose words say that it is one of these."""
    if not member.is_workbook:
        return head_rows(member)
    words = peek(member)
    if "hcpcs" not in words or not any(name in words for name in ("relativevaluefile", "convfactor")):
        return []
    return [row for _, row in islice(rows_of(member), 40)]


def _rank(member: Member, header_at: int) -> int:
    """The official csv first, its workbook twin behind it, an extract last."""
    return 5 if header_at == 0 else 2 if member.is_workbook else 0


def _header_at(rows: Sequence[Row]) -> int | None:
    for i, row in enumerate(rows[:40]):
        low = [squeezed(cell) for cell in row[:3]]
        if low == ["hcpcs", "mod", "description"] and any(name.endswith("rvu") for name in _joined(rows[: i + 1])):
            return i
    return None


def _joined(header: Sequence[Row]) -> list[str]:
    """Column names of the stacked header: the words of each column, top down. Titles above it are no names."""
    stack = [["" if len(cell) > 30 or re.search(r"\d", cell) else cell for cell in row] for row in header[-6:-1]]
    width = len(header[-1])
    return [squeezed(" ".join(row[i] for row in [*stack, header[-1]] if i < len(row))) for i in range(width)]


def _places(member: Member, header: Sequence[Row]) -> dict[str, int]:
    places = columns(_joined(header), COLUMNS)
    require(member, places, (f for f in FIELDS if f not in OPTIONAL))
    return places


def _lines(member: Member) -> Iterator[Line]:
    header: list[Row] = []
    at: list[int] = []
    width = 0
    for number, row in rows_of(member):
        if not at:
            header.append(row)
            if _header_at(header[-6:]) is not None:
                places = _places(member, header)
                at, width = [places.get(f, len(row)) for f in FIELDS], len(row)
            continue
        if not row or row[0] in END:
            continue
        if len(row) > width and not any(row[width:]):
            # A spreadsheet that was saved again pads its rows.
            row = row[:width]
        if len(row) != width:
            raise refused(member, number, f"has {len(row)} columns, the header {width}")
        row.append("")
        yield Line(number, row[0], row[1], [row[i] for i in at])


def edition_of(member: Member, factor: str, title: str = "", rank: int = 0) -> Edition:
    """The quarter by the title in the file, else by names. A re-issue ('RVU26AR') is a twin that comes first.

    Raises Unreadable when neither tells the quarter, or which of the two conversion factors of a year is meant.
    """
    start, reissue = _quarter(member, title)
    kind = _kind(member, start.year, factor)
    letter = QUARTERS[start.month]
    name, effective = f"rvu{start:%y}{letter}", start
    if start == date(2024, 1, 1) and factor == MARCH_2024_FACTOR:
        name, effective = "rvu24ar", MARCH_2024
    payee = ", qualifying APM participants" if kind == "pfs.qp" else ""
    again = ", re-issue" if reissue else ""
    return Edition(
        kind=kind,
        id=f"{kind}:{name}",
        publisher="CMS",
        title=f"Physician fee schedule relative values, {effective:%B %Y}{payee}{again}",
        effective_from=effective,
        expected_until=quarter_end(start),
        rank=rank if reissue else rank + 10,
        fields=FIELDS,
    )


def _quarter(member: Member, title: str) -> tuple[date, bool]:
    low = member.name.lower()
    named = list(re.finditer(r"rvu(\d\d)([a-d])(r?)(?![a-z])", low))
    reissue = bool(named and named[-1][3])
    if m := re.search(
        rf"(20\d\d) national physician fee schedule relative value file\s+({'|'.join(MONTHS)})", title.lower()
    ):
        return date(int(m[1]), MONTHS[m[2]], 1), reissue
    if named:
        month = next(k for k, v in QUARTERS.items() if v == named[-1][2])
        return date(2000 + int(named[-1][1]), month, 1), reissue
    day = date_in_name(member.name)
    if day and day.month in QUARTERS:
        return day.replace(day=1), reissue
    raise Unreadable(f"{member.name}: cannot tell which quarter's relative value file this is: {EDITION_HINT}")


def _kind(member: Member, year: int, factor: str) -> str:
    if year < FIRST_QP_YEAR:
        return "pfs"
    if year == 2026 and factor in FACTORS_2026:
        return FACTORS_2026[factor]
    for part in reversed(re.split(r"[!/]", member.name.lower())):
        if re.search(r"non[-_ ]?qp", part):
            return "pfs"
        if re.search(r"(?<![a-z])qpp?(?![a-z])", part):
            return "pfs.qp"
    raise Unreadable(
        f"{member.name}: cannot tell whether this is the file for qualifying APM participants (QPP) or not (nonQPP)"
    )


class _Column(dict[str, str]):
    """Each distinct cell of one column, tidied and checked once."""

    def __init__(self, tidy: Callable[[str], str]) -> None:
        self.tidy = tidy

    def __missing__(self, cell: str) -> str:
        self[cell] = value = self.tidy(cell)
        return value


def _decimals(places: int) -> Callable[[str], str]:
    def tidy(cell: str) -> str:
        if not re.fullmatch(r"\d*\.?\d+|", cell):
            raise ValueError(f"{cell!r} is no number")
        whole, _, part = cell.partition(".")
        return f"{whole or '0'}.{part.ljust(places, '0')}" if cell else ""

    return tidy


def _short(field: str) -> Callable[[str], str]:
    width = WIDTHS.get(field, 0)
    shape = {"status": "[A-Z]", "nonfacility_na": "(NA)?", "facility_na": "(NA)?", "not_used_for_payment": r"\+?"}
    longest = 5 if field == "endoscopy_base" else 3
    pattern = re.compile(shape.get(field, rf"[0-9A-Z]{{0,{longest}}}"))

    def tidy(cell: str) -> str:
        if not pattern.fullmatch(cell):
            raise ValueError(f"{cell!r} is not a value of {field}")
        return cell.zfill(width) if cell.isdigit() else cell

    return tidy


def _tidy(field: str) -> Callable[[str], str]:
    return _decimals(2) if field in TWO_DECIMALS else _decimals(4) if field == "conversion_factor" else _short(field)


def write(member: Member, lines: Iterable[Line], sink: Sink) -> int:
    """Hands rows and code lists to the sink; returns the number of rows.

    A code is billable when one of its rows has a status other than I, M, N, D, F, G, H (not valid, reporting only,
    excluded, ended). Bundled codes may be billed; whether they are paid is the status's own answer.
    """
    keep = [_Column(_tidy(f)) for f in FIELDS]
    records: dict[tuple[str, str], Record] = {}
    for line in lines:
        code = line.code.upper().zfill(5) if line.code.isdigit() else line.code.upper()
        if not re.fullmatch(r"[0-9A-Z]{5}", code) or not re.fullmatch(r"([0-9A-Z]{2})?", line.modifier):
            raise refused(member, line.row, f"{line.code!r} {line.modifier!r} is no code and modifier")
        try:
            values = tuple([column[cell] for column, cell in zip(keep, line.cells, strict=True)])
        except ValueError as error:
            raise refused(member, line.row, f"code {code}: {error}") from error
        if (code, line.modifier) in records:
            first = records[code, line.modifier].row
            raise refused(member, line.row, f"repeats code {code} {line.modifier} of line {first}")
        records[code, line.modifier] = Record(code, values, line.modifier, line.row)
    _check(member, keep, len(records))
    sink.records(records.values())
    _write_codes(records.values(), sink)
    return len(records)


def _check(member: Member, keep: Sequence[_Column], count: int) -> None:
    factors = {v for v in keep[FIELDS.index("conversion_factor")].values() if v.strip("0.")}
    if len(factors) > 1:
        raise Refused(f"{member.name}: prints several conversion factors: {', '.join(sorted(factors))}")
    if not count:
        raise Refused(f"{member.name}: holds no codes")


def _write_codes(records: Iterable[Record], sink: Sink) -> None:
    billable: dict[str, bool] = {}
    rows: dict[str, int | None] = {}
    for r in records:
        billable[r.code] = billable.get(r.code, False) or r.values[0] not in NOT_BILLABLE
        rows.setdefault(r.code, r.row)
    for system in (System.CPT, System.HCPCS, System.CDT):
        listed = [CodeRow(c, None, b, row=rows[c]) for c, b in billable.items() if _system(c) is system]
        if listed:
            sink.code_list(system, listed)


def _system(code: str) -> System | None:
    """None for the placeholders CMS prints before a number is given (GXXX1 in July 2026): rows, but no codes."""
    return next((s for s in (System.CPT, System.HCPCS, System.CDT) if has_shape(s, code)), None)

"""Tables of the MS-DRG grouper as csv: in which groups' logic is a diagnosis named, and how does it count as a secondary one?

Two files: diagnoses with their category and groups (`icd_code, mdc, drg_range, drg`), and complication levels (`icd_code, cc_mcc, ...`). Copies in
circulation cut long codes, so that one printed code stands for several: its rows are kept, and whoever reads them must ask only for codes that
are complete. A level that a printed code has twice with different values is left out. Does not group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import head_rows, refused, squeezed, text_rows
from codingahead.build.sources.msdrg import edition_of
from codingahead.words.codes import System, has_shape, spelled
from codingahead.words.errors import Refused

GROUPS, LEVELS = "msdrg.diagnosis", "msdrg.severity"
HEADERS = {GROUPS: ["icdcode", "mdc", "drgrange", "drg"], LEVELS: ["icdcode", "ccmcc"]}
FIELDS = {GROUPS: ("mdc", "groups"), LEVELS: ("level",)}
# Groups that come before the categories, by procedures such as transplants.
PRE_MDC = {"Pre": "00"}
TITLES = {
    GROUPS: "MS-DRG categories and groups whose logic names a diagnosis",
    LEVELS: "MS-DRG complication levels of secondary diagnoses",
}


class GrouperTables:
    def recognise(self, member: Member) -> Sequence[Edition]:
        rows = head_rows(member)
        kind = _kind(rows[0]) if rows else None
        return (edition_of(member, kind, TITLES[kind], FIELDS[kind]),) if kind else ()

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused for a row that names no diagnosis, group or level."""
        member = members[0]
        records = list((_groups if edition.kind == GROUPS else _levels)(member))
        if not records:
            raise Refused(f"{member.name}: holds no diagnoses")
        sink.records(records)
        return len(records)


READER = GrouperTables()


def _kind(header: Sequence[str]) -> str | None:
    names = [squeezed(cell) for cell in header]
    return next((kind for kind, start in HEADERS.items() if names[: len(start)] == start), None)


def _rows(member: Member) -> Iterator[tuple[int, str, list[str]]]:
    for number, row in text_rows(member):
        if number == 1 or not any(row):
            continue
        code = spelled(System.ICD10CM, row[0])
        if not has_shape(System.ICD10CM, code):
            raise refused(member, number, f"{row[0]!r} is no diagnosis")
        yield number, code, row


def _groups(member: Member) -> Iterator[Record]:
    """One row a diagnosis and category, its groups in one cell."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    first: dict[tuple[str, str], int] = {}
    for number, code, row in _rows(member):
        # Groups that stand alone are printed as their own range.
        mdc = PRE_MDC.get(row[1], row[1])
        groups = [part.strip() for part in (row[3] or row[2]).split(",")] if len(row) > 3 else [""]
        if not re.fullmatch(r"\d{2}", mdc) or not all(re.fullmatch(r"\d{1,3}", group) for group in groups):
            raise refused(member, number, f"{code} names no category and group")
        found.setdefault((code, mdc), {}).update(dict.fromkeys(group.zfill(3) for group in groups))
        first.setdefault((code, mdc), number)
    for (code, mdc), named in found.items():
        yield Record(code, (mdc, " ".join(named)), mdc, first[code, mdc])


def _levels(member: Member) -> Iterator[Record]:
    found: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for number, code, row in _rows(member):
        if row[1] not in ("CC", "MCC"):
            raise refused(member, number, f"{code}: {row[1]!r} is no level")
        found.setdefault(code, set()).add(row[1])
        first.setdefault(code, number)
    for code, levels in found.items():
        if len(levels) == 1:
            yield Record(code, tuple(levels), row=first[code])

"""What comes with the program: the ICD-10-CM Tabular List of an installed package, and starter facts for the codes we describe."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import resources

from codingahead.build.editions import Edition
from codingahead.build.members import HEAD_BYTES, Member
from codingahead.build.plan import Candidate
from codingahead.build.report import BuildReport
from codingahead.build.sink import AddOnRow, CodeRow, Record, Sink
from codingahead.build.sources import icd10cm_tabular
from codingahead.words.codes import System, has_shape
from codingahead.words.errors import Unreadable

STARTER = "starter"


def embedded_members(report: BuildReport) -> list[Member]:
    """The Tabular List that the package `simple-icd-10-cm` carries; named in the report where the package is missing."""
    try:
        return [icd10cm_tabular.embedded_member()]
    except Unreadable as problem:
        report.fault("simple-icd-10-cm", problem.message)
        return []


def starters(loaded_kinds: set[str]) -> Iterator[Candidate]:
    """Starter facts of each kind for which no official file was found. They cover the codes of our content and no others."""
    folder = resources.files("codingahead.content") / STARTER
    if not folder.is_dir():
        return
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".tsv")), key=lambda f: f.name):
        content = file.read_bytes()
        for edition in _editions(content.decode("utf-8")):
            if edition.kind not in loaded_kinds:
                name = f"codingahead/content/{STARTER}/{file.name}"
                member = Member(name, len(content), content[:HEAD_BYTES], lambda c=content: io.BytesIO(c))  # type: ignore[misc]
                yield Candidate(StarterFacts(), edition, {"": member})


def _editions(text: str) -> list[Edition]:
    """The '#release' lines at the head: id, publisher, title, first day, last day before a successor was due, fields."""
    found = []
    for line in text.splitlines():
        if not line.startswith("#release\t"):
            continue
        _, id_, publisher, title, start, until, fields = line.split("\t")
        found.append(
            Edition(
                id_.split(":")[0],
                id_,
                publisher,
                title,
                date.fromisoformat(start),
                date.fromisoformat(until) if until else None,
                complete=False,
                fields=tuple(fields.split(",")) if fields else (),
            )
        )
    return found


class StarterFacts:
    """Reads a starter table: lines of release, code, variant, row in the official file, then the cells."""

    def recognise(self, member: Member) -> Sequence[Edition]:
        return _editions(member.head.decode("utf-8", "replace"))

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        lines = [line.split("\t") for line in members[0].lines() if line and not line.startswith("#")]
        mine = [cells for cells in lines if cells[0] == edition.id]
        if any(len(cells) != len(edition.fields) + 4 for cells in mine):
            raise Unreadable(f"{members[0].name}: a line of {edition.id} does not have {len(edition.fields) + 4} cells")
        records = [
            Record(code, tuple(cells), variant, int(row) if row else None) for _, code, variant, row, *cells in mine
        ]
        if edition.kind == "ncci.add_on":
            sink.add_ons(AddOnRow(r.values[0], r.code, r.variant, None, None, row=r.row) for r in records)
        else:
            sink.records(records)
        if edition.kind in ("pfs", "hcpcs"):
            for system in (System.CPT, System.HCPCS) if edition.kind == "pfs" else (System.HCPCS,):
                codes = sorted({r.code for r in records if has_shape(system, r.code)})
                sink.code_list(system, [CodeRow(code, None, True) for code in codes])
        return len(records)

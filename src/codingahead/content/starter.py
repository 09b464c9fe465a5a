"""Writes the starter facts: official figures of the codes we describe, so that their pages are whole before any official file is loaded.

Numbers and indicators of US government files only. Made again from a pack whenever content grows.
"""

from __future__ import annotations

from collections.abc import Iterator

from codingahead.content.load import load_content
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.store.writer import SEPARATOR
from codingahead.words.codes import System
from codingahead.words.errors import NotFound
from codingahead.words.releases import Release

KINDS = ("pfs", "ncci.mue.practitioner", "ncci.mue.outpatient", "ncci.mue.dme", "hcpcs")
ADD_ON = "ncci.add_on"


def starter_lines(pack: Pack) -> Iterator[str]:
    """Lines of the starter table: '#release' heads, then release, code, variant, row and cells, separated by tabs."""
    codes = sorted({r.code for r in load_content() if r.system in (System.CPT, System.HCPCS)})
    found = [(kind, newest) for kind in (*KINDS, ADD_ON) if (newest := _newest(pack, kind))]
    if not found:
        raise NotFound("the pack holds no fee schedule and no NCCI file", "build it from official files first")
    body: list[str] = []
    for kind, (rid, release) in found:
        fields = pack.fields_of(rid) if kind != ADD_ON else ("edit_type",)
        rows = list(_add_ons(pack, rid, codes) if kind == ADD_ON else _records(pack, rid, codes))
        if rows:
            yield _head(release, fields)
            body += ["\t".join((release.id, *row)) for row in rows]
    yield from body


def _newest(pack: Pack, kind: str) -> tuple[int, Release] | None:
    """The newest release of the kind that states figures: some carry names only."""
    for release in reversed(pack.releases(kind)):
        found = pack.in_force(kind, release.effective_from)
        if found and (kind == ADD_ON or pack.fields_of(found[0])):
            return found
    return None


def _head(release: Release, fields: tuple[str, ...]) -> str:
    until = release.expected_until.isoformat() if release.expected_until else ""
    cells = (
        "#release",
        release.id,
        release.publisher,
        release.title,
        release.effective_from.isoformat(),
        until,
        ",".join(fields),
    )
    return "\t".join(cells)


def _records(pack: Pack, rid: int, codes: list[str]) -> Iterator[tuple[str, ...]]:
    for code in codes:
        for record in queries.records_of(pack, code, rid):
            yield (code, record.variant, str(record.row or ""), *record.data.split(SEPARATOR))


def _add_ons(pack: Pack, rid: int, codes: list[str]) -> Iterator[tuple[str, ...]]:
    described = set(codes)
    for code in codes:
        for row in queries.add_on_rows(pack, rid, code):
            if (
                row["add_on"] == code
                and not row["deleted"]
                and (row["primary_code"] in described or row["primary_code"] == "CCCCC")
            ):
                yield code, row["primary_code"], str(row["row"] or ""), row["edit_type"]

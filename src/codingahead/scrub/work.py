"""One bucket of claims checked: its findings as a file, its sums beside it. The same function for a core and for a cluster."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from codingahead.checks.book import RuleBook
from codingahead.checks.run import check_claims
from codingahead.scrub.findings import rows_of, sums, table
from codingahead.scrub.spool import Spool
from codingahead.store.pack import Pack
from codingahead.words.claims import Claim

CLAIMS_AT_ONCE = 20_000


@lru_cache(maxsize=1)
def _book(pack: str) -> RuleBook:
    return RuleBook(Pack.open(Path(pack)))


def check_bucket(pack: str, folder: str, buckets: int, bucket: int) -> dict[str, Any]:
    """The sums of the bucket; reads them where it was checked before. `pack` is the folder of one pack, so that all buckets are checked by the same."""
    place = Path(folder) / "findings"
    mark = place / f"{bucket}.json"
    if mark.is_file():
        done: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8"))
        return done
    place.mkdir(exist_ok=True)
    claims = Spool(Path(folder), buckets).claims_of(bucket)
    reports = [r for group in _together(claims) for r in check_claims(group, _book(pack))]
    order = {id(c): at for at, c in enumerate(claims)}
    grouped = [c for group in _together(claims) for c in group]
    in_order = [r for _, r in sorted(zip([order[id(c)] for c in grouped], reports, strict=True), key=lambda p: p[0])]
    unfinished = place / f"{bucket}.part"
    pq.write_table(table([row for r in in_order for row in rows_of(r)]), unfinished, compression="zstd")
    unfinished.replace(place / f"{bucket}.parquet")
    told = sums(claims, in_order)
    unfinished.write_text(json.dumps(told), encoding="utf-8")
    unfinished.replace(mark)
    return told


def _together(claims: list[Claim]) -> list[list[Claim]]:
    """Groups of whole patients, each small enough to be held with its reports."""
    by_patient: dict[str, list[Claim]] = {}
    for claim in claims:
        by_patient.setdefault(claim.patient, []).append(claim)
    groups: list[list[Claim]] = [[]]
    for own in by_patient.values():
        if len(groups[-1]) + len(own) > CLAIMS_AT_ONCE and groups[-1]:
            groups.append([])
        groups[-1].extend(own)
    return groups

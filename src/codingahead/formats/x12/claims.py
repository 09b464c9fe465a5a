"""Which claims stand in an X12 stream of 837P and 837I transactions?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from codingahead.formats.x12.envelopes import Reader, walked
from codingahead.formats.x12.institutional import InstitutionalReader
from codingahead.formats.x12.professional import ProfessionalReader
from codingahead.formats.x12.segments import Separators
from codingahead.words.claims import Claim, Rejected

# Implementation guides by the part of ST03 or GS08 that names them.
_READERS: dict[str, type[ProfessionalReader] | type[InstitutionalReader]] = {
    "005010X222": ProfessionalReader,
    "005010X223": InstitutionalReader,
}
_OTHERS = {"835": "a remittance", "277": "a claim status", "999": "an acknowledgment", "270": "an eligibility request"}


def read_x12_claims(stream: IO[bytes], file: str) -> Iterator[Claim | Rejected]:
    """Every claim of the stream in file order; `Rejected.position` is the segment, ISA being 1. Raises BadInput when it is no X12."""

    def opened(
        kind: str, version: str, separators: Separators, transaction: str, out: list[Claim | Rejected]
    ) -> Reader[Claim] | str:
        if kind != "837":
            return f"transaction {transaction} is {_OTHERS.get(kind, 'a transaction')} ({kind}), which holds no claims"
        reader = _READERS.get(version[:10])
        if reader is not None:
            return reader(separators, transaction, file, out)
        kind_of = "dental claims (837D)" if version.startswith("005010X224") else "claims"
        known = ", ".join(_READERS)
        return f"transaction {transaction} holds {kind_of} in version {version or 'unknown'}; read are {known}"

    yield from walked(stream, opened)

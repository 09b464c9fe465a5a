"""Which files are read for which edition? Every reader is asked about every file; twins and copies are settled here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from codingahead.build.editions import Edition, Reader
from codingahead.build.members import Member
from codingahead.build.report import BuildReport
from codingahead.words.errors import BuildProblem

DOCUMENTS = (".pdf", ".md", ".docx", ".doc", ".htm", ".html", ".xsd", ".parquet")


@dataclass(slots=True)
class Candidate:
    """One way to read an edition: the reader and, by part, the file."""

    reader: Reader
    edition: Edition
    files: dict[str, Member] = field(default_factory=dict)

    @property
    def members(self) -> list[Member]:
        return [self.files[part] for part in sorted(self.files)]


def plan(found: Iterable[Member], readers: Sequence[Reader], report: BuildReport) -> list[list[Candidate]]:
    """Every edition with its candidates, best first; editions of one kind from the oldest to the newest."""
    by_edition: dict[str, dict[tuple[int, int], Candidate]] = {}
    for member in found:
        claims = [(i, e) for i, reader in enumerate(readers) for e in _recognised(reader, member, report)]
        if not claims and not any(n.file == member.name for n in report.not_used):
            report.skip(
                member.name,
                "documentation" if member.basename.lower().endswith(DOCUMENTS) else "not a file this program reads",
            )
        for i, edition in claims:
            candidates = by_edition.setdefault(edition.id, {})
            candidate = candidates.setdefault((edition.rank, i), Candidate(readers[i], edition))
            if edition.part in candidate.files:
                _settle(candidate, edition, member, report)
            else:
                candidate.files[edition.part] = member
    ordered = [
        [c for _, c in sorted(candidates.items(), key=lambda item: item[0])] for candidates in by_edition.values()
    ]
    return sorted(ordered, key=lambda c: (c[0].edition.kind, c[0].edition.effective_from, c[0].edition.id))


def _recognised(reader: Reader, member: Member, report: BuildReport) -> Sequence[Edition]:
    try:
        return reader.recognise(member)
    except BuildProblem as problem:
        report.fault(member.name, problem.message)
    return ()


def _settle(candidate: Candidate, edition: Edition, member: Member, report: BuildReport) -> None:
    """Two files state the same part of the same edition: the first stays; a differing one is named."""
    kept = candidate.files[edition.part]
    if kept.head == member.head and kept.size == member.size:
        report.skip(member.name, f"a copy of {kept.name}")
    else:
        report.fault(member.name, f"states {edition.id} as {kept.name} does, with other content; the first was read")

"""Is the pack just written fit to serve? The last look before it replaces the old one."""

from __future__ import annotations

from codingahead.build.report import BuildReport
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import System
from codingahead.words.errors import BuildProblem


def verify(pack: Pack, report: BuildReport) -> None:
    """Raises BuildProblem when what was reported as loaded cannot be read back."""
    stored = {release.id: release.rows for release in pack.releases()}
    for loaded in report.loaded:
        if stored.get(loaded.release) != loaded.rows:
            raise BuildProblem(
                f"{loaded.release} was read but is not in the new pack",
                "run the build again; report it if it happens twice",
            )
    if not pack.releases("icd10cm"):
        raise BuildProblem("no ICD-10-CM code list could be loaded", "see the list of files not used for the reason")
    if not queries.codes_between(pack, System.ICD10CM, "A", "ZZZ", 1):
        raise BuildProblem("the ICD-10-CM code list is empty", "see the list of files not used for the reason")

"""The one face of the library: open a pack and ask it about codes on a day. It never asks what day it is, and never writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from codingahead.checks.book import RuleBook
from codingahead.checks.report import finding_json
from codingahead.checks.run import check_claims, check_diagnoses
from codingahead.coder.reader import NoteReader
from codingahead.coder.suggest import suggest
from codingahead.coder.text import LONGEST_NOTE
from codingahead.coder.visit import level_visit
from codingahead.coder.visit_asked import visit_question
from codingahead.coder.visit_tables import sheet
from codingahead.pilot import answer as pilot
from codingahead.pilot.port import LanguageModel, said_by
from codingahead.reference import browse, changes, coverage, crosswalks, partners, pcs, policy_versions, units
from codingahead.reference.codes import code_answer
from codingahead.reference.fees import answer as fees
from codingahead.reference.fees import compare, national
from codingahead.reference.fees.asked import question
from codingahead.reference.fees.bulk import PriceTable
from codingahead.reference.fees.tables import place_names
from codingahead.reference.identify import identify
from codingahead.reference.sources import Citations
from codingahead.search.index import SearchIndex
from codingahead.store.pack import SEARCH, Pack
from codingahead.words.claims import Claim, Report, Setting
from codingahead.words.codes import System, parse_system, spelled
from codingahead.words.errors import BadInput
from codingahead.words.fees import FeeQuestion
from codingahead.words.releases import Release
from codingahead.words.search import Hit, SearchQuery, SearchResults


class Codebook:
    """Answers about codes from one open pack; safe to share between threads.

    >>> with Codebook.open(Path("packs")) as codebook:            # doctest: +SKIP
    ...     codebook.lookup("I67.1", date(2026, 4, 1))["title"]
    'Cerebral aneurysm, nonruptured'
    """

    def __init__(self, pack: Pack, index: SearchIndex) -> None:
        self.pack, self._index = pack, index
        self._rules = RuleBook(pack)
        self.note_reader = NoteReader(index)
        # Set by the door that knows one; CasePilot's answers are then said in its words as far as they stand.
        self.model: LanguageModel | None = None

    @classmethod
    def open(cls, folder: Path | str) -> Codebook:
        """Opens the serving pack of `folder`. Raises PackProblem when there is none."""
        pack = Pack.open(Path(folder))
        return cls(pack, SearchIndex.open(pack.path / SEARCH))

    def close(self) -> None:
        self._index.close()
        self.pack.close()

    def __enter__(self) -> Codebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        return self.pack.path

    def lookup(self, code: str, on: date, system: str | None = None) -> dict[str, Any]:
        """The Code value. Raises BadInput for text that is no code, AmbiguousCode when several systems hold it."""
        return code_answer(self.pack, identify(self.pack, code, _system(system)), on)

    def search(self, query: SearchQuery) -> SearchResults:
        return self._index.search(query)

    def suggest(self, text: str, on: date, systems: tuple[System, ...] = (), limit: int = 8) -> tuple[Hit, ...]:
        """Type-ahead: codes and titles that begin with what was typed."""
        return self._index.suggest(text, on, systems, limit)

    def check(self, claims: Sequence[Claim]) -> list[Report]:
        """One report a claim. Lines of one patient are compared across all claims of the call."""
        return check_claims(claims, self._rules)

    def partners(
        self, code: str, on: date, *, query: str = "", setting: str = "practitioner", offset: int = 0, limit: int = 50
    ) -> dict[str, Any]:
        """NCCI procedure-to-procedure edits of a code, both directions, filtered by `query`."""
        return partners.partners(
            self.pack, re.sub(r"\s", "", code).upper(), on, query=query, setting=setting, offset=offset, limit=limit
        )

    def pairs(self, codes: Sequence[str], on: date, setting: str = "practitioner") -> dict[str, Any]:
        """NCCI procedure-to-procedure edits of the day between any two of `codes`."""
        return partners.among(self.pack, codes, on, setting)

    def price(self, question: FeeQuestion) -> dict[str, Any]:
        """What Medicare pays: the Fee value for one line, a basket of them for several."""
        return fees.answer(self.pack, question)

    def code_note(self, note: str, on: date, *, setting: str = Setting.PRACTITIONER) -> dict[str, Any]:
        """The Suggest value: codes that a note supports, each with the words that support it. Raises BadInput for a setting that is none."""
        if setting not in set(Setting):
            raise BadInput(f"there is no setting {setting[:40]!r}", f"the known ones are {', '.join(Setting)}")
        made = suggest(self.note_reader, note[:LONGEST_NOTE], on, setting=Setting(setting))
        reports = []
        if made.claim is not None and made.claim.lines:
            reports = self.check([made.claim])
        elif made.claim is not None:
            reports = [check_diagnoses(made.claim.diagnoses, on, self._rules)]
        return {
            "suggestions": made.suggestions,
            "findings": [finding_json(f) for r in reports for f in r.findings],
            "unchecked": [{"rule": u.rule, "lines": list(u.lines), "reason": u.reason} for r in reports for u in r.unchecked],
            "masked": made.masked,
            "on": on.isoformat(),
            "releases": sorted({release for r in reports for release in r.releases}),
        }  # fmt: skip

    def drug_units(
        self, code: str, amount: str, on: date, *, container: str | None = None, containers: int | None = None
    ) -> dict[str, Any]:
        """The Units value: billing units of an amount of a drug, with the lines for what was discarded. Raises BadInput, NotFound."""
        return units.drug_units(self.pack, code, amount, on, container=container, containers=containers)

    def level(self, told: Mapping[str, Any], on: date) -> dict[str, Any]:
        """The Visit value: evaluation and management code, reasons and what goes beside it. Raises BadInput."""
        return level_visit(self.pack, visit_question(told), on)

    def visit_sheet(self) -> dict[str, Any]:
        """The choices of a visit's worksheet, in words."""
        return sheet()

    def ask(self, text: str, on: date) -> dict[str, Any]:
        """The Answer value: CasePilot, from this pack alone."""
        composed = pilot.ask(self, lambda told, day: self.price(question(told, day)), text, on)
        return said_by(self.model, composed) if self.model is not None else composed

    def price_table(self, on: date, *, qp: bool = False) -> PriceTable:
        """The physician fee schedule of a day, ready for prices by the hundred thousand."""
        return PriceTable.of(self.pack, on, qp=qp)

    def cover(
        self, code: str, diagnoses: Sequence[str], on: date, *, mac: str | None = None, state: str | None = None
    ) -> dict[str, Any]:
        """The Coverage value: what national and local policies say of a service and its diagnoses."""
        wanted = [spelled(System.ICD10CM, dx.strip().upper()) for dx in diagnoses if dx.strip()]
        return coverage.coverage(self.pack, re.sub(r"\s", "", code).upper(), wanted, on, mac=mac, state=state)

    def determination(self, section: str, on: date) -> dict[str, Any] | None:
        """A national coverage determination by its manual section, such as '310.1'."""
        return coverage.ncd(self.pack, section, on)

    def determination_versions(self, section: str, on: date) -> dict[str, Any]:
        """Every loaded version of a national determination, the newest first, with what changed from the one before."""
        citations = Citations(self.pack, on)
        return {
            "section": section,
            "versions": policy_versions.versions(self.pack, section, citations),
            **citations.to_json(),
        }

    def crosswalk(self, code: str, to: str, on: date, system: str | None = None) -> dict[str, Any]:
        """The Crosswalk value: what a code is called elsewhere. Raises BadInput, AmbiguousCode."""
        return crosswalks.crosswalk(self.pack, identify(self.pack, code, _system(system)), to, on)

    def changes(
        self,
        first: date,
        last: date,
        *,
        codes: Iterable[str] = (),
        system: str | None = None,
        kinds: Iterable[str] = (),
        offset: int = 0,
        limit: int = 500,
    ) -> dict[str, Any]:
        """The Changes value: what differs between two days, for all or these codes."""
        return changes.changes(
            self.pack, first, last, codes=codes, system=_system(system), kinds=kinds, offset=offset, limit=limit
        )

    def fee_places(self, code: str, on: date) -> list[dict[str, Any]]:
        """The fee of one code in every locality, national first. Raises NotFound when no fee schedule of that year is loaded."""
        names = place_names(self.pack, on)
        return [row | {"name": names.get(row["locality"], "")} for row in self.price_table(on).every_place(code)]

    def localities(self, on: date) -> dict[str, str]:
        """Names of the payment localities by 'MAC/LOC'; '' is the nation. Empty when no file of indices is loaded."""
        return place_names(self.pack, on)

    def compare_fees(self, question: FeeQuestion, first: date) -> dict[str, Any]:
        """The Comparison value: the fee of the question's first line on `first` and on its own day, and what each factor adds to the change."""
        line = question.lines[0]
        modifier = next((m for m in line.modifiers if m in compare.COMPONENTS), "")
        return compare.compare(
            self.pack,
            line.code,
            first,
            question.on,
            pos=question.pos,
            modifier=modifier,
            place=question.place,
            qp=question.qp,
        )

    def fee_quarters(self, code: str) -> list[dict[str, Any]]:
        """National amounts of one code in every loaded quarter, oldest first."""
        return national.through_quarters(self.pack, code)

    def browse(self, system: str, node: str | None, on: date) -> dict[str, Any]:
        return browse.browse(self.pack, parse_system(system), node, on)

    def index_page(self, table: str, at: str | None, on: date) -> dict[str, Any]:
        """`table`: 'index', 'external_cause' or 'pcs'; `at`: a letter or the position of a main term."""
        return browse.index_page(self.pack, table, at, on)

    def table_page(self, table: str, query: str, on: date, offset: int = 0) -> dict[str, Any]:
        """`table`: 'neoplasm' or 'drug'."""
        return browse.table_page(self.pack, table, query, on, offset)

    def pcs_table(self, prefix: str, on: date) -> dict[str, Any]:
        return pcs.pcs_table(self.pack, prefix, on)

    def releases(self, on: date) -> list[dict[str, Any]]:
        """Every release in the pack, with whether it speaks for `on` and whether it is stale then."""
        made = []
        for release in self.pack.releases():
            found = self.pack.in_force(release.kind, on)
            made.append(
                release_json(release)
                | {"in_force": bool(found and found[1].id == release.id), "stale": release.is_stale(on)}
            )
        return made

    def release_ids(self, on: date, systems: Iterable[System] = ()) -> list[str]:
        """The releases that a search on `on` leaned on."""
        kinds = {
            System.ICD10CM: "icd10cm",
            System.ICD10PCS: "icd10pcs",
            System.HCPCS: "hcpcs",
            System.CPT: "pfs",
            System.MSDRG: "msdrg",
        }
        wanted = [kinds[s] for s in (tuple(systems) or tuple(kinds)) if s in kinds]
        return [found[1].id for kind in (*wanted, "content") if (found := self.pack.in_force(kind, on))]

    def status(self) -> dict[str, Any]:
        """What the pack is: folder, time of building, number of releases, vectors."""
        manifest = self.pack.manifest
        return {
            "pack": str(self.pack.path),
            "built_at": manifest["built_at"],
            "vectors": manifest.get("vectors", 0),
            "has_vectors": self._index.has_vectors,
            "releases": len(self.pack.releases()),
            "not_used": manifest.get("not_used", []),
        }


def release_json(release: Release) -> dict[str, Any]:
    return {
        "id": release.id,
        "kind": release.kind,
        "publisher": release.publisher,
        "title": release.title,
        "effective_from": release.effective_from.isoformat(),
        "effective_to": release.effective_to.isoformat() if release.effective_to else None,
        "expected_until": release.expected_until.isoformat() if release.expected_until else None,
        "file": release.file,
        "sha256": release.sha256,
        "rows": release.rows,
        "complete": release.complete,
        "cumulative": release.cumulative,
    }


def _system(name: str | None) -> System | None:
    if not name:
        return None
    try:
        return parse_system(name)
    except ValueError as error:
        raise BadInput(str(error), "name one of the known systems") from None

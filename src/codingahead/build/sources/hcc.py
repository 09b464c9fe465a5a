"""Risk adjustment: into which hierarchical condition category does a diagnosis fall, by each model of a payment year?

Reads the mapping of diagnoses with the labels, hierarchies and relative factors that go with it (CMS, rate announcement files), as
tables with one row a diagnosis and model. The factor kept is that of the segment most people are in: community, not dually
eligible, aged; for drugs, community, not low income, aged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import columns, head_lines, squeezed, text_rows
from codingahead.words.codes import System, spelled
from codingahead.words.errors import Refused, Unreadable

KIND = "hcc"
FIELDS = ("model", "category", "label", "factor", "drops")
PARTS = {
    "mapping": ("diagnosiscode", "cc", "modelname"),
    "labels": ("cc", "label", "modeldomain", "modelversion"),
    "hierarchies": ("ccparent", "ccchild", "modeldomain", "modelversion"),
    "coefficients": ("coefficient", "value", "modeldomain", "modelversion"),
}
MODEL = re.compile(r"^(CMS-HCC ESRD|CMS-HCC|RxHCC) Model V(\d+)$")
FACTOR = re.compile(r"^(?:CNA|RX_CE_NOLOWAGED)_(?:RX)?HCC(\d+)$", re.IGNORECASE)


class ConditionCategories:
    def recognise(self, member: Member) -> Sequence[Edition]:
        part = _part(member)
        if part is None:
            return ()
        year = re.search(r"(?<!\d)(20\d\d)(?!\d)", member.basename) or re.search(r"(?<!\d)(20\d\d)(?!\d)", member.name)
        if year is None:
            raise Unreadable(f"{member.name}: cannot tell the payment year: keep it in the file name")
        first = date(int(year[1]), 1, 1)
        title = f"Hierarchical condition categories, payment year {first.year}"
        return (
            Edition(
                KIND,
                f"{KIND}:{first.year}",
                "CMS",
                title,
                first,
                date(first.year, 12, 31),
                0,
                part,
                tuple(PARTS),
                fields=FIELDS,
            ),
        )

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused when a part is missing."""
        by_part = {_part(member): member for member in members}
        if set(PARTS) - set(by_part):
            raise Refused(f"{members[0].name}: mapping, labels, hierarchies and coefficients belong together")
        rows = list(_records(by_part))
        if not rows:
            raise Refused(f"{members[0].name}: holds no codes")
        sink.records(rows)
        return len(rows)


READER = ConditionCategories()


def _part(member: Member) -> str | None:
    lines = head_lines(member)
    names = {squeezed(cell) for cell in lines[0].split(",")} if lines else set()
    return next((part for part, needed in PARTS.items() if set(needed) <= names), None)


def _cells(member: Member, part: str) -> Iterator[tuple[int, list[str]]]:
    """The needed cells of each row, in the order of PARTS."""
    at: list[int] = []
    for number, row in text_rows(member):
        if not at:
            found = columns(row, {name: (name,) for name in PARTS[part]})
            at = [found[name] for name in PARTS[part]]
        elif len(row) > max(at):
            yield number, [row[i].strip() for i in at]


def _records(by_part: dict[str | None, Member]) -> Iterator[Record]:
    labels = {
        (domain, version, _number(cc)): label for _, (cc, label, domain, version) in _cells(by_part["labels"], "labels")
    }
    drops: dict[tuple[str, str, str], list[str]] = {}
    for _, (parent, child, domain, version) in _cells(by_part["hierarchies"], "hierarchies"):
        drops.setdefault((domain, version, _number(parent)), []).append(_number(child))
    factors = {
        (version, found[1]): value
        for _, (name, value, _, version) in _cells(by_part["coefficients"], "coefficients")
        if (found := FACTOR.match(name))
    }
    for number, (diagnosis, cc, model) in _cells(by_part["mapping"], "mapping"):
        found = MODEL.match(model)
        if found is None:
            continue
        domain, version, letter = _names(found[1], found[2])
        key = (domain, version, cc)
        code = spelled(System.ICD10CM, diagnosis.upper())
        cells = (
            model,
            cc,
            labels.get(key, ""),
            factors.get((f"{letter}{found[2]}", cc), ""),
            " ".join(drops.get(key, ())),
        )
        yield Record(code, cells, f"{model}, {cc}", number)


def _names(model: str, version: str) -> tuple[str, str, str]:
    """Domain and version as the labels print them, and the letter under which the factors stand."""
    if model == "CMS-HCC ESRD":
        return "ESRD", f"V{version}", "D"
    if model == "RxHCC":
        return "RxHCC", f"R{version}", "R"
    return "CMS-HCC", f"V{version}", "C"


def _number(cc: str) -> str:
    return re.sub(r"\D", "", cc)

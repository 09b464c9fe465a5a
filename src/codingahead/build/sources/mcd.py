"""Medicare Coverage Database exports (CMS): national and local determinations, articles with their code lists, contractors and states.

Each table of the export is one file with a header, Windows-1252, with HTML in its long cells. Tables refer to one another by ids; rows of
all versions stand in one table. What the tables mean together is `reference.coverage`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import html

from codingahead.build.editions import Edition, date_in_name
from codingahead.build.members import Member
from codingahead.build.sink import Record, Sink
from codingahead.build.sources.cells import head_lines
from codingahead.words.errors import Refused

Cells = dict[str, str]
NOT_APPLICABLE = "XX000"
LARGEST_CELL = 8 << 20
MENTIONED = re.compile(r"(?<![\w.])(?:[A-CEGHJ-MPQ-V]\d{4}|\d{4}[0-9T])(?![\w.])")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the columns by which it is known, the fields kept of a row, and how the row becomes records."""

    needed: frozenset[str]
    fields: tuple[str, ...]
    records: Callable[[Cells], Iterator[tuple[str, str, tuple[str, ...]]]]


def day(text: str) -> str:
    """'2026-04-01' of '2026-04-01 00:00:00'."""
    return text[:10] if re.match(r"\d{4}-\d\d-\d\d", text) else ""


def plain(text: str) -> str:
    """HTML as text; no markup of a stored document ever reaches a page."""
    if not text or "<" not in text:
        return " ".join(text.split())
    try:
        tree = html.fromstring(f"<div>{text}</div>")
    except (ValueError, html.etree.ParserError):
        return " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return " ".join(" ".join(tree.itertext()).split())


def _article(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield (
        c["article_id"],
        c["article_version"],
        (c["title"], day(c["article_eff_date"]), day(c["article_end_date"]), day(c["date_retired"]), c["display_id"]),
    )


def _article_code(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    code = c["hcpc_code_id"].upper()
    if code != NOT_APPLICABLE:
        yield (
            code,
            f"{c['article_id']}|{c['article_version']}|{c['hcpc_code_group']}",
            (c["article_id"], c["article_version"], c["hcpc_code_group"]),
        )


def _listed(kind: str) -> Callable[[Cells], Iterator[tuple[str, str, tuple[str, ...]]]]:
    group = "icd10_covered_group" if kind == "covered" else "icd10_noncovered_group"

    def records(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        dx = c["icd10_code_id"].upper()
        if dx and dx != NOT_APPLICABLE:
            yield c["article_id"], f"{c['article_version']}|{c[group]}|{dx}", (c["article_version"], c[group], dx)

    return records


def _group(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield (
        c["article_id"],
        f"{c['article_version']}|{c['icd10_covered_group']}",
        (c["article_version"], c["icd10_covered_group"], plain(c["paragraph"])),
    )


def _related(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if c["r_lcd_id"]:
        yield c["article_id"], c["r_lcd_id"], (c["r_lcd_id"],)


def _lcd(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    starts = day(c["rev_eff_date"]) or day(c["orig_det_eff_date"])
    yield (
        c["lcd_id"],
        c["lcd_version"],
        (c["title"], starts, day(c["ent_det_end_date"]), day(c.get("date_retired", "")), c["display_id"]),
    )


def _lcd_code(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    code = c["hcpc_code_id"].upper()
    if code != NOT_APPLICABLE:
        yield (
            code,
            f"{c['lcd_id']}|{c['lcd_version']}|{c['hcpc_code_group']}",
            (c["lcd_id"], c["lcd_version"], c["hcpc_code_group"]),
        )


def _lcd_contractor(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield c["lcd_id"], c["contractor_id"], (c["contractor_id"],)


def _article_contractor(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield c["article_id"], c["contractor_id"], (c["contractor_id"],)


def _contractor(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield c["contractor_id"], c["contractor_version"], (c["contractor_bus_name"], c["contractor_number"], c["status"])


def _jurisdiction(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if not c["term_date"]:
        yield c["state_id"], c["contractor_id"], (c["contractor_id"],)


def _state(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield c["state_abbrev"].upper(), "", (c["state_id"], c["description"])


def _ncd(c: Cells) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    text = " ".join(
        part for name in ("itm_srvc_desc", "indctn_lmtn", "xref_txt", "othr_txt") if (part := plain(c[name]))
    )
    yield (
        c["NCD_mnl_sect"],
        c["NCD_vrsn_num"].zfill(3),
        (c["NCD_mnl_sect_title"], day(c["NCD_efctv_dt"]), day(c["NCD_trmntn_dt"]), text),
    )


TABLES = {
    "article": Table(frozenset({"article_id", "title", "article_eff_date", "display_id"}), ("title", "effective", "end", "retired", "display"), _article),
    "article_code": Table(frozenset({"article_id", "hcpc_code_id", "hcpc_code_group"}), ("article", "version", "group"), _article_code),
    "article_covered": Table(frozenset({"article_id", "icd10_code_id", "icd10_covered_group"}), ("version", "group", "diagnosis"), _listed("covered")),
    "article_noncovered": Table(frozenset({"article_id", "icd10_code_id", "icd10_noncovered_group"}), ("version", "group", "diagnosis"), _listed("noncovered")),
    "article_group": Table(frozenset({"article_id", "icd10_covered_group", "paragraph"}), ("version", "group", "paragraph"), _group),
    "article_lcd": Table(frozenset({"article_id", "r_lcd_id", "r_article_id"}), ("lcd",), _related),
    "article_contractor": Table(frozenset({"article_id", "contractor_id", "contractor_version"}), ("contractor",), _article_contractor),
    "lcd": Table(frozenset({"lcd_id", "title", "rev_eff_date"}), ("title", "effective", "end", "retired", "display"), _lcd),
    "lcd_code": Table(frozenset({"lcd_id", "hcpc_code_id"}), ("lcd", "version", "group"), _lcd_code),
    "lcd_contractor": Table(frozenset({"lcd_id", "contractor_id", "contractor_version"}), ("contractor",), _lcd_contractor),
    "contractor": Table(frozenset({"contractor_id", "contractor_bus_name", "contractor_number"}), ("name", "number", "status"), _contractor),
    "jurisdiction": Table(frozenset({"contractor_id", "state_id", "term_date"}), ("contractor",), _jurisdiction),
    "state": Table(frozenset({"state_id", "state_abbrev"}), ("state", "name"), _state),
    "ncd": Table(frozenset({"NCD_mnl_sect", "NCD_mnl_sect_title", "indctn_lmtn"}), ("title", "effective", "termination", "text"), _ncd),
}  # fmt: skip


class CoverageDatabase:
    def recognise(self, member: Member) -> Sequence[Edition]:
        name = _table(member)
        if name is None:
            return ()
        found = date_in_name(member.name)
        stamp = found.isoformat() if found else "export"
        title = f"Medicare Coverage Database, {name.replace('_', ' ')}"
        starts = date(1990, 1, 1)
        fields = TABLES[name].fields
        made = [
            Edition(f"mcd.{name}", f"mcd.{name}:{stamp}", "CMS", title, starts, None, cumulative=True, fields=fields)
        ]
        if name == "ncd":
            told = f"{title}, codes named in the text"
            made.append(
                Edition(
                    "mcd.ncd_code",
                    f"mcd.ncd_code:{stamp}",
                    "CMS",
                    told,
                    starts,
                    None,
                    cumulative=True,
                    fields=("section",),
                )
            )
        return made

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """A row that repeats a key replaces the one before it. Raises Refused when nothing can be read."""
        name = edition.kind.removeprefix("mcd.")
        table = TABLES["ncd" if name == "ncd_code" else name]
        rows: dict[tuple[str, str], Record] = {}
        for number, cells in _rows(members[0]):
            for code, variant, values in table.records(cells):
                if name == "ncd_code":
                    for mentioned in dict.fromkeys(MENTIONED.findall(values[-1])):
                        rows[mentioned, code] = Record(mentioned, (code,), code, number)
                elif code:
                    rows[code, variant] = Record(code, values, variant, number)
        if not rows and name != "ncd_code":
            raise Refused(f"{members[0].name}: holds no rows")
        sink.records(rows.values())
        return len(rows)


READER = CoverageDatabase()


def _header(member: Member) -> list[str]:
    lines = head_lines(member)
    return [cell.strip().lstrip("\ufeff") for cell in next(csv.reader([lines[0]]), [])] if lines else []


def _table(member: Member) -> str | None:
    names = set(_header(member))
    fitting = [name for name, table in TABLES.items() if table.needed <= names]
    # Of tables that share columns the one that needs most of them.
    return max(fitting, key=lambda name: len(TABLES[name].needed), default=None) if _is_export(names) else None


def _is_export(names: set[str]) -> bool:
    return bool(names & {"article_id", "lcd_id", "contractor_id", "state_id", "NCD_mnl_sect"})


def _rows(member: Member) -> Iterator[tuple[int, Cells]]:
    csv.field_size_limit(LARGEST_CELL)
    content = member.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    for row in reader:
        yield (
            reader.line_num,
            {
                name: (value or "").strip()
                for name, value in row.items()
                if isinstance(name, str) and not isinstance(value, list)
            },
        )

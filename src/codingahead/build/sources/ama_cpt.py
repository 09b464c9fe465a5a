"""The AMA's CPT data files: codes, descriptors, modifiers and deleted codes, for a holder of the AMA's licence.

Nothing of these files ships with the project; the texts go to the sink as licensed descriptors and carry the AMA's
notice. Each file opens with the AMA's prose, which is skipped. Layouts: tab-delimited with or without column names,
and fixed width (code in columns 1-5, text from 7). Long descriptors in fixed width are declined in favour of their
tab-delimited twin (LONGULT.txt).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from codingahead.build.editions import Edition, date_in_name
from codingahead.build.members import Member, decoded
from codingahead.build.sink import CodeRow, Descriptor, Sink
from codingahead.build.sources.ama_modifiers import is_licensed, modifiers_in_prose
from codingahead.build.sources.cells import EDITION_HINT, columns, head_lines, mostly, parsed_day, refused, squeezed
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable

CODE = r"\d{4}[0-9AFTUM]"
TAB_LINE = re.compile(rf"({CODE})\t([^\t]+)\t?")
FIXED_LINE = re.compile(rf"({CODE}) (\S.*)")
SHORT_WIDTH, MEDIUM_WIDTH = 28, 48
# Beyond these a line of fixed width belongs to another publisher's table.
LONGEST_LINE = 100

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("cptcode",),
    "long": ("long", "longdescriptor"),
    "medium": ("medium", "mediumdescriptor"),
    "short": ("short", "shortdescriptor"),
    "consumer": ("consumer", "consumerfriendlydescriptor"),
    "clinician": ("cliniciandescriptor",),
    "modifier": ("modifiercode",),
    "modifier_name": ("modifiername",),
    "modifier_text": ("modifierdescription",),
    "deleted": ("deletiondate", "datedeleted", "deleteddate", "deleted"),
}
FULL = ("long", "medium", "short")
# Quarterly files are released a quarter ahead of the day they take effect (AMA release schedule).
QUARTER_STARTS = {"1": (0, 4), "2": (0, 7), "3": (0, 10), "4": (1, 1)}


@dataclass(slots=True)
class Files:
    """What the files of one edition say, by code."""

    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    clinician: dict[str, list[str]] = field(default_factory=dict)
    modifiers: dict[str, tuple[str, str]] = field(default_factory=dict)
    deleted: dict[str, date | None] = field(default_factory=dict)
    copyright_year: int = 0


CMS_FILE = re.compile(r"\b(?:OPPS|ASC|Addendum|Fee Schedule|NCCI|MUE|Medicare|Relative Value)\b", re.I)


class CptFiles:
    def recognise(self, member: Member) -> Sequence[Edition]:
        part, rank = _part(member)
        if not part:
            return ()
        start = _start(member)
        return (
            Edition(
                kind="cpt",
                id=f"cpt:{start}",
                publisher="American Medical Association",
                title=f"CPT code set, {start:%B %Y}",
                effective_from=start,
                expected_until=_next_start(start) - timedelta(days=1),
                rank=rank,
                part=part,
            ),
        )

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        """Raises Refused when the descriptor files do not describe the same codes, or one of them a code twice."""
        files = Files()
        for member in _best(members):
            _read_file(member, files)
        _check(edition, files)
        return _write(edition, files, sink)


READER = CptFiles()


def _part(member: Member) -> tuple[str, int]:
    """Which of the AMA's files this is, and its rank among twins; '' for another publisher's.

    Raises Unreadable for long descriptors of fixed width.
    """
    text = decoded(member.head)
    # CMS's own files carry the AMA's notice too; their texts are not the operator's licensed files.
    if CMS_FILE.search(text[:4000]):
        return "", 0
    lines = head_lines(member)
    names = _header(lines)
    if names:
        kinds = [kind for kind in ("deleted", "modifier", "clinician", "long", "consumer") if kind in names]
        if not kinds or ("code" not in names and "modifier" not in names):
            return "", 0
        return ("consolidated" if kinds[0] == "long" else kinds[0]), 0
    if "american medical association" not in text.lower():
        return "", 0
    if re.search(r"^Appendix A\s*$", text, re.M) and re.search(r"^Modifiers\s*$", text, re.M):
        return "modifier", 1
    return _unnamed(member, lines)


def _header(lines: Sequence[str]) -> dict[str, int]:
    for line in lines[:80]:
        cells = line.split("\t")
        if len(cells) > 1 and {squeezed(cell) for cell in cells} & {"cptcode", "modifiercode"}:
            return columns(cells, COLUMNS)
    return {}


def _unnamed(member: Member, lines: Sequence[str]) -> tuple[str, int]:
    """A file without column names, judged by the shape of its lines from the first code on."""
    first = next((i for i, line in enumerate(lines) if TAB_LINE.fullmatch(line) or FIXED_LINE.match(line)), None)
    body = [line.rstrip() for line in lines[first:]] if first is not None else []
    if mostly(body, re.compile(TAB_LINE.pattern + "$")):
        return "long", 0 if any(line != line.upper() for line in body) else 1
    if member.basename.lower().startswith("long") and any(re.match(CODE, line) for line in lines):
        raise Unreadable(
            f"{member.name}: long CPT descriptors of fixed width: keep the tab-delimited LONGULT.txt beside it"
        )
    if not body or any("\t" in line or len(line) > LONGEST_LINE for line in body):
        return "", 0
    widest = max(len(line) - 6 for line in body)
    if widest > MEDIUM_WIDTH or not mostly(body, FIXED_LINE) or any(line != line.upper() for line in body):
        return "", 0
    return ("medium" if widest > SHORT_WIDTH or member.basename.lower().startswith("med") else "short"), 0


def _start(member: Member) -> date:
    """The first day in force, by the names around the file, else by the year the AMA's prose implies.

    A name may hold a full date, a year and a quarter, or a year.
    """
    for part in reversed(re.split(r"[!/]", member.name)):
        if re.search(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)", part) and (day := date_in_name(part)):
            return day
        year = re.search(r"(?<!\d)(20\d\d)(?!\d)", part)
        quarter = re.search(r"(?<![a-z])q(?:uarter|tr)?[ _-]?([1-4])(?!\d)", part.lower())
        if year and quarter:
            later, month = QUARTER_STARTS[quarter[1]]
            return date(int(year[1]) + later, month, 1)
        if year:
            return date(int(year[1]), 1, 1)
    if last := _copyright_year(decoded(member.head)):
        return date(last + 1, 1, 1)
    raise Unreadable(f"{member.name}: cannot tell the year of these CPT files: {EDITION_HINT}")


def _copyright_year(text: str) -> int:
    """The last year in the sentence that names the owner; the files for a year are copyright of the year before."""
    m = re.search(r"copyright([^.]{0,200}?)American\s+Medical\s+Association", text, re.I)
    years = [int(y) for y in re.findall(r"(?:19|20)\d\d", m[1])] if m else []
    return max(years, default=0)


def _next_start(start: date) -> date:
    month = (start.month - 1) // 3 * 3 + 4
    return date(start.year + month // 12, 1, 1) if month > 12 else date(start.year, month, 1)


def _best(members: Iterable[Member]) -> list[Member]:
    """One member for each part: the twin of lowest rank."""
    kept: dict[str, tuple[int, Member]] = {}
    for member in members:
        part, rank = _part(member)
        if part and (part not in kept or rank < kept[part][0]):
            kept[part] = rank, member
    return [member for _, member in kept.values()]


def _read_file(member: Member, files: Files) -> None:
    part, _ = _part(member)
    text = member.text()
    files.copyright_year = max(files.copyright_year, _copyright_year(text))
    lines = text.splitlines()
    names = _header(lines)
    if part == "modifier" and not names:
        files.modifiers.update(modifiers_in_prose(lines))
    elif names:
        _read_named(member, lines, names, files)
    else:
        _read_unnamed(member, lines, part, files)


def _read_unnamed(member: Member, lines: Sequence[str], part: str, files: Files) -> None:
    begun = False
    texts: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        m = TAB_LINE.fullmatch(line) if part == "long" else FIXED_LINE.fullmatch(line.rstrip())
        if not m:
            if begun and line.strip("\x1a \t"):
                raise refused(member, number, "is no code and descriptor")
            continue
        begun = True
        if m[1] in texts:
            raise refused(member, number, f"describes {m[1]} again")
        texts[m[1]] = m[2].strip()
    if not texts:
        raise Refused(f"{member.name}: holds no codes")
    files.texts[part] = texts


def _read_named(member: Member, lines: Sequence[str], names: dict[str, int], files: Files) -> None:
    start = next(i for i, line in enumerate(lines) if _header([line]))
    width = max(names.values())
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if not line.strip("\x1a \t"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) <= width:
            cells += [""] * (width + 1 - len(cells))
        found = {name: cells[at] for name, at in names.items()}
        if "modifier" in found:
            files.modifiers[found["modifier"]] = found.get("modifier_name", ""), found.get("modifier_text", "")
        elif not re.fullmatch(CODE, found["code"]):
            raise refused(member, number, f"{found['code']!r} is no CPT code")
        elif "deleted" in found:
            files.deleted[found["code"]] = _deletion(member, number, found["deleted"])
        else:
            _keep_texts(member, number, found, files)


def _deletion(member: Member, number: int, text: str) -> date | None:
    """A year alone means its first day; a code is deleted from that day on."""
    try:
        return date(int(text), 1, 1) if re.fullmatch(r"20\d\d|19\d\d", text) else parsed_day(text)
    except ValueError as error:
        raise refused(member, number, str(error)) from error


def _keep_texts(member: Member, number: int, found: dict[str, str], files: Files) -> None:
    code = found.pop("code")
    if text := found.pop("clinician", ""):
        files.clinician.setdefault(code, []).append(text)
    for name, text in found.items():
        if not text:
            if name in FULL:
                raise refused(member, number, f"{code} has no {name} descriptor: the row may be cut short")
            continue
        kept = files.texts.setdefault(name, {}).setdefault(code, text)
        if kept != text:
            raise refused(member, number, f"describes {code} again in other words")


def _check(edition: Edition, files: Files) -> None:
    """Long, medium and short files describe every code; consumer and clinician texts only codes that these list."""
    full = {name: set(files.texts[name]) for name in FULL if name in files.texts}
    if not full:
        raise Refused(f"{edition.id}: no long, medium or short descriptors among its files")
    (first, codes), *others = full.items()
    for name, other in others:
        if different := codes ^ other:
            counts = f"{len(codes)} codes, {name} {len(other)}"
            raise Refused(f"{edition.id}: the {first} descriptors hold {counts}; {min(different)} is in one only")
    for name, extra in (("consumer", set(files.texts.get("consumer", ()))), ("clinician", set(files.clinician))):
        if unknown := extra - codes - set(files.deleted):
            raise Refused(
                f"{edition.id}: {name} descriptors describe {min(unknown)}, which the {first} descriptors do not list"
            )


def _write(edition: Edition, files: Files, sink: Sink) -> int:
    codes = sorted(set().union(*(files.texts[name] for name in FULL if name in files.texts)))
    ended = {c: d for c, d in files.deleted.items() if c not in set(codes)}
    year = files.copyright_year or edition.effective_from.year - 1
    notice = f"CPT Copyright {year} American Medical Association. All rights reserved."
    rows = [CodeRow(code, None, billable=True) for code in codes]
    rows += [CodeRow(code, None, True, valid_to=day - timedelta(days=1)) for code, day in sorted(ended.items()) if day]
    sink.code_list(System.CPT, rows)
    sink.descriptors(System.CPT, [_descriptor(code, files) for code in codes], notice)
    own = {m: texts for m, texts in files.modifiers.items() if is_licensed(m)}
    if own:
        sink.code_list(System.MODIFIER, [CodeRow(m, None, billable=True) for m in own])
        sink.descriptors(
            System.MODIFIER, [Descriptor(m, short=n or None, long=t or n or None) for m, (n, t) in own.items()], notice
        )
    return len(rows) + len(own)


def _descriptor(code: str, files: Files) -> Descriptor:
    text = {name: texts.get(code) for name, texts in files.texts.items()}
    return Descriptor(
        code,
        short=text.get("short"),
        medium=text.get("medium"),
        long=text.get("long"),
        consumer=text.get("consumer"),
        clinician=tuple(files.clinician.get(code, ())),
    )

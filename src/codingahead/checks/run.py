"""Checks claims against every rule: lines and diagnoses one by one, then what only shows when lines of one patient stand together.

Lines of one patient are compared across all claims given in one call. Each rule that cannot speak is named; a claim without findings is
called clean only when nothing was left unchecked and no release was out of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from codingahead.checks import edits
from codingahead.checks.book import RuleBook
from codingahead.checks.rules import CLAIM_RULES, DIAGNOSIS_RULES, LINE_RULES, POLICY_RULES, repeated
from codingahead.checks.rules.repeated import Placed
from codingahead.checks.said import Leaned, Said, Spoken
from codingahead.checks.sheet import Sheet
from codingahead.words.claims import Claim, Finding, Report, Setting, Severity, Unchecked, Verdict

MOST_KEPT = 200_000
MEDICARE_ONLY = ("status.not_payable",)
GRAVITY = {Severity.DENY: 0, Severity.REVIEW: 1, Severity.INFO: 2}


def check_claims(claims: Sequence[Claim], book: RuleBook) -> list[Report]:
    """One report a claim, in the same order."""
    sheets = [Sheet(claim) for claim in claims]
    for sheet in sheets:
        _lines(sheet, book)
        _claim(sheet, book)
    by_patient: dict[str, list[tuple[Sheet, Placed]]] = {}
    for sheet, placed in _placed(sheets):
        by_patient.setdefault(placed.claim.patient, []).append((sheet, placed))
    for together in by_patient.values():
        _repeated(together, book)
    edits.check(sheets, [pair for together in by_patient.values() for pair in together], book)
    return [_report(sheet) for sheet in sheets]


def check_diagnoses(diagnoses: tuple[str, ...], on: date, book: RuleBook) -> Report:
    """What the rules say of diagnoses alone, in the order given, before any service is named. The verdict counts findings only."""
    day = book.day(on)
    sheet = Sheet(Claim(id="", patient="", setting=Setting.PRACTITIONER, lines=(), diagnoses=diagnoses))
    for rule in DIAGNOSIS_RULES:
        _take(sheet, rule(diagnoses, day), (), (), denies=False)
    return _report(sheet)


def _lines(sheet: Sheet, book: RuleBook) -> None:
    setting, medicare = sheet.claim.setting, _is_medicare(sheet.claim.payer)
    for line in sheet.claim.lines:
        day = book.day(line.date_of_service)
        key = ("line", setting, line.code, line.modifiers, line.place_of_service)
        said = day.memory.get(key)
        if said is None:
            if len(day.memory) > MOST_KEPT:
                day.memory.clear()
            said = day.memory[key] = tuple(dict.fromkeys(s for rule in LINE_RULES for s in rule(line, setting, day)))
        _take(sheet, said if medicare else map(_doubted, said), (line.line,), (line.code,))
        if medicare:
            policies = (s for rule in POLICY_RULES for s in rule(line, sheet.claim, day))
            _take(sheet, policies, (line.line,), (line.code,), denies=False)


def _is_medicare(payer: str | None) -> bool:
    """Claims name Medicare in words or by its claim filing codes (X12 837, SBR09). A claim without payer is taken as Medicare's."""
    return payer is None or "medicare" in payer.lower() or payer.upper() in ("MA", "MB", "16")


def _doubted(said: Spoken) -> Spoken:
    """Another payer may well pay what Medicare's payment policy refuses."""
    if not isinstance(said, Said) or said.rule not in MEDICARE_ONLY or said.severity is not Severity.DENY:
        return said
    return replace(
        said,
        severity=Severity.REVIEW,
        message=f"{said.message} That is Medicare's rule; the payer of this claim may have another.",
    )


def _claim(sheet: Sheet, book: RuleBook) -> None:
    claim = sheet.claim
    if not claim.lines:
        return
    day = book.day(min(line.date_of_service for line in claim.lines))
    key = ("diagnoses", claim.diagnoses)
    said = day.memory.get(key)
    if said is None:
        said = day.memory[key] = tuple(s for rule in DIAGNOSIS_RULES for s in rule(claim.diagnoses, day))
    lines = tuple(line.line for line in claim.lines)
    if not claim.diagnoses and claim.setting is not Setting.DME:
        sheet.miss("claim.pointer", "the claim names no diagnosis", lines)
    for one in said:
        pointed = _pointing(claim, one.codes) if isinstance(one, Said) else lines
        _take(sheet, (one,), pointed, (), denies=False)
    for rule in CLAIM_RULES:
        for finding in rule(claim, day):
            sheet.add(finding)


def _take(
    sheet: Sheet, said: Iterable[Spoken], lines: tuple[int, ...], codes: tuple[str, ...], *, denies: bool = True
) -> None:
    for one in said:
        if isinstance(one, Said):
            sheet.add(one.at(lines, codes), denies=denies)
        elif isinstance(one, Leaned):
            sheet.lean(one.release, one.stale)
        else:
            sheet.miss(one.rule, one.reason, lines)


def _pointing(claim: Claim, codes: tuple[str, ...]) -> tuple[int, ...]:
    """The lines that point to one of `codes`; all when none says where it points."""
    wanted = {n for n, code in enumerate(claim.diagnoses, 1) if code in codes}
    found = tuple(line.line for line in claim.lines if not line.pointers or wanted & set(line.pointers))
    return found or tuple(line.line for line in claim.lines)


def _placed(sheets: Sequence[Sheet]) -> Iterable[tuple[Sheet, Placed]]:
    """The same practitioner, or another of the same group and specialty, counts as one (Medicare Claims Processing Manual chapter 12
    section 30.6.5); a chain of such ties counts too. A claim that names nobody stands for one practitioner of its own.
    """
    tied: dict[str, dict[str, str]] = {}
    named = [_named(sheet) for sheet in sheets]
    for sheet, lines in zip(sheets, named, strict=True):
        ties = tied.setdefault(sheet.claim.patient, {})
        for names in lines:
            if len(names) == 2:
                one, other = sorted(_first(ties, name) for name in names)
                ties[other] = one
    for sheet, lines in zip(sheets, named, strict=True):
        ties = tied[sheet.claim.patient]
        for line, names in zip(sheet.claim.lines, lines, strict=True):
            yield sheet, Placed(sheet.claim, line, _first(ties, names[0]))


def _named(sheet: Sheet) -> list[tuple[str, ...]]:
    """Who stands on each line: the practitioner, the group with the specialty, or both."""
    providers = {p for line in sheet.claim.lines if (p := line.provider)}
    alone = next(iter(providers)) if len(providers) == 1 else None
    made = []
    for line in sheet.claim.lines:
        who = line.provider or alone
        names = [f"practitioner {who}"] if who else []
        if line.group and line.specialty:
            names.append(f"group {line.group}/{line.specialty}")
        made.append(tuple(names) or (f"claim {sheet.claim.id}",))
    return made


def _first(ties: dict[str, str], name: str) -> str:
    while (other := ties.get(name, name)) != name:
        name = other
    return name


def _repeated(together: list[tuple[Sheet, Placed]], book: RuleBook) -> None:
    placed = [p for _, p in together]
    if len(placed) < 2:
        return
    placed.sort(key=lambda p: (p.line.date_of_service, p.claim.id, p.line.line))
    sheets = {id(s.claim): s for s, _ in together}
    for where, finding in (*repeated.duplicates(placed), *repeated.packages(placed, book)):
        sheets[id(where.claim)].add(finding)


def _report(sheet: Sheet) -> Report:
    source = dict(sheet.claim.source)
    if source.get("rejected_lines"):
        sheet.miss("claim.incomplete", "lines of this claim could not be read", ())
    findings = tuple(sorted(sheet.findings, key=lambda f: (f.lines, GRAVITY[f.severity], f.rule, f.codes, f.message)))
    unchecked = tuple(
        Unchecked(rule, tuple(sorted(lines)), reason) for (rule, reason), lines in sorted(sheet.unchecked.items())
    )
    stale = tuple(sorted(r for r, old in sheet.releases.items() if old))
    return Report(
        sheet.claim.id, _verdict(findings, bool(unchecked or stale)), findings, unchecked, tuple(sorted(sheet.releases)), stale, sheet.claim.source,
    )  # fmt: skip


def _verdict(findings: Sequence[Finding], doubtful: bool) -> Verdict:
    severities = {f.severity for f in findings}
    if Severity.DENY in severities:
        return Verdict.DENY
    if Severity.REVIEW in severities:
        return Verdict.REVIEW
    return Verdict.NOT_CHECKED if doubtful else Verdict.CLEAN

"""Does the loaded coverage policy of Medicare list one of the line's diagnoses for its service?

Denies only where the claim names its contractor and every policy of that contractor is decided; without a contractor the same answer is a
review. What a policy ties to its prose is left unchecked, by name. Sources: Social Security Act section 1862(a)(1)(A); Medicare Coverage Database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codingahead.checks.book import Day
from codingahead.checks.said import Leaned, Said, Silent, Spoken
from codingahead.reference import coverage
from codingahead.store import queries
from codingahead.words.claims import Claim, ServiceLine, Severity

RULE = "coverage.diagnosis"
CARC = "CO-50"
TABLES = ("mcd.article_code", "mcd.lcd_code", "mcd.ncd_code")
MOST_NAMED = 4
FIX = (
    "Code what the record documents, and ask the practitioner when it may hold more. A service known to be refused for the documented reason needs "
    "a notice signed before it (ABN, modifier GA)."
)


def line(line: ServiceLine, claim: Claim, day: Day) -> Iterator[Spoken]:
    """Nothing where no policy is loaded or none names the code: that is no word about coverage."""
    if line.code not in governed(day):
        return
    key = (RULE, line.code, _pointed(line, claim), claim.mac)
    said: tuple[Spoken, ...] | None = day.memory.get(key)
    if said is None:
        said = day.memory[key] = tuple(_judged(line.code, key[2], claim.mac, day))
    yield from said


def governed(day: Day) -> frozenset[str]:
    """Codes that a loaded policy names."""
    pack = day.book.pack

    def read() -> frozenset[str]:
        found = [pack.newest(table) for table in TABLES]
        return frozenset(r.code for one in found if one for r in queries.release_records(pack, one[0]))

    return pack.keep(("governed", *TABLES), read)


def _pointed(line: ServiceLine, claim: Claim) -> tuple[str, ...]:
    pointed = tuple(claim.diagnoses[p - 1] for p in line.pointers if 1 <= p <= len(claim.diagnoses))
    return pointed or claim.diagnoses


def _judged(code: str, diagnoses: tuple[str, ...], mac: str | None, day: Day) -> Iterator[Spoken]:
    if not diagnoses:
        return
    found = coverage.coverage(day.book.pack, code, diagnoses, day.on, mac=mac)
    policies = found["policies"]
    if not policies:
        return
    stale = {one["release"] for one in found["stale"]}
    releases = {source["n"]: str(source["release"]) for source in found["sources"]}
    release = releases[policies[0]["source"]]
    if found["result"] == coverage.SUPPORTED:
        yield Leaned(release, release in stale)
    elif found["result"] == coverage.NOT_SUPPORTED:
        severity = Severity.DENY if mac and release not in stale else Severity.REVIEW
        doubt = "" if mac else " The claim does not name its contractor, and policies differ between contractors."
        yield Said(
            RULE, severity, _message(code, diagnoses, policies) + doubt, FIX, CARC, str(policies[0]["id"]), release, release in stale
        )  # fmt: skip
    else:
        yield Silent(RULE, _reading(code, policies, mac))


def _message(code: str, diagnoses: tuple[str, ...], policies: list[dict[str, Any]]) -> str:
    refused = sorted({dx for p in policies for g in p["groups"] if g["kind"] == "noncovered" for dx in g["matched"]})
    if refused:
        return f"{', '.join(refused)} is on the list of diagnoses that do not support {code} in {_names(policies)}."
    return f"No list for {code} in {_names(policies)} holds {' or '.join(diagnoses[:6])}."


def _reading(code: str, policies: list[dict[str, Any]], mac: str | None) -> str:
    results = {p["result"] for p in policies}
    if not mac and results == {coverage.SUPPORTED, coverage.NOT_SUPPORTED}:
        return f"policies for {code} differ between contractors ({_names(policies)}); the claim names none"
    return f"what supports {code} stands in the words of {_names(policies)}: read it"


def _names(policies: list[dict[str, Any]]) -> str:
    named = [("NCD " if p["kind"] == "ncd" else "") + str(p["id"]) for p in policies]
    more = len(named) - MOST_NAMED
    return ", ".join(named[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")

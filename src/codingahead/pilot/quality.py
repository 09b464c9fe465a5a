"""How good are CasePilot's answers? Suites of questions with what a right answer holds, and questions made from the pack itself.

Stops at counting: what a suite asks is data beside this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from codingahead.content.load import load_content
from codingahead.words.codes import System
from codingahead.words.errors import BadInput

SUITES = ("rules", "pack")
_CODE = re.compile(r"(?<![\w.$])(?:[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|\d{4}[0-9FTUM]|[A-V]\d{4})(?![\w,]|\.\d)")
_SERVICES = (System.CPT, System.HCPCS)


@dataclass(frozen=True, slots=True)
class Item:
    """`must` and `never` are patterns for the answer, `cite` for its sources, `unanswered` for what it says it cannot tell."""

    ask: str
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    cite: str = ""
    unanswered: str = ""


Ask = Callable[[str], dict[str, Any]]
Lookup = Callable[[str, str], dict[str, Any]]


def evaluate(suite: str, ask: Ask, lookup: Lookup, on: date) -> dict[str, Any]:
    """Counts of one suite, and its misses. `unanswered` is an honest gap; `ungrounded` and `invented` must be 0."""
    if suite not in SUITES:
        raise BadInput(f"no suite is called {suite!r}", f"one of {', '.join(SUITES)}")
    counts = dict.fromkeys(("right", "wrong", "unanswered", "ungrounded", "invented"), 0)
    misses = []
    for item in _written() if suite == "rules" else _from_pack(lookup):
        answer = ask(item.ask)
        verdict = judge(item, answer)
        counts[verdict] += 1
        counts["ungrounded"] += any(not s["sources"] and _CODE.search(s["text"]) for s in answer["sentences"])
        counts["invented"] += bool(strangers(answer, lookup))
        if verdict != "right":
            misses.append({"question": item.ask, "verdict": verdict, "answer": answer["answer"]})
    return {"suite": suite, "on": on.isoformat(), "questions": counts["right"] + counts["wrong"] + counts["unanswered"]} | {
        "counts": counts, "misses": misses,
    }  # fmt: skip


def judge(item: Item, answer: dict[str, Any]) -> str:
    """`right`, `wrong`, or `unanswered` when nothing was said and the reason is named."""
    told = answer["answer"]
    if any(re.search(p, told) for p in item.never):
        return "wrong"
    if item.unanswered:
        return "right" if any(re.search(item.unanswered, u) for u in answer["unanswered"]) else "wrong"
    cited = " ".join(s["where"] for s in answer["sources"])
    if all(re.search(p, told) for p in item.must) and (not item.cite or item.cite in cited):
        return "right"
    return "unanswered" if not told and answer["unanswered"] else "wrong"


def strangers(answer: dict[str, Any], lookup: Lookup) -> list[str]:
    """Codes that an answer prints, which neither the question nor the answer's sources hold and neither a system nor our texts know."""
    listed = {c["code"] for c in answer["codes"]}
    printed = {c for s in answer["sentences"] for c in _CODE.findall(s["text"])}
    unknown = printed - listed - set(_CODE.findall(answer["question"].upper()))
    unknown -= _described() if unknown else set()  # a small pack lacks codes that our texts name
    return sorted(c for c in unknown if all(lookup(c, s)["status"] == "unknown" for s in _systems(c)))


@cache
def _described() -> frozenset[str]:
    return frozenset(r.code for r in load_content())


def _systems(code: str) -> tuple[str, ...]:
    return ("icd10cm",) if "." in code else ("cpt",) if code[0].isdigit() else ("hcpcs",)


def _written() -> Iterator[Item]:
    text = (resources.files(__package__) / "suites" / "rules.yaml").read_text(encoding="utf-8")
    for entry in yaml.safe_load(text):
        lists = {name: tuple(entry.get(name) or ()) for name in ("must", "never")}
        yield Item(entry["ask"], **lists, cite=entry.get("cite", ""), unanswered=entry.get("unanswered", ""))


def _from_pack(lookup: Lookup) -> Iterator[Item]:
    """What the loaded releases state of each service that we describe: its standing, units and global period."""
    for record in load_content():
        if record.system not in _SERVICES:
            continue
        value = lookup(record.code, record.system.value)
        code = re.escape(record.code)
        if value["status"] != "unknown":
            yield Item(f"what is {record.system.value} {record.code}?", must=(rf"{code} is ",))
        facts = {f["name"]: f["value"] for f in value["facts"] if not f.get("modifier")}
        if "mue_practitioner" in facts:
            limit = rf"{code} for practitioner claims is {re.escape(str(facts['mue_practitioner']))},"
            yield Item(f"what is the MUE of {record.code}", must=(limit,))
        if "global_days" in facts:
            period = rf"Global period of {code}: {re.escape(str(facts['global_days']))} "
            yield Item(f"global period for {record.code}?", must=(period,))

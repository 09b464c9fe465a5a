"""Composes the answer: each intent asks the book, and what comes back is said in sentences with the numbers of their sources.

A sentence is only ever made from a value that was looked up in this call. At the end every code, amount and date that an answer prints is
held against the values it came from; a sentence with one that is in none of them is dropped and named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from codingahead.content.articles import Article, articles
from codingahead.pilot.knowledge import about_modifiers, matches
from codingahead.pilot.places import place_in
from codingahead.pilot.question import Question, understand
from codingahead.pilot.reckon import drug_units, global_end
from codingahead.words.codes import System
from codingahead.words.errors import AmbiguousCode, CodingAheadError
from codingahead.words.search import SearchQuery

Value = dict[str, Any]
FOUND = 5
REFUSAL = "dx-for-payment"
ALONE = 0.35  # share of the question's weight in an article's own words, when nothing else is asked
BESIDE = 0.5  # the same, beside what was looked up about codes
FINDING = 0.75  # the same, when the question asks for a code
LANGUAGE = "Questions are answered in English only so far; codes, numbers and dates are read in any language."
_TOKEN = re.compile(
    r"\$[\d,]+\.\d\d|\b(?:[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|\d{4}[0-9FTUM]|[A-V]\d{4})\b|\b\d{4}-\d\d-\d\d\b"
)
COMPLIANCE = "A diagnosis is chosen because it is documented, never because it pays. Code what the record supports; where it is unclear, ask the practitioner."


class Book(Protocol):
    """What CasePilot may ask: the Codebook."""

    def lookup(self, code: str, on: date, system: str | None = None) -> Value: ...
    def search(self, query: SearchQuery) -> Any: ...
    def partners(
        self, code: str, on: date, *, query: str = "", setting: str = "practitioner", offset: int = 0, limit: int = 50
    ) -> Value: ...
    def cover(
        self, code: str, diagnoses: Sequence[str], on: date, *, mac: str | None = None, state: str | None = None
    ) -> Value: ...
    def crosswalk(self, code: str, to: str, on: date, system: str | None = None) -> Value: ...
    def localities(self, on: date) -> dict[str, str]: ...


Price = Callable[[dict[str, Any], date], Value]


@dataclass(slots=True)
class _Draft:
    """Sentences so far, sources numbered once, everything that was looked up, and what could not be answered."""

    question: Question
    on: date
    sentences: list[tuple[str, list[int]]] = field(default_factory=list)
    sources: list[Value] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    codes: dict[str, Value] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    stale: dict[str, Value] = field(default_factory=dict)
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)

    def learn(self, value: Value) -> Value:
        self.seen.append(json.dumps(value, default=str))
        for one in value.get("stale") or ():
            self.stale[one["release"]] = one
        return value

    def cite(self, value: Value, *numbers: int | None) -> list[int]:
        """The answer's own numbers for sources of a value."""
        made = []
        listed = {s["n"]: s for s in value.get("sources") or ()}
        for number in dict.fromkeys(n for n in numbers if n):
            source = listed.get(number)
            if source is None:
                continue
            key = (source["release"], source["row"], source["where"])
            if key not in self._numbers:
                self._numbers[key] = len(self.sources) + 1
                self.sources.append({**source, "n": len(self.sources) + 1})
            made.append(self._numbers[key])
        return made

    def quote(self, one: Article) -> None:
        """Each statement of an article with the official document it rests on."""
        for told in one.statements:
            self.seen.append(told.text)
            key = ("article", one.id, told.source)
            if key not in self._numbers:
                self._numbers[key] = len(self.sources) + 1
                where = f"{told.source}, {told.edition}; in our words, reviewed {one.reviewed.isoformat()}"
                made = {"n": len(self.sources) + 1, "release": f"article:{one.id}", "row": None, "where": where}
                self.sources.append({**made, "quote": None})
            self.say(told.text, [self._numbers[key]])

    def say(self, text: str, sources: list[int]) -> None:
        if text and (text, sources) not in self.sentences:
            self.sentences.append((text, sources))


def ask(book: Book, price: Price, text: str, on: date) -> Value:
    """The Answer value."""
    question = understand(text)
    draft = _Draft(question, question.on or on)
    if "refuse" in question.intents:
        draft.say(COMPLIANCE, [])
        for one in articles():
            if one.id == REFUSAL:
                draft.quote(one)
    elif question.foreign:
        draft.unanswered.append(LANGUAGE)
    else:
        values = list(_looked_up(book, draft))
        _compose(book, price, draft, values)
    return _answer(draft)


def _lookup(book: Book, draft: _Draft, code: str) -> Value:
    """A letter and four digits without a point is read as HCPCS where ICD-10-CM has the same characters."""
    try:
        return book.lookup(code, draft.on)
    except AmbiguousCode as several:
        if "hcpcs" not in several.systems or not re.fullmatch(r"[A-V]\d{4}", code):
            raise
        draft.unanswered.append(f"{code} was read as HCPCS; write it with its point if the diagnosis is meant")
        return book.lookup(code, draft.on, "hcpcs")


def _looked_up(book: Book, draft: _Draft) -> Iterator[Value]:
    for code in draft.question.codes:
        try:
            value = draft.learn(_lookup(book, draft, code))
        except AmbiguousCode as several:
            draft.unanswered.append(f"{code} stands in {' and '.join(several.systems)}: name the code system")
            continue
        except CodingAheadError:
            continue
        if value["status"] == "unknown":
            draft.say(f"{value['system_name']} has no code {value['code']} on {draft.on.isoformat()}.", [])
            continue
        draft.codes[value["code"]] = {"code": value["code"], "system": value["system"], "title": value["title"]}
        yield value


def _compose(book: Book, price: Price, draft: _Draft, values: list[Value]) -> None:
    intents = draft.question.intents
    services = [v for v in values if v["system"] in ("cpt", "hcpcs")]
    diagnoses = [v for v in values if v["system"] == "icd10cm"]
    told = len(draft.sentences)
    if len(services) > 1 and "fee" not in intents:
        _pairs(book, draft, services)
    for value in values:
        _about(book, price, draft, value, diagnoses)
    _rules(draft, bool(values))
    if not values and draft.question.modifiers and len(draft.sentences) == told:
        _modifiers_alone(book, draft)
    if not values and len(draft.sentences) == told and not draft.unanswered:
        _found(book, draft)


def _rules(draft: _Draft, beside: bool) -> None:
    """The articles that speak about the question: those of the modifiers named, else the best by its words."""
    question = draft.question
    least = FINDING if "find" in question.intents else BESIDE if beside else ALONE
    fitting = [m for m in matches(question.text) if m.share >= least]
    for one in list(dict.fromkeys([m.article for m in fitting[:1]] + about_modifiers(question.modifiers)))[:3]:
        draft.quote(one)


def _about(book: Book, price: Price, draft: _Draft, value: Value, diagnoses: list[Value]) -> None:
    intents = draft.question.intents
    before = len(draft.sentences)
    service = value["system"] in ("cpt", "hcpcs")
    if value["status"] in ("deleted", "header", "future", "not_loaded"):
        _what(draft, value)
    if service:
        if "units" in intents and not _drug(draft, value):
            _units(draft, value)
        if "global" in intents:
            _fact(draft, value, "global_days", "Global period of {code}: {value} ({meaning}).")
            _global_end(draft, value)
        if "modifier" in intents or draft.question.modifiers:
            _modifiers(draft, value)
        if "add_on" in intents:
            _add_on(draft, value)
        if "fee" in intents:
            _fee(book, price, draft, value)
        if "coverage" in intents:
            _coverage(book, draft, value, diagnoses)
    if "crosswalk" in intents:
        _crosswalk(book, draft, value)
    if "history" in intents:
        _history(draft, value)
    if "notes" in intents and value["system"] == "icd10cm":
        _notes(draft, value)
    if len(draft.sentences) == before and not (service and len(draft.codes) > 1 and "pair" in intents):
        _what(draft, value)


def _what(draft: _Draft, value: Value) -> None:
    first = [s["n"] for s in value["sources"][:1]]
    title = value["title"] or "no title is loaded"
    own = " (our own words, not the official description)" if value["title_source"] == "codingahead" else ""
    status = {
        "header": "a heading, not billable",
        "deleted": "deleted",
        "future": "not valid yet",
        "not_loaded": "not loaded for this day",
    }.get(value["status"], "active")
    draft.say(
        f"{value['system_name']} {value['code']} is {title}{own}; it is {status} on {draft.on.isoformat()}.",
        draft.cite(value, *first),
    )
    if value["status"] == "deleted" and value["valid_to"]:
        after = ", ".join(s["code"] for s in value["successors"])
        draft.say(
            f"Its last day was {value['valid_to']}" + (f"; look at {after}." if after else "."),
            draft.cite(value, *first, *(s["source"] for s in value["successors"])),
        )
    if value["missing_characters"]:
        choices = ", ".join(v["value"] for v in value["missing_characters"][0]["values"][:20])
        draft.say(
            f"Character {value['missing_characters'][0]['position']} of {value['code']} may be {choices}.",
            draft.cite(value, *first),
        )
    common = value.get("common_language")
    if common and common.get("summary"):
        draft.say(common["summary"].strip(), draft.cite(value, common["source"]))


def _facts(value: Value) -> dict[str, Value]:
    return {f["name"]: f for f in value["facts"] if not f.get("modifier")}


def _fact(draft: _Draft, value: Value, name: str, words: str) -> None:
    found = _facts(value).get(name)
    if found is None:
        draft.unanswered.append(
            f"{name.replace('_', ' ')} of {value['code']}: no loaded release states it on {draft.on.isoformat()}"
        )
        return
    draft.say(
        words.format(code=value["code"], value=found["value"], meaning=_plain(found["meaning"])),
        draft.cite(value, found["source"]),
    )


def _plain(meaning: str | None) -> str:
    return (meaning or "as published").rstrip(".")


def _drug(draft: _Draft, value: Value) -> bool:
    found = drug_units(draft.question.text, value["title"] or "") if value["system"] == "hcpcs" else None
    if found is None:
        return False
    dose, per, units = found
    draft.seen.append(draft.question.text)
    draft.say(
        f"{dose} of {value['code']} is {units} {'unit' if units == 1 else 'units'}: the description counts {per} a unit, and a part of a unit counts whole.",
        draft.cite(value, *(s["n"] for s in value["sources"][:1])),
    )
    return True


def _global_end(draft: _Draft, value: Value) -> None:
    """Only when the question names the day of the operation."""
    fact = _facts(value).get("global_days")
    end = global_end(draft.on, fact["value"]) if fact and draft.question.on else None
    if fact and end:
        draft.seen.append(end.isoformat())
        said = f"Done on {draft.on.isoformat()}, {value['code']} has its global period through {end.isoformat()}."
        draft.say(said, draft.cite(value, fact["source"]))


def _units(draft: _Draft, value: Value) -> None:
    facts = _facts(value)
    told = False
    for setting in ("practitioner", "outpatient"):
        limit, indicator = facts.get(f"mue_{setting}"), facts.get(f"mai_{setting}")
        if limit and indicator:
            told = True
            how = f"adjudication indicator {indicator['value']} ({_plain(indicator['meaning'])})"
            said = f"The medically unlikely edit of {value['code']} for {setting} claims is {limit['value']}, {how}."
            draft.say(said, draft.cite(value, limit["source"]))
    if not told:
        draft.unanswered.append(
            f"units of {value['code']}: no medically unlikely edit is loaded for {draft.on.isoformat()}; some limits are not published"
        )


def _modifiers(draft: _Draft, value: Value) -> None:
    rows = {m["modifier"]: m for m in value["modifiers"]}
    if not rows:
        draft.unanswered.append(
            f"modifiers of {value['code']}: no fee schedule row is loaded for {draft.on.isoformat()}"
        )
        return
    words = {"yes": "may go with", "conditional": "may go with, when the record supports it,", "no": "does not go with"}
    wanted = [m for m in draft.question.modifiers if m in rows] or [m for m in _named(draft.question.text) if m in rows]
    for modifier in wanted:
        row = rows[modifier]
        draft.say(
            f"Modifier {modifier} {words[row['allowed']]} {value['code']}: {row['why']}.",
            draft.cite(value, row["source"]),
        )
    if not wanted:
        for allowed, lead in (("yes", "Allowed with"), ("conditional", "Conditional with"), ("no", "Not with")):
            told = [m["modifier"] for m in value["modifiers"] if m["allowed"] == allowed]
            if told:
                draft.say(
                    f"{lead} {value['code']}: {', '.join(told)}.", draft.cite(value, value["modifiers"][0]["source"])
                )


def _named(text: str) -> list[str]:
    """Modifiers meant by their names."""
    low = text.lower()
    names = (
        ("bilateral", "50"),
        ("assistant", "80"),
        ("co-surg", "62"),
        ("cosurg", "62"),
        ("team", "66"),
        ("professional component", "26"),
        ("technical component", "TC"),
    )
    return [modifier for name, modifier in names if name in low]


def _modifiers_alone(book: Book, draft: _Draft) -> None:
    for modifier in draft.question.modifiers:
        try:
            value = draft.learn(book.lookup(modifier, draft.on, System.MODIFIER.value))
        except CodingAheadError:
            continue
        if value["status"] == "active":
            draft.codes[value["code"]] = {"code": value["code"], "system": value["system"], "title": value["title"]}
            _what(draft, value)


def _add_on(draft: _Draft, value: Value) -> None:
    rows = value["add_on"]["rows"]
    if value["add_on"]["is_add_on"] is None:
        draft.unanswered.append("add-on codes: no add-on code file is loaded")
        return
    as_add_on = [r for r in rows if r["role"] == "primary"]
    others = [r for r in rows if r["role"] == "add_on"]
    if as_add_on:
        listed = ", ".join(r["code"] for r in as_add_on if r["code"]) or "codes that the contractor defines"
        draft.say(
            f"{value['code']} is an add-on code; its primary codes: {listed}.",
            draft.cite(value, as_add_on[0]["source"]),
        )
    elif others:
        draft.say(
            f"{value['code']} is a primary code of the add-on codes {', '.join(r['code'] for r in others if r['code'])}.",
            draft.cite(value, others[0]["source"]),
        )
    else:
        draft.say(f"The loaded add-on code edits do not name {value['code']}.", [])


def _pairs(book: Book, draft: _Draft, services: list[Value]) -> None:
    for at, one in enumerate(services):
        found = draft.learn(book.partners(one["code"], draft.on, limit=1))
        if found["total"] is None:
            draft.unanswered.append(f"NCCI edits on {draft.on.isoformat()}: no procedure-to-procedure table is loaded")
            return
        for other in services[at + 1 :]:
            _pair(book, draft, one["code"], other["code"])


def _pair(book: Book, draft: _Draft, code: str, other: str) -> None:
    found = draft.learn(book.partners(code, draft.on, query=other, limit=20))
    rows = [r for r in found["rows"] if r["code"] == other]
    sources = draft.cite(found, *(s["n"] for s in found["sources"][:1]))
    if not rows:
        draft.say(
            f"{code} and {other}: no NCCI edit between them is in force in the loaded practitioner table; other rules still apply.",
            sources,
        )
    for row in rows:
        first, second = (code, other) if row["column"] == 1 else (other, code)
        helps = {
            "0": "no modifier bypasses it: for the same patient, day and practitioner only the first is paid",
            "1": "a modifier such as XE, XS, XP, XU, 59 or an anatomic one bypasses it when the record shows a separate encounter, site or practitioner",
        }.get(row["indicator"], "it does not apply")
        draft.say(
            f"{first} (column 1) and {second} (column 2) are an NCCI edit with modifier indicator {row['indicator']}: {helps}.",
            sources,
        )


def _fee(book: Book, price: Price, draft: _Draft, value: Value) -> None:
    where, place = _place(book, draft)
    told = {"code": value["code"], "modifiers": list(draft.question.modifiers)}
    with_ = f"-{'-'.join(draft.question.modifiers)}" if draft.question.modifiers else ""
    for basis, pos, name in (("facility", "22", "a facility"), ("nonfacility", "11", "an office")):
        if draft.question.basis not in (None, basis):
            continue
        try:
            fee = draft.learn(price({**told, "pos": pos, **where}, draft.on))
        except CodingAheadError as refused:
            draft.unanswered.append(f"fee of {value['code']}: {refused.message}")
            return
        numbers = draft.cite(fee, *(s["n"] for s in fee["sources"]))
        if not fee["amount"]:
            draft.say(f"{value['code']}{with_} has no price in {name}: {fee['reason']}.", numbers)
            continue
        amount = f"${Decimal(fee['amount']):,}"
        draft.say(
            f"Medicare's fee for {value['code']}{with_} in {name} {place} on {draft.on.isoformat()} is {amount}.",
            numbers,
        )
        _not_participating(draft, value["code"], fee, numbers)


def _not_participating(draft: _Draft, code: str, fee: Value, numbers: list[int]) -> None:
    other = fee.get("nonparticipating")
    if other and re.search(r"limiting|non-?par", draft.question.text.lower()):
        own, most = Decimal(other["amount"]), Decimal(other["limiting_charge"])
        said = (
            f"A nonparticipating practitioner: {code} ${own:,}, and at most ${most:,} may be charged (limiting charge)."
        )
        draft.say(said, numbers)


def _place(book: Book, draft: _Draft) -> tuple[dict[str, Any], str]:
    """A ZIP code, a locality named in words, or the nation."""
    if draft.question.zip:
        return {"zip": draft.question.zip}, f"in the locality of ZIP {draft.question.zip}"
    named = place_in(draft.question.text, book.localities(draft.on))
    if named is None:
        return {"national": True}, "nationally"
    mac, _, locality = named[0].partition("/")
    draft.seen.append(f"{named[0]} {named[1]}")
    return {"mac": mac, "locality": locality}, f"in {named[1].title()} (locality {named[0]})"


def _coverage(book: Book, draft: _Draft, value: Value, diagnoses: list[Value]) -> None:
    found = draft.learn(book.cover(value["code"], [d["code"] for d in diagnoses], draft.on))
    if found["result"] is None:
        draft.unanswered.append("coverage: no Medicare coverage policy is loaded")
        return
    told = {
        "supported": "supported",
        "not_supported": "not supported",
        "no_policy": "named by no loaded policy, which does not mean covered",
        "needs_reading": "a matter of reading the policy",
    }
    with_ = f" for {', '.join(d['code'] for d in diagnoses)}" if diagnoses else ""
    draft.say(f"{value['code']}{with_} is {told[found['result']]}.", [])
    for policy in found["policies"][:4]:
        draft.say(
            f"{policy['kind'].upper()} {policy['id']}, {policy['title']}: {policy['result'].replace('_', ' ')}.",
            draft.cite(found, policy["source"]),
        )


def _crosswalk(book: Book, draft: _Draft, value: Value) -> None:
    low = draft.question.text.lower()
    targets = [
        t for t, word in (("hcc", r"hcc|risk adjust"), ("ccsr", "ccsr"), ("icd9cm", r"icd-?9")) if re.search(word, low)
    ]
    if value["system"] == "icd9cm":
        targets = ["icd10cm"]
    for target in targets or ["successor"]:
        found = draft.learn(book.crosswalk(value["code"], target, draft.on, value["system"]))
        for row in found["rows"]:
            how = row["flags"] or ("exact" if row["exact"] else row["kind"])
            said = f"{value['code']} maps to {row['system'].upper()} {row['code'] or 'nothing'}{', ' + row['title'] if row['title'] else ''} ({how})."
            draft.say(said, draft.cite(found, row["source"]))
        if not found["rows"]:
            draft.unanswered.append(
                f"{value['code']} to {target}: " + ("not loaded" if found["not_loaded"] else "nothing is mapped")
            )


def _history(draft: _Draft, value: Value) -> None:
    for event in value["history"][:4]:
        draft.say(f"{value['code']}, {event['date']}: {event['text']}", draft.cite(value, event["source"]))
    if not value["history"]:
        draft.say(f"Nothing about {value['code']} changed within the loaded releases.", [])


def _notes(draft: _Draft, value: Value) -> None:
    for note in [
        n
        for n in value["notes"]
        if n["kind"] in ("excludes1", "excludes2", "code_first", "use_additional", "code_also")
    ][:8]:
        kind = {
            "excludes1": "Excludes1",
            "excludes2": "Excludes2",
            "code_first": "Code first",
            "use_additional": "Use additional code",
            "code_also": "Code also",
        }[note["kind"]]
        draft.say(f"{kind}, printed at {note['from']}: {note['text']}.", draft.cite(value, note["source"]))
    if not value["notes"]:
        draft.say(f"The Tabular List prints no note for {value['code']} or above it.", [])


def _found(book: Book, draft: _Draft) -> None:
    words = re.sub(
        r"(?i)\b(?:what(?:'s| is| are)?|which|the|icd-?10(?:-cm)?|cpt|hcpcs|codes?|for|do i use|should i use|how (?:do|should|to) (?:i|we)?|please|code)\b|\?",
        " ",
        draft.question.text,
    )
    results = book.search(SearchQuery(" ".join(words.split()) or draft.question.text, draft.on, (), FOUND))
    if not results.hits:
        draft.unanswered.append("nothing fitting was found; say it in other words, or name a code")
        return
    for hit in results.hits:
        value = draft.learn(book.lookup(hit.code, draft.on, hit.system.value))
        draft.codes[value["code"]] = {"code": value["code"], "system": value["system"], "title": value["title"]}
        billable = {True: "billable", False: "a heading, more characters are needed", None: "billing not stated"}[
            value["billable"]
        ]
        draft.say(
            f"{value['system_name']} {value['code']}: {value['title']} ({billable}).",
            draft.cite(value, *(s["n"] for s in value["sources"][:1])),
        )


def _grounded(draft: _Draft) -> list[tuple[str, list[int]]]:
    """Sentences whose every code, amount and day stands in what was looked up, or in the question itself."""
    known = " ".join([*draft.seen, draft.question.text.upper(), draft.on.isoformat()]).replace("$", "")
    kept = []
    for text, sources in draft.sentences:
        strange = [t for t in _TOKEN.findall(text) if t.lstrip("$").replace(",", "") not in known]
        if strange:
            draft.unanswered.append(f"a sentence was dropped: {', '.join(strange)} was not looked up")
        else:
            kept.append((text, sources))
    return kept


def _answer(draft: _Draft) -> Value:
    sentences = _grounded(draft)
    marked = [text + "".join(f" [{n}]" for n in sources) for text, sources in sentences]
    cited = {s["release"] for s in draft.sources}
    draft.stale = {release: one for release, one in draft.stale.items() if release in cited}
    if draft.stale:
        releases = ", ".join(sorted(draft.stale))
        draft.unanswered.append(f"out of date on {draft.on.isoformat()}: {releases}; their successors are not loaded")
    return {
        "question": draft.question.text,
        "on": draft.on.isoformat(),
        "answer": "\n\n".join(marked),
        "sentences": [{"text": text, "sources": sources} for text, sources in sentences],
        "codes": list(draft.codes.values()),
        "sources": draft.sources,
        "unanswered": list(dict.fromkeys(draft.unanswered)),
        "engine": "reference",
        "masked": draft.question.masked,
        "stale": list(draft.stale.values()),
    }

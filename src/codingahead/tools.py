"""The table of what the library can do, as pure data: REST, MCP and any model's tools are made from it.

Adding a capability is one row: its name, what it is for, the schema of its arguments, and the function over a Codebook. Arguments have
the same names at every door; results are the values of the public interface.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from codingahead.checks.report import report_json
from codingahead.codebook import Codebook
from codingahead.coder.text import LONGEST_NOTE
from codingahead.coder.visit_asked import FAMILIES, MOST_MINUTES
from codingahead.coder.visit_tables import LEVELS, PATIENTS, PAYERS, tables
from codingahead.formats.claim_json import read_claim
from codingahead.reference.changes import KINDS
from codingahead.reference.crosswalks import TARGETS
from codingahead.reference.fees.asked import SCHEDULES, question
from codingahead.reference.fees.payment import PRACTITIONERS
from codingahead.words.claims import Setting
from codingahead.words.codes import System, parse_system
from codingahead.words.errors import BadInput, CodingAheadError
from codingahead.words.search import SearchQuery, SearchResults

MOST_RESULTS = 200
MOST_QUERY = 2_000
Arguments = dict[str, Any]

_ON = {"type": "string", "format": "date", "description": "Date of service, YYYY-MM-DD; today if left out."}
_SYSTEM = {"type": "string", "enum": [s.value for s in System]}


@dataclass(frozen=True, slots=True)
class Tool:
    """One capability. `schema` is the JSON Schema of its arguments; `run` takes the codebook, the arguments and the day."""

    name: str
    title: str
    description: str
    schema: dict[str, Any]
    run: Callable[[Codebook, Arguments, date], dict[str, Any]]


def _lookup_code(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return codebook.lookup(_text(arguments, "code"), on, arguments.get("system") or None)


def _search_codes(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    query = search_query(arguments, on)
    return search_json(codebook, codebook.search(query))


def _list_releases(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return {"on": on.isoformat(), "releases": codebook.releases(on)}


def _list_edits(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return codebook.partners(
        _text(arguments, "code"),
        on,
        query=str(arguments.get("q") or ""),
        setting=str(arguments.get("setting") or "practitioner"),
        offset=_number(arguments, "offset", 0, 1_000_000),
        limit=_number(arguments, "limit", 50, MOST_RESULTS),
    )


def _price_service(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return codebook.price(question(arguments, on))


def _compare_fees(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    last = day(arguments.get("to"), on)
    named = ("code", "modifiers", "pos", "mac", "locality", "zip", "national", "qp")
    asked = {name: arguments[name] for name in named if arguments.get(name) not in (None, "")}
    if not arguments.get("from"):
        raise BadInput("from: no day given", "give the earlier day of service as YYYY-MM-DD")
    return codebook.compare_fees(question(asked | {"code": _text(arguments, "code")}, last), day(arguments["from"], on))


_LINE = {
    "code": {"type": "string", "maxLength": 12},
    "modifiers": {"type": "array", "items": {"type": "string"}, "description": "Modifiers of the line, in any order."},
    "units": {"type": "integer", "minimum": 1},
    "minutes": {"type": "integer", "minimum": 1, "description": "Anesthesia time."},
    "charge": {"type": "string", "description": "What is billed for the line; the lower of charge and fee is paid."},
}


def _check_claim(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    """Every line brings its own day; `on` is not asked."""
    del on
    return report_json(codebook.check([read_claim(arguments.get("claim"))])[0])


def _crosswalk_code(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return codebook.crosswalk(_text(arguments, "code"), _text(arguments, "to"), on, arguments.get("system") or None)


def _list_changes(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    codes = arguments.get("codes") or ()
    if isinstance(codes, str):
        codes = codes.replace(",", " ").split()
    kinds = arguments.get("kinds") or ()
    return codebook.changes(
        day(arguments.get("from"), on),
        day(arguments.get("to"), on),
        codes=[str(code) for code in codes],
        system=arguments.get("system") or None,
        kinds=kinds.split(",") if isinstance(kinds, str) else kinds,
        offset=_number(arguments, "offset", 0, 10_000_000),
        limit=_number(arguments, "limit", 500, 5_000),
    )


def _check_coverage(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    told = arguments.get("diagnoses") or []
    diagnoses = told.replace(",", " ").split() if isinstance(told, str) else [str(dx) for dx in told]
    return codebook.cover(
        _text(arguments, "code"),
        diagnoses[:50],
        on,
        mac=arguments.get("mac") or None,
        state=arguments.get("state") or None,
    )


def _drug_units(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return codebook.drug_units(
        _text(arguments, "code"),
        _text(arguments, "amount"),
        on,
        container=arguments.get("container") or None,
        containers=_number(arguments, "containers", 0, 1_000) or None,
    )


def _level_visit(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return codebook.level(arguments, on)


def _ask_casepilot(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    return codebook.ask(_text(arguments, "question"), on)


def _suggest_codes(codebook: Codebook, arguments: Arguments, on: date) -> dict[str, Any]:
    text = arguments.get("text")
    if not isinstance(text, str):
        raise BadInput("text: no note given", "give the note as text")
    return codebook.code_note(text, on, setting=str(arguments.get("setting") or Setting.PRACTITIONER))


_SERVICE_LINE: dict[str, Any] = {
    "type": "object",
    "required": ["code", "date_of_service"],
    "properties": {
        "line": {"type": "integer", "minimum": 1},
        "code": {"type": "string"},
        "modifiers": {"type": "array", "items": {"type": "string"}},
        "units": {"type": "integer", "minimum": 1},
        "date_of_service": {"type": "string", "format": "date"},
        "place_of_service": {"type": "string"},
        "provider": {"type": "string"},
        "specialty": {"type": "string"},
        "group": {"type": "string"},
        "pointers": {"type": "array", "items": {"type": "integer"}},
        "charge": {"type": "string"},
    },
}
_CLAIM: dict[str, Any] = {
    "type": "object",
    "required": ["lines"],
    "properties": {
        "id": {"type": "string"},
        "patient": {"type": "string", "description": "An opaque key; no name."},
        "birth_date": {"type": "string", "format": "date"},
        "sex": {"type": "string"},
        "setting": {"type": "string", "enum": [s.value for s in Setting]},
        "payer": {"type": "string"},
        "mac": {
            "type": "string",
            "description": "Number of the Medicare contractor that the claim goes to, for its coverage policies.",
        },
        "diagnoses": {"type": "array", "items": {"type": "string"}},
        "lines": {"type": "array", "items": _SERVICE_LINE},
    },
}

_LEVEL = {"type": "string", "enum": list(LEVELS)}
_MINUTES = {"type": "integer", "minimum": 0, "maximum": MOST_MINUTES}
_VISIT: dict[str, Any] = {
    "family": {"type": "string", "enum": list(FAMILIES)},
    "patient": {"type": "string", "enum": list(PATIENTS), "description": "For office and home visits."},
    "last_seen": {
        "type": "string",
        "format": "date",
        "description": "Instead of patient: the last professional service by the same group and specialty.",
    },
    "payer": {"type": "string", "enum": list(PAYERS), "description": "Whose counting; both if left out."},
    "problems": _LEVEL,
    "data": _LEVEL,
    "risk": _LEVEL,
    "minutes": {**_MINUTES, "description": "The practitioner's total time on the date."},
    "addressed": {
        "type": "array",
        "items": {"type": "string", "enum": list(tables().problems)},
        "description": "Instead of problems: what was addressed, each as often as it was.",
    },
    "risks": {
        "type": "array",
        "items": {"type": "string", "enum": list(tables().risks)},
        "description": "Instead of risk: what was decided.",
    },
    "tests": {"type": "integer", "minimum": 0, "description": "Instead of data: tests, documents and outside notes."},
    "historian": {"type": "boolean", "description": "An independent historian was needed."},
    "interpretation": {"type": "boolean", "description": "A test read independently and not billed."},
    "discussion": {"type": "boolean", "description": "Discussed with an outside professional or source."},
    "longitudinal": {"type": "boolean", "description": "A lasting relationship of care (G2211)."},
    "modifier_25": {"type": "boolean", "description": "Modifier 25 stands on the visit."},
    "preventive": {
        "type": "boolean",
        "description": "The other service is a wellness visit, a vaccine or a Part B preventive service.",
    },
    "shared": {"type": "boolean", "description": "A split visit of physician and other practitioner."},
    "physician_minutes": _MINUTES,
    "other_minutes": _MINUTES,
    "on": _ON,
}

TOOLS: tuple[Tool, ...] = (
    Tool(
        "lookup_code",
        "Look a code up",
        "Everything about one medical code on a date of service: status, title, billable or which characters are missing, notes, facts, modifiers, "
        "NCCI edits, history, sources. Accepts ICD-10-CM, ICD-10-PCS, HCPCS, CPT, modifier, place of service and MS-DRG codes.",
        {
            "type": "object",
            "properties": {"code": {"type": "string", "maxLength": 40}, "system": _SYSTEM, "on": _ON},
            "required": ["code"],
        },
        _lookup_code,
    ),
    Tool(
        "search_codes",
        "Search codes",
        "Codes that fit words, an abbreviation, part of a code or a range, best first, each with the reason why it matched.",
        {
            "type": "object",
            "required": ["q"],
            "properties": {
                "q": {"type": "string", "maxLength": MOST_QUERY},
                "system": {"type": "array", "items": _SYSTEM},
                "on": _ON,
                "limit": {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS},
                "offset": {"type": "integer", "minimum": 0},
                "billable": {"type": "boolean"},
                "chapter": {"type": "string"},
            },
        },
        _search_codes,
    ),
    Tool(
        "list_edits",
        "List NCCI edits of a code",
        "NCCI procedure-to-procedure edits of a code in force on the day, in both columns, with modifier indicator and rationale.",
        {
            "type": "object",
            "required": ["code"],
            "properties": {
                "code": {"type": "string", "maxLength": 40},
                "q": {"type": "string"},
                "setting": {"type": "string", "enum": ["practitioner", "outpatient"]},
                "on": _ON,
                "limit": {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS},
                "offset": {"type": "integer", "minimum": 0},
            },
        },
        _list_edits,
    ),
    Tool(
        "price_service",
        "Price a service",
        "What Medicare pays for a code at a place of service on a day, with the formula, every factor and its source: physician fee schedule by "
        "locality, ZIP code or nationally, anesthesia, laboratory, drugs, equipment, and the hospital's or surgical center's payment beside it. "
        "Several lines of one session are priced together by the rules for multiple procedures. What cannot be priced says why.",
        {
            "type": "object",
            "required": ["pos"],
            "properties": {
                **_LINE,
                "lines": {"type": "array", "items": {"type": "object", "properties": _LINE, "required": ["code"]}},
                "pos": {
                    "type": "string",
                    "description": "Place of service, two digits: 11 office, 22 outpatient hospital.",
                },
                "mac": {"type": "string", "description": "Medicare contractor of the locality, five digits."},
                "locality": {"type": "string", "description": "Locality number, or contractor and number as 10112/00."},
                "zip": {"type": "string", "description": "ZIP code of the place of service, instead of a locality."},
                "national": {"type": "boolean", "description": "National amount; so too when no place is named."},
                "state": {"type": "string", "description": "The patient's state, for equipment."},
                "rural": {"type": "boolean", "description": "Whether the patient's ZIP code is rural, for equipment."},
                "qp": {"type": "boolean", "description": "Qualifying participant in an alternative payment model."},
                "practitioner": {"type": "string", "enum": list(PRACTITIONERS)},
                "schedule": {"type": "string", "enum": list(SCHEDULES)},
                "wage_index": {
                    "type": "string",
                    "description": "The facility's wage index, for hospital and center payments.",
                },
                "on": _ON,
            },
        },
        _price_service,
    ),
    Tool(
        "compare_fees",
        "Compare a fee between two days",
        "What the physician fee schedule pays for a code on two days at one place, and what work, practice expense, malpractice, the indices of the "
        "place and the conversion factor each add to the change.",
        {
            "type": "object",
            "required": ["code", "pos", "from", "to"],
            "properties": {
                "code": {"type": "string", "maxLength": 12},
                "modifiers": _LINE["modifiers"],
                "pos": {"type": "string", "description": "Place of service, two digits."},
                "from": {"type": "string", "format": "date"},
                "to": {"type": "string", "format": "date"},
                "mac": {"type": "string"},
                "locality": {"type": "string"},
                "zip": {"type": "string"},
                "national": {"type": "boolean"},
                "qp": {"type": "boolean"},
            },
        },
        _compare_fees,
    ),
    Tool(
        "check_claim",
        "Check a claim",
        "What a payer will deny on a claim and why: NCCI pairs, units, add-on codes, codes and modifiers of the day, status, global periods, "
        "duplicates, place of service, diagnoses. Verdict deny, review, clean or not_checked; each finding with its rule, its release and what "
        "honestly mends it.",
        {"type": "object", "required": ["claim"], "properties": {"claim": _CLAIM}},
        _check_claim,
    ),
    Tool(
        "crosswalk_code",
        "Crosswalk a code",
        "What a code is called elsewhere: ICD-9-CM and ICD-10-CM by the equivalence mappings, successors and predecessors of codes, clinical (CCSR) and "
        "risk adjustment (HCC) categories of a diagnosis, its MS-DRG groups and complication level, classification (RBCS) and outpatient group (APC) of a "
        "service, packages (NDC) of a drug.",
        {
            "type": "object",
            "required": ["code", "to"],
            "properties": {
                "code": {"type": "string", "maxLength": 40},
                "to": {"type": "string", "enum": list(TARGETS)},
                "system": _SYSTEM,
                "on": _ON,
            },
        },
        _crosswalk_code,
    ),
    Tool(
        "list_changes",
        "List what changed",
        "What differs between two days: codes new, deleted and revised, indicators, unit limits, fees in money; "
        "NCCI edits and coverage policies for named codes.",
        {
            "type": "object",
            "required": ["from", "to"],
            "properties": {
                "from": {"type": "string", "format": "date"},
                "to": {"type": "string", "format": "date"},
                "codes": {"type": "array", "items": {"type": "string"}},
                "system": _SYSTEM,
                "kinds": {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
                "limit": {"type": "integer", "minimum": 1, "maximum": 5000},
                "offset": {"type": "integer", "minimum": 0},
            },
        },
        _list_changes,
    ),
    Tool(
        "check_coverage",
        "Check coverage",
        "National and local Medicare policies that govern a service, and whether its diagnoses are listed: supported, not_supported, no_policy or "
        "needs_reading with the paragraph to read. It never proposes a diagnosis.",
        {
            "type": "object",
            "required": ["code"],
            "properties": {
                "code": {"type": "string", "maxLength": 12},
                "diagnoses": {"type": "array", "items": {"type": "string"}},
                "mac": {"type": "string"},
                "state": {"type": "string", "maxLength": 4},
                "on": _ON,
            },
        },
        _check_coverage,
    ),
    Tool(
        "drug_units",
        "Count billing units of a drug",
        "How many HCPCS billing units an amount of a drug is, by the dose of one unit, with the lines for what was discarded from single-dose containers "
        "(JW, JZ) and the packages that the code bills.",
        {
            "type": "object",
            "required": ["code", "amount"],
            "properties": {
                "code": {"type": "string", "maxLength": 12},
                "amount": {
                    "type": "string",
                    "maxLength": 40,
                    "description": "What was given, with its measure: 2.5 mg, 100 units.",
                },
                "container": {
                    "type": "string",
                    "maxLength": 40,
                    "description": "What one single-dose container holds.",
                },
                "containers": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "How many were opened; as few as suffice if left out.",
                },
                "on": _ON,
            },
        },
        _drug_units,
    ),
    Tool(
        "level_visit",
        "Level a visit",
        "The evaluation and management code of a visit on a day by medical decision making (two of problems, data and risk) or total time, with the "
        "reason for each element, what one more would do, prolonged services by CPT and Medicare counting, G2211, split visits, and what Medicare takes "
        "instead of a consultation.",
        {"type": "object", "required": ["family"], "properties": _VISIT},
        _level_visit,
    ),
    Tool(
        "ask_casepilot",
        "Ask CasePilot",
        "A question about codes, modifiers, edits, units, fees, coverage or crosswalks in plain words, answered in sentences with their sources. Nothing is "
        "said that was not looked up for the day; what could not be answered is named.",
        {
            "type": "object",
            "required": ["question"],
            "properties": {"question": {"type": "string", "maxLength": 4000}, "on": _ON},
        },
        _ask_casepilot,
    ),
    Tool(
        "suggest_codes",
        "Suggest codes for a note",
        "The diagnoses and services that a clinical note supports, each with the words that support it (places in the text), its status (asserted, negated, "
        "uncertain, history, family), a confidence, and what the record would have to say for a more specific code. A person decides. What "
        "identifies a patient is masked before anything is read; nothing is kept.",
        {
            "type": "object",
            "required": ["text"],
            "properties": {
                "text": {"type": "string", "maxLength": LONGEST_NOTE},
                "setting": {
                    "type": "string",
                    "enum": [s.value for s in Setting],
                    "default": Setting.PRACTITIONER.value,
                },
                "on": _ON,
            },
        },
        _suggest_codes,
    ),
    Tool(
        "list_releases",
        "List loaded releases",
        "Which official releases are loaded, what they cover, and which of them are out of date on the day.",
        {"type": "object", "properties": {"on": _ON}},
        _list_releases,
    ),
)
BY_NAME = {tool.name: tool for tool in TOOLS}


def call(codebook: Codebook, name: str, arguments: Arguments, today: date) -> dict[str, Any]:
    """Runs a tool. Raises CodingAheadError for anything the caller can mend; `today` stands in when `on` is left out."""
    tool = BY_NAME.get(name)
    if tool is None:
        raise BadInput(f"unknown tool {name!r}", f"known tools: {', '.join(BY_NAME)}")
    if not isinstance(arguments, dict):
        raise BadInput("the arguments are not an object", "send a JSON object")
    return tool.run(codebook, arguments, day(arguments.get("on"), today))


def call_or_error(codebook: Codebook, name: str, arguments: Arguments, today: date) -> dict[str, Any]:
    """As `call`, with a failure as its error value: for batches, where one bad question must not stop the rest."""
    try:
        return call(codebook, name, arguments, today)
    except CodingAheadError as error:
        return error.to_json()


def day(text: Any, today: date) -> date:
    """The date of service named by `text`. Raises BadInput for what is not an ISO date."""
    if text in (None, ""):
        return today
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        raise BadInput(f"on: {str(text)[:40]!r} is not a date", "write the date of service as YYYY-MM-DD") from None


def search_query(arguments: Arguments, on: date) -> SearchQuery:
    text = arguments.get("q", arguments.get("query"))
    if not isinstance(text, str):
        raise BadInput("q: no query given", "give the words or the code to search for")
    return SearchQuery(
        text[:MOST_QUERY],
        on,
        systems(arguments.get("system")),
        _number(arguments, "limit", 20, MOST_RESULTS),
        _number(arguments, "offset", 0, 100_000),
        arguments.get("billable"),
        arguments.get("chapter") or None,
    )


def systems(value: Any) -> tuple[System, ...]:
    """One name, several in a list, or several with commas between."""
    names: Sequence[str] = value.split(",") if isinstance(value, str) else value or ()
    try:
        return tuple(dict.fromkeys(parse_system(name) for name in names if name))
    except (ValueError, AttributeError) as error:
        raise BadInput(f"system: {error}", "name one of the known systems") from None


def search_json(codebook: Codebook, results: SearchResults) -> dict[str, Any]:
    """The Search value."""
    query = results.query
    return {
        "query": query.text,
        "on": query.on.isoformat(),
        "total": results.total,
        "results": [
            {
                "code": h.code,
                "system": h.system.value,
                "title": h.title,
                "billable": h.billable,
                "score": round(h.score, 4),
                "why": h.why,
            }
            for h in results.hits
        ],
        "corrected": results.corrected,
        "suggestions": list(results.suggestions),
        "facets": {name: dict(counts) for name, counts in results.facets},
        "releases": codebook.release_ids(query.on, query.systems),
    }


def _text(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{name}: nothing given", f"give {name} as text")
    return value


def _number(arguments: Arguments, name: str, default: int, most: int) -> int:
    value = arguments.get(name)
    if value in (None, ""):
        return default
    try:
        number = int(str(value))
    except ValueError:
        raise BadInput(
            f"{name}: {str(value)[:20]!r} is not a whole number", f"give a number from 0 to {most}"
        ) from None
    if number < 0:
        raise BadInput(f"{name}: {number} is below zero", f"give a number from 0 to {most}")
    return min(number, most)

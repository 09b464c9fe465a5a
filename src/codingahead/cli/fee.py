"""`codingahead fee CODE...`: what Medicare pays for one service, or for several of one session, with the formula."""

from __future__ import annotations

import argparse
import re
from typing import Any

from codingahead.cli.common import answer_lines, common, day_of, open_codebook, print_json
from codingahead.reference.fees.asked import SCHEDULES
from codingahead.reference.fees.payment import PRACTITIONERS
from codingahead.tools import call
from codingahead.words.errors import BadInput

# A code, its modifiers and its units: 70553-26, 97110x2, 20610-50-LT.
LINE = re.compile(r"([0-9A-Za-z]{5})((?:-[0-9A-Za-z]{2})*)(?:[xX](\d+))?")


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("fee", help="what Medicare pays, with the formula")
    parser.add_argument(
        "codes", nargs="*", metavar="CODE", help="CODE, CODE-MODIFIER or CODExUNITS; several are one session"
    )
    parser.add_argument("--pos", metavar="NN", help="place of service: 11 office, 22 outpatient hospital ...")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--locality", metavar="MAC/LOC", help="Medicare contractor and locality, such as 10112/00")
    where.add_argument("--zip", metavar="ZIP", help="ZIP code of the place of service")
    where.add_argument("--national", action="store_true", help="national amount")
    parser.add_argument(
        "--modifier", action="append", metavar="M", help="modifier of a single code; repeat for several"
    )
    parser.add_argument("--units", metavar="N", help="units of a single code")
    parser.add_argument("--minutes", metavar="N", help="anesthesia time")
    parser.add_argument("--charge", metavar="X", help="what is billed; the lower of charge and fee is paid")
    parser.add_argument("--qp", action="store_true", help="qualifying participant in an alternative payment model")
    parser.add_argument("--practitioner", choices=sorted(PRACTITIONERS), help="who gave the service (physician)")
    parser.add_argument(
        "--schedule", choices=SCHEDULES, help="ask one fee schedule, such as opps for the hospital's payment"
    )
    parser.add_argument("--wage-index", metavar="X", help="the facility's wage index, for opps and asc")
    parser.add_argument("--state", metavar="ST", help="the patient's state, for equipment")
    parser.add_argument(
        "--rural", action="store_true", default=None, help="the patient's ZIP code is rural, for equipment"
    )
    parser.add_argument("--since", metavar="YYYY-MM-DD", help="compare with the fee of this day, factor by factor")
    common(parser, stdin=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        today = day_of(options)
        asked = _common_arguments(options)
        if options.stdin:
            return answer_lines(lambda q: call(codebook, "price_service", {**asked, **q}, today))
        if options.since:
            told = asked | _lines(options) | {"from": options.since, "to": today}
            return _compare(options, call(codebook, "compare_fees", told, today))
        answer = call(codebook, "price_service", asked | _lines(options) | {"on": today}, today)
    if options.json:
        print_json(answer)
    else:
        _print(answer)
    fees = answer.get("lines") or [answer]
    return 1 if all(fee["status"] == "unknown" for fee in fees) else 0


def _compare(options: argparse.Namespace, answer: dict[str, Any]) -> int:
    if options.json:
        print_json(answer)
        return 0
    for side in (answer["from"], answer["to"]):
        print(f"{answer['code']} on {side['on']}: {side['amount'] or 'no price: ' + str(side['reason'])}")
    for part in answer["parts"]:
        print(f"  {part['amount']:>10}  {part['text']}: {part['before']} -> {part['after']}")
    if answer["change"]:
        print(f"  {answer['change']:>10}  together ({answer['percent']} %)")
    return 0


def _common_arguments(options: argparse.Namespace) -> dict[str, Any]:
    named = ("pos", "locality", "zip", "national", "qp", "practitioner", "schedule", "wage_index", "state", "rural")
    return {name: value for name in named if (value := getattr(options, name)) not in (None, False)}


def _lines(options: argparse.Namespace) -> dict[str, Any]:
    if not options.codes:
        raise BadInput("no code given", "write `codingahead fee 99213 --pos 11 --national`, or --stdin")
    if not (options.locality or options.zip or options.national):
        raise BadInput("no place given", "add --locality MAC/LOC, --zip ZIP or --national")
    lines = [_line(text) for text in options.codes]
    extra = {name: value for name in ("units", "minutes", "charge") if (value := getattr(options, name)) is not None}
    if len(lines) == 1:
        modifiers = [*lines[0]["modifiers"], *(options.modifier or ())]
        return lines[0] | extra | {"modifiers": modifiers}
    if extra or options.modifier:
        raise BadInput("--modifier, --units, --minutes and --charge are for a single code", "write 70553-26 or 97110x2")
    return {"lines": lines}


def _line(text: str) -> dict[str, Any]:
    found = LINE.fullmatch(text)
    if found is None:
        raise BadInput(f"code: {text[:20]!r} is not a CPT or HCPCS code", "write 99213, 70553-26 or 97110x2")
    made: dict[str, Any] = {"code": found[1], "modifiers": [m for m in found[2].split("-") if m]}
    return made | ({"units": found[3]} if found[3] else {})


def _print(answer: dict[str, Any]) -> None:
    for fee in answer.get("lines") or [answer]:
        _print_fee(fee)
    if "lines" in answer:
        print(
            f"total {answer['total']}"
            if answer["total"]
            else f"priced lines {answer['subtotal']}; without a price: {answer['unpriced']}"
        )
    if facility := answer.get("facility"):
        for fee in facility.get("lines") or [facility]:
            print(f"facility ({fee['schedule']}) {fee['code']}: {fee['amount'] or fee['reason']}")
    for row in [*answer["stale"], *(answer["facility"] or {"stale": []})["stale"]]:
        print(f"out of date: {row['title']}, its successor was due after {row['expected_until']}")
    for source in answer["sources"]:
        print(
            f"  [{source['n']}] {source['release']}  {source['where']}"
            + (f", row {source['row']}" if source["row"] else "")
        )


def _print_fee(fee: dict[str, Any]) -> None:
    named = "-".join((fee["code"], *fee["modifiers"])) + (f" x{fee['units']}" if fee["units"] > 1 else "")
    place = fee["place"]["name"] + (
        f" ({fee['place']['mac']}/{fee['place']['locality']})" if fee["place"]["mac"] else ""
    )
    print(
        f"{named}  {fee['amount'] or 'no price'}  {fee['schedule']}, POS {fee['pos']} ({fee['basis']}), {place}, {fee['on']}"
    )
    if fee["reason"]:
        print(f"  {fee['reason']}")
    if shown := fee["reference_amount"]:
        print(f"  {shown['amount']}: {shown['what']}")
    for step in fee["steps"]:
        print(f"  {step['text']}" + (f" [{step['source']}]" if step["source"] else ""))
    if beside := fee["nonparticipating"]:
        limit = f", limiting charge {beside['limiting_charge']}" if beside["limiting_charge"] else ""
        print(f"  non-participating {beside['amount']}{limit}")
    if split := fee["payment"]:
        print(
            f"  Medicare {split['medicare']}, patient {split['coinsurance']} ({split['assumes']}); "
            f"after sequestration of {split['sequestration']} Medicare pays {split['medicare_pays']}"
        )
    for note in fee["notes"]:
        print(f"  note: {note}")

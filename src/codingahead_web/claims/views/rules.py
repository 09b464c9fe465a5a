"""The rules in plain words, and for one finding the publisher's own rows behind it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codingahead.words.errors import CodingAheadError, NotFound
from codingahead_web.claims import catalogue
from codingahead_web.gate.visit import Visit, visit_of
from codingahead_web.metering.models import Meter

_CODE = re.compile(r"[0-9A-Z]{5}")
# Facts of a code that stand behind a finding of the rule.
FACTS = {
    "ncci.mue": ("mue_practitioner", "mai_practitioner", "mue_outpatient", "mai_outpatient", "mue_dme"),
    "status.not_payable": ("status",),
    "global.period": ("global_days", "preoperative", "intraoperative", "postoperative"),
    "pos.mismatch": ("pctc", "nonfacility_na", "facility_na"),
    "modifier.not_allowed": ("pctc", "bilateral", "assistant_surgeon", "co_surgeon", "team_surgeon"),
}


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/rules.html", {"product": "claims", "families": catalogue.families()})


@require_safe
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """`?code=` holds the codes of a finding, `setting` its table; with them the publisher's rows are shown."""
    visit = visit_of(request)
    found = catalogue.rules().get(rule_id)
    if found is None:
        raise NotFound(f"there is no rule {rule_id[:40]!r}", "all rules are listed at /claims/rules")
    codes = [c for c in request.GET.get("code", "").upper().split(",") if _CODE.fullmatch(c)][:2]
    setting = "outpatient" if request.GET.get("setting") == "outpatient" else "practitioner"
    context: dict[str, Any] = {"product": "claims", "rule": found, "codes": codes, "setting": setting}
    if codes:
        context |= _rows(visit, rule_id, codes, setting)
    return render(request, "claims/rule.html", context)


def _rows(visit: Visit, rule_id: str, codes: list[str], setting: str) -> dict[str, Any]:
    """Counts as a claim line, as the check of one would; without any left, the rule's words stand alone."""
    if rule_id != "ncci.ptp" and rule_id not in (*FACTS, "ncci.add_on"):
        return {}
    try:
        with visit.access.metered(Meter.CLAIM_LINE, 1):
            return _of_rule(visit, rule_id, codes, setting, visit.on)
    except CodingAheadError:
        return {}


def _of_rule(visit: Visit, rule_id: str, codes: list[str], setting: str, on: date) -> dict[str, Any]:
    if rule_id == "ncci.ptp":
        found = visit.codebook.pairs(codes, on, setting)
        return {"pairs": found, "matrix_query": urlencode({"codes": " ".join(codes), "setting": setting})}
    # The rule about a package speaks of the operation, which stands second.
    code = codes[-1] if rule_id == "global.period" else codes[0]
    value = visit.codebook.lookup(code, on, "hcpcs" if code[:1].isalpha() else "cpt")
    if rule_id == "ncci.add_on":
        return {"value": value, "add_on": (value.get("add_on") or {}).get("rows", [])[:60]}
    sources = {s["n"]: s for s in value["sources"]}
    old = {s["release"] for s in value["stale"]}
    facts = [f | {"source": sources.get(f["source"], {})} for f in value["facts"] if f["name"] in FACTS[rule_id]]
    return {"value": value, "facts": [f | {"is_old": f["source"].get("release") in old} for f in facts]}

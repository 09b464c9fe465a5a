"""Which of these codes may not stand together? Codes are read from what was pasted; the edits among them become a matrix."""

from __future__ import annotations

import re
from typing import Any

from codingahead.words.errors import BadInput

FEWEST, MOST = 2, 25
SETTINGS = (("practitioner", "Practitioner"), ("outpatient", "Outpatient hospital"))
_BETWEEN = re.compile(r"[\s,;|+]+")
_CODE = re.compile(r"[0-9A-Z]{5}")


def read(text: str) -> tuple[list[str], list[str]]:
    """Codes in their order, each once, and what is none. Raises BadInput for more codes than a matrix can show."""
    parts = dict.fromkeys(part for part in _BETWEEN.split(text.strip().upper()) if part)
    codes = [part for part in parts if _CODE.fullmatch(part) and any(c.isdigit() for c in part)]
    if len(codes) > MOST:
        raise BadInput(f"{len(codes)} codes are more than the {MOST} that are compared at once", "take some away")
    return codes, [part[:20] for part in parts if part not in codes][:20]


def matrix(found: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a code as column 1, a cell a code as column 2: the edit of the pair, None, or 'self'."""
    edits = {(row["column1"], row["column2"]): row for row in found["rows"]}
    codes = [c["code"] for c in found["codes"]]
    return [
        {"code": one, "cells": [{"code": two, "is_self": one == two, "edit": edits.get((one, two))} for two in codes]}
        for one in codes
    ]

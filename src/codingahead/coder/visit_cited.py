"""What an answer about a visit leans on: official guidance by document, codes by the releases of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from codingahead.coder.visit_tables import tables
from codingahead.reference.facts import fact, fee_schedule_row
from codingahead.reference.sources import Citations
from codingahead.reference.standing import standing
from codingahead.store.pack import Pack
from codingahead.words.codes import CodeKey, System

GUIDANCE = "guidance"


class Cited:
    """Numbers guidance and releases in one list, and says whether codes stand on the day."""

    def __init__(self, pack: Pack, on: date) -> None:
        self.pack, self.on = pack, on
        self._citations = Citations(pack, on)
        self._numbers: dict[tuple[str, int], int] = {}
        self._standing: dict[str, str] = {}
        self._documents: list[str] = []

    def said(self, text: str, document: str) -> dict[str, Any]:
        """A sentence with the number of the guidance behind it."""
        if document not in self._documents:
            self._documents.append(document)
        return {"text": text, "source": self._number("document", self._documents.index(document))}

    def standing(self, code: str) -> str:
        """As the Code value has it: active, deleted, future, unknown or not_loaded."""
        if code not in self._standing:
            key = CodeKey(System.HCPCS if code[:1].isalpha() else System.CPT, code)
            self._standing[code] = standing(self.pack, key, self.on).status
        return self._standing[code]

    def medicare_status(self, code: str) -> tuple[str, str, int] | None:
        """Status indicator of the fee schedule, its meaning and the number of its source."""
        found = fee_schedule_row(code, self._citations)
        if found is None or not (value := found[0].cells.get("status")):
            return None
        row, release = found
        number = self._number("release", self._citations.cite(release, f"HCPCS={code}", row.row) - 1)
        return value, fact("status", value, number)["meaning"] or "", number

    def stands(self, code: str) -> Iterator[dict[str, Any]]:
        """The reasons that tell whether the code is one on this day, and how Medicare takes it."""
        status = self.standing(code)
        made = {"element": "code", "level": None, "counts": False}
        if status == "not_loaded":
            self._citations.release("pfs")
            yield made | {"text": f"{code}: not checked, no list of codes is loaded for the day", "source": None}
        elif status != "active":
            yield made | {"text": f"{code} is {status} on {self.on.isoformat()} in the loaded releases", "source": None}
        elif found := self.medicare_status(code):
            yield made | {"text": f"{code} is active; Medicare status {found[0]} ({found[1]})", "source": found[2]}
        else:
            yield made | {"text": f"{code} is active", "source": None}

    def finish(self) -> dict[str, Any]:
        """`sources`, `not_loaded` and `stale` of the answer."""
        told = self._citations.to_json()
        documents = tables().documents
        made: list[dict[str, Any]] = []
        for (kind, at), number in self._numbers.items():
            if kind == "document":
                about = documents[self._documents[at]]
                where = f"{about['publisher']}: {about['where']}"
                made.append({"n": number, "release": GUIDANCE, "row": None, "where": where, "quote": None})
            else:
                made.append(told["sources"][at] | {"n": number})
        return {"sources": made, "not_loaded": told["not_loaded"], "stale": told["stale"]}

    def _number(self, kind: str, at: int) -> int:
        return self._numbers.setdefault((kind, at), len(self._numbers) + 1)

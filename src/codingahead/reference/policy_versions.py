"""What did a national determination say before, and which sentences changed? Every loaded version, the newest first.

Only versions that the loaded export holds; the publisher's own history of revisions may be longer.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.store.pack import Pack

_SENTENCE = re.compile(r"(?<=[.;:?!])\s+")


def versions(pack: Pack, section: str, citations: Citations) -> list[dict[str, Any]]:
    """Each version with its days and, beside the one before it, the sentences added and dropped."""
    found = pack.newest("mcd.ncd")
    if found is None:
        citations.missing("mcd")
        return []
    records = sorted(
        queries.records_of(pack, section, found[0]), key=lambda r: int(r.variant) if r.variant.isdecimal() else 0
    )
    made: list[dict[str, Any]] = []
    for i, record in enumerate(records):
        cells = record.cells
        earlier = records[i - 1].cells["text"] if i else None
        made.append(
            {
                "version": record.variant.lstrip("0"), "title": cells["title"], "effective_from": cells["effective"] or None,
                "effective_to": cells["termination"] or None, "changes": None if earlier is None else difference(earlier, cells["text"]),
                "source": citations.cite(found[1], f"NCD {section}, version {record.variant.lstrip('0')}", record.row, past=True),
            }
        )  # fmt: skip
    return made[::-1]


def difference(before: str, after: str) -> list[dict[str, str]]:
    """Sentences dropped and added, in the order of the text: [{"kind": "dropped" | "added", "text"}]."""
    old, new = _SENTENCE.split(before.strip()), _SENTENCE.split(after.strip())
    made = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            made += [{"kind": "dropped", "text": text} for text in old[a:b] if text]
            made += [{"kind": "added", "text": text} for text in new[c:d] if text]
    return made

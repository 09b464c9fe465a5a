"""How well does our search answer a gold set, by words alone and with meaning?

python -m bench.search_quality --index PACK/search --gold GOLD.jsonl [--on DAY]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.search_gold import questions, table, without_module
from codingahead.search.index import SearchIndex
from codingahead.words.codes import System
from codingahead.words.search import SearchQuery

DEEP_ENOUGH = 20  # hits asked for: more than the deepest place that is scored


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--index", type=Path, required=True)
    options.add_argument("--gold", type=Path, required=True)
    options.add_argument("--on", type=date.fromisoformat, default=date(2026, 7, 1))
    chosen = options.parse_args()
    run(chosen.index, chosen.gold, chosen.on)


def run(folder: Path, gold_file: Path, on: date) -> None:
    gold = questions(gold_file)
    # Without its runtime the engine opens for search by words alone, as on an installation without the extra.
    with without_module("onnxruntime"):
        by_words = SearchIndex.open(folder)
    both = SearchIndex.open(folder)
    for name, index in (("by words", by_words), ("by words and meaning", both)):
        if index is by_words or index.has_vectors:
            print("\n".join(table(name, gold, lambda text, index=index: ask(index, text, on))))  # type: ignore[misc]
        index.close()


def ask(index: SearchIndex, text: str, on: date) -> Sequence[str]:
    return [hit.code for hit in index.search(SearchQuery(text, on, (System.ICD10CM,), limit=DEEP_ENOUGH)).hits]


if __name__ == "__main__":
    main()

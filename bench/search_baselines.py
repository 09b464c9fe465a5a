"""What do plain methods reach on the same codes? Token match, SQLite full-text search, and sentence vectors alone.

Each code is one document: its title, and its inclusion terms from the Tabular List.

    python -m bench.search_baselines --pack PACK --gold GOLD.jsonl [--index FOLDER WITH VECTORS]
"""

from __future__ import annotations

import argparse
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.search_gold import Ask, questions, table
from codingahead.search.embed import Encoder
from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import System

DEEP_ENOUGH = 20
LONGEST_CODE = 7  # without the forms that carry a 7th character
BATCH = 64
Documents = dict[str, str]


def documents(pack: Pack) -> Documents:
    found: dict[str, list[str]] = defaultdict(list)
    for span in queries.all_spans(pack):
        if span.system is System.ICD10CM and span.title and len(span.code) <= LONGEST_CODE and span.valid_to is None:
            found[span.code] = [span.title]
    newest = pack.newest("icd10cm.tabular")
    for note in queries.all_notes(pack, newest[0]) if newest else ():
        if note["kind"] == "inclusion" and note["code"] in found:
            found[note["code"]].append(note["text"])
    return {code: " ; ".join(texts) for code, texts in found.items()}


def tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def token_match(held: Documents) -> Ask:
    """Codes with most words of the question; among equals the one with fewest words besides."""
    where: dict[str, set[str]] = defaultdict(set)
    for code, text in held.items():
        for token in tokens(text):
            where[token].add(code)
    sizes = {code: len(tokens(text)) for code, text in held.items()}

    def ask(text: str) -> Sequence[str]:
        counts = Counter(code for token in set(tokens(text)) for code in where.get(token, ()))
        return sorted(counts, key=lambda c: (-counts[c], sizes[c], c))[:DEEP_ENOUGH]

    return ask


def full_text(held: Documents) -> Ask:
    """SQLite FTS5 with Porter stems, any word, ranked by BM25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE code USING fts5(name UNINDEXED, text, tokenize = 'porter unicode61')")
    database.executemany("INSERT INTO code VALUES (?, ?)", held.items())

    def ask(text: str) -> Sequence[str]:
        words = " OR ".join(f'"{token}"' for token in tokens(text))
        sql = "SELECT name FROM code WHERE code MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in database.execute(sql, (words, DEEP_ENOUGH))] if words else []

    return ask


def by_meaning(held: Documents, encoder_folder: Path) -> Ask:
    """Nearest title by MiniLM alone, every question as it was typed."""
    encoder = Encoder(encoder_folder)
    codes = sorted(held, key=lambda code: len(held[code]))
    titles = [held[code].split(" ; ")[0] for code in codes]
    vectors = np.concatenate([encoder.encode(titles[at : at + BATCH]) for at in range(0, len(titles), BATCH)])

    def ask(text: str) -> Sequence[str]:
        return [codes[i] for i in np.argsort(-(vectors @ encoder.encode([text])[0]))[:DEEP_ENOUGH]]

    return ask


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pack", type=Path, required=True)
    options.add_argument("--gold", type=Path, required=True)
    options.add_argument("--index", type=Path, help="an index with vectors; its encoder is used for the third method")
    chosen = options.parse_args()
    run(chosen.pack, chosen.gold, chosen.index)


def run(pack: Path, gold_file: Path, index: Path | None) -> None:
    held, gold = documents(Pack.open(pack)), questions(gold_file)
    print("\n".join(table("token match", gold, token_match(held))))
    print("\n".join(table("SQLite FTS5, one row a code", gold, full_text(held))))
    if index:
        print("\n".join(table("MiniLM alone", gold, by_meaning(held, index))))


if __name__ == "__main__":
    main()

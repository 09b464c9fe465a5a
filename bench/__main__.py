"""`python -m bench [--pack DIR] [--gold FILE]`: every benchmark, one after the other."""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from bench import claim_files, claims, fees, lookups, search_baselines, search_quality
from codingahead.build.run import build
from codingahead.codebook import Codebook

GOLD = Path(__file__).resolve().parents[2] / "shared" / "eval" / "search-dev.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pack", help="a pack folder; without it one is built from SOURCES or from what comes with the program"
    )
    parser.add_argument("--gold", help="an evaluation file of questions and right codes, JSON Lines")
    options = parser.parse_args()
    on = date(2026, 8, 1)
    claim_files.run()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(options.pack) if options.pack else Path(place)
        if not options.pack:
            named = os.environ.get("SOURCES")
            report = build(Path(named) if named else None, folder, now=datetime.now(UTC))
            print(f"built {len(report.loaded)} releases, {report.search_terms:,} search terms")
        with Codebook.open(folder) as codebook:
            lookups.run(codebook, on)
            fees.run(codebook, on)
            claims.run(codebook, on)
            pack, has_vectors = codebook.folder, bool(codebook.status()["has_vectors"])
        gold = Path(options.gold) if options.gold else GOLD
        if gold.is_file():
            search_quality.run(pack / "search", gold, on)
            search_baselines.run(pack, gold, pack / "search" if has_vectors else None)
        else:
            print("search quality: not measured, no evaluation file (name one with --gold)")


if __name__ == "__main__":
    main()

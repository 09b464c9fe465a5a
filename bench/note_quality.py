"""How well do suggested diagnoses agree with those that coders gave to real notes? And the weights of confidence, fitted on such notes.

    python -m bench.note_quality --pack PACK --gold notes.jsonl [--fit] [--misses]

`gold`: JSON Lines of `id`, `text`, `gold` (codes) and `gold_parent`. A hit is a gold code, a code below it, or its direct parent. `--fit`
prints five-fold figures (weights fitted on four fifths, measured on the fifth) and writes the weights of the whole to the package.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from codingahead.codebook import Codebook
from codingahead.coder import confidence
from codingahead.coder.suggest import LEAST, REPORTED
from codingahead.privacy.mask import mask

FILE = Path(confidence.__file__).parent / "data" / "confidence.json"
PENALTY, ROUNDS, FOLDS = 3.0, 60, 5
Row = tuple[str, dict[str, float], bool]


def plain(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code.upper())


class Note:
    """One note with the signs of every code that it names and whether a coder gave that code."""

    def __init__(self, given: dict[str, Any], codebook: Codebook, on: date) -> None:
        self.id = given["id"]
        self.gold = [plain(c) for c in given["gold"]]
        parents = {plain(c) for c in given.get("gold_parent", [])}
        started = time.perf_counter()
        reader = codebook.note_reader
        named, _ = reader.conditions(mask(given["text"]).text, on)
        self.seconds = time.perf_counter() - started
        part = reader.diagnoses.part
        by_entry = defaultdict(list)
        for one in named:
            if one.status in REPORTED:
                by_entry[one.entry].append(one)
        strongest = defaultdict(list)
        for entry, ones in by_entry.items():
            strongest[part.code(entry)[:3]].append((max(n.weight for n in ones), entry))
        self.rows: list[Row] = []
        self.said: dict[str, str] = {}
        for entry, ones in by_entry.items():
            code = part.code(entry)
            repeated = any(e != entry and w > max(n.weight for n in ones) for w, e in strongest[code[:3]])
            found = plain(code)
            hit = found in parents or any(found.startswith(g) for g in self.gold)
            self.rows.append((found, confidence.signs(ones, code, part.titles[entry], repeated), hit))
            words = given["text"][ones[0].start : ones[0].end][:40]
            self.said[found] = f"{words} | {part.texts[ones[0].wording.term][:40]} | {part.titles[entry][:40]}"


def fitted(notes: Sequence[Note]) -> dict[str, float]:
    """Logistic regression with a quadratic penalty, by Newton's method."""
    names = list(notes[0].rows[0][1])
    x = np.array([[signs[n] for n in names] for note in notes for _, signs, _ in note.rows])
    y = np.array([hit for note in notes for *_, hit in note.rows], float)
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    middle[0], spread[0] = 0, 1
    z = (x - middle) / spread
    w = np.zeros(len(names))
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-z @ w))
        slope = z.T @ (y - p) - PENALTY * w * (np.arange(len(w)) > 0)
        w += np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + PENALTY * np.eye(len(w)), slope)
    own = w / spread
    own[0] = w[0] - (w[1:] * middle[1:] / spread[1:]).sum()
    return {n: round(float(v), 4) for n, v in zip(names, own, strict=True)}


def sure(weights: dict[str, float], signs: dict[str, float]) -> float:
    return float(1 / (1 + np.exp(-sum(weights[n] * v for n, v in signs.items()))))


def measured(notes: Sequence[Note], weights: dict[str, float], least: float = LEAST) -> dict[str, float]:
    totals: dict[str, float] = defaultdict(float)
    for note in notes:
        ranked = sorted(((sure(weights, s), c, h) for c, s, h in note.rows), reverse=True)
        ranked = [r for r in ranked if r[0] >= least]
        for k in (5, 10, 20):
            codes = [c for _, c, _ in ranked[:k]]
            totals[f"recall@{k}"] += sum(any(c.startswith(g) for c in codes) for g in note.gold) / len(note.gold)
        top = ranked[:10]
        totals["precision@10"] += sum(h for *_, h in top) / max(1, len(top))
        totals["hits of 10"] += sum(h for *_, h in top) / 10
        totals["hit@1"] += bool(top and top[0][2])
        totals["hit@10"] += any(h for *_, h in top)
        totals["shown"] += len(ranked)
    return {k: round(v / len(notes), 3) for k, v in totals.items()}


def reliability(notes: Sequence[Note], weights: dict[str, float]) -> None:
    rows = sorted((sure(weights, s), h) for note in notes for _, s, h in note.rows)
    print("confidence   codes   right")
    for low in np.arange(0, 1, 0.1):
        held = [h for p, h in rows if low <= p < low + 0.1]
        if held:
            print(f"  {low:.1f}-{low + 0.1:.1f}   {len(held):5}   {sum(held) / len(held):.2f}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pack", type=Path, required=True)
    options.add_argument("--gold", type=Path, required=True)
    options.add_argument("--on", type=date.fromisoformat, default=date(2026, 4, 1))
    options.add_argument("--fit", action="store_true")
    options.add_argument("--misses", action="store_true")
    told = options.parse_args()
    given = [json.loads(line) for line in told.gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    with Codebook.open(told.pack) as codebook:
        codebook.note_reader.conditions("Fever.", told.on)
        notes = [Note(one, codebook, told.on) for one in given]
    times = sorted(n.seconds * 1000 for n in notes)
    print(f"{len(notes)} notes, milliseconds a note: p50 {times[len(times) // 2]:.1f}, most {times[-1]:.1f}")
    if told.fit:
        parts = [notes[i::FOLDS] for i in range(FOLDS)]
        folds = []
        for i in range(FOLDS):
            folds.append(measured(parts[i], fitted([n for j, p in enumerate(parts) if j != i for n in p])))
        print("five-fold:", {k: round(sum(f[k] for f in folds) / FOLDS, 3) for k in folds[0]})
        weights = fitted(notes)
        kept = {"fitted_on": f"{len(notes)} notes with codes given by coders", "weights": weights}
        FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    else:
        weights = confidence.weights()
    for least in (0.0, 0.1, 0.2, 0.3):
        print(f"from {least:.2f}:", measured(notes, weights, least))
    reliability(notes, weights)
    if told.misses:
        show(notes, weights)


def show(notes: Sequence[Note], weights: dict[str, float]) -> None:
    for note in notes:
        print("----", note.id, note.gold)
        ranked = sorted(((sure(weights, s), c, h) for c, s, h in note.rows), reverse=True)
        for p, c, h in ranked[:25]:
            print(f"  {'*' if h else ' '} {p:.2f} {c:8} {note.said[c]}")
        print("   missed", [g for g in note.gold if not any(c.startswith(g) for _, c, _ in ranked)])


if __name__ == "__main__":
    main()

"""How many prices a second does the library give: one by one with every step, and by the table of a day?"""

from __future__ import annotations

import random
import time
from datetime import date

from codingahead.codebook import Codebook
from codingahead.reference.fees.asked import question
from codingahead.words.errors import NotFound

MANY, SINGLE = 500_000, 1_000
SEED = 7


def run(codebook: Codebook, on: date) -> None:
    start = time.perf_counter()
    try:
        table = codebook.price_table(on)
    except NotFound as missing:
        print(f"prices: not measured, {missing.message}")
        return
    print(
        f"price table of a day         {(time.perf_counter() - start) * 1e3:7.0f} ms, {len(table.rows):,} rows, {len(table.places):,} places"
    )
    pick = random.Random(SEED)
    rows, places = list(table.rows), list(table.places)
    asked = [(*pick.choice(rows), pick.choice(("11", "22")), pick.choice(places)) for _ in range(MANY)]
    codes, components, pos, where = map(list, zip(*asked, strict=True))
    start = time.perf_counter()
    table.price_many(codes, pos, where, components)
    print(f"prices by the table          {MANY / (time.perf_counter() - start):11,.0f} a second")
    start = time.perf_counter()
    for code, component, at, place in asked[:SINGLE]:
        arguments = {"code": code, "modifiers": [component] if component else [], "pos": at, "locality": place}
        codebook.price(question(arguments, on))
    print(f"prices one by one, with steps {SINGLE / (time.perf_counter() - start):10,.0f} a second")

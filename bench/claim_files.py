"""How many service lines a second come in from each shape of claim file, on one core? `python -m bench.claim_files [--lines N]`

Every file holds the same invented claims, three lines each. Beside each figure stands what merely splitting the same 837 at its
separators takes, so that runs on different machines can be compared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from codingahead.formats.opened import read_claims
from codingahead.words.claims import Claim

CODES = ("99213", "36415", "80053", "93000", "71046", "85025", "97110", "20610")
DIAGNOSES = ("I10", "E119", "M1711", "R079", "Z0000")
LINES_OF_A_CLAIM = 3
PROFESSIONAL, INSTITUTIONAL = "005010X222A1", "005010X223A2"


def head(version: str) -> str:
    return (
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260801*1200*^*00501*000000001*0*T*:~\n"
        f"GS*HC*SENDER*RECEIVER*20260801*1200*1*X*{version}~\nST*837*0001*{version}~\n"
        "BHT*0019*00*1*20260801*1200*CH~\nNM1*41*2*SENDER*****46*1~\nPER*IC*OFFICE*TE*5550100~\nNM1*40*2*RECEIVER*****46*2~\n"
        "HL*1**20*1~\nPRV*BI*PXC*207Q00000X~\nNM1*85*2*EXAMPLE GROUP*****XX*1234567893~\nN3*1 MAIN ST~\nN4*TOWN*NY*100010000~\n"
        "REF*EI*123456789~\n"
    )


def claim_837(n: int, institutional: bool) -> str:
    place = "13:A:1" if institutional else "11:B:1"
    extra = "DTP*434*RD8*20260701-20260728~\nCL1*3*1*01~\n" if institutional else "REF*G1*AUTH1~\n"
    named = "" if institutional else f"NM1*82*1*DOE*ANN****XX*{1300000000 + n % 500}~\nPRV*PE*PXC*207Q00000X~\n"
    lines = "".join(line_837(n, i, institutional) for i in range(1, LINES_OF_A_CLAIM + 1))
    return (
        f"HL*{n + 2}*1*22*0~\nSBR*P*18*******MB~\nNM1*IL*1*ROE*JO****MI*M{n // 2:08d}~\nN3*2 ELM ST~\nN4*TOWN*NY*100010000~\n"
        f"DMG*D8*19500101*F~\nNM1*PR*2*EXAMPLE PAYER*****PI*00001~\nCLM*C{n:08d}*360***{place}*Y*A*Y*Y~\n{extra}"
        f"HI*ABK:{DIAGNOSES[n % 5]}*ABF:{DIAGNOSES[(n + 1) % 5]}~\n{named}{lines}"
    )


def line_837(n: int, i: int, institutional: bool) -> str:
    code, day = CODES[(n + i) % 8], f"202607{n % 28 + 1:02d}"
    if institutional:
        return f"LX*{i}~\nSV2*0510*HC:{code}*120.00*UN*1~\nDTP*472*D8*{day}~\nREF*6R*{n}-{i}~\n"
    return f"LX*{i}~\nSV1*HC:{code}:25*120.00*UN*1***1:2~\nDTP*472*D8*{day}~\nREF*6R*{n}-{i}~\n"


def write_837(path: Path, claims: int, institutional: bool = False, end: str = "\n") -> None:
    with path.open("w") as out:
        version = INSTITUTIONAL if institutional else PROFESSIONAL
        text = head(version)
        segments = text.count("~") - 2
        out.write(text.replace("\n", end))
        for n in range(claims):
            text = claim_837(n, institutional)
            segments += text.count("~")
            out.write(text.replace("\n", end))
        out.write(f"SE*{segments + 1}*0001~{end}GE*1*1~{end}IEA*1*000000001~{end}")


def rows(claims: int) -> Iterator[dict[str, object]]:
    for n in range(claims):
        for i in range(1, LINES_OF_A_CLAIM + 1):
            yield {
                "id": f"C{n:08d}",
                "patient": f"P{n // 2}",
                "setting": "practitioner",
                "line": i,
                "code": CODES[(n + i) % 8],
                "modifiers": "25",
                "units": 1,
                "date_of_service": f"2026-07-{n % 28 + 1:02d}",
                "place_of_service": "11",
                "provider": str(1300000000 + n % 500),
                "diagnoses": "I10 E11.9",
                "pointers": "1 2",
                "charge": "120.00",
            }


def write_csv(path: Path, claims: int) -> None:
    with path.open("w") as out:
        for number, row in enumerate(rows(claims)):
            if number == 0:
                out.write(",".join(row) + "\n")
            out.write(",".join(map(str, row.values())) + "\n")


def write_parquet(path: Path, claims: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(list(rows(claims))), path, row_group_size=100_000)


def write_json_lines(path: Path, claims: int) -> None:
    keep = ("line", "units", "code", "date_of_service", "place_of_service", "provider", "charge")
    with path.open("w") as out:
        lines: list[dict[str, object]] = []
        for row in rows(claims):
            lines.append({k: row[k] for k in keep} | {"modifiers": ["25"], "pointers": [1, 2]})
            if len(lines) == LINES_OF_A_CLAIM:
                claim = {k: row[k] for k in ("id", "patient", "setting")}
                out.write(json.dumps(claim | {"diagnoses": ["I10", "E11.9"], "lines": lines}) + "\n")
                lines = []


def write_gzip(path: Path, claims: int) -> None:
    plain = path.with_suffix("")
    write_837(plain, claims)
    path.write_bytes(gzip.compress(plain.read_bytes(), 6))


SHAPES: dict[str, Callable[[Path, int], None]] = {
    "professional.837": write_837,
    "professional.837.gz": write_gzip,
    "institutional.837": lambda path, claims: write_837(path, claims, institutional=True),
    "claims.jsonl": write_json_lines,
    "claims.csv": write_csv,
    "claims.parquet": write_parquet,
}


def run(lines: int = 300_000) -> None:
    claims = lines // LINES_OF_A_CLAIM
    with tempfile.TemporaryDirectory() as place:
        for name, write in SHAPES.items():
            path = Path(place) / name
            write(path, claims)
            start = time.process_time()
            found = refused = 0
            for claim in read_claims(path):
                if isinstance(claim, Claim):
                    found += len(claim.lines)
                else:
                    refused += 1
            taken = time.process_time() - start
            assert (found, refused) == (claims * LINES_OF_A_CLAIM, 0), (name, found, refused)
            size = path.stat().st_size / 1e6
            print(f"{name:<22} {found / taken:>10,.0f} lines/s   {size / taken:6.1f} MB/s")
        text = (Path(place) / "professional.837").read_text().replace("\n", "")
        start = time.process_time()
        segments = sum(len(segment.split("*")) > 0 for segment in text.split("~"))
        taken = time.process_time() - start
        print(
            f"{'837 split, no mapping':<22} {claims * LINES_OF_A_CLAIM / taken:>10,.0f} lines/s   ({segments:,} segments)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300_000)
    run(parser.parse_args().lines)

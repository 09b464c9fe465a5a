"""Writes a claim as 837P and as rows, and draws random claims: the other direction of what is tested."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from codingahead.formats.fields import patient_key
from codingahead.words.claims import Claim, ServiceLine, Setting

FILES = Path(__file__).parent / "files"
GUIDE = "005010X222A1"
ISA = "ISA*00*          *00*          *ZZ*EXAMPLECLINIC  *ZZ*EXAMPLEPAYER   *260801*1200*^*00501*000000001*0*T*:~"


def interchange(
    body: list[str], *, element: str = "*", component: str = ":", end: str = "~", guide: str = GUIDE
) -> str:
    """An 837 around `body`, which is written with * and : and gets the separators asked for."""
    head = [f"GS*HC*EXAMPLECLINIC*EXAMPLEPAYER*20260801*1200*1*X*{guide}", f"ST*837*0001*{guide}"]
    begin = [
        "BHT*0019*00*B1*20260801*1200*CH",
        "NM1*41*2*EXAMPLE CLINIC*****46*EC1",
        "PER*IC*OFFICE*TE*5555550100",
        "NM1*40*2*EXAMPLE PAYER*****46*EP1",
        "HL*1**20*1",
    ]
    tail = [f"SE*{len(begin) + len(body) + 2}*0001", "GE*1*1", "IEA*1*000000001"]
    segments = [ISA[:-1], *head, *begin, *body, *tail]
    return "".join(s.replace(":", component).replace("*", element) + end for s in segments)


def professional(claims: list[Claim], **separators: str) -> str:
    body: list[str] = []
    for n, claim in enumerate(claims, 2):
        group = claim.lines[0].group
        body += ["HL*1**20*1", f"NM1*85*2*EXAMPLE CLINIC*****XX*{group}", "N3*1 MAIN ST", "N4*TOWN*NY*100010000"]
        body += [f"HL*{n}*1*22*0", "SBR*P*18*******CI", f"NM1*IL*1*ROE*JO****MI*{claim.patient}"]
        body += [f"DMG*D8*{claim.birth_date:%Y%m%d}*{claim.sex or 'U'}", f"NM1*PR*2*{claim.payer}*****PI*1"]
        total = sum((line.charge or Decimal(0) for line in claim.lines), Decimal(0))
        body.append(f"CLM*{claim.id}*{total}***{claim.lines[0].place_of_service}:B:1*Y*A*Y*Y")
        codes = [code.replace(".", "") for code in claim.diagnoses]
        if codes:
            body.append("HI*" + "*".join(("ABK:" if i == 0 else "ABF:") + code for i, code in enumerate(codes)))
        for line in claim.lines:
            body += _line(line)
    return interchange(body, **separators)


def _line(line: ServiceLine) -> list[str]:
    procedure = ":".join(["HC", line.code, *line.modifiers])
    pointers = ":".join(map(str, line.pointers))
    segments = [
        f"LX*{line.line}",
        f"SV1*{procedure}*{line.charge}*UN*{line.units}*{line.place_of_service}**{pointers}",
        f"DTP*472*D8*{line.date_of_service:%Y%m%d}",
    ]
    if line.ndc:
        segments.append(f"LIN**N4*{line.ndc}")
    segments.append(f"NM1*82*1*DOE*ANN****XX*{line.provider}")
    return [*segments, f"PRV*PE*PXC*{line.specialty}"] if line.specialty else segments


def as_read(claim: Claim) -> Claim:
    """What reading `professional([claim])` must give, apart from its source."""
    born = claim.birth_date.isoformat() if claim.birth_date else ""
    return Claim(
        id=claim.id,
        patient=patient_key((claim.patient, born, "", "")),
        setting=Setting.PRACTITIONER,
        lines=claim.lines,
        diagnoses=claim.diagnoses,
        birth_date=claim.birth_date,
        sex=claim.sex,
        payer=claim.payer,
    )


UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
codes = st.from_regex(r"[0-9A-V][0-9]{3}[0-9TF]", fullmatch=True)
modifiers = st.from_regex(r"[A-Z0-9]{2}", fullmatch=True)
diagnoses = st.from_regex(r"[A-TV-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?", fullmatch=True)
npis = st.from_regex(r"[12][0-9]{9}", fullmatch=True)
words = st.text(UPPER + "0123456789-", min_size=1, max_size=20)
days = st.dates(date(2015, 10, 1), date(2027, 12, 31))
money = st.decimals(0, 99_999, places=2)


@st.composite
def lines(draw: st.DrawFn, number: int, group: str) -> ServiceLine:
    return ServiceLine(
        line=number,
        code=draw(codes),
        date_of_service=draw(days),
        modifiers=tuple(draw(st.lists(modifiers, max_size=4, unique=True))),
        units=draw(st.integers(1, 99_999_999)),
        place_of_service=draw(st.integers(1, 99).map(lambda n: f"{n:02d}")),
        provider=draw(npis),
        specialty=draw(st.none() | st.from_regex(r"[0-9]{3}[A-Z][0-9]{5}X", fullmatch=True)),
        group=group,
        pointers=tuple(draw(st.lists(st.integers(1, 12), max_size=4, unique=True))),
        charge=draw(money),
        ndc=draw(st.none() | st.from_regex(r"[0-9]{11}", fullmatch=True)),
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    group = draw(npis)
    count = draw(st.integers(1, 6))
    return Claim(
        id=draw(words),
        patient=draw(words),
        setting=draw(st.sampled_from(Setting)),
        lines=tuple(draw(lines(n, group)) for n in range(1, count + 1)),
        diagnoses=tuple(draw(st.lists(diagnoses, max_size=12, unique=True))),
        birth_date=draw(st.dates(date(1900, 1, 1), date(2015, 1, 1))),
        sex=draw(st.sampled_from(["M", "F", None])),
        payer=draw(words),
    )

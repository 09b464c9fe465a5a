"""837P to claims."""

from __future__ import annotations

import io
import itertools
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingahead.formats.x12.claims import read_x12_claims
from codingahead.words.claims import Claim, Rejected, ServiceLine, Setting
from codingahead.words.errors import BadInput
from tests.library.formats.written import FILES, as_read, claims, interchange, professional

GOLDEN = (FILES / "professional.837").read_text()
PARTY = [
    "NM1*85*2*EXAMPLE CLINIC*****XX*1234567893",
    "HL*2*1*22*0",
    "SBR*P*18*******MB",
    "NM1*IL*1*ROE*JO****MI*M1",
    "DMG*D8*19500102*F",
    "NM1*PR*2*EXAMPLE PAYER*****PI*1",
]
CLM = "CLM*A1*100***11:B:1*Y*A*Y*Y"
HI = "HI*ABK:I10"
LINE = ["LX*1", "SV1*HC:99213*100*UN*1***1", "DTP*472*D8*20260710"]


def read(text: str | bytes, file: str = "f.837") -> list[Claim | Rejected]:
    return list(read_x12_claims(io.BytesIO(text if isinstance(text, bytes) else text.encode()), file))


def read_body(*body: str) -> list[Claim | Rejected]:
    return read(interchange([*PARTY, *body]))


def only(found: list[Claim | Rejected]) -> Claim:
    assert len(found) == 1
    assert isinstance(found[0], Claim)
    return found[0]


def golden() -> tuple[Claim, Claim]:
    first, second = read(GOLDEN, "professional.837")
    assert isinstance(first, Claim)
    assert isinstance(second, Claim)
    return first, second


def test_every_field_of_the_golden_claim_is_read() -> None:
    claim = golden()[0]
    assert (claim.id, claim.setting, claim.payer, claim.sex) == ("A1", Setting.PRACTITIONER, "EXAMPLE PAYER", "F")
    assert claim.birth_date == date(1950, 1, 2)
    assert claim.diagnoses == ("I67.1", "E11.9")
    assert claim.lines[1] == ServiceLine(
        line=2,
        code="36224",
        date_of_service=date(2026, 7, 11),
        modifiers=("59", "RT"),
        units=2,
        place_of_service="21",
        provider="1222222220",
        specialty="2085R0204X",
        group="1234567893",
        pointers=(1, 2),
        charge=Decimal("200"),
    )


def test_the_line_overrides_place_and_performer_of_the_claim() -> None:
    lines = golden()[0].lines
    assert [line.place_of_service for line in lines] == ["21", "21", "11"]
    assert [line.provider for line in lines] == ["1111111112", "1222222220", "1111111112"]
    assert [line.specialty for line in lines] == ["207T00000X", "2085R0204X", "207T00000X"]


def test_subscriber_and_payer_of_other_insurance_change_nothing() -> None:
    claim = golden()[0]
    source = dict(claim.source)
    assert (claim.payer, source["filing"]) == ("EXAMPLE PAYER", "MB")


def test_a_range_of_days_counts_as_its_first_day_and_says_so() -> None:
    claim = golden()[0]
    assert claim.lines[2].date_of_service == date(2026, 7, 11)
    assert "line 3: 2026-07-11 to 2026-07-13, the first day is taken" in dict(claim.source)["notes"]


def test_a_fraction_of_a_unit_is_counted_up_and_said() -> None:
    claim = golden()[0]
    assert claim.lines[2].units == 2
    assert "line 3: 1.5 units are counted as 2" in dict(claim.source)["notes"]


def test_minutes_stay_units_and_their_line_is_named() -> None:
    claim = golden()[1]
    assert (claim.lines[0].units, dict(claim.source)["minutes"]) == (45, "1")


def test_the_national_drug_code_of_a_line_is_read() -> None:
    assert [line.ndc for line in golden()[0].lines] == [None, None, "00409379501"]


def test_a_dependent_is_the_patient_of_its_claim_and_bills_without_a_performer_are_the_billing_providers() -> None:
    claim = golden()[1]
    assert (claim.birth_date, claim.sex, claim.payer) == (date(2015, 3, 4), "M", "COMMERCIAL PLAN")
    assert (claim.lines[0].provider, claim.lines[0].specialty) == ("1234567893", "207Q00000X")


def test_a_replacement_claim_says_so() -> None:
    source = dict(golden()[1].source)
    assert source["frequency"] == "7"
    assert "replaces an earlier claim" in source["notes"]


def test_source_names_file_transaction_claim_and_segment() -> None:
    source = dict(golden()[1].source)
    assert {k: source[k] for k in ("file", "transaction", "claim")} == {
        "file": "professional.837",
        "transaction": "0001",
        "claim": "A2",
    }
    assert GOLDEN.split("~")[int(source["segment"]) - 1].strip().startswith("CLM*A2")


def test_no_name_of_a_person_is_kept() -> None:
    text = repr(golden())
    assert not any(name in text for name in ("ROE", "LOE", "KIM", "DOE", "POE", "1EG4TE5MK73", "M77"))


def test_claims_of_one_person_share_the_patient_key_and_a_dependents_claims_do_not() -> None:
    one, two = golden()
    again = read(GOLDEN.replace("A1*", "A9*"))[0]
    twin = read(GOLDEN.replace("LOE*KIM", "LOE*PAT"))[1]
    assert isinstance(again, Claim)
    assert isinstance(twin, Claim)
    assert one.patient == again.patient != two.patient
    assert twin.patient != two.patient
    assert len(one.patient) == 16


def test_a_performer_without_npi_is_unknown_and_not_the_billing_provider() -> None:
    claim = only(read_body(CLM, HI, "NM1*82*1*DOE*ANN", *LINE))
    assert claim.lines[0].provider is None
    assert claim.lines[0].group == "1234567893"


@pytest.mark.parametrize(
    ("taxonomy", "setting"),
    [("261QA1903X", Setting.ASC), ("332B00000X", Setting.DME), ("207Q00000X", Setting.PRACTITIONER)],
)
def test_surgical_centers_and_suppliers_are_told_by_their_taxonomy(taxonomy: str, setting: Setting) -> None:
    assert only(read(interchange([f"PRV*BI*PXC*{taxonomy}", *PARTY, CLM, HI, *LINE]))).setting is setting


def test_icd9_diagnoses_are_told_by_their_qualifier() -> None:
    claim = only(read_body(CLM, "HI*BK:E8850*BF:25000*ABF:I10", *LINE))
    assert claim.diagnoses == ("E885.0", "250.00", "I10")


def test_other_health_codes_are_no_diagnoses() -> None:
    claim = only(read_body(CLM, HI, "HI*BP:33420", "HI*BG:17", *LINE))
    assert claim.diagnoses == ("I10",)


BAD_LINES = [
    ("SV1*HC>99213*100*UN*1***1", "DTP*472*D8*20260710", "is no procedure"),
    ("SV1*HC:*100*UN*1***1", "DTP*472*D8*20260710", "is no procedure"),
    ("SV1*HC:99213:2*100*UN*1***1", "DTP*472*D8*20260710", "the modifier '2'"),
    ("SV1*HC:99213*100*UN*0***1", "DTP*472*D8*20260710", "0 units is impossible"),
    ("SV1*HC:99213*100*UN*-4***1", "DTP*472*D8*20260710", "-4 units is impossible"),
    ("SV1*HC:99213*100*UN*999999999***1", "DTP*472*D8*20260710", "units is impossible"),
    ("SV1*HC:99213*100*UN****1", "DTP*472*D8*20260710", "the units are missing"),
    ("SV1*HC:99213*abc*UN*1***1", "DTP*472*D8*20260710", "'abc' is no amount"),
    ("SV1*HC:99213*100*UN*1***A", "DTP*472*D8*20260710", "diagnosis pointers"),
    ("SV1*HC:99213*100*UN*1***1", "DTP*472*D8*20261310", "is no day"),
    ("SV1*HC:99213*100*UN*1***1", "DTP*472*RD8*20260712-20260710", "ends before it starts"),
    ("SV1*HC:99213*100*UN*1***1", "REF*6R*1", "the date of service (DTP*472) is missing"),
    ("SV1", "DTP*472*D8*20260710", "is no procedure"),
]


@pytest.mark.parametrize(("service", "day", "words"), BAD_LINES)
def test_a_bad_line_is_rejected_at_its_segment_and_the_claim_goes_on_without_it(
    service: str, day: str, words: str
) -> None:
    text = interchange([*PARTY, CLM, HI, "LX*1", service, day, "LX*2", *LINE[1:]])
    rejected, claim = read(text)
    assert isinstance(rejected, Rejected)
    assert isinstance(claim, Claim)
    assert words in rejected.reason
    assert rejected.id == "A1"
    assert text.split("~")[rejected.position - 1] == service
    assert [line.line for line in claim.lines] == [2]
    assert dict(claim.source)["rejected_lines"] == "1"


def test_a_line_number_without_a_service_is_rejected() -> None:
    rejected, claim = read_body(CLM, HI, "LX*1", *["LX*2", *LINE[1:]])
    assert isinstance(rejected, Rejected)
    assert "no SV1" in rejected.reason
    assert isinstance(claim, Claim)


def test_a_claim_without_any_readable_line_is_rejected() -> None:
    found = read_body(CLM, HI, "CLM*A2*100***11:B:1*Y*A*Y*Y", HI, *LINE)
    assert isinstance(found[0], Rejected)
    assert (found[0].id, "no service line" in found[0].reason) == ("A1", True)
    assert isinstance(found[1], Claim)


def test_a_claim_without_a_number_is_rejected() -> None:
    (found,) = read_body("CLM**100***11:B:1*Y*A*Y*Y", HI, *LINE)
    assert isinstance(found, Rejected)
    assert "no number" in found.reason


def test_line_numbers_given_twice_are_numbered_on() -> None:
    claim = only(read_body(CLM, HI, *LINE, *LINE, "LX*x", *LINE[1:]))
    assert [line.line for line in claim.lines] == [1, 2, 3]


def test_a_claim_of_5000_lines_is_read_and_one_of_10000_is_refused() -> None:
    assert len(only(read_body(CLM, HI, *LINE * 50)).lines) == 50
    many = [segment for n in range(1, 5_001) for segment in (f"LX*{n}", *LINE[1:])]
    assert len(only(read_body(CLM, HI, *many)).lines) == 5_000
    more = [segment for n in range(1, 10_001) for segment in (f"LX*{n}", *LINE[1:])]
    (refused,) = read_body(CLM, HI, *more)
    assert isinstance(refused, Rejected)
    assert "more than 9,999 lines" in refused.reason


@pytest.mark.parametrize("health", ["HI*ABK*I10", "HI*ABK:I10*E119", "HI*ABK:*ABF:I10"])
def test_a_claim_whose_diagnoses_cannot_be_told_is_refused_because_pointers_would_shift(health: str) -> None:
    refused, claim = read_body(CLM, health, *LINE, CLM, "HI*ABK:I10**", *LINE)
    assert isinstance(refused, Rejected)
    assert "is no qualifier and code such as ABK:I10" in refused.reason
    assert isinstance(claim, Claim)
    assert claim.diagnoses == ("I10",)


def test_a_claim_with_endless_health_codes_is_refused() -> None:
    (refused,) = read_body(CLM, *["HI" + "*BG:17" * 12] * 100, *LINE)
    assert isinstance(refused, Rejected)
    assert "more than 1,000 codes" in refused.reason


VARIANTS = {
    "one long line": GOLDEN.replace("\n", ""),
    "line ends CRLF": GOLDEN.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + GOLDEN,
    "blank lines around": "\n\r\n" + GOLDEN + "\n\n",
    "terminator is the line end": GOLDEN.replace("~", ""),
    "terminator is CRLF": GOLDEN.replace("~\n", "\r\n"),
    "terminator is a carriage return": GOLDEN.replace("~\n", "\r"),
    "other separators": GOLDEN.replace("*", "|").replace(":", ">").replace("~", "'"),
    "control characters": GOLDEN.replace("*", "\x1d").replace(":", "\x1f").replace("~\n", "\x1c"),
    "wrapped at 80 columns": "\n".join(
        GOLDEN.replace("\n", "")[i : i + 80] for i in range(0, len(GOLDEN.replace("\n", "")), 80)
    ),
    "blanks after terminators": GOLDEN.replace("~\n", "~ \n  "),
    "header padded wrongly": GOLDEN.replace("*260801*", "*20260801*").replace(
        "EXAMPLECLINIC  *", "EXAMPLECLINIC     *"
    ),
    "header not padded": GOLDEN.replace("EXAMPLECLINIC  *", "EXAMPLECLINIC*").replace("          ", ""),
    "no end of file terminator": GOLDEN.rstrip().rstrip("~"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_separators_and_line_ends_do_not_change_the_claims(name: str) -> None:
    assert read(VARIANTS[name], "professional.837") == list(golden())


def test_utf16_and_windows_text_are_read() -> None:
    assert read(GOLDEN.encode("utf-16"), "professional.837") == list(golden())
    claim = read(GOLDEN.replace("EXAMPLE PAYER", "CAFÉ").encode("cp1252"))[0]
    assert isinstance(claim, Claim)
    assert claim.payer == "CAFÉ"


def test_several_interchanges_with_different_separators_are_read_one_after_the_other() -> None:
    text = GOLDEN + VARIANTS["other separators"] + VARIANTS["terminator is the line end"] + GOLDEN.replace("\n", "")
    found = read(text)
    assert [c.id for c in found if isinstance(c, Claim)] == ["A1", "A2"] * 4


def test_several_transactions_and_groups_in_one_interchange_are_read() -> None:
    start, end = GOLDEN.index("ST*837"), GOLDEN.index("GE*1")
    body = GOLDEN[start:end]
    text = GOLDEN[:start] + body + body.replace("0001", "0002") + GOLDEN[end:]
    found = [claim for claim in read(text) if isinstance(claim, Claim)]
    assert [dict(claim.source)["transaction"] for claim in found] == ["0001", "0001", "0002", "0002"]


TRUNCATED = [GOLDEN[:n] for n in (3, 4, 20, 80, 104, 105, 106, 107)] + [
    "ISA*00*" + GOLDEN[GOLDEN.index("GS*") :],
    GOLDEN.replace("*00501*", "*"),
    GOLDEN.replace("ISA*", "ISAx", 1),
]


@pytest.mark.parametrize("text", TRUNCATED)
def test_a_truncated_isa_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="damaged or truncated ISA segment"):
        read(text)


def test_a_damaged_interchange_further_on_is_rejected_and_the_next_one_read() -> None:
    found = read(GOLDEN + "ISA*00*broken~\n" + GOLDEN)
    assert [type(f) for f in found] == [Claim, Claim, Rejected, Claim, Claim]


def test_a_file_that_breaks_off_rejects_the_claim_it_breaks_off_in() -> None:
    cut = GOLDEN[: GOLDEN.index("LX*3~")]
    found = read(cut)
    assert not any(isinstance(f, Claim) for f in found)
    assert isinstance(found[0], Rejected)
    assert "breaks off inside this claim" in found[0].reason
    assert any("SE segment is missing" in f.reason for f in found if isinstance(f, Rejected))
    assert [f.id for f in read(GOLDEN[: GOLDEN.index("SE*")]) if isinstance(f, Claim)] == ["A1"]


def test_a_wrong_segment_count_is_reported_after_the_claims() -> None:
    found = read(GOLDEN.replace("DTP*435*D8*20260710~\n", ""))
    assert [type(f) for f in found] == [Claim, Claim, Rejected]
    assert isinstance(found[2], Rejected)
    assert "says it has" in found[2].reason


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("005010X222A1", "005010X224A2", "dental claims"),
        ("005010X222A1", "004010X098A1", "version 004010X098A1; read are 005010X222"),
        ("ST*837", "ST*835", "a remittance (835), which holds no claims"),
    ],
)
def test_other_transactions_are_named_and_passed_over(old: str, new: str, words: str) -> None:
    found = read(GOLDEN.replace(old, new) + GOLDEN)
    assert isinstance(found[0], Rejected)
    assert words in found[0].reason
    assert [type(f) for f in found[1:]] == [Claim, Claim]


def test_a_terminator_that_never_comes_is_refused() -> None:
    text = GOLDEN[: GOLDEN.index("NM1*41")] + "X" * 3_000_000
    with pytest.raises(BadInput, match="longer than a million characters"):
        read(text)


class Endless(io.RawIOBase):
    """An interchange that is never whole in memory."""

    def __init__(self, claims: int) -> None:
        start, end = GOLDEN.index("HL*2*1"), GOLDEN.index("SE*")
        head, body, tail = (part.encode() for part in (GOLDEN[:start], GOLDEN[start:end], GOLDEN[end:]))
        self.parts = itertools.chain([head], itertools.repeat(body, claims), [tail])

    def read(self, size: int = -1) -> bytes:
        return next(self.parts, b"")


def test_memory_does_not_grow_with_the_file() -> None:
    peaks = []
    for claims_read in (200, 2_000):
        tracemalloc.start()
        count = sum(isinstance(f, Claim) for f in read_x12_claims(Endless(claims_read), "f"))  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == 2 * claims_read
    assert peaks[1] < peaks[0] + 300_000


@settings(deadline=None)
@given(st.lists(claims(), min_size=1, max_size=3), st.sampled_from(["~", "'", "\n", "\x1c"]))
def test_a_claim_written_as_837p_is_read_back_unchanged(drawn: list[Claim], end: str) -> None:
    found = read(professional(drawn, end=end))
    assert [claim if isinstance(claim, Rejected) else as_read_source(claim) for claim in found] == [
        as_read(c) for c in drawn
    ]


def as_read_source(claim: Claim) -> Claim:
    assert dict(claim.source)["claim"] == claim.id
    return replace(claim, source=())


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_damage_anywhere_never_raises_anything_but_a_sentence(data: st.DataObject) -> None:
    text = GOLDEN
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 30))
        text = text[:at] + data.draw(st.text("ABC*:~019\n- ", max_size=8)) + text[at + length :]
    try:
        read(text)
    except BadInput as refused:
        assert refused.message

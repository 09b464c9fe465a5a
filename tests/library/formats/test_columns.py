"""Delimited text and Parquet to claims."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from codingahead.formats import cells, joined
from codingahead.formats.columns import read_columns
from codingahead.formats.header import layout_of
from codingahead.formats.parquet import read_parquet
from codingahead.words.claims import Claim, Rejected, ServiceLine, Setting
from codingahead.words.errors import BadField, BadInput
from tests.library.formats.written import claims

CONTRACT = (
    "id,patient,setting,line,code,modifiers,units,date_of_service,place_of_service,provider,group,specialty,diagnoses,pointers,charge\n"
    "A1,p1,outpatient,1,99213,25 59,2,2026-07-10,11,1111111112,1234567893,207Q00000X,I671 E11.9,1 2,120.50\n"
    "A1,p1,outpatient,2,36415,,,2026-07-10,11,1111111112,1234567893,207Q00000X,I671 E11.9,,\n"
)


def read(text: str | bytes, **mapping: Any) -> list[Claim | Rejected]:
    content = text if isinstance(text, bytes) else text.encode()
    return list(read_columns(io.BytesIO(content), "f.csv", mapping or None))


def only(found: list[Claim | Rejected]) -> Claim:
    assert [type(f) for f in found] == [Claim], found
    assert isinstance(found[0], Claim)
    return found[0]


def test_rows_of_the_contracts_columns_make_one_claim() -> None:
    claim = only(read(CONTRACT))
    assert (claim.id, claim.patient, claim.setting, claim.diagnoses) == (
        "A1",
        "p1",
        Setting.OUTPATIENT,
        ("I67.1", "E11.9"),
    )
    assert claim.lines[0] == ServiceLine(
        line=1,
        code="99213",
        date_of_service=date(2026, 7, 10),
        modifiers=("25", "59"),
        units=2,
        place_of_service="11",
        provider="1111111112",
        specialty="207Q00000X",
        group="1234567893",
        pointers=(1, 2),
        charge=Decimal("120.50"),
    )
    assert (claim.lines[1].units, claim.lines[1].pointers, claim.lines[1].charge) == (1, (), None)
    assert dict(claim.source) == {"file": "f.csv", "claim": "A1", "row": "2"}


EXPORT = (
    "Claim #\tPatient Name\tDOB\tSex\tInsurance\tFrom Date\tTo Date\tPOS\tCPT\tMod1\tMod2\tDx1\tDx2\tPtr\tQty\tCharge\tRendering NPI\tBilling NPI\n"
    "77\tRoe, Jo\t1/2/1950\tF\tExample Payer\t7/10/26\t7/12/26\t11 - Office\t99213-25\tRT\t\tI67.1\tE119\tAB\t1.0\t$1,120.50\t1111111112\t1234567893\n"
)


def test_an_export_of_a_practice_program_is_understood_by_its_column_names() -> None:
    claim = only(read(EXPORT))
    line = claim.lines[0]
    assert (claim.id, claim.payer, claim.sex, claim.birth_date) == ("77", "Example Payer", "F", date(1950, 1, 2))
    assert (line.code, line.modifiers, line.units, line.charge) == ("99213", ("25", "RT"), 1, Decimal("1120.50"))
    assert (line.date_of_service, line.place_of_service, line.pointers) == (date(2026, 7, 10), "11", (1, 2))
    assert (line.provider, line.group) == ("1111111112", "1234567893")
    notes = dict(claim.source)["notes"]
    assert "practitioner is assumed" in notes
    assert "2026-07-10 to 2026-07-12, the first day is taken" in notes
    assert "Roe" not in repr(claim)


def test_a_patients_name_without_a_day_of_birth_still_tells_patients_apart() -> None:
    found = read(
        "id,patient name,code,dos\nA1,Roe,99213,2026-07-10\nA2,Poe,99213,2026-07-10\nA3,roe ,99213,2026-07-10\n"
    )
    keys = [claim.patient for claim in found if isinstance(claim, Claim)]
    assert keys[0] == keys[2] != keys[1]
    assert "oe" not in "".join(keys)


@pytest.mark.parametrize(
    ("header", "field", "positions"),
    [
        ("ICD10_1,ICD10_2", "diagnoses", (3, 4)),
        ("ICD1,ICD2,ICD10", "diagnoses", (3, 4, 5)),
        ("ICD10,x", "diagnoses", (3,)),
        ("Dx01,Dx02,DX12", "diagnoses", (3, 4, 5)),
        ("Diagnosis Code 2,Diagnosis Code 1", "diagnoses", (4, 3)),
        ("Primary Diagnosis,Dx2", "diagnoses", (3, 4)),
        ("Modifier 1,Modifier 2,Mod3,MOD_4", "modifiers", (3, 4, 5, 6)),
        ("Modifiers,x", "modifiers", (3,)),
        ("Diagnosis Pointer 1,Ptr2", "pointers", (3, 4)),
        ("Proc Mod 1,CPT Modifier 2", "modifiers", (3, 4)),
    ],
)
def test_numbered_columns_are_gathered_in_their_order(header: str, field: str, positions: tuple[int, ...]) -> None:
    assert layout_of(["Claim ID", "CPT", "DOS", *header.split(",")]).many[field] == positions


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("code", ["CPT", "HCPCS", "Proc", "Procedure Code", "CPT/HCPCS", "Proc Code", "HCPCS_CD"]),
        ("date_of_service", ["DOS", "From Date", "Service Date", "Date of Service", "DOS From", "Svc Date"]),
        ("place_of_service", ["POS", "Place of Service", "POS Code"]),
        ("units", ["Units", "Qty", "Quantity", "Days or Units"]),
        ("charge", ["Charge", "Billed Amount", "Charges", "Line Charge"]),
        ("provider", ["NPI", "Rendering NPI", "Provider NPI", "Rendering Provider"]),
        ("group", ["Billing NPI", "Group NPI", "Billing Provider"]),
        ("id", ["Claim ID", "Claim Number", "Encounter", "Invoice #", "ICN"]),
        ("payer", ["Payer", "Insurance", "Primary Payer"]),
    ],
)
def test_common_names_of_columns_are_known(field: str, names: list[str]) -> None:
    for name in names:
        header = {"id": "id", "code": "code", "date_of_service": "date_of_service"} | {field: name}
        columns = list(header.values())
        assert layout_of(columns).one[field] == columns.index(name), name


def test_an_explicit_mapping_goes_before_known_names() -> None:
    text = "no,what,when,units,Anzahl,a,b\n1,99213,2026-07-10,7,2,25,59\n"
    claim = only(read(text, id="no", code="What", date_of_service="when", units="Anzahl", modifiers=["a", "b"]))
    assert (claim.lines[0].units, claim.lines[0].modifiers) == (2, ("25", "59"))


def test_a_mapping_to_a_column_or_field_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="no column 'Nope' for units"):
        read(CONTRACT, units="Nope")
    with pytest.raises(BadInput, match="'dose', which is no field"):
        read(CONTRACT, dose="units")


def test_a_table_without_a_needed_column_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="no column is known to hold id, date_of_service") as refused:
        read("cpt,units,charge\n99213,1,5\n")
    assert "cpt, units, charge" in refused.value.hint


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_line_end_and_encoding_are_found(delimiter: str, end: str, encoding: str) -> None:
    text = "id,code,date_of_service,payer\nA1,99213,2026-07-10,Café\n"
    claim = only(read(text.replace(",", delimiter).replace("\n", end).encode(encoding)))
    assert claim.payer == "Café"


def test_title_lines_above_the_header_are_passed_over() -> None:
    assert only(read("Charges by day\n\n" + CONTRACT)).id == "A1"


def test_repeated_headers_blank_rows_and_totals_are_passed_over() -> None:
    header, first, second = CONTRACT.splitlines()
    text = "\n".join([header, first, "", ",,,", header, second, "Total,,,,,,3"])
    assert len(only(read(text)).lines) == 2


def test_rows_of_a_claim_need_not_stand_together() -> None:
    rows = ["A1,99213,2026-07-10", "B2,99214,2026-07-10", "A1,36415,2026-07-10"]
    found = read("id,code,date_of_service\n" + "\n".join(rows))
    assert {c.id: [line.code for line in c.lines] for c in found if isinstance(c, Claim)} == {
        "A1": ["99213", "36415"],
        "B2": ["99214"],
    }


def test_a_row_that_comes_after_too_many_other_claims_is_rejected_with_advice() -> None:
    others = "".join(f"X{n},99213,2026-07-10\n" for n in range(joined.OPEN_CLAIMS + 5))
    found = read("id,code,date_of_service\nA1,99213,2026-07-10\n" + others + "A1,36415,2026-07-10\n")
    rejected = [f for f in found if isinstance(f, Rejected)]
    assert len(rejected) == 1
    assert "sort the file" in rejected[0].reason
    assert rejected[0].position == joined.OPEN_CLAIMS + 8
    assert sum(isinstance(f, Claim) for f in found) == joined.OPEN_CLAIMS + 6


BAD_ROWS = [
    ("A2,99213,,1", "date_of_service", "date_of_service is missing"),
    ("A2,99213,13/7/2026,1", "date_of_service", "month/day/year"),
    ("A2,99213,2026-02-30,1", "date_of_service", "'2026-02-30'"),
    ("A2,99213,2026-07-10,0", "units", "units is"),
    ("A2,99213,2026-07-10,-2", "units", "units is"),
    ("A2,99213,2026-07-10,many", "units", "'many'"),
    ("A2,99213,2026-07-10,1e9", "units", "'1e9'"),
    ("A2,99 2 13!,2026-07-10,1", "code", "expected a code"),
    (",99213,2026-07-10,1", "id", "id is missing"),
    ("A2,99213,2026-07-10,1,7", None, "5 cells but the header 4"),
]


@pytest.mark.parametrize(("row", "field", "words"), BAD_ROWS)
def test_a_bad_row_is_rejected_at_its_line_and_the_rest_goes_on(row: str, field: str | None, words: str) -> None:
    found = read(f"id,code,date_of_service,units\nA1,99213,2026-07-10,1\n{row}\nA3,99213,2026-07-10,1\n")
    (rejected,) = (f for f in found if isinstance(f, Rejected))
    assert (rejected.position, rejected.field) == (3, field)
    assert words in rejected.reason
    assert [f.id for f in found if isinstance(f, Claim)] == ["A1", "A3"]


def test_a_claim_that_misses_a_rejected_row_says_so() -> None:
    found = read("id,code,date_of_service,units\nA1,99213,2026-07-10,0\nA1,36415,2026-07-10,1\n")
    assert isinstance(found[1], Claim)
    assert dict(found[1].source)["rejected_lines"] == "1"


def test_two_claims_under_one_number_are_not_mixed() -> None:
    found = read("id,patient,code,date_of_service\nA1,p1,99213,2026-07-10\nA1,p2,36415,2026-07-10\n")
    assert isinstance(found[0], Rejected)
    assert "another patient than row 2" in found[0].reason
    assert "p2" not in found[0].reason


def test_a_line_number_given_twice_is_rejected() -> None:
    found = read("id,line,code,date_of_service\nA1,1,99213,2026-07-10\nA1,1,36415,2026-07-10\n")
    assert isinstance(found[0], Rejected)
    assert "line 1 twice" in found[0].reason


def test_a_claim_of_5000_rows_is_read() -> None:
    claim = only(read("id,code,date_of_service\n" + "A1,99213,2026-07-10\n" * 5_000))
    assert len(claim.lines) == 5_000


def test_a_claim_of_more_rows_than_any_claim_has_is_refused_as_a_whole() -> None:
    found = read(
        "id,line,code,date_of_service\n"
        + "".join(f"A1,{n},99213,2026-07-10\n" for n in range(1, 10_003))
        + "A2,1,99213,2026-07-10\n"
    )
    (rejected,) = (f for f in found if isinstance(f, Rejected))
    assert (rejected.id, rejected.position) == ("A1", 2)
    assert "more than 9,999 lines" in rejected.reason
    assert [f.id for f in found if isinstance(f, Claim)] == ["A2"]


def test_a_quotation_mark_that_is_never_closed_is_rejected_and_not_swallowed() -> None:
    rows = "".join(f"B{n},99213,2026-07-10\n" for n in range(50))
    found = read('id,code,date_of_service\nA1,99213,2026-07-10\n"A2,99213,2026-07-10\n' + rows)
    assert any(isinstance(f, Rejected) and "quotation mark" in f.reason and f.position == 3 for f in found)
    assert any(isinstance(f, Claim) and f.id == "A1" for f in found)


def test_a_file_that_ends_inside_a_row_rejects_it() -> None:
    found = read("id,code,date_of_service,units\nA1,99213,2026-07-10,1\nA2,99213,2026-07-1")
    assert isinstance(found[0], Rejected)
    assert "ends inside this row" in found[0].reason


def test_diagnoses_of_a_row_become_pointers_when_rows_differ() -> None:
    text = "id,code,date_of_service,dx1,dx2\nA1,99213,2026-07-10,I10,E119\nA1,36415,2026-07-10,R739,I10\n"
    claim = only(read(text))
    assert claim.diagnoses == ("I10", "E11.9", "R73.9")
    assert [line.pointers for line in claim.lines] == [(1, 2), (3, 1)]


def test_pointers_into_the_rows_own_diagnoses_are_moved_to_the_claims() -> None:
    text = "id,code,date_of_service,dx1,dx2,ptr\nA1,99213,2026-07-10,I10,E119,2\nA1,36415,2026-07-10,R739,I10,1\n"
    assert [line.pointers for line in only(read(text)).lines] == [(2,), (3,)]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-07-05", date(2026, 7, 5)),
        ("2026/7/5", date(2026, 7, 5)),
        ("20260705", date(2026, 7, 5)),
        ("07052026", date(2026, 7, 5)),
        ("7/5/2026", date(2026, 7, 5)),
        ("07-05-26", date(2026, 7, 5)),
        ("7/5/2026 12:00:00 AM", date(2026, 7, 5)),
        ("2026-07-05T00:00:00Z", date(2026, 7, 5)),
        ("5-Jul-2026", date(2026, 7, 5)),
        ("July 5, 2026", date(2026, 7, 5)),
        ("46208", date(2026, 7, 5)),
        (46208.0, date(2026, 7, 5)),
        (datetime(2026, 7, 5, 8, 30, tzinfo=UTC), date(2026, 7, 5)),
        (date(2026, 7, 5), date(2026, 7, 5)),
    ],
)
def test_days_are_read_in_the_shapes_exports_write(cell: object, day: date) -> None:
    assert cells.day("date_of_service", cell) == day


@pytest.mark.parametrize("cell", ["13/07/2026", "2026-13-01", "yesterday", "", "1", "99999999", "0001-01-01"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(BadField, match="date_of_service"):
        cells.day("date_of_service", cell)


def test_a_birth_year_of_two_digits_is_left_out() -> None:
    assert cells.birth_day("1/2/50") is None
    claim = only(read("id,code,dos,dob\nA1,99213,2026-07-10,1/2/50\n"))
    assert claim.birth_date is None
    assert "day of birth cannot be read" in dict(claim.source)["notes"]


@pytest.mark.parametrize(
    ("cell", "diagnoses", "positions"),
    [
        ("1,2", 2, (1, 2)),
        ("AB", 2, (1, 2)),
        ("A:C", 3, (1, 3)),
        ("12", 4, (1, 2)),
        ("12", 12, (12,)),
        ("1234", 4, (1, 2, 3, 4)),
        ([1, 2], 2, (1, 2)),
    ],
)
def test_pointers_are_read_as_numbers_or_letters(cell: object, diagnoses: int, positions: tuple[int, ...]) -> None:
    assert cells.pointers([cell], diagnoses) == positions


def as_rows(claim: Claim) -> list[dict[str, Any]]:
    return [
        {
            "id": claim.id,
            "patient": claim.patient,
            "setting": claim.setting.value,
            "birth_date": claim.birth_date,
            "sex": claim.sex,
            "payer": claim.payer,
            "diagnoses": list(claim.diagnoses),
            "line": line.line,
            "code": line.code,
            "modifiers": list(line.modifiers),
            "units": line.units,
            "date_of_service": line.date_of_service,
            "place_of_service": line.place_of_service,
            "provider": line.provider,
            "specialty": line.specialty,
            "group": line.group,
            "pointers": list(line.pointers),
            "charge": line.charge,
            "ndc": line.ndc,
        }
        for line in claim.lines
    ]


SCHEMA = pa.schema(
    [
        (n, pa.string())
        for n in (
            "id",
            "patient",
            "setting",
            "sex",
            "payer",
            "code",
            "place_of_service",
            "provider",
            "specialty",
            "group",
            "ndc",
        )
    ]
    + [("birth_date", pa.date32()), ("date_of_service", pa.date32()), ("line", pa.int32()), ("units", pa.int64())]
    + [("diagnoses", pa.list_(pa.string())), ("modifiers", pa.list_(pa.string())), ("pointers", pa.list_(pa.int64()))]
    + [("charge", pa.decimal128(12, 2))]
)


def fit(claim: Claim) -> bool:
    return all(p <= len(claim.diagnoses) for line in claim.lines for p in line.pointers)


@settings(deadline=None, max_examples=60)
@given(claims().filter(fit))
def test_a_claim_written_as_parquet_or_csv_is_read_back_unchanged(claim: Claim) -> None:
    table = pa.Table.from_pylist(as_rows(claim), schema=SCHEMA)
    whole = io.BytesIO()
    pq.write_table(table, whole)
    whole.seek(0)
    found = only(list(read_parquet(whole, "f.parquet")))
    assert replace(found, source=()) == claim
    rows = as_rows(claim)
    text = "|".join(rows[0]) + "\n"
    for row in rows:
        shown = (" ".join(map(str, v)) if isinstance(v, list) else "" if v is None else str(v) for v in row.values())
        text += "|".join(shown) + "\n"
    assert replace(only(read(text)), source=()) == claim


def test_parquet_with_loose_types_is_read(tmp_path: Path) -> None:
    rows = [
        {
            "id": 7,
            "cpt": 99213,
            "dos": datetime(2026, 7, 10, tzinfo=UTC),
            "units": 2.0,
            "charge": 120.3,
            "npi": 1111111112.0,
            "mod1": None,
            "pos": 11,
        },
        {
            "id": 7,
            "cpt": 36415,
            "dos": datetime(2026, 7, 11, tzinfo=UTC),
            "units": None,
            "charge": None,
            "npi": None,
            "mod1": "59",
            "pos": None,
        },
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "f.parquet")
    claim = only(list(read_parquet(tmp_path / "f.parquet", "f.parquet")))
    first, second = claim.lines
    assert (claim.id, first.code, first.units, first.charge) == ("7", "99213", 2, Decimal("120.30"))
    assert (first.provider, first.place_of_service, first.modifiers) == ("1111111112", "11", ())
    assert (second.units, second.charge, second.provider, second.modifiers) == (1, None, None, ("59",))

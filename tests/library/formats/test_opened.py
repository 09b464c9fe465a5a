"""Files of every kind, recognised by content."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codingahead.formats.opened import read_claims, read_remittances
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import BadInput
from codingahead.words.remittances import Remittance
from tests.library.formats.written import FILES

LINE = {"code": "99213", "date_of_service": "2026-07-10"}
CLAIM = {"id": "J1", "patient": "p1", "setting": "practitioner", "lines": [LINE]}
TABLE = "id,code,date_of_service,units\nC1,99213,2026-07-10,1\nC2,99213,2026-07-10,1\n"


def parquet() -> bytes:
    whole = io.BytesIO()
    pq.write_table(pa.table({"id": ["Q1"], "code": ["99213"], "date_of_service": ["2026-07-10"]}), whole)
    return whole.getvalue()


KINDS: dict[str, tuple[bytes, list[str]]] = {
    "professional": ((FILES / "professional.837").read_bytes(), ["A1", "A2"]),
    "institutional": ((FILES / "institutional.837").read_bytes(), ["H1", "H2"]),
    "object": (json.dumps(CLAIM).encode(), ["J1"]),
    "pretty object": (json.dumps(CLAIM, indent=2).encode(), ["J1"]),
    "array": (json.dumps([CLAIM, CLAIM | {"id": "J2"}]).encode(), ["J1", "J2"]),
    "pretty array": (json.dumps([CLAIM, CLAIM | {"id": "J2"}], indent=1).encode("utf-8-sig"), ["J1", "J2"]),
    "empty array": (b"[ ]", []),
    "lines": ((json.dumps(CLAIM) + "\r\n\r\n" + json.dumps(CLAIM | {"id": "J2"})).encode("utf-8-sig"), ["J1", "J2"]),
    "bundle": ((FILES / "fhir-bundle.json").read_bytes(), ["A1"]),
    "fhir lines": (
        b"\n".join(
            json.dumps(e["resource"]).encode()
            for e in json.loads((FILES / "fhir-bundle.json").read_text())["entry"][4:] * 2
        ),
        [],
    ),
    "table": (TABLE.encode(), ["C1", "C2"]),
    "parquet": (parquet(), ["Q1"]),
}


def zipped(content: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        archive.writestr("__MACOSX/._a", "x")
        archive.writestr("folder/.hidden", "x")
        archive.writestr("folder/a", content)
        archive.writestr("folder/b", gzip.compress(content))
    return whole.getvalue()


WRAPS: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "plain": (bytes, 1),
    "gzip": (gzip.compress, 1),
    "two gzip members": (lambda content: gzip.compress(content[:70]) + gzip.compress(content[70:]), 1),
    "zip": (zipped, 2),
}


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_recognised_by_content_plain_or_packed(kind: str, wrap: str, tmp_path: Path) -> None:
    content, ids = KINDS[kind]
    pack, times = WRAPS[wrap]
    path = tmp_path / "upload.bin"
    path.write_bytes(pack(content))
    found = list(read_claims(path))
    if kind == "fhir lines":
        assert len(found) == 2 * times
        return
    assert [f.id for f in found] == ids * times
    assert all(isinstance(f, Claim) for f in found)


def test_the_source_names_the_member_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    path.write_bytes(zipped(KINDS["professional"][0]))
    first = next(read_claims(path))
    assert isinstance(first, Claim)
    assert dict(first.source)["file"] == "upload.zip/folder/a"


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "prose": (b"Dear colleague, please find the claims.\nRegards\n", "is no claim file"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is no claim file"),
    "document": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is no claim file"),
    "half an isa": (b"ISA*00*          *00*   ", "damaged or truncated ISA"),
    "other table": (b"name,town,street\nx,y,z\n", "is no claim file"),
    "table without days": (b"claim id,cpt,units\n1,99213,1\n", "no column is known to hold date_of_service"),
    "half a parquet": (parquet()[:200], "no readable Parquet"),
    "half a zip": (zipped(b"x" * 1000)[:300], "damaged zip archive"),
    "half a gzip head": (b"\x1f\x8b\x08", "is damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_of_no_known_kind_is_refused_at_once_in_one_sentence(name: str, tmp_path: Path) -> None:
    content, words = REFUSED[name]
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_claims(path)
    assert words in refused.value.message
    assert "\n" not in refused.value.message
    assert refused.value.hint


def test_a_workbook_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "claims.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(BadInput, match="office document") as refused:
        read_claims(path)
    assert "CSV" in refused.value.hint


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_claims(tmp_path / "none.837")
    with pytest.raises(BadInput, match="cannot be read"):
        read_claims(tmp_path)


def test_a_zip_without_files_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w"):
        pass
    with pytest.raises(BadInput, match="holds no file"):
        read_claims(tmp_path / "a.zip")


def test_an_unknown_member_of_an_archive_is_rejected_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TABLE + "C3,99213,,1\n")
        archive.writestr("readme.txt", "what this is")
        archive.writestr("b.837", KINDS["professional"][0])
    found = list(read_claims(path))
    assert [f.id for f in found if isinstance(f, Claim)] == ["C1", "C2", "A1", "A2"]
    row, unknown = (f for f in found if isinstance(f, Rejected))
    assert row.reason.startswith("a.zip/a.csv: date_of_service is missing")
    assert "a.zip/readme.txt is no claim file" in unknown.reason


@pytest.mark.parametrize("kind", ["professional", "table", "lines", "array"])
def test_an_archive_that_breaks_off_gives_what_is_whole_and_says_so(kind: str, tmp_path: Path) -> None:
    many = {
        "professional": KINDS["professional"][0] * 400,
        "table": (
            "id,code,date_of_service,units\n" + "".join(f"C{n},99213,2026-07-10,1\n" for n in range(20_000))
        ).encode(),
        "lines": b"\n".join(json.dumps(CLAIM | {"id": f"J{n}"}).encode() for n in range(5_000)),
        "array": json.dumps([CLAIM | {"id": f"J{n}"} for n in range(5_000)]).encode(),
    }[kind]
    path = tmp_path / "upload.gz"
    packed = gzip.compress(many)
    path.write_bytes(packed[: len(packed) * 3 // 4])
    found = list(read_claims(path))
    assert sum(isinstance(f, Claim) for f in found) > 100
    assert isinstance(found[-1], Rejected)
    assert "upload.gz is damaged" in found[-1].reason
    whole = tmp_path / "whole.gz"
    whole.write_bytes(packed)
    ids = {f.id for f in read_claims(whole)}
    assert {f.id for f in found if isinstance(f, Claim)} <= ids


def test_one_bad_claim_of_an_array_is_rejected_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    good = json.dumps(CLAIM)
    path.write_text(f'[{good}, {{"id": "x" "y"}}, {good.replace("99213", "9921?")}, {good}]')
    found = list(read_claims(path))
    assert [type(f) for f in found] == [Claim, Rejected, Rejected, Claim]
    assert [f.position for f in found if isinstance(f, Rejected)] == [2, 3]


@pytest.mark.parametrize(
    ("tail", "words"), [("", "not closed"), (', {"id": "x', "breaks off inside a claim"), (", 7]", "holds '7]'")]
)
def test_an_array_that_goes_wrong_gives_the_claims_before(tail: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" + json.dumps(CLAIM) + tail)
    claim, rejected = read_claims(path)
    assert isinstance(claim, Claim)
    assert isinstance(rejected, Rejected)
    assert words in rejected.reason


def test_braces_and_quotes_inside_texts_do_not_end_an_element(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    odd = [CLAIM | {"payer": text} for text in ('}] "', "\\", "{[", 'a\\"b')] * 3_000
    path.write_text(json.dumps(odd))
    found = list(read_claims(path))
    assert [f.payer for f in found if isinstance(f, Claim)] == [value["payer"] for value in odd]


def test_json_lines_whose_first_line_is_broken_are_still_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "x",\n' + json.dumps(CLAIM) + "\n")
    found = list(read_claims(path))
    assert [type(f) for f in found] == [Rejected, Claim]


def test_json_lines_with_a_very_long_first_line_are_still_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(CLAIM | {"lines": [LINE] * 5_000}) + "\n" + json.dumps(CLAIM) + "\n{\n")
    first, second, broken = read_claims(path)
    assert isinstance(first, Claim)
    assert len(first.lines) == 5_000
    assert isinstance(second, Claim)
    assert isinstance(broken, Rejected)
    assert broken.position == 3


def test_a_mapping_reaches_tables_of_any_column_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nr;leistung;tag\n1;99213;2026-07-10\n")
    with pytest.raises(BadInput, match="is no claim file"):
        read_claims(path)
    (claim,) = read_claims(path, {"id": "nr", "code": "leistung", "date_of_service": "tag"})
    assert isinstance(claim, Claim)
    assert claim.lines[0].code == "99213"


def test_remittances_are_read_from_packed_files_and_other_kinds_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress((FILES / "remittance.835").read_bytes()))
    (paid,) = read_remittances(path)
    assert isinstance(paid, Remittance)
    assert len(paid.claims) == 2
    path.write_text(TABLE)
    with pytest.raises(BadInput, match="is no remittance"):
        read_remittances(path)


def test_claims_asked_of_a_remittance_say_what_it_is() -> None:
    (rejected,) = read_claims(FILES / "remittance.835")
    assert isinstance(rejected, Rejected)
    assert "a remittance (835)" in rejected.reason

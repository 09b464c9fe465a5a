"""pyx12, an independent reader of X12, accepts our example files and finds the same claims in them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from codingahead.formats.x12.claims import read_x12_claims
from codingahead.words.claims import Claim
from tests.library.formats.written import FILES, claims, professional

x12context = pytest.importorskip("pyx12.x12context", reason="pyx12 is not installed")
x12n_document = pytest.importorskip("pyx12.x12n_document").x12n_document
params = pytest.importorskip("pyx12.params").params
errh_null = pytest.importorskip("pyx12.error_handler").errh_null


@pytest.mark.parametrize("name", ["professional.837", "institutional.837", "remittance.835"])
def test_the_example_files_keep_their_implementation_guide(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with (FILES / name).open() as file:
        x12n_document(params(), file, None, None, None)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_pyx12_would_notice_a_damaged_example(caplog: pytest.LogCaptureFixture) -> None:
    x12n_document(
        params(), io.StringIO((FILES / "professional.837").read_text().replace("SV1*HC", "SV1*XX")), None, None, None
    )
    assert any(record.levelname == "ERROR" for record in caplog.records)


def seen_by_pyx12(text: str, service: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Claim number, and procedure, units and days of its lines."""
    reader = x12context.X12ContextReader(params(), errh_null(), io.StringIO(text))
    code, units = {"SV1": ("SV101-02", "SV104"), "SV2": ("SV202-02", "SV205")}[service]
    return [
        (
            claim.get_value("CLM01"),
            [
                (line.get_value(code), line.get_value(units), line.get_value("DTP[472]03"))
                for line in claim.select("2400")
            ],
        )
        for claim in reader.iter_segments("2300")
        if claim.id == "2300"
    ]


def seen_by_us(text: str) -> list[Claim]:
    found = list(read_x12_claims(io.BytesIO(text.encode()), "f"))
    return [claim for claim in found if isinstance(claim, Claim)]


@pytest.mark.parametrize(("name", "service"), [("professional.837", "SV1"), ("institutional.837", "SV2")])
def test_pyx12_finds_the_same_claims_and_lines(name: str, service: str) -> None:
    text = Path(FILES / name).read_text()
    theirs = seen_by_pyx12(text, service)
    ours = seen_by_us(text)
    assert [claim.id for claim in ours] == [number for number, _ in theirs]
    for claim, (_, lines) in zip(ours, theirs, strict=True):
        assert len(claim.lines) == len(lines)
        for line, (code, units, day) in zip(claim.lines, lines, strict=True):
            assert code in (line.code, None)
            assert units is not None
            assert float(units) <= line.units < float(units) + 1
            assert day is None or day.startswith(f"{line.date_of_service:%Y%m%d}")


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(claims())
def test_pyx12_finds_what_our_writer_wrote(claim: Claim) -> None:
    ((number, lines),) = seen_by_pyx12(professional([claim]), "SV1")
    assert number == claim.id
    assert [(code, int(units)) for code, units, _ in lines] == [(line.code, line.units) for line in claim.lines]

"""What identifies a patient is masked at its length; codes and amounts are not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingahead.privacy.mask import MASK, mask

IDENTIFIERS = [
    ("Patient: John A. Smith was seen", "John A. Smith", "name"),
    ("Mrs. Mary Jones came in", "Mary Jones", "name"),
    ("MRN: 00482913", "00482913", "record"),
    ("Account number 77-1234-A", "77-1234-A", "record"),
    ("SSN 123-45-6789", "123-45-6789", "ssn"),
    ("MBI 1EG4-TE5-MK73", "1EG4-TE5-MK73", "beneficiary"),
    ("call (555) 123-4567 today", "(555) 123-4567", "phone"),
    ("mail ann.lee@example.org", "ann.lee@example.org", "email"),
    ("seen on 03/04/2026 again", "03/04/2026", "date"),
    ("born March 4, 1964", "March 4, 1964", "date"),
    ("on 2026-03-04", "2026-03-04", "date"),
    ("a 93-year-old man", "93", "age"),
    ("lives at 12 Oak Street", "12 Oak Street", "address"),
    ("Albany, NY 12207", "12207", "zip"),
    ("serial no. AB-123456", "AB-123456", "device"),
    ("see https://portal.example.org/p/77", "https://portal.example.org/p/77", "url"),
    ("from 192.168.10.44", "192.168.10.44", "ip"),
    ("SSN 123 45 6789", "123 45 6789", "ssn"),
    ("seen 12.03.2026 here", "12.03.2026", "date"),
    ("age 94 at surgery", "94", "age"),
    ("phone 5551234567", "5551234567", "phone"),
    ("VIN 1HGCM82633A004352", "1HGCM82633A004352", "vehicle"),
    ("driver's license D1234567", "D1234567", "licence"),
]


@pytest.mark.parametrize(("text", "identifier", "kind"), IDENTIFIERS, ids=[k + ": " + t for t, _, k in IDENTIFIERS])
def test_an_identifier_is_covered_and_nothing_else(text: str, identifier: str, kind: str) -> None:
    masked = mask(text)
    assert len(masked.text) == len(text)
    assert kind in {f.kind for f in masked.found}
    for word in identifier.split():
        assert word not in masked.text
    start = text.index(identifier)
    assert masked.text[:start].strip() in text and MASK in masked.text


@pytest.mark.parametrize(
    "text",
    ["E11.9 with Z79.4", "99214-25 and 36415", "A0428 J3490", "NPI 1234567893", "NDC 12345-6789-01", "$1,044.78", "BP 120/80, pulse 72", "74-year-old woman",
     "L4-L5 fusion, 22612", "stage 3 of 4", "The patient denies pain.", "Patient: denies fever", "5 mg twice daily", "hemoglobin 12.5 in 2024"],
)  # fmt: skip
def test_codes_amounts_and_measurements_are_left_alone(text: str) -> None:
    assert mask(text).text == text


def test_a_long_run_of_letters_is_read_in_a_moment() -> None:
    started = time.perf_counter()
    mask("a" * 300_000)
    mask("1" * 300_000)
    assert time.perf_counter() - started < 20


@given(st.text(max_size=400))
def test_a_masked_text_is_as_long_as_it_was(text: str) -> None:
    masked = mask(text)
    assert len(masked.text) == len(text)
    assert mask(masked.text).text == masked.text or masked.found

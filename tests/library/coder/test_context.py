"""In which context does a sentence name a condition?"""

from __future__ import annotations

import pytest

from codingahead.coder.context import Status, status_of
from codingahead.coder.text import Sentence, sentences

CASES = [
    ("Patient has fever.", "fever", Status.ASSERTED),
    ("Denies fever, chills or cough.", "cough", Status.NEGATED),
    ("No fever, but a productive cough.", "cough", Status.ASSERTED),
    ("No fever, but a productive cough.", "fever", Status.NEGATED),
    ("Pneumonia was ruled out.", "Pneumonia", Status.NEGATED),
    ("Pneumonia cannot be ruled out.", "Pneumonia", Status.UNCERTAIN),
    ("Not only fever but chills.", "fever", Status.ASSERTED),
    ("Diabetes is not well controlled.", "Diabetes", Status.ASSERTED),
    ("Possible pneumonia.", "pneumonia", Status.UNCERTAIN),
    ("Suspected appendicitis.", "appendicitis", Status.UNCERTAIN),
    ("r/o pulmonary embolism", "pulmonary embolism", Status.UNCERTAIN),
    ("History of stroke.", "stroke", Status.HISTORY),
    ("Had a stroke 5 years ago.", "stroke", Status.HISTORY),
    ("Mother with breast cancer.", "breast cancer", Status.FAMILY),
    ("Father died of myocardial infarction.", "myocardial infarction", Status.FAMILY),
    ("Return if fever recurs.", "fever", Status.HYPOTHETICAL),
    ("Screening for colon cancer.", "colon cancer", Status.HYPOTHETICAL),
    ("Risk of deep vein thrombosis was discussed.", "deep vein thrombosis", Status.HYPOTHETICAL),
    ("Without evidence of metastasis.", "metastasis", Status.NEGATED),
    ("Biopsy negative for carcinoma.", "carcinoma", Status.NEGATED),
    ("FHx significant for stroke.", "stroke", Status.FAMILY),
    ("Myocardial infarction in his brother.", "Myocardial infarction", Status.FAMILY),
    ("Return to the emergency room if fever or bleeding.", "bleeding", Status.HYPOTHETICAL),
    ("Deep vein thrombosis prophylaxis given.", "Deep vein thrombosis", Status.HYPOTHETICAL),
    ("Differential includes lymphoma, sarcoidosis, and tuberculosis.", "tuberculosis", Status.UNCERTAIN),
    ("Asthma: none", "Asthma", Status.NEGATED),
]


@pytest.mark.parametrize(("text", "words", "status"), CASES, ids=[f"{w}: {t}" for t, w, _ in CASES])
def test_status_of_a_mention(text: str, words: str, status: Status) -> None:
    at = text.index(words)
    assert status_of(Sentence(text, 0, "", 0), at, at + len(words)) is status


@pytest.mark.parametrize(
    ("heading", "status"),
    [("FAMILY HISTORY", Status.FAMILY), ("Past Medical History", Status.HISTORY), ("Allergies", Status.HYPOTHETICAL), ("Assessment", Status.ASSERTED)],
)  # fmt: skip
def test_a_heading_tells_the_context_of_what_stands_below(heading: str, status: Status) -> None:
    found = list(sentences(f"Note:\n{heading}:\nasthma."))[-1]
    at = found.text.index("asthma")
    assert status_of(found, at, at + 6) is status


def test_sentences_keep_their_places() -> None:
    note = "First one. Second one!\nThird; fourth"
    assert [note[s.start : s.start + len(s.text)] for s in sentences(note)] == [s.text for s in sentences(note)]
    assert len(list(sentences(note))) == 4

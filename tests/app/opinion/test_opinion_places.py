"""Places in a draft by address."""

from __future__ import annotations

import pytest

from app.opinion.open_points import open_sentence
from app.opinion.places import TEXTS, text_at, with_diagnoses, with_text
from record.opinion.draft import Draft

ADDRESSES = ["answers/q1", *(each.address for each in TEXTS)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_written_at_an_address_stands_there_and_nowhere_else(address: str) -> None:
    draft = with_text(Draft(), address, "words")
    assert text_at(draft, address) == "words"
    assert [other for other in ADDRESSES if text_at(draft, other)] == [address]


def test_a_reason_belongs_to_its_verdict() -> None:
    draft = with_text(with_diagnoses(Draft(), ("cancer", "pneumonia")), "verdicts/1", "no fever")
    assert [(each.diagnosis, each.reason) for each in draft.verdicts] == [("cancer", ""), ("pneumonia", "no fever")]


def test_a_verdict_on_a_diagnosis_no_longer_asked_is_kept() -> None:
    draft = with_diagnoses(Draft(), ("cancer",))
    draft = with_text(draft, "verdicts/0", "biopsy")
    assert [(each.diagnosis, each.reason) for each in with_diagnoses(draft, ("metastasis",)).verdicts] == [
        ("metastasis", ""),
        ("cancer", "biopsy"),
    ]


def test_open_points_in_words() -> None:
    nothing = Draft()
    assert open_sentence(nothing, ["q1"]) == "1 question and the recommendation are open"
    assert open_sentence(with_diagnoses(nothing, ("x", "y")), ["q1", "q2"]) == "2 questions, 2 verdicts and the recommendation are open"
    answered = with_text(nothing, "answers/q1", "yes")
    assert open_sentence(answered, ["q1"]) == "The recommendation is open"
    assert open_sentence(with_text(answered, "recommendation", "wait"), ["q1", "q2"]) == "1 question is open"
    assert open_sentence(with_text(answered, "recommendation", "wait"), ["q1"]) == ""

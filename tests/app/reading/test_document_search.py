"""Finding words on a page."""

from __future__ import annotations

import pytest

from app.reading.search import found
from viewer.workers.pdf_pages import Word

WORDS = ("The", "mass", "at", "the", "right", "hilum,", "Ärztin;", "masses", "elsewhere.")
PAGE = [Word(text, 10.0 * n, 0.0, 10.0 * n + 8, 12.0) for n, text in enumerate(WORDS)]


@pytest.mark.parametrize(
    ("query", "firsts"),
    [
        ("mass", [1, 7]),
        ("MASS", [1, 7]),
        ("right hilum", [4]),
        ("ght hil", [4]),
        ("arztin", [6]),
        ("the right left", []),
        ("   ", []),
    ],
)
def test_words_are_found_without_case_and_accents(query: str, firsts: list[int]) -> None:
    assert [boxes[0][0] for boxes in found(PAGE, query)] == [10.0 * first for first in firsts]


def test_a_place_of_two_words_has_two_boxes() -> None:
    assert [len(boxes) for boxes in found(PAGE, "right hilum")] == [2]

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from viewer.dicom.header import Frame, Header
from viewer.dicom.letters import letters_of, opposite, orientation_letters

if TYPE_CHECKING:
    from collections.abc import Callable

AXIAL = Frame(position=(0, 0, 0), row_direction=(1.0, 0.0, 0.0), column_direction=(0.0, 1.0, 0.0))
SAGITTAL = Frame(position=(0, 0, 0), row_direction=(0.0, 1.0, 0.0), column_direction=(0.0, 0.0, -1.0))
MIRROR = np.array([[-1.0, 0.0], [0.0, 1.0]])
UPSIDE_DOWN = np.array([[1.0, 0.0], [0.0, -1.0]])
QUARTER = np.array([[0.0, -1.0], [1.0, 0.0]])  # a column's direction goes down, a row's to the left: clockwise


@pytest.mark.parametrize(
    ("frame", "turn", "edges"),
    [
        (AXIAL, None, ("R", "L", "A", "P")),
        (AXIAL, MIRROR, ("L", "R", "A", "P")),
        (AXIAL, UPSIDE_DOWN, ("R", "L", "P", "A")),
        (AXIAL, QUARTER, ("P", "A", "R", "L")),
        (AXIAL, QUARTER @ QUARTER, ("L", "R", "P", "A")),
        (SAGITTAL, None, ("A", "P", "H", "F")),
        (SAGITTAL, 2.5 * MIRROR, ("P", "A", "H", "F")),
    ],
)
def test_letters_follow_what_is_drawn(
    header: Callable[..., Header], frame: Frame, turn: np.ndarray | None, edges: tuple[str, str, str, str]
) -> None:
    assert orientation_letters(header(frame=frame), 0, turn) == edges


def test_a_radiograph_has_its_words(header: Callable[..., Header]) -> None:
    made = header(patient_orientation=("L", "F"))
    assert orientation_letters(made, 0) == ("R", "L", "H", "F")
    assert orientation_letters(made, 0, MIRROR) == ("L", "R", "H", "F")
    assert orientation_letters(made, 0, QUARTER) == ("F", "H", "R", "L")


def test_an_odd_angle_takes_the_words_away_but_not_the_letters_of_a_matrix(header: Callable[..., Header]) -> None:
    turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    assert orientation_letters(header(patient_orientation=("L", "F")), 0, turn) == ("", "", "", "")
    assert orientation_letters(header(frame=AXIAL), 0, turn)[1][0] == "L"


@pytest.mark.parametrize("words", [(), ("L",), ("X", "Y"), ("L", "")])
def test_words_that_say_nothing_give_no_letters(header: Callable[..., Header], words: tuple[str, ...]) -> None:
    assert orientation_letters(header(patient_orientation=words), 0) == ("", "", "", "")


def test_oblique_directions_have_several_letters_strongest_first() -> None:
    assert letters_of(np.array([0.9, 0.4, 0.1])) == "LP"
    assert letters_of(np.array([-0.5, -0.6, 0.62])) == "HAR"
    assert letters_of(np.zeros(3)) == ""
    assert opposite("HAR") == "FPL"

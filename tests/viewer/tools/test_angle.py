from __future__ import annotations

from dataclasses import replace

import pytest

from tests.viewer.load.made import header
from viewer.dicom.header import Spacing
from viewer.tools.angle import angle, cobb, words


def test_a_right_angle_and_a_straight_one() -> None:
    assert angle(header(), (0, 0), (5, 0), (5, 9)) == pytest.approx(90)
    assert angle(header(), (0, 0), (5, 0), (9, 0)) == pytest.approx(180)


def test_the_angle_is_the_patients_not_the_pixels() -> None:
    flat = replace(header(), spacing=Spacing(1.0, 2.0, "mm"))  # pixels twice as wide as high
    assert angle(flat, (1, 0), (0, 0), (1, 2)) == pytest.approx(45)


def test_cobb_above_a_right_angle_and_between_parallels() -> None:
    plate = ((0.0, 0.0), (10.0, 0.0))
    assert cobb(header(), plate, ((0.0, 20.0), (-10.0, 20.0 - 10.0))) == pytest.approx(135)
    assert cobb(header(), plate, ((3.0, 9.0), (8.0, 9.0))) == pytest.approx(0)


def test_points_that_coincide_give_no_angle() -> None:
    assert angle(header(), (1, 1), (1, 1), (2, 2)) is None
    assert words(None) == ""


def test_digits() -> None:
    assert (words(7.25), words(10.04), words(33.6)) == ("7.2°", "10°", "34°")

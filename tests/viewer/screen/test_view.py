from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.viewer.load.made import header
from viewer.dicom.geometry import orientation_letters
from viewer.dicom.header import Spacing
from viewer.screen.view import View, apply, device_from_image, fit_zoom, turn, zoom_of, zoomed

SIZE = (640, 480)
VIEWS = st.builds(
    View,
    zoom=st.none() | st.floats(0.1, 8),
    pan=st.tuples(st.integers(-99, 99), st.integers(-99, 99)),
    quarters=st.integers(0, 3),
    flipped=st.booleans(),
)


def test_the_image_fits_and_is_centred() -> None:
    matrix = device_from_image(header(), View(), SIZE)  # 32 x 24 in 640 x 480
    assert apply(matrix, (-0.5, -0.5)) == (0, 0)
    assert apply(matrix, (31.5, 23.5)) == (640, 480)


def test_a_pixel_that_is_twice_as_high_is_drawn_so() -> None:
    tall = replace(header(), spacing=Spacing(1.0, 0.5, "mm"))
    assert fit_zoom(tall, View(), SIZE) == 10
    matrix = device_from_image(tall, View(), SIZE)
    assert abs(matrix[1, 1]) == 2 * abs(matrix[0, 0])


def test_the_letters_follow_every_turn() -> None:
    def letters(view: View) -> str:
        return "".join(orientation_letters(header(), 0, turn(view)))

    assert letters(View()) == "RLAP"  # left, right, top, bottom
    assert letters(View().mirrored(vertical=False)) == "LRAP"
    assert letters(View().mirrored(vertical=True)) == "RLPA"
    assert letters(View().turned()) == "PARL"  # clockwise: what was at the left is on top
    assert letters(View().turned().mirrored(vertical=False)) == "APRL"
    assert letters(View().turned().mirrored(vertical=True)) == "PALR"
    assert letters(View().turned().turned()) == "LRPA"


@given(VIEWS)
def test_four_quarters_and_two_flips_change_nothing(view: View) -> None:
    assert view.turned().turned().turned().turned() == view
    for vertical in (False, True):
        np.testing.assert_allclose(turn(view.mirrored(vertical=vertical).mirrored(vertical=vertical)), turn(view), atol=1e-12)


@given(VIEWS, st.floats(0.5, 2), st.tuples(st.floats(0, 640), st.floats(0, 480)))
def test_zooming_keeps_the_place_under_the_pointer(view: View, factor: float, around: tuple[float, float]) -> None:
    before = np.linalg.inv(device_from_image(header(), view, SIZE))
    after = np.linalg.inv(device_from_image(header(), zoomed(header(), view, SIZE, factor, around), SIZE))
    slack = 1 / zoom_of(header(), view, SIZE) + 1 / zoom_of(header(), zoomed(header(), view, SIZE, factor, around), SIZE)
    one, other = apply(np.asarray(before), around), apply(np.asarray(after), around)
    assert max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= slack  # at whole scales the corner is rounded to a device pixel

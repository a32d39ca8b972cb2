from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.viewer.load.made import header
from viewer.tools.cross import crossing, place_mm

if TYPE_CHECKING:
    from viewer.dicom.header import Header


def coronal(y: float) -> Header:
    """24 rows x 32 columns of 0.5 mm, head up, at one depth."""
    one = header()
    frame = replace(one.frames[0], position=(-8.0, y, 12.0), column_direction=(0.0, 0.0, -1.0))
    return replace(one, frames=(frame,))


def test_a_coronal_plane_cuts_an_axial_image_in_a_row() -> None:
    found = crossing(header(2), 0, coronal(-1.0), 0)  # rows begin at y = -6 mm, 0.5 mm apart
    assert found is not None
    assert sorted(found) == [pytest.approx((-0.5, 10.0)), pytest.approx((31.5, 10.0))]


def test_the_line_ends_where_the_other_image_ends() -> None:
    shifted = coronal(-1.0)
    place = shifted.frames[0].position
    assert place is not None
    half = replace(shifted, frames=(replace(shifted.frames[0], position=(place[0] + 8.0, place[1], place[2])),))
    found = crossing(header(2), 0, half, 0)
    assert found is not None
    assert sorted(found) == [pytest.approx((15.5, 10.0)), pytest.approx((31.5, 10.0))]


def test_parallel_planes_and_images_apart_have_no_line() -> None:
    assert crossing(header(1), 0, header(2), 0) is None
    assert crossing(header(2), 0, coronal(50.0), 0) is None
    assert crossing(header(40), 0, coronal(-1.0), 0) is None  # 100 mm: above the coronal image


def test_without_a_place_there_is_none() -> None:
    lost = replace(header(), frames=(replace(header().frames[0], position=None),))
    assert crossing(lost, 0, coronal(0), 0) is None
    assert place_mm(lost, 0, (1, 1)) is None


def test_a_place_in_millimetres() -> None:
    assert place_mm(header(2), 0, (4.0, 6.0)) == pytest.approx((-6.0, -3.0, 5.0))
